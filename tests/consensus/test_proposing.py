"""R2, R10, R13 and R14: when a leader proposes, on what, and how much."""

import pytest

from consensus.config import Restored
from consensus.events import (
    Broadcast,
    Build,
    Built,
    Effect,
    LinkUp,
    PoolChanged,
    Send,
    StoreBlock,
    StoreProposal,
    StoreVote,
    Tick,
    Validity,
)
from consensus.guard import GuardState
from consensus.header import block_hash
from consensus.messages import Candidate, Propose, VoteKind
from tests.consensus.bench import (
    ANCHOR,
    INCARNATION,
    Bench,
    block,
    chain,
    leader,
    others,
    proposal,
    votes_cast,
)
from tests.consensus.network import WALL_MS
from tests.consensus.votes import notarize, nullification, nullify

((FIRST, BODY),) = chain([1])


def builds(effects: tuple[Effect, ...]) -> list[Build]:
    return [effect for effect in effects if isinstance(effect, Build)]


def test_r2_a_pending_transaction_has_the_leader_build_sign_store_and_send() -> None:
    bench = Bench(leader(1))
    assert bench.give(PoolChanged(True)) == (Build(0, 1, ANCHOR, 1, WALL_MS, 16),)
    assert bench.give(Built(1, BODY)) == (
        StoreVote(notarize(leader(1), FIRST)),
        StoreBlock(FIRST.block_hash, BODY),
        StoreProposal(proposal(FIRST, BODY)),
        Broadcast(proposal(FIRST, BODY)),
    )
    assert bench.give(PoolChanged(True)) == ()


def test_r2_only_the_leader_builds() -> None:
    for index in others(leader(1)):
        assert builds(Bench(index).give(PoolChanged(True))) == []


def test_r2_the_parent_is_the_highest_held_with_every_view_between_nullified() -> None:
    bench = Bench(leader(4))
    bench.give(PoolChanged(True))
    bench.propose(FIRST, BODY)
    bench.executed(FIRST)
    bench.hear_certificate(bench.notarized(FIRST))
    bench.skip(2)
    (build,) = builds(bench.hear_certificate(nullification(others(leader(4)), 3)))
    assert (build.view, build.parent_hash, build.height) == (4, FIRST.block_hash, 2)
    body = block(4, FIRST.block_hash, 2, time_ms=build.time_ms)
    (sent,) = [
        effect.message
        for effect in bench.give(Built(4, body))
        if isinstance(effect, Broadcast) and isinstance(effect.message, Propose)
    ]
    assert sent.candidate == Candidate(0, 4, 1, block_hash(body.header))
    assert [(held.kind, held.view) for held in sent.justification] == [
        (VoteKind.NOTARIZE, 1),
        (VoteKind.NULLIFY, 2),
        (VoteKind.NULLIFY, 3),
    ]


def test_r2_a_parent_that_is_not_held_is_passed_over_only_with_its_nullification() -> None:
    bench = Bench(leader(2))
    bench.give(PoolChanged(True))
    assert builds(bench.hear_certificate(bench.notarized(FIRST))) == []
    (build,) = builds(bench.hear_certificate(nullification(others(leader(2)), 1)))
    assert (build.view, build.parent_hash) == (2, ANCHOR)


def test_r2_a_parent_is_executed_before_it_is_built_on() -> None:
    bench = Bench(leader(2))
    bench.give(PoolChanged(True))
    bench.propose(FIRST, BODY)
    assert builds(bench.hear_certificate(bench.notarized(FIRST))) == []
    (build,) = builds(bench.executed(FIRST))
    assert build.parent_hash == FIRST.block_hash


def test_r2_an_invalid_parent_is_not_built_on() -> None:
    bench = Bench(leader(2))
    bench.give(PoolChanged(True))
    bench.propose(FIRST, BODY)
    bench.hear_certificate(bench.notarized(FIRST))
    assert builds(bench.executed(FIRST, Validity.INVALID)) == []


def test_r2_what_was_built_on_a_parent_that_is_no_longer_the_highest_is_built_again() -> None:
    bench = Bench(leader(2))
    bench.give(PoolChanged(True))
    bench.propose(FIRST, BODY)
    bench.executed(FIRST)
    bench.hear_certificate(nullification(others(leader(2)), 1))
    bench.hear_certificate(bench.notarized(FIRST))
    stale = block(2)
    (build,) = builds(bench.give(Built(2, stale)))
    assert build.parent_hash == FIRST.block_hash


def test_r14_where_all_is_ordered_already_the_leader_waits_for_the_tip() -> None:
    bench = Bench(leader(2))
    bench.give(PoolChanged(True))
    bench.propose(FIRST, BODY)
    bench.executed(FIRST)
    assert builds(bench.hear_certificate(bench.notarized(FIRST)))
    bench.give(PoolChanged(False))
    assert bench.give(Built(2, None)) == ()
    bench.hear_certificate(bench.finalized(FIRST))
    assert not bench.replica.progress.is_armed
    (build,) = builds(bench.give(PoolChanged(True)))
    assert (build.view, build.parent_hash) == (2, FIRST.block_hash)


def test_r2_what_was_built_for_a_view_that_is_over_is_dropped() -> None:
    bench = Bench(leader(1))
    bench.give(PoolChanged(True))
    bench.hear_certificate(nullification(others(leader(1)), 1))
    assert bench.give(Built(1, BODY)) == ()


def test_r2_a_leader_that_gave_its_view_up_does_not_propose() -> None:
    bench = Bench(leader(1))
    bench.give(PoolChanged(True))
    assert votes_cast(bench.give(Tick(), at_ms=600)) == [(VoteKind.NULLIFY, 1)]
    assert bench.give(Built(1, BODY)) == ()


def test_r2_after_a_restart_the_stored_proposal_is_sent_and_nothing_built() -> None:
    index = leader(1)
    stored = proposal(FIRST, BODY)
    state = GuardState(INCARNATION, (0, 0), (notarize(index, FIRST),))
    bench = Bench(index, Restored(blocks=(BODY,), proposal=stored), state, is_linked=False)
    assert builds(bench.give(PoolChanged(True))) == []
    assert Send(3, stored) in bench.give(LinkUp(3))


def test_r2_a_stored_vote_without_its_proposal_means_silence() -> None:
    index = leader(1)
    state = GuardState(INCARNATION, (0, 0), (notarize(index, FIRST),))
    bench = Bench(index, Restored(), state)
    assert builds(bench.give(PoolChanged(True))) == []
    assert votes_cast(bench.give(Tick(), at_ms=600)) == [(VoteKind.NULLIFY, 1)]


def test_r15_the_leader_dates_its_block_after_the_parent() -> None:
    bench = Bench(leader(2))
    late = block(1, time_ms=WALL_MS + 400)
    of = Candidate(0, 1, 0, block_hash(late.header))
    bench.give(PoolChanged(True))
    bench.propose(of, late)
    bench.executed(of)
    (build,) = builds(bench.hear_certificate(bench.notarized(of)))
    assert build.time_ms == WALL_MS + 401


def test_r14_with_nothing_to_order_a_leader_waits_delta_for_the_tip() -> None:
    bench = Bench(leader(2))
    bench.propose(FIRST, BODY)
    bench.executed(FIRST)
    assert builds(bench.hear_certificate(bench.notarized(FIRST))) == []
    assert builds(bench.give(Tick(), at_ms=299)) == []
    (build,) = builds(bench.give(Tick(), at_ms=300))
    assert (build.parent_hash, build.share) == (FIRST.block_hash, 16)


def test_r14_a_tip_that_becomes_final_in_time_leaves_the_leader_silent() -> None:
    bench = Bench(leader(2))
    bench.propose(FIRST, BODY)
    bench.executed(FIRST)
    bench.hear_certificate(bench.notarized(FIRST))
    bench.give(Tick(), at_ms=200)
    bench.hear_certificate(bench.finalized(FIRST))
    for at_ms in (300, 1_000, 10_000):
        effects = bench.give(Tick(), at_ms=at_ms)
        assert (builds(effects), votes_cast(effects)) == ([], [])


def test_r14_a_heartbeat_is_proposed_by_the_leader_alone() -> None:
    for index in range(4):
        bench = Bench(index)
        assert builds(bench.give(Tick(), at_ms=29_999)) == []
        assert len(builds(bench.give(Tick(), at_ms=30_000))) == (index == leader(1))


def test_r14_a_leader_that_others_give_up_on_is_woken() -> None:
    bench = Bench(leader(1))
    assert len(builds(bench.hear_votes([nullify(0, 1)]))) == 1


@pytest.mark.parametrize(
    ("failed", "share"), [(0, 16), (1, 16), (2, 8), (3, 4), (4, 2), (5, 1), (6, 0), (9, 0)]
)
def test_r13_views_that_fail_with_a_proposal_halve_the_block(failed: int, share: int) -> None:
    view = failed + 1
    bench = Bench(leader(view))
    effects = bench.give(PoolChanged(True))
    for passed in range(1, view):
        body = block(passed)
        if leader(passed) == bench.index:
            bench.give(Built(passed, body))
        else:
            bench.propose(Candidate(0, passed, 0, block_hash(body.header)), body)
        effects = bench.hear_certificate(nullification(others(leader(view)), passed))
    assert [build.share for build in builds(effects)] == [share]


def test_r10_beyond_the_open_blocks_allowed_only_empty_ones_follow() -> None:
    views = [1, 2, 3, 5, 6, 7, 9, 10, 11]
    made = chain(views)
    bench = Bench(leader(12))
    for of, body in made:
        for skipped in range(of.parent_view + 1, of.view):
            bench.skip(skipped)
        bench.propose(of, body)
        bench.executed(of)
        bench.hear_certificate(bench.notarized(of))
    (build,) = builds(bench.give(PoolChanged(True)))
    assert (build.view, build.height, build.share) == (12, 10, 0)
