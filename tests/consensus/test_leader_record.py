"""R13: which leaders lose turns because their views failed, when they are tried again, and which are waited
for less long.

Of four validators, replica 0 is on the bench; 1, 2, 3 and 0 lead in turn, from view 1 on.
"""

from collections.abc import Mapping

import pytest

from consensus.events import Built, Effect, LeaderFailed, LeaderFailing, PoolChanged, Synced, Tick
from consensus.header import block_hash
from consensus.leader_record import AHEAD_MS, GOOD_TURNS, HABIT, RECENT_VIEWS, TURNS_LOST
from consensus.messages import Block, Candidate, VoteKind
from tests.consensus.bench import ANCHOR, Bench, block, chain, leader, others, votes_cast
from tests.consensus.network import WALL_MS
from tests.consensus.test_clocks import compared
from tests.consensus.test_delivery import final
from tests.consensus.votes import nullification, nullify

QUICK_MS = 20
LATE_MS = 350
LONG_MS = 700
ALIKE = {1: 0, 2: 0, 3: 0}
"""Clocks that all agree with this replica's."""


class Rounds:
    """Views that pass before replica 0, which has something to order. `clocks` are the others' clocks as it
    has read them, less its own."""

    def __init__(self, clocks: Mapping[int, int] | None = None) -> None:
        self.bench = Bench(0) if clocks is None else compared(0, clocks, round_trip_ms=0)
        self.view = 1
        self.final = Candidate(0, 0, 0, ANCHOR)
        self.height = 0
        self.dated_ms = WALL_MS
        self.told: list[LeaderFailed] = []
        self.gave_up: list[int] = []
        self._take(self.bench.give(PoolChanged(True)))

    def _take(self, effects: tuple[Effect, ...]) -> None:
        self.told += [effect for effect in effects if isinstance(effect, LeaderFailed)]
        self.gave_up += [view for kind, view in votes_cast(effects) if kind is VoteKind.NULLIFY]

    def wait(self, took_ms: int) -> None:
        self._take(self.bench.give(Tick(), at_ms=self.bench.now_ms + took_ms))

    def pause(self, for_ms: int) -> None:
        """Time in which there is nothing to order."""
        self.bench.give(PoolChanged(False))
        self.wait(for_ms)
        self.bench.give(PoolChanged(True))

    def loses_turn(self) -> bool:
        """Whether the replica gave the current view up as soon as it began."""
        return self.view in self.gave_up

    def nullify(self, took_ms: int, *, proposed: bool = False) -> None:
        """The current view passes without a block, after so long. Its leader is heard all the while."""
        if proposed:
            self._take(self.bench.propose(*self._next_block()))
        self.wait(took_ms)
        if leader(self.view) != 0:
            self._take(self.bench.hear_votes([nullify(leader(self.view), self.view + 7)]))
        self._take(self.bench.hear_certificate(nullification(others(0), self.view)))
        self.view += 1

    def finalize(self, took_ms: int = QUICK_MS, ahead_ms: int = 0) -> None:
        """The current view's block is proposed and notarized after so long, dated ahead by so much, and
        final."""
        named, body = self._next_block(took_ms + ahead_ms)
        skipped = [nullification(others(0), view) for view in range(self.final.view + 1, self.view)]
        self.wait(took_ms)
        if leader(self.view) == 0:
            self._take(self.bench.give(Built(self.view, body)))
        else:
            self._take(self.bench.propose(named, body, *skipped))
            self._take(self.bench.executed(named))
        self._take(self.bench.hear_certificate(self.bench.notarized(named)))
        self.view, self.final, self.height = self.view + 1, named, self.height + 1
        self._take(self.bench.hear_certificate(self.bench.finalized(named)))

    def _next_block(self, later_ms: int = 0) -> tuple[Candidate, Block]:
        height = self.height + 1
        self.dated_ms = max(self.dated_ms + 1, WALL_MS + self.bench.now_ms + later_ms)
        body = block(self.view, self.final.block_hash, height, self.dated_ms)
        return Candidate(0, self.view, self.final.view, block_hash(body.header)), body

    def rest(self) -> None:
        """The views up to the next one of leader 1 pass quickly, each with a block."""
        while leader(self.view) != 1:
            self.finalize()

    def lose_turns(self, turns: int) -> None:
        """Leader 1 has just led a view; it loses so many turns."""
        for _ in range(turns):
            self.rest()
            assert self.loses_turn()
            self.nullify(QUICK_MS)
        self.rest()


def test_r13_a_leader_whose_view_was_skipped_loses_one_turn_and_is_tried_again() -> None:
    rounds = Rounds()
    rounds.nullify(LONG_MS)
    rounds.lose_turns(1)
    assert not rounds.loses_turn()


def test_r13_each_further_failure_costs_more_turns_up_to_a_bound() -> None:
    rounds = Rounds()
    for expected in (*TURNS_LOST[1:], TURNS_LOST[-1]):
        assert not rounds.loses_turn()
        rounds.nullify(LONG_MS)
        rounds.lose_turns(expected)


def test_r13_good_turns_take_a_demerit_back() -> None:
    rounds = Rounds()
    rounds.nullify(LONG_MS)
    rounds.lose_turns(1)
    for _ in range(GOOD_TURNS):
        rounds.finalize()
        rounds.rest()
    rounds.nullify(LONG_MS)
    rounds.lose_turns(1)
    assert not rounds.loses_turn(), "the first demerit again, not the second"


@pytest.mark.parametrize(
    ("proposed", "failing"), [(False, LeaderFailing.SILENT), (True, LeaderFailing.NOT_NOTARIZED)]
)
def test_r13_the_operator_is_told_of_a_habit(proposed: bool, failing: LeaderFailing) -> None:
    rounds = Rounds()
    for turns in TURNS_LOST[1:HABIT]:
        rounds.nullify(LONG_MS, proposed=proposed)
        rounds.lose_turns(turns)
    assert rounds.told == []
    view = rounds.view
    rounds.nullify(LONG_MS, proposed=proposed)
    rounds.rest()
    assert rounds.told == [LeaderFailed(1, view, failing)]


@pytest.mark.parametrize(("final_view", "told"), [(28 + RECENT_VIEWS, [29]), (30 + RECENT_VIEWS, [])])
def test_r13_what_failed_long_ago_is_no_news_to_who_catches_up(final_view: int, told: list[int]) -> None:
    """Leader 1 proposes nothing in views 1, 9 and 29, and has lost its turns between them."""
    bench = Bench(0)
    made = chain(view for view in range(1, final_view + 1) if leader(view) != 1)
    effects = list(bench.give(Synced(2, tuple(final(*pair) for pair in made))))
    for named, _ in made:
        effects += bench.executed(named)
    assert [effect.view for effect in effects if isinstance(effect, LeaderFailed)] == told


@pytest.mark.parametrize(
    "clocks", [ALIKE, {2: 0, 3: 0}, {**ALIKE, 1: 400}], ids=["right", "untold", "set ahead"]
)
def test_r13_the_operator_is_told_of_blocks_dated_ahead(clocks: dict[int, int]) -> None:
    rounds = Rounds(clocks)
    for _ in range(HABIT - 1):
        rounds.finalize(ahead_ms=400)
        rounds.pause(400)
        rounds.rest()
    assert rounds.told == []
    view = rounds.view
    rounds.finalize(ahead_ms=400)
    assert rounds.told == [LeaderFailed(1, view, LeaderFailing.DATED_AHEAD)]


@pytest.mark.parametrize("clocks", [{}, {1: 0}, {2: 400, 3: 400}], ids=["none", "too few", "behind"])
def test_r13_nobody_is_blamed_for_this_replica_s_clock(clocks: dict[int, int]) -> None:
    rounds = Rounds(clocks)
    for _ in range(HABIT):
        rounds.finalize(ahead_ms=400)
        rounds.pause(400)
        rounds.rest()
    assert rounds.told == []


def test_r13_one_block_dated_as_it_should_be_ends_the_habit() -> None:
    rounds = Rounds(ALIKE)
    for ahead_ms in (400, 400, AHEAD_MS, 400, 400):
        rounds.finalize(ahead_ms=ahead_ms)
        rounds.pause(400)
        rounds.rest()
    assert rounds.told == []


def test_r13_no_more_leaders_than_may_be_faulty_lose_turns() -> None:
    rounds = Rounds()
    rounds.nullify(LONG_MS)
    rounds.nullify(LONG_MS)
    rounds.rest()
    assert rounds.loses_turn()
    rounds.nullify(QUICK_MS)
    assert (leader(rounds.view), rounds.loses_turn()) == (2, True), "1 has lost its turn: now it is 2"


def test_r13_of_two_bad_leaders_only_the_worse_one_loses_turns() -> None:
    rounds = Rounds()
    rounds.nullify(LONG_MS)
    rounds.lose_turns(1)
    rounds.nullify(LONG_MS)
    rounds.lose_turns(1)
    rounds.nullify(QUICK_MS)
    rounds.nullify(LONG_MS)
    rounds.rest()
    assert rounds.loses_turn()
    rounds.nullify(QUICK_MS)
    assert (leader(rounds.view), rounds.loses_turn()) == (2, False)


def test_r13_while_nothing_becomes_final_for_a_round_nobody_loses_a_turn() -> None:
    rounds = Rounds()
    rounds.nullify(LONG_MS)
    rounds.rest()
    assert rounds.loses_turn()
    rounds = Rounds()
    rounds.nullify(LONG_MS)
    rounds.finalize()
    for _ in range(6):
        rounds.nullify(QUICK_MS)
    assert leader(rounds.view) == 1
    assert not rounds.loses_turn()


def is_given_up_after(rounds: Rounds, waited_ms: int) -> bool:
    """Whether this replica nullifies the current view, without a proposal, after so long and no earlier."""
    view = rounds.view
    rounds.wait(waited_ms - 1)
    is_early = view in rounds.gave_up
    rounds.wait(1)
    return not is_early and view in rounds.gave_up


def test_r13_a_leader_much_slower_than_others_is_waited_for_half_of_delta() -> None:
    rounds = Rounds()
    rounds.finalize()
    rounds.rest()
    rounds.finalize(LATE_MS)
    rounds.rest()
    assert not rounds.loses_turn()
    assert is_given_up_after(rounds, 150)


def test_r13_a_slow_leader_that_was_quick_again_is_waited_for_as_before() -> None:
    rounds = Rounds()
    rounds.finalize()
    rounds.rest()
    rounds.finalize(LATE_MS)
    rounds.rest()
    rounds.finalize()
    rounds.rest()
    assert is_given_up_after(rounds, 600)


def test_r13_where_all_are_as_slow_nobody_is() -> None:
    rounds = Rounds()
    for _ in range(4):
        rounds.finalize(LATE_MS)
    assert leader(rounds.view) == 1
    assert is_given_up_after(rounds, 600)


def test_r13_a_leader_may_wait_while_nothing_is_to_be_ordered() -> None:
    rounds = Rounds()
    rounds.finalize()
    rounds.rest()
    rounds.finalize(LATE_MS)
    rounds.rest()
    rounds.bench.give(PoolChanged(False))
    rounds.bench.hear_votes([nullify(2, rounds.view + 1)])  # arms the view
    assert is_given_up_after(rounds, 600)


def test_r13_whoever_follows_a_block_dated_ahead_is_not_blamed() -> None:
    rounds = Rounds(ALIKE)
    for _ in range(HABIT + 1):
        rounds.finalize(ahead_ms=400)
        for _ in range(3):
            rounds.finalize(took_ms=1)
    assert {failed.leader for failed in rounds.told} == {1}
