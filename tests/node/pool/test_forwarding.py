"""Forwarding's rules F1–F5."""

from node.ledger.candidates import WaitingTransaction
from node.pool.forwarding import FRAME_BYTES, OTHERS_BYTES, RARELY_MS, SILENCE_MS, Forwarding, frames

NONE: frozenset[bytes] = frozenset()


def given(*names: str) -> list[WaitingTransaction]:
    return [
        WaitingTransaction(name.encode(), b"transaction " + name.encode(), "member", 1_000) for name in names
    ]


def encoded(*names: str) -> tuple[bytes, ...]:
    return tuple(pending.encoded for pending in given(*names))


def test_frames_keep_the_order_and_their_bound_f5() -> None:
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
    forwarding = Forwarding(lambda: 0)
    forwarding.admitted(given("a", "b", "c"))
    forwarding.left([b"b", b"unknown"])
    assert list(forwarding.linked()) == [encoded("a", "c")]
    forwarding.left([b"a", b"c"])
    assert list(forwarding.linked()) == []


def test_what_has_expired_is_sent_to_nobody_again() -> None:
    now_ms = 999
    forwarding = Forwarding(lambda: now_ms)
    forwarding.admitted(given("a"))
    assert list(forwarding.linked()) == [encoded("a")]
    now_ms = 1_000
    assert list(forwarding.linked()) == []
    assert [forwarding.entered(NONE) for _ in range(3)] == [(), (), ()]
    forwarding.silent(0, ["v"])
    assert forwarding.silent(SILENCE_MS, ["v"]) is None


def test_each_new_leader_is_sent_what_a_whole_view_did_not_order_f3() -> None:
    forwarding = Forwarding(lambda: 0)
    forwarding.admitted(given("a"))
    sent = [forwarding.entered(NONE)]
    forwarding.admitted(given("b"))
    sent += [forwarding.entered(NONE) for _ in range(3)]
    assert sent == [(), encoded("a"), encoded("a", "b"), encoded("a", "b")]


def test_what_waits_because_its_member_rests_is_not_sent_again_f3() -> None:
    forwarding = Forwarding(lambda: 0)
    forwarding.admitted(given("a"))
    forwarding.received(given("b")[0])
    for _ in range(3):
        forwarding.entered(NONE)
    assert forwarding.entered(NONE, resting={"member"}) == ()
    assert forwarding.entered(NONE, resting={"other"}) == encoded("b", "a")


def test_a_leader_has_a_view_more_for_each_full_block_that_waits_f3() -> None:
    forwarding = Forwarding(lambda: 0)
    forwarding.admitted(given("a"))
    assert [forwarding.entered(NONE, 2) for _ in range(4)] == [(), (), (), encoded("a")]


def test_what_is_notarized_is_not_sent_again_until_it_lost_f3() -> None:
    forwarding = Forwarding(lambda: 0)
    forwarding.admitted(given("a", "b"))
    forwarding.entered(NONE)
    assert forwarding.entered(frozenset({b"a"})) == encoded("b")
    assert forwarding.entered(NONE) == encoded("a", "b")


def test_a_new_leader_is_sent_one_frame_oldest_first_f5() -> None:
    forwarding = Forwarding(lambda: 0)
    big = [
        WaitingTransaction(bytes([number]), bytes([number]) * 100_000, "member", 1_000) for number in range(4)
    ]
    forwarding.admitted(big)
    forwarding.entered(NONE)
    assert forwarding.entered(NONE) == (big[0].encoded, big[1].encoded)


def received(forwarding: Forwarding, *names: str) -> None:
    for pending in given(*names):
        forwarding.received(pending)


def test_what_another_node_sent_is_due_for_new_leaders_two_views_later_f3() -> None:
    forwarding = Forwarding(lambda: 0)
    received(forwarding, "a", "b")
    sent = [forwarding.entered(NONE) for _ in range(3)]
    sent += [forwarding.entered(NONE), forwarding.entered(frozenset({b"a"})), forwarding.entered(NONE)]
    assert sent == [(), (), (), encoded("a", "b"), encoded("b"), encoded("a", "b")]
    forwarding.left([b"a"])
    assert forwarding.entered(NONE) == encoded("b")
    assert forwarding.entered(NONE, full_blocks=5) == ()


def test_what_another_node_sent_goes_to_new_leaders_only_f1_f2_f4() -> None:
    forwarding = Forwarding(lambda: 0)
    received(forwarding, "a")
    forwarding.silent(0, VALIDATORS)
    assert forwarding.silent(10 * SILENCE_MS, VALIDATORS) is None
    assert list(forwarding.linked()) == []
    assert not forwarding.is_own(b"a")


def test_what_a_client_gives_after_another_node_is_this_nodes_to_send_f1() -> None:
    forwarding = Forwarding(lambda: 0)
    received(forwarding, "a")
    forwarding.admitted(given("a"))
    received(forwarding, "a")
    assert forwarding.is_own(b"a")
    assert list(forwarding.linked()) == [encoded("a")]
    assert [forwarding.entered(NONE) for _ in range(5)] == [(), *[encoded("a")] * 4]
    forwarding.left([b"a"])
    assert not forwarding.is_own(b"a")
    assert forwarding.entered(NONE) == ()


def test_what_comes_once_more_waits_no_longer_for_it_f3() -> None:
    forwarding = Forwarding(lambda: 0)
    for _ in range(3):
        received(forwarding, "a")
        assert forwarding.entered(NONE) == ()
    received(forwarding, "a")
    assert forwarding.entered(NONE) == encoded("a")


def test_others_have_a_small_part_of_a_frame_and_the_oldest_of_this_nodes_the_rest_f5() -> None:
    forwarding = Forwarding(lambda: 0)
    big = [
        WaitingTransaction(bytes([number]), bytes([number]) * 10_000, "member", 1_000) for number in range(50)
    ]
    own, others = big[:40], big[40:]
    for pending in others:
        forwarding.received(pending)
    forwarding.admitted(own)
    for _ in range(3):
        forwarding.entered(NONE)
    sent = forwarding.entered(NONE)
    assert sent[0] == others[0].encoded
    assert sent[1:] == tuple(pending.encoded for pending in own[: len(sent) - 1])
    assert 2 * len(sent[0]) > OTHERS_BYTES
    assert FRAME_BYTES - 10_000 < sum(map(len, sent)) <= FRAME_BYTES


def test_what_has_expired_of_others_is_sent_to_nobody_f3() -> None:
    forwarding = Forwarding(lambda: 1_000)
    received(forwarding, "a")
    assert [forwarding.entered(NONE) for _ in range(5)] == [()] * 5


VALIDATORS = ("a", "b")


def test_in_silence_one_validator_after_the_other_is_sent_what_waits_then_rarely_f4() -> None:
    forwarding = Forwarding(lambda: 0)
    forwarding.admitted(given("x"))
    sent = []
    for second in range(180):
        silent = forwarding.silent(second * 1_000, VALIDATORS)
        if silent is not None:
            sent.append((second * 1_000, silent))
    assert sent == [
        (SILENCE_MS, ("a", encoded("x"))),
        (2 * SILENCE_MS, ("b", encoded("x"))),
        (2 * SILENCE_MS + RARELY_MS, ("a", encoded("x"))),
        (2 * SILENCE_MS + 2 * RARELY_MS, ("b", encoded("x"))),
    ]


def test_a_view_that_begins_is_no_silence_and_ends_one_f4() -> None:
    forwarding = Forwarding(lambda: 0)
    forwarding.admitted(given("x"))
    for now_ms in range(0, 20_000, SILENCE_MS):
        forwarding.entered(NONE)
        assert forwarding.silent(now_ms, VALIDATORS) is None
    assert forwarding.silent(20_000, VALIDATORS) == ("a", encoded("x"))
    assert forwarding.silent(22_000, VALIDATORS) == ("b", encoded("x"))
    forwarding.entered(NONE)
    assert forwarding.silent(23_000, VALIDATORS) is None
    assert forwarding.silent(25_000, VALIDATORS) == ("a", encoded("x"))


def test_in_silence_only_what_has_waited_is_sent_in_one_frame_f4_f5() -> None:
    forwarding = Forwarding(lambda: 0)
    assert forwarding.silent(10_000, VALIDATORS) is None
    big = [
        WaitingTransaction(bytes([number]), bytes([number]) * 100_000, "member", 1_000) for number in range(4)
    ]
    forwarding.admitted(big)
    assert forwarding.silent(20_000, VALIDATORS) is None
    forwarding.left([big[0].id])
    forwarding.admitted(given("young"))
    assert forwarding.silent(21_000, VALIDATORS) is None
    assert forwarding.silent(22_000, ()) is None
    assert forwarding.silent(22_000, VALIDATORS) == ("a", (big[1].encoded, big[2].encoded))
    forwarding.left([one.id for one in big])
    assert forwarding.silent(24_000, VALIDATORS) == ("b", encoded("young"))
    forwarding.left([b"young"])
    assert forwarding.silent(99_000, VALIDATORS) is None
