"""R12: listen before voting. A guard that was put back from a copy looks whole from inside; only the others
know better.

Asking: a validator that starts asks every other one for its STATUS, under a nonce of this very start. It
neither votes nor proposes nor answers such questions meanwhile.

Confirmed: an answer counts once it is proved, that is, once the views below the one it names are cleared here
too. With q that count, and the current view beyond the highest of them plus one, the floor rises to that view
plus one and the validator votes.

Relied on: where that cannot be had, it relies on its guard, as if there were no such rule. When it stops
waiting decides how long a start takes and how well a stale guard is protected, never whether a whole one is
safe.
"""

from consensus.events import Send, StoreFloor
from consensus.guard import NO_NONCE, NONCE_BYTES
from consensus.messages import GetStatus, Status
from consensus.remembered import Listening, Voting
from consensus.state import ReplicaState

STALLED_VIEWS = 3
"""So many view time-outs without a step towards the floor: the others cannot make it without this one."""
LISTEN_TIMES = 3
"""A start takes at most so many times as long as the wait for answers."""


def prepare(state: ReplicaState, nonce: bytes) -> None:
    """The replica has been restored and listens first. `nonce` is 16 bytes that nobody knows yet."""
    if state.guard is None:
        return
    if len(nonce) != NONCE_BYTES or nonce == NO_NONCE:
        raise ValueError(f"a nonce has {NONCE_BYTES} bytes, not all of them zero")
    voted = [vote.view for vote in state.guard.votes() if vote.epoch == state.config.epoch]
    state.listening = Listening(nonce, max(state.view, *voted, 0))
    state.voting = Voting.LISTENS


def start(state: ReplicaState) -> None:
    """The first event: from now on the waiting has its bounds."""
    if state.listening is not None:
        state.listening.began_ms = state.listening.moved_ms = state.now_ms
        state.listening.ask_ms = state.now_ms + state.timing.fetch_ms


def listen(state: ReplicaState) -> bool:
    """Ask again those that have not answered, or begin to vote."""
    held = state.listening
    if held is None:
        return False
    has_moved = _take_q(state, held)
    if held.floor is not None and state.view > held.floor:
        _raise_floor(state, held.floor)
        _vote(state, Voting.CONFIRMED)
        return True
    if _gives_up(state, held):
        _vote(state, Voting.RELIES)
        return True
    return _ask_again(state, held) or has_moved


def _ask_again(state: ReplicaState, held: Listening) -> bool:
    if state.now_ms < held.ask_ms:
        return False
    held.ask_ms = state.now_ms + state.timing.fetch_ms
    for peer in sorted(state.exchanges.links):
        ask(state, peer)
    return True


def ask(state: ReplicaState, peer: int) -> None:
    """Ask a linked validator where it stands; also one that has answered, to keep its view moving (R14)."""
    if state.listening is not None and peer < state.n:
        state.emit(Send(peer, GetStatus(state.listening.nonce, listens=True)))


def heard_question(state: ReplicaState, peer: int, request: GetStatus) -> bool:
    """Note who listens. Whether this replica answers now: one that listens itself remembers what others that
    listen ask. (Who asks for its clock needs the answer at once or not at all.)"""
    if request.listens and peer < state.n:
        state.exchanges.listeners.add(peer)
        if state.listening is None:
            state.timers.stirred_view = max(state.timers.stirred_view, state.view + 1)
        else:
            state.exchanges.asked[peer] = request.nonce
    return state.listening is None


def heard_answer(state: ReplicaState, status: Status) -> None:
    """A genuine status: an answer if it carries the nonce of this start."""
    held = state.listening
    if status.nonce != NO_NONCE:
        state.exchanges.listeners.discard(status.signer)
    if held is not None and status.nonce == held.nonce:
        held.answers.setdefault(status.signer, status.view)


def deadlines(state: ReplicaState) -> list[int]:
    """When it asks again, and when it stops waiting."""
    held = state.listening
    if held is None:
        return []
    settle_ms, listen_ms = state.timing.settle_ms, state.timing.listen_ms
    ends = [held.began_ms + wait_ms for wait_ms in (settle_ms, listen_ms, 2 * listen_ms)]
    return [held.ask_ms, *ends, _stalled_ms(state, held)]


def claimed_view(state: ReplicaState) -> int:
    """The highest view that an answer names: the certificates that prove it are wanted (R9)."""
    held = state.listening
    return 0 if held is None or held.floor is not None else max(held.answers.values(), default=0)


def _take_q(state: ReplicaState, held: Listening) -> bool:
    """Fix the floor by the first q answers that are proved here, and note each step towards it. False without
    a step."""
    is_fixed_now = held.floor is None
    if is_fixed_now:
        proved = [view for view in held.answers.values() if view <= state.view]
        if len(proved) < state.quorum:
            return False
        held.floor = max(proved) + 1
    if not is_fixed_now and state.view == held.seen_view:
        return False
    held.seen_view, held.moved_ms = state.view, state.now_ms
    return True


def _gives_up(state: ReplicaState, held: Listening) -> bool:
    """Whether to rely on the guard. With q answers: when the others, who could clear the views up to the
    floor by themselves, do not. With fewer: at the end of the whole wait, or as soon as too many of the
    others are known to listen, too, once every other has been heard or has had time to be; but who is behind
    the others waits on: at least one is not, will begin, and will answer. Where q others are linked that do
    not listen, their answers are only slow: the wait is twice as long then, and for who is behind."""
    if held.floor is not None:
        return state.now_ms >= _stalled_ms(state, held)
    others = state.n - 1
    listeners = state.exchanges.listeners - held.answers.keys()
    listening, is_behind = len(listeners), _is_behind(state, held)
    speakers = sum(1 for peer in state.exchanges.links if peer < state.n and peer not in listeners)
    waits = 2 if is_behind or speakers >= state.quorum else 1
    if state.now_ms >= held.began_ms + waits * state.timing.listen_ms:
        return True
    if is_behind or others - listening >= state.quorum:
        return False
    is_complete = listening + len(held.answers) == others
    return is_complete or state.now_ms >= held.began_ms + state.timing.settle_ms


def _is_behind(state: ReplicaState, held: Listening) -> bool:
    """Whether others have gone further than this replica's records, by more than the view that its last
    vote may have helped to clear."""
    return max(state.view, *held.answers.values(), 0) > held.restored_view + 1


def _stalled_ms(state: ReplicaState, held: Listening) -> int:
    """When waiting for the floor is in vain: too long after the last step towards it, or after the start. One
    of the others may be able to make each step as late as it can."""
    since_step_ms = held.moved_ms + STALLED_VIEWS * state.timing.view_ms(state.view, state.final_view)
    return min(since_step_ms, held.began_ms + LISTEN_TIMES * state.timing.listen_ms)


def _raise_floor(state: ReplicaState, view: int) -> None:
    if state.guard is not None and state.guard.raise_floor(state.config.epoch, view):
        state.emit(StoreFloor(state.config.epoch, view))


def _vote(state: ReplicaState, voting: Voting) -> None:
    """Listening is over; those that asked meanwhile are answered."""
    state.listening = None
    state.voting = voting
    asked, state.exchanges.asked = state.exchanges.asked, {}
    for peer, nonce in asked.items():
        if peer in state.exchanges.links:
            state.send_status(peer, nonce)
