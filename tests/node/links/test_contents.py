"""Attachments held: by their hash, within a bound, until they are stored or too old."""

from typing import Any

import pytest

from node.links.contents import Contents
from registry.attachments import Attachment
from registry.kind import NamedContent
from registry.kinds.schema.reasons import SchemaReason
from registry.kinds.schema.record import MAX_SCHEMA_BYTES
from registry.primitives.codec import Malformed
from registry.rejection import RejectionReason, TransactionReason
from registry.ruleset import CURRENT
from registry.tables import MemoryStore, Table

SIZE = 1_000
MEMBER = "did:web:member.example"


def attachment(number: int) -> Attachment:
    return Attachment(bytes([number]) * 16, bytes(SIZE - 16))


ONE, TWO, THREE = (attachment(number) for number in range(3))


def held(*attachments: Attachment, limit: int = 30 * SIZE) -> Contents:
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
    contents = Contents(store, 4 * SIZE)
    contents.offer(ONE.encode())
    assert (contents.size_bytes, contents.get(ONE.address)) == (0, ONE.encode())


def test_the_bound_is_kept_and_nothing_is_held_twice() -> None:
    contents = held(ONE, ONE, TWO, limit=8 * SIZE)
    assert contents.size_bytes == 2 * SIZE
    contents.settle(5, [ONE.address, THREE.address], [])
    assert contents.size_bytes == SIZE


def test_offers_push_out_the_oldest_offer_and_nothing_that_is_named() -> None:
    """Whoever fills the memory with what nothing names keeps nobody from publishing."""
    contents = held(ONE, TWO, limit=8 * SIZE)
    contents.keep(b"transaction", MEMBER, [ONE.address])
    contents.take(THREE.address, THREE.encode(), for_block=True)
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
    contents = held(limit=8 * SIZE)
    for one in (ONE, TWO, THREE):
        contents.take(one.address, one.encode(), for_block=True)
    assert contents.missing([ONE.address, TWO.address, THREE.address]) == [ONE.address]


def test_what_a_sent_transaction_names_is_held_like_an_offer_until_it_is_kept() -> None:
    contents = held(limit=8 * SIZE)
    contents.take(ONE.address, ONE.encode(), for_block=False)
    contents.keep(b"transaction", MEMBER, [ONE.address])
    contents.take(TWO.address, TWO.encode(), for_block=False)
    contents.offer(THREE.encode())
    contents.offer(attachment(9).encode())
    assert contents.missing([ONE.address, TWO.address]) == [TWO.address]


def keeping(contents: Contents, member: str, number: int) -> bool:
    """Whether the member has room for a transaction that names one new attachment, which it then keeps."""
    one = attachment(number)
    contents.offer(one.encode())
    has_room = contents.has_room(member, [one.address])
    if has_room:
        contents.keep(bytes([number]), member, [one.address])
    return has_room


def test_a_member_may_fill_as_much_as_it_has_left_free_and_no_other_is_kept_out() -> None:
    """One that publishes without end has half; each that comes later finds room, and nothing gives way."""
    contents = held(limit=4 * 8 * SIZE)
    greedy = [keeping(contents, MEMBER, number) for number in range(9)]
    assert greedy == [True] * 4 + [False] * 5
    assert [keeping(contents, "second", number) for number in (20, 21, 22)] == [True, True, False]
    assert [keeping(contents, "third", number) for number in (30, 31)] == [True, False]
    kept = [*range(4), 20, 21, 30]
    assert contents.missing(attachment(number).address for number in kept) == []


def test_a_share_is_given_back_with_the_last_transaction_that_names_it() -> None:
    contents = held(ONE, TWO, limit=4 * 2 * SIZE)
    for transaction_id in (b"1", b"1", b"2"):
        contents.keep(transaction_id, MEMBER, [ONE.address])
    assert contents.has_room(MEMBER, [ONE.address])
    assert not contents.has_room(MEMBER, [TWO.address])
    contents.settle(1, [], [b"1", b"unknown"])
    assert contents.missing([ONE.address]) == []
    contents.settle(2, [], [b"2"])
    assert contents.has_room(MEMBER, [TWO.address])


def test_what_a_dropped_transaction_named_stays_whatever_is_offered_and_what_is_stored_does_not() -> None:
    store = MemoryStore()
    contents = Contents(store, 8 * SIZE)
    for one in (ONE, TWO):
        contents.offer(one.encode())
        contents.keep(one.address, MEMBER, [one.address])
    store.apply({(Table.ATTACHMENT, TWO.address): TWO.encode()})
    contents.settle(1, [TWO.address], [ONE.address, TWO.address])
    assert (contents.get(ONE.address), contents.size_bytes) == (ONE.encode(), SIZE)
    for number in (10, 11):
        contents.offer(attachment(number).encode())
    assert contents.missing([ONE.address]) == []
    contents.keep(b"mended", MEMBER, [ONE.address])
    assert contents.size_bytes == 3 * SIZE, "it is held once"


def test_of_what_dropped_transactions_named_the_latest_stays() -> None:
    contents = held(ONE, TWO, THREE, limit=4 * 2 * SIZE)
    for one in (ONE, TWO, THREE):
        contents.offer(one.encode())
        contents.keep(one.address, MEMBER, [one.address])
        contents.release([one.address])
    assert contents.missing([ONE.address, TWO.address, THREE.address]) == [ONE.address]


def test_a_member_whose_share_is_full_has_room_for_nothing_more() -> None:
    contents = held(limit=4 * 2 * SIZE)
    assert contents.has_free_share(MEMBER)
    assert keeping(contents, MEMBER, 1)
    assert not contents.has_free_share(MEMBER)
    assert contents.has_free_share("second")


def named(max_bytes: int, too_long: RejectionReason) -> NamedContent[Any]:
    return NamedContent(lambda _: b"", max_bytes, too_long, lambda _, __: 0)


def test_an_attachment_is_measured_by_the_operation_that_names_it() -> None:
    schema = named(MAX_SCHEMA_BYTES, SchemaReason.SCHEMA_TOO_LONG)
    decision = named(10, TransactionReason.TOO_COSTLY)
    longest, longer = (Attachment(bytes(16), bytes(MAX_SCHEMA_BYTES + more)) for more in (0, 1))
    contents = held(ONE, longest, longer, limit=4 * 1024 * 1024)
    assert contents.too_long({longest.address: schema}) is None
    told = contents.too_long({longest.address: schema, longer.address: schema})
    assert told == (SchemaReason.SCHEMA_TOO_LONG, MAX_SCHEMA_BYTES + 1)
    told = contents.too_long({longest.address: decision})
    assert told == (TransactionReason.TOO_COSTLY, MAX_SCHEMA_BYTES)


def test_what_no_valid_transaction_can_name_is_forgotten() -> None:
    contents = held(ONE)
    contents.settle(1, [], [])
    contents.offer(TWO.encode())
    contents.settle(2 * CURRENT.limits.replay_window_ms + 1, [], [])
    assert contents.missing([ONE.address, TWO.address]) == [ONE.address]
    assert contents.size_bytes == SIZE


@pytest.mark.parametrize("for_block", [True, False])
def test_a_peer_cannot_bring_another_attachment_than_was_asked_for(for_block: bool) -> None:
    contents = held()
    with pytest.raises(Malformed):
        contents.take(ONE.address, TWO.encode(), for_block=for_block)
    contents.take(TWO.address, TWO.encode(), for_block=for_block)
    assert contents.missing([ONE.address, TWO.address]) == [ONE.address]


def test_what_is_no_attachment_is_refused() -> None:
    with pytest.raises(Malformed):
        held().offer(b"short")
