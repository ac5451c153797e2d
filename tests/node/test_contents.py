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
        assert contents.hold(one.encode())
    return contents


def test_what_is_held_is_found_by_its_address() -> None:
    contents = held(ONE)
    assert contents.get(ONE.address) == ONE.encode()
    assert contents.missing([TWO.address, ONE.address]) == [TWO.address]


def test_what_is_stored_is_found_and_not_held_again() -> None:
    store = MemoryStore()
    store.apply({(Table.ATTACHMENT, ONE.address): ONE.encode()})
    contents = Contents(store, SIZE)
    assert contents.hold(ONE.encode())
    assert (contents.bytes, contents.get(ONE.address)) == (0, ONE.encode())


def test_the_bound_is_kept_and_nothing_is_held_twice() -> None:
    contents = held(ONE, ONE, TWO, limit=2 * SIZE)
    assert contents.bytes == 2 * SIZE
    assert not contents.hold(THREE.encode())
    contents.settle(5, [ONE.address, THREE.address])
    assert contents.bytes == SIZE
    assert contents.hold(THREE.encode())


def test_what_no_valid_transaction_can_name_is_forgotten() -> None:
    contents = held(ONE)
    contents.settle(1, [])
    contents.hold(TWO.encode())
    contents.settle(2 * REPLAY_WINDOW_MS + 1, [])
    assert contents.missing([ONE.address, TWO.address]) == [ONE.address]
    assert contents.bytes == SIZE


def test_a_peer_cannot_bring_another_attachment_than_was_asked_for() -> None:
    contents = held()
    with pytest.raises(Malformed):
        contents.hold_named(ONE.address, TWO.encode())
    assert contents.hold_named(TWO.address, TWO.encode())
    assert contents.missing([ONE.address, TWO.address]) == [ONE.address]


def test_what_is_no_attachment_is_refused() -> None:
    with pytest.raises(Malformed):
        held().hold(b"short")
