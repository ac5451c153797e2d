"""Forwarding's rules F1–F4."""

from node.forwarding import FRAME_BYTES, Forwarding, frames
from node.mempool import Pending

NONE: frozenset[bytes] = frozenset()


def given(*names: str) -> list[Pending]:
    return [Pending(name.encode(), b"transaction " + name.encode(), "member", 1_000) for name in names]


def encoded(*names: str) -> tuple[bytes, ...]:
    return tuple(pending.encoded for pending in given(*names))


def test_frames_keep_the_order_and_their_bound_f4() -> None:
    third = bytes(FRAME_BYTES // 3)
    long = bytes(FRAME_BYTES + 1)
    assert list(frames([third, third, third, third, long, third])) == [
        (third, third, third),
        (third,),
        (long,),
        (third,),
    ]
    assert list(frames([])) == []


def test_a_new_link_is_sent_all_that_waits_f2() -> None:
    forwarding = Forwarding()
    forwarding.admitted(given("a", "b", "c"))
    forwarding.left([b"b", b"unknown"])
    assert list(forwarding.linked()) == [encoded("a", "c")]
    forwarding.left([b"a", b"c"])
    assert list(forwarding.linked()) == []


def test_each_new_leader_is_sent_what_a_whole_view_did_not_order_f3() -> None:
    forwarding = Forwarding()
    forwarding.admitted(given("a"))
    sent = [forwarding.entered(NONE)]
    forwarding.admitted(given("b"))
    sent += [forwarding.entered(NONE) for _ in range(3)]
    assert sent == [(), encoded("a"), encoded("a", "b"), encoded("a", "b")]


def test_a_leader_has_a_view_more_for_each_full_block_that_waits_f3() -> None:
    forwarding = Forwarding()
    forwarding.admitted(given("a"))
    assert [forwarding.entered(NONE, 2) for _ in range(4)] == [(), (), (), encoded("a")]


def test_what_is_notarized_is_not_sent_again_until_it_lost_f3() -> None:
    forwarding = Forwarding()
    forwarding.admitted(given("a", "b"))
    forwarding.entered(NONE)
    assert forwarding.entered(frozenset({b"a"})) == encoded("b")
    assert forwarding.entered(NONE) == encoded("a", "b")


def test_a_new_leader_is_sent_one_frame_oldest_first_f4() -> None:
    forwarding = Forwarding()
    big = [Pending(bytes([number]), bytes([number]) * 100_000, "member", 1_000) for number in range(4)]
    forwarding.admitted(big)
    forwarding.entered(NONE)
    assert forwarding.entered(NONE) == (big[0].encoded, big[1].encoded)
