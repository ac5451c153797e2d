"""R13: which leaders lose turns because their views failed, and which are not waited for as long as others
(decision 0027).

A leader that proposes late, or what nobody can vote for, costs the others a time-out in each of its turns.
None of this can be proved. Two memories answer it:

- What is final tells which views were nullified. All replicas read the same there, so all pass the same
  leaders over, for some of their turns. Were each to follow its own impressions, two that pass over different
  leaders could leave no quorum in any view.
- How long views took, each replica measures itself. It only shortens a replica's own timers towards a leader
  that was slow or failed; whether the view is nullified then is for a quorum to say.
"""

from consensus.clocks import compare
from consensus.events import LeaderFailed, LeaderFailing
from consensus.header import Header
from consensus.messages import Candidate, VoteKind
from consensus.remembered import LeaderRecord
from consensus.state import ReplicaState
from consensus.timing import Timeliness

TURNS_LOST = (0, 1, 4, 16)
"""How many of its next turns a leader loses when a view of it was nullified, by its demerits then."""

HABIT = 3
"""From so many demerits, or blocks dated ahead in a row, the operator is told."""

RECENT_VIEWS = 16
"""What failed so many views below the final one is no news: this replica has fallen behind and reads of it
now."""

AHEAD_MS = 250
"""A leader dates a block by its clock, before it is sent. Half of what clocks may differ is never held
against it."""

GOOD_TURNS = 4
"""So many good turns in a row take one demerit back."""

TIMES_SLOWER = 4
"""A view took long if it took more than so many times as long as the other leaders' latest ones, and more
than half of Δ."""

_UNTIMELY = {Timeliness.AHEAD: LeaderFailing.AHEAD, Timeliness.LATE: LeaderFailing.LATE}


def loses_turn(state: ReplicaState) -> bool:
    """R13: whether the current view is nullified as soon as it is armed. Only the f leaders with the most
    demerits lose turns, and none does where a whole round of views has brought nothing final."""
    leader = state.leader(state.view)
    record = state.records.get(leader)
    if record is None or state.view > record.lost_until or leader == state.own_index:
        return False
    if state.timers.armed_ms is None or not _is_quick(state):
        return False
    losing = [index for index, held in state.records.items() if held.lost_until >= state.view]
    losing.sort(key=lambda index: (-state.records[index].demerits, index))
    return leader in losing[: state.config.validators.faults]


def patience_ms(state: ReplicaState) -> int | None:
    """R13: how long this replica waits for the current view's leader where it has failed or was slow lately;
    None: as long as the timers say."""
    leader = state.leader(state.view)
    record = state.records.get(leader)
    if record is None or leader == state.own_index or not (record.demerits or record.is_slow):
        return None
    return _long_ms(state) if state.timers.includable and _is_quick(state) else None


def note_final(state: ReplicaState, candidate: Candidate) -> None:
    """R13: a block is committed: its leader had a good turn, those of the views it skipped had a bad one,
    unless they had lost it before."""
    for view in range(candidate.parent_view + 1, candidate.view):
        record = _record(state, state.leader(view))
        if view > record.lost_until:
            _note_failure(state, view, record)
    record = _record(state, state.leader(candidate.view))
    if candidate.view > record.lost_until:
        record.good_turns += 1
        if record.good_turns % GOOD_TURNS == 0:
            record.demerits = max(0, record.demerits - 1)


def _note_failure(state: ReplicaState, view: int, record: LeaderRecord) -> None:
    record.good_turns = 0
    record.demerits = min(record.demerits + 1, len(TURNS_LOST) - 1)
    record.lost_until = view + state.n * TURNS_LOST[record.demerits]
    if record.demerits >= HABIT and view > state.final_view - RECENT_VIEWS:
        state.emit(LeaderFailed(state.leader(view), view, record.failing))


def judge_view(state: ReplicaState) -> None:
    """R13: the current view is over. How long it took this replica, which had something to order: where it
    has nothing, a leader may wait."""
    if state.timers.armed_ms is None or not state.timers.includable or loses_turn(state):
        return
    record = _record(state, state.leader(state.view))
    took_ms = state.now_ms - state.timers.armed_ms
    is_notarized = state.certificates.get(VoteKind.NOTARIZE, state.view) is not None
    if took_ms <= _long_ms(state):
        record.is_slow = record.is_slow and not is_notarized
    elif is_notarized:
        record.is_slow, record.failing = True, LeaderFailing.SLOW
    else:
        record.failing = _failing(state)
    record.took_ms = took_ms


def note_date(state: ReplicaState, view: int, header: Header) -> None:
    """R13: a proposal came. Whether its leader dates its blocks ahead of the upper median of all clocks: its
    own clock it may set as it likes, and this replica's may be off. A block dated a millisecond after its
    parent says nothing: on one that is dated ahead it cannot be dated otherwise."""
    leader, clocks = state.leader(view), compare(state, state.now)
    parent = state.tree.header(header.parent_hash)
    if clocks.median_ms is None or parent is None or header.time_ms == parent.time_ms + 1:
        return
    ahead_ms = header.time_ms - (state.now.wall_ms + clocks.latest_ms)
    record = _record(state, leader)
    record.dated_ahead = record.dated_ahead + 1 if ahead_ms > AHEAD_MS else 0
    if record.dated_ahead >= HABIT:
        state.emit(LeaderFailed(leader, view, LeaderFailing.DATED_AHEAD))


def _failing(state: ReplicaState) -> LeaderFailing:
    proposal = state.proposals.get(state.view)
    if proposal is None:
        return LeaderFailing.SILENT
    if state.has_voted(VoteKind.NOTARIZE, state.view):
        return LeaderFailing.NOT_NOTARIZED
    return _UNTIMELY.get(proposal.timeliness, LeaderFailing.NOT_NOTARIZED)


def _record(state: ReplicaState, leader: int) -> LeaderRecord:
    return state.records.setdefault(leader, LeaderRecord())


def _is_quick(state: ReplicaState) -> bool:
    """Whether blocks become final: else every leader is waited for as long as the timers say."""
    return state.view - state.final_view <= state.n


def _long_ms(state: ReplicaState) -> int:
    """How many milliseconds the current view may take before it took long."""
    leader = state.leader(state.view)
    others = sorted(
        held.took_ms for index, held in state.records.items() if index != leader and held.took_ms is not None
    )
    usual_ms = others[(len(others) - 1) // 2] if others else state.timing.delta_ms // 2
    return max(state.timing.delta_ms // 2, TIMES_SLOWER * usual_ms)
