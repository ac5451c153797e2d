"""R13 and R14: whether the timers of the current view run, since when, and when the next one is due."""

from consensus.leader_record import patience_ms
from consensus.messages import VoteKind
from consensus.state import ReplicaState


def is_armed(state: ReplicaState) -> bool:
    """R14: a transaction is pending, the tip is not final, another validator has spoken of this view or a
    later one, or a heartbeat is due."""
    return (
        state.timers.includable
        or tip_is_open(state)
        or state.timers.stirred_view >= state.view
        or state.now_ms >= heartbeat_due_ms(state)
    )


def tip_is_open(state: ReplicaState) -> bool:
    """Whether a notarized block waits for its finalization."""
    return bool(state.certificates.views(VoteKind.NOTARIZE, state.final_view))


def heartbeat_due_ms(state: ReplicaState) -> int:
    """When a block is due even if nobody has anything to order."""
    return state.timers.last_final_ms + state.timing.heartbeat_ms


def arm(state: ReplicaState) -> bool:
    """Start the current view's timers when something arms them, stop them when nothing does any more."""
    timers = state.timers
    before = timers.armed_ms, timers.armed_since_ms
    if not is_armed(state):
        timers.armed_ms = timers.armed_since_ms = None
    else:
        timers.armed_ms = state.now_ms if timers.armed_ms is None else timers.armed_ms
        timers.armed_since_ms = state.now_ms if timers.armed_since_ms is None else timers.armed_since_ms
    return (timers.armed_ms, timers.armed_since_ms) != before


def due_ms(state: ReplicaState, armed_ms: int) -> tuple[int, int]:
    """When a leader that has not proposed is given up, and when the current view is; its timers have run
    since `armed_ms`."""
    leader_ms = state.timing.leader_ms(state.view, state.final_view)
    view_ms = state.timing.view_ms(state.view, state.final_view)
    patience = patience_ms(state)
    if patience is not None:
        leader_ms, view_ms = min(patience, leader_ms), min(patience, view_ms)
    return armed_ms + leader_ms, armed_ms + view_ms


def note_lapse(state: ReplicaState) -> None:
    """R13: the current view is given up without a word from its leader: since when it owes one."""
    leader = state.leader(state.view)
    if state.silence.heard_ms.get(leader, 0) >= state.silence.lapsed_ms.get(leader, 0):
        state.silence.lapsed_ms[leader] = state.now_ms


def leader_is_silent(state: ReplicaState) -> bool:
    """R13: the leader says that it does not vote yet (R12), or is silent by either measure, the second for
    networks that are armed now and then."""
    if state.leader(state.view) in state.exchanges.listeners:
        return True
    return _was_silent_for_long(state) or _owes_a_word(state)


def _owes_a_word(state: ReplicaState) -> bool:
    """R13: it let a view lapse, and since then a quorum was heard from and it was not."""
    leader = state.leader(state.view)
    lapsed_ms = state.silence.lapsed_ms.get(leader)
    if lapsed_ms is None or leader == state.own_index or state.silence.heard_ms.get(leader, 0) >= lapsed_ms:
        return False
    heard = sum(
        1
        for index in range(state.n)
        if index == state.own_index or state.silence.heard_ms.get(index, 0) > lapsed_ms
    )
    return heard >= state.quorum


def _was_silent_for_long(state: ReplicaState) -> bool:
    """R13: not a word from the leader for longer than two views while this replica was armed and heard from
    a quorum. (In a view that times out nobody speaks: one view of silence says nothing of the next leader.)
    """
    leader = state.leader(state.view)
    if state.timers.armed_since_ms is None or leader == state.own_index:
        return False
    patience_ms = 2 * state.timing.view_ms(state.view, state.final_view)
    heard_ms = max(state.silence.heard_ms.get(leader, 0), state.timers.armed_since_ms)
    active = sum(
        1
        for index in range(state.n)
        if index == state.own_index
        or (index in state.silence.heard_ms and state.now_ms - state.silence.heard_ms[index] <= patience_ms)
    )
    return state.now_ms - heard_ms > patience_ms and active >= state.quorum


def deadlines(state: ReplicaState) -> list[int]:
    """Every time at which some rule may have to act, past ones included."""
    due = [state.timers.standstill_ms, state.clocks.due_ms]
    due += [fetch.next_ms for fetch in state.lack.fetches.values()]
    armed_ms = state.timers.armed_ms
    if armed_ms is None:
        due.append(heartbeat_due_ms(state))
    elif not state.has_voted(VoteKind.NULLIFY, state.view):
        due += (armed_ms + state.timing.delta_ms, *due_ms(state, armed_ms))
    return due
