"""Transactions of other nodes that wait for attachments: bounded for each node, and for no other's sake."""

import pytest

from node.pool.awaiting import ADDRESSES, BURST, BYTES, PER_S, TRANSACTIONS, Awaiting
from registry.ruleset import MAX_ATTACHMENTS


def taken(awaiting: Awaiting, peer_id: str, count: int, *, size: int = 4, addresses: int = 1) -> int:
    """How many of so many different transactions are taken."""
    made = (number.to_bytes(4, "big").rjust(size, b"\0") for number in range(count))
    return sum(awaiting.begin(peer_id, encoded, addresses) for encoded in made)


@pytest.mark.parametrize(
    ("size", "addresses", "most"),
    [(4, 1, TRANSACTIONS), (60 * 1024, 1, BYTES // (60 * 1024)), (4, 16, ADDRESSES // 16)],
    ids=["transactions", "bytes", "addresses"],
)
def test_what_one_peer_has_waiting_is_bounded_and_takes_no_room_of_another(
    size: int, addresses: int, most: int
) -> None:
    awaiting = Awaiting(lambda: 0.0)
    assert taken(awaiting, "ann", TRANSACTIONS + 1, size=size, addresses=addresses) == most
    assert taken(awaiting, "ben", 1) == 1


def test_what_waits_no_longer_gives_its_room_back() -> None:
    awaiting = Awaiting(lambda: 0.0)
    for _ in range(3):
        assert awaiting.begin("ann", b"one", ADDRESSES)
        assert not awaiting.begin("ann", b"two", 1)
        awaiting.end("ann", b"one")
    assert not awaiting.holds("ann", b"one")


def test_the_same_bytes_wait_once_for_one_peer() -> None:
    awaiting = Awaiting(lambda: 0.0)
    assert awaiting.begin("ann", b"one", 1)
    assert awaiting.holds("ann", b"one") and not awaiting.holds("ben", b"one")
    assert not awaiting.begin("ann", b"one", 1)
    assert awaiting.begin("ben", b"one", 1)


def test_a_share_without_room_for_the_longest_transaction_is_full() -> None:
    awaiting = Awaiting(lambda: 0.0)
    assert not awaiting.is_full("ann")
    awaiting.begin("ann", b"one", ADDRESSES - MAX_ATTACHMENTS)
    assert not awaiting.is_full("ann")
    awaiting.begin("ann", b"two", 1)
    assert awaiting.is_full("ann") and not awaiting.is_full("ben")
    awaiting.end("ann", b"two")
    assert not awaiting.is_full("ann")


def test_one_peer_brings_transactions_with_attachments_at_a_pace_and_no_other_waits_for_it() -> None:
    now_s = 0.0
    awaiting = Awaiting(lambda: now_s)
    assert [awaiting.is_in_pace("ann") for _ in range(BURST + 1)] == [True] * BURST + [False]
    assert awaiting.is_in_pace("ben")
    now_s = 1.0
    assert [awaiting.is_in_pace("ann") for _ in range(int(PER_S) + 1)] == [True] * int(PER_S) + [False]
