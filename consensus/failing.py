"""Why a view ended without a block, as far as this replica saw it: what makes a leader visible whose views
fail often. It decides nothing.
"""

from consensus.events import FailedView, ViewFailure
from consensus.messages import VoteKind
from consensus.state import ReplicaState
from consensus.timing import Timeliness

MAX_FAILED_VIEWS = 64
"""Failed views that wait to be told; more are forgotten."""


def give_up(state: ReplicaState, failure: ViewFailure | None = None) -> bool:
    """R4: nullify the current view, and keep why. False if the guard refuses."""
    state.failures.given_up[state.view] = failure or _failure(state)
    return state.cast(VoteKind.NULLIFY, state.view, None)


def note(state: ReplicaState, view: int) -> None:
    """A view is over: if this replica gave it up and it was nullified, it failed."""
    failure = state.failures.given_up.pop(view, None)
    if failure is None or state.certificates.get(VoteKind.NULLIFY, view) is None:
        return
    state.failures.views.append(FailedView(view, state.leader(view), failure))
    del state.failures.views[:-MAX_FAILED_VIEWS]


def _failure(state: ReplicaState) -> ViewFailure:
    """What became of the current view's proposal until now."""
    proposal = state.proposals.get(state.view)
    if proposal is None:
        leader = state.leader(state.view)
        gave_up = state.pool.get(VoteKind.NULLIFY, state.view, leader) is not None
        return ViewFailure.GAVE_UP if gave_up or leader == state.own_index else ViewFailure.SILENT
    if state.has_voted(VoteKind.NOTARIZE, state.view):
        return ViewFailure.UNDECIDED
    match proposal.timeliness:
        case Timeliness.AHEAD:
            return ViewFailure.AHEAD
        case Timeliness.LATE:
            return ViewFailure.LATE
        case Timeliness.TIMELY:
            return ViewFailure.UNDECIDED
