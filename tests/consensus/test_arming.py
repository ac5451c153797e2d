"""R13 and R14: what starts and stops the timers of a view, and which leader is not waited for."""

from consensus.events import PoolChanged, Tick
from consensus.messages import GetStatus, VoteKind
from tests.consensus.bench import Bench, chain, leader, others, votes_cast
from tests.consensus.votes import notarization, nullification, nullify

((FIRST, BODY),) = chain([1])


def is_armed(bench: Bench) -> bool:
    return bench.replica.progress.is_armed


def test_r14_a_pending_transaction_arms_and_its_end_disarms() -> None:
    bench = Bench(0)
    assert not is_armed(bench)
    bench.give(PoolChanged(True))
    assert is_armed(bench)
    bench.give(PoolChanged(False))
    assert not is_armed(bench)


def test_r14_the_timers_start_when_armed_not_when_entered() -> None:
    bench = Bench(0)
    bench.give(PoolChanged(True), at_ms=5_000)
    assert bench.replica.deadline_ms is not None
    assert votes_cast(bench.give(Tick(), at_ms=5_599)) == []
    assert votes_cast(bench.give(Tick(), at_ms=5_600)) == [(VoteKind.NULLIFY, 1)]


def test_r13_a_leader_that_listens_is_not_waited_for_until_it_votes() -> None:
    bench = Bench(next(iter(others(leader(1), leader(2)))))
    bench.give(PoolChanged(True))
    question = GetStatus(b"of another start", listens=True)
    assert votes_cast(bench.hear(leader(1), question)) == [(VoteKind.NULLIFY, 1)]


def test_r13_a_leader_that_has_begun_to_vote_is_waited_for() -> None:
    bench = Bench(next(iter(others(leader(1), leader(2)))))
    bench.give(PoolChanged(True))
    bench.hear(leader(2), GetStatus(b"of another start", listens=True))
    bench.hear_votes([nullify(leader(2), 1)])
    assert votes_cast(bench.skip(1)) == []


def test_r14_a_notarized_block_arms_until_it_is_final() -> None:
    bench = Bench(0)
    bench.propose(FIRST, BODY)
    bench.executed(FIRST)
    bench.hear_certificate(notarization(others(0), FIRST))
    assert is_armed(bench)
    bench.hear_certificate(bench.finalized(FIRST))
    assert not is_armed(bench)


def test_r14_another_s_vote_arms_in_its_view_and_those_before_only() -> None:
    bench = Bench(0)
    bench.hear_votes([nullify(3, 2)])
    assert is_armed(bench)
    bench.skip(1)
    assert is_armed(bench)
    bench.skip(2)
    assert not is_armed(bench)


def test_r14_a_heartbeat_arms() -> None:
    bench = Bench(0)
    bench.give(Tick(), at_ms=29_999)
    assert not is_armed(bench)
    assert bench.replica.deadline_ms == 30_000
    bench.give(Tick(), at_ms=30_000)
    assert is_armed(bench)


def test_r7_a_finalization_starts_the_timers_anew() -> None:
    bench = Bench(0)
    bench.give(PoolChanged(True))
    bench.propose(FIRST, BODY)
    bench.executed(FIRST)
    bench.hear_certificate(notarization(others(0), FIRST))
    bench.give(Tick(), at_ms=500)
    bench.hear_certificate(bench.finalized(FIRST))
    assert votes_cast(bench.give(Tick(), at_ms=1_099)) == []
    assert votes_cast(bench.give(Tick(), at_ms=1_100)) == [(VoteKind.NULLIFY, 2)]


def silence(bench: Bench, talking: tuple[int, ...], views: int, view_ms: int = 2_000) -> None:
    """Views 1 to `views` pass, so long each; only those talking are heard."""
    for view in range(1, views + 1):
        bench.give(Tick(), at_ms=bench.now_ms + view_ms)
        bench.hear_votes([nullify(index, view + 8) for index in talking])
        bench.hear_certificate(nullification(others(0), view))


def test_r13_one_view_of_silence_says_nothing_of_the_next_leader() -> None:
    bench = Bench(0)
    bench.give(PoolChanged(True))
    silence(bench, (1, 2), views=1, view_ms=1_000)
    assert votes_cast(bench.hear_certificate(nullification(others(0), 2))) == []


def test_r13_a_leader_silent_for_longer_than_two_views_is_not_waited_for() -> None:
    bench = Bench(0)
    bench.give(PoolChanged(True))
    silence(bench, (1, 2), views=1)
    assert leader(3) == 3
    assert votes_cast(bench.hear_certificate(nullification(others(0), 2))) == [(VoteKind.NULLIFY, 3)]


def test_r13_a_leader_that_was_heard_is_waited_for() -> None:
    bench = Bench(0)
    bench.give(PoolChanged(True))
    silence(bench, (1, 2, 3), views=1)
    assert votes_cast(bench.hear_certificate(nullification(others(0), 2))) == []


def test_r13_without_an_active_quorum_every_leader_is_waited_for() -> None:
    bench = Bench(0)
    bench.give(PoolChanged(True))
    silence(bench, (1,), views=1)
    assert votes_cast(bench.hear_certificate(nullification(others(0), 2))) == []


def lapse(bench: Bench, talking: tuple[int, ...]) -> None:
    """The leader of view 3 lets it lapse; in view 4 those talking are heard, and its block becomes final."""
    bench.skip(1)
    bench.skip(2)
    bench.give(PoolChanged(True))
    assert votes_cast(bench.give(Tick(), at_ms=bench.now_ms + 600)) == [(VoteKind.NULLIFY, 3)]
    bench.hear_certificate(nullification(others(0), 3))
    bench.give(PoolChanged(False))
    bench.give(Tick(), at_ms=bench.now_ms + 10)
    bench.hear_votes([nullify(index, 12) for index in talking])


def view_7(bench: Bench) -> list[tuple[VoteKind, int]]:
    """What is voted at once when view 7, which validator 3 leads again, begins long after."""
    assert leader(7) == leader(3) == 3
    bench.give(Tick(), at_ms=bench.now_ms + 10_000)
    bench.give(PoolChanged(True))
    for view in (4, 5):
        bench.hear_certificate(nullification(others(0), view))
    return votes_cast(bench.hear_certificate(nullification(others(0), 6)))


def test_r13_a_leader_that_let_a_view_lapse_is_not_waited_for_until_it_is_heard() -> None:
    bench = Bench(0)
    lapse(bench, (1, 2))
    assert view_7(bench) == [(VoteKind.NULLIFY, 7)]


def test_r13_a_leader_heard_since_it_let_a_view_lapse_is_waited_for() -> None:
    bench = Bench(0)
    lapse(bench, (1, 2, 3))
    assert view_7(bench) == []


def test_r13_where_no_quorum_was_heard_since_a_lapse_the_leader_is_waited_for() -> None:
    bench = Bench(0)
    lapse(bench, (1,))
    assert view_7(bench) == []


def test_r13_silence_counts_only_while_armed() -> None:
    bench = Bench(0)
    bench.give(Tick(), at_ms=20_000)
    bench.give(PoolChanged(True))
    bench.hear_votes([nullify(1, 9), nullify(2, 9)])
    bench.skip(1)
    assert votes_cast(bench.hear_certificate(nullification(others(0), 2))) == []
