"""Attachments held: by their hash, within a bound, until they are stored or too old."""

import pytest

from node.contents import Contents
from registry.attachments import Attachment
from registry.primitives.codec import Malformed
from registry.ruleset import REPLAY_WINDOW_MS
from registry.tables import MemoryStore, Table

SIZE = 1_000


def attachment(number: int) -> Attachment:
    return Attachment(bytes([number]) * 16, bytes(SIZE - 16))


ONE, TWO, THREE = (attachment(number) for number in range(3))


def held(*attachments: Attachment, limit: int = 10 * SIZE) -> Contents:
    contents = Contents(MemoryStore(), limit)
    for one in attachments:
        contents.offer(one.encode())
    return contents


def test_what_is_held_is_found_by_its_address() -> None:
    contents = held(ONE)
    assert contents.get(ONE.address) == ONE.encode()
    assert contents.missing([TWO.address, ONE.address]) == [TWO.address]


def test_what_is_stored_is_found_and_not_held_again() -> None:
    store = MemoryStore()
    store.apply({(Table.ATTACHMENT, ONE.address): ONE.encode()})
    contents = Contents(store, SIZE)
    contents.offer(ONE.encode())
    assert (contents.size_bytes, contents.get(ONE.address)) == (0, ONE.encode())


def test_the_bound_is_kept_and_nothing_is_held_twice() -> None:
    contents = held(ONE, ONE, TWO, limit=4 * SIZE)
    assert contents.size_bytes == 2 * SIZE
    contents.settle(5, [ONE.address, THREE.address])
    assert contents.size_bytes == SIZE


def test_offers_push_out_the_oldest_offer_and_nothing_that_is_named() -> None:
    """Whoever fills the memory with what nothing names keeps nobody from publishing."""
    contents = held(ONE, TWO, limit=4 * SIZE)
    contents.keep([ONE.address])
    contents.hold_named(THREE.address, THREE.encode())
    flood = [attachment(number) for number in range(10, 20)]
    for one in flood:
        contents.offer(one.encode())
    assert contents.size_bytes == 4 * SIZE
    assert contents.missing([ONE.address, THREE.address]) == []
    assert contents.missing([TWO.address, *(one.address for one in flood)]) == [
        TWO.address,
        *(one.address for one in flood[:-2]),
    ]


def test_what_a_block_needs_always_finds_room() -> None:
    """A leader whose blocks name much that is never final fills this shelf; the next block goes on."""
    contents = held(limit=4 * SIZE)
    for one in (ONE, TWO, THREE):
        contents.hold_named(one.address, one.encode())
    assert contents.missing([ONE.address, TWO.address, THREE.address]) == [ONE.address]


def test_what_was_offered_and_is_fetched_as_well_is_named() -> None:
    contents = held(ONE, limit=4 * SIZE)
    contents.hold_named(ONE.address, ONE.encode())
    contents.offer(TWO.encode())
    contents.offer(THREE.encode())
    assert (contents.size_bytes, contents.missing([ONE.address])) == (3 * SIZE, [])


def test_what_no_valid_transaction_can_name_is_forgotten() -> None:
    contents = held(ONE)
    contents.settle(1, [])
    contents.offer(TWO.encode())
    contents.settle(2 * REPLAY_WINDOW_MS + 1, [])
    assert contents.missing([ONE.address, TWO.address]) == [ONE.address]
    assert contents.size_bytes == SIZE


def test_a_peer_cannot_bring_another_attachment_than_was_asked_for() -> None:
    contents = held()
    with pytest.raises(Malformed):
        contents.hold_named(ONE.address, TWO.encode())
    contents.hold_named(TWO.address, TWO.encode())
    assert contents.missing([ONE.address, TWO.address]) == [ONE.address]


def test_what_is_no_attachment_is_refused() -> None:
    with pytest.raises(Malformed):
        held().offer(b"short")
