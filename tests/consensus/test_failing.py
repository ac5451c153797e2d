"""Why views fail, leader by leader."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from consensus.config import Restored
from consensus.events import FailedView, Tick, ViewFailure
from consensus.failing import MAX_FAILED_VIEWS
from consensus.guard import GuardState
from consensus.header import block_hash
from consensus.messages import Block, Candidate
from tests.consensus.bench import INCARNATION, Bench, block, chain, leader, others
from tests.consensus.network import WALL_MS
from tests.consensus.test_leader_record import Rounds
from tests.consensus.votes import nullification, nullify

((FIRST, BODY),) = chain([1])
OTHER_RULESET = Block(replace(BODY.header, ruleset=2), BODY.transactions)


def propose(bench: Bench, body: Block) -> None:
    bench.propose(Candidate(0, 1, 0, block_hash(body.header)), body)


def propose_and_vote(bench: Bench) -> None:
    propose(bench, BODY)
    bench.executed(FIRST)


CASES: dict[ViewFailure, Callable[[Bench], object]] = {
    ViewFailure.SILENT: lambda bench: bench.hear_votes([nullify(others(0, leader(1))[0], 1)]),
    ViewFailure.GAVE_UP: lambda bench: bench.hear_votes([nullify(leader(1), 1)]),
    ViewFailure.AHEAD: lambda bench: propose(bench, block(1, time_ms=WALL_MS + 501)),
    ViewFailure.LATE: lambda bench: propose(bench, block(1, time_ms=WALL_MS - 2_501)),
    ViewFailure.INVALID: lambda bench: propose(bench, OTHER_RULESET),
    ViewFailure.UNDECIDED: propose_and_vote,
}


@pytest.mark.parametrize("failure", CASES)
def test_a_view_that_is_given_up_and_nullified_tells_what_became_of_its_proposal(
    failure: ViewFailure,
) -> None:
    bench = Bench(0)
    CASES[failure](bench)
    bench.give(Tick(), at_ms=900)
    assert bench.replica.take_failed_views() == ()
    bench.skip(1)
    assert bench.replica.take_failed_views() == (FailedView(1, leader(1), failure),)
    assert bench.replica.take_failed_views() == ()


def test_a_view_whose_leader_had_lost_its_turn_is_told_as_that() -> None:
    rounds = Rounds()
    rounds.nullify(700)
    rounds.lose_turns(1)
    failed = rounds.bench.replica.take_failed_views()
    assert [(one.leader, one.failure) for one in failed] == [
        (1, ViewFailure.SILENT),
        (1, ViewFailure.PASSED_OVER),
    ]


def test_a_view_that_passed_while_it_was_away_says_nothing_of_its_leader() -> None:
    bench = Bench(0)
    bench.skip(1)
    assert bench.replica.view == 2
    assert bench.replica.take_failed_views() == ()


def test_a_view_that_failed_before_the_start_was_told_then() -> None:
    state = GuardState(INCARNATION, (0, 0), (nullify(0, 1),))
    bench = Bench(0, Restored(certificates=(nullification(others(0), 1),)), state)
    assert bench.replica.view == 2
    assert bench.replica.take_failed_views() == ()


def test_failed_views_that_nobody_takes_are_forgotten() -> None:
    bench = Bench(0)
    for view in range(1, MAX_FAILED_VIEWS + 2):
        bench.hear_votes([nullify(leader(view), view)] if leader(view) else [])
        bench.hear_votes([nullify(index, view) for index in others(0)])
    assert [failed.view for failed in bench.replica.take_failed_views()] == [*range(2, MAX_FAILED_VIEWS + 2)]
