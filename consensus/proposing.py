"""R2: what a leader proposes, and when. R10 and R13 bound how much; R14 keeps it silent when there is
nothing to say."""

from consensus.arming import tip_is_open
from consensus.clocks import is_untimely_to_a_quorum
from consensus.events import Broadcast, Build, StoreProposal, Validity
from consensus.header import block_hash
from consensus.messages import Block, Candidate, Certificate, Propose, VoteKind
from consensus.remembered import ReceivedProposal
from consensus.state import ReplicaState
from consensus.timing import Timeliness
from consensus.wire import justification_room

MAX_OPEN_BLOCKS = 8
"""Beyond so many non-final blocks only empty ones are proposed (R10)."""

FULL_SHARE = 16


def propose(state: ReplicaState) -> bool:
    """R2: as leader of the armed current view, have a block built on the highest usable parent."""
    if not state.may_vote or state.leader(state.view) != state.own_index or state.timers.armed_ms is None:
        return False
    if state.has_voted(VoteKind.NOTARIZE, state.view) or state.has_voted(VoteKind.NULLIFY, state.view):
        return False
    if state.own_turn.view == state.view or _waits_for_tip(state, state.timers.armed_ms):
        return False
    parent = choose_parent(state)
    if parent is None:
        return False
    _, parent_hash = parent
    header = state.tree.header(parent_hash)
    if header is None:
        return False
    if state.execution(parent_hash) is not Validity.VALID:
        return state.execute(parent_hash)
    dated_ms = max(state.now.wall_ms, header.time_ms + 1)
    if state.view - state.final_view <= state.n and is_untimely_to_a_quorum(state, dated_ms, header.time_ms):
        is_new, state.own_turn.given_up_view = state.own_turn.given_up_view != state.view, state.view
        return is_new
    state.own_turn.parent, state.own_turn.view = parent, state.view
    state.emit(
        Build(
            epoch=state.config.epoch,
            view=state.view,
            parent_hash=parent_hash,
            height=header.height + 1,
            time_ms=dated_ms,
            share=_share(state, parent_hash),
        )
    )
    return True


def choose_parent(state: ReplicaState) -> tuple[int, bytes] | None:
    """The highest certified view and block that are held and not known invalid, with every view between
    nullified."""
    view = state.view - 1
    while view > state.final_view:
        notarization = state.certificates.get(VoteKind.NOTARIZE, view)
        if notarization is not None and notarization.candidate is not None:
            named = notarization.candidate.block_hash
            if state.tree.is_connected(named) and not _is_invalid(state, named):
                return view, named
        if state.certificates.get(VoteKind.NULLIFY, view) is None:
            return None
        view -= 1
    return state.final_view, state.final_hash


def take_built(state: ReplicaState, view: int, block: Block | None) -> bool:
    """R2: sign, store and send the block that was built, if the view and its parent are still what they
    were. False if nobody waits for it any more."""
    if view != state.own_turn.view or view != state.view or state.own_turn.parent is None:
        return False
    parent_view, parent_hash = state.own_turn.parent
    state.own_turn.parent = None
    if block is None:
        state.own_turn.view = 0
        return True
    if block.header.parent_hash != parent_hash or block.header.proposer != state.own_index:
        raise AssertionError("a built block stands on the parent that was asked for, in this replica's name")
    if choose_parent(state) != (parent_view, parent_hash):
        state.own_turn.view = 0
        return True
    named = block_hash(block.header)
    candidate = Candidate(state.config.epoch, view, parent_view, named)
    state.executions.outcomes[named] = Validity.VALID
    state.tree.add(named, block)
    vote = state.sign(VoteKind.NOTARIZE, view, candidate)
    if vote is None:
        return True
    state.store_block(named, block)
    proposal = Propose(candidate, vote.signature, block, justification(state, parent_view, view))
    state.proposals[view] = ReceivedProposal(proposal, Timeliness.TIMELY)
    state.own_turn.proposal = proposal
    state.emit(StoreProposal(proposal))
    state.emit(Broadcast(proposal))
    return True


def justification(state: ReplicaState, parent_view: int, view: int) -> tuple[Certificate, ...]:
    """The parent's certificate and the latest nullifications of the views between, within the bound; the
    rest is fetched."""
    skipped = state.certificates.skipped(parent_view, view) or ()
    parent = state.certificates.get(VoteKind.FINALIZE, parent_view) or state.certificates.get(
        VoteKind.NOTARIZE, parent_view
    )
    first = () if parent is None else (parent,)
    return first + skipped[-(justification_room(state.n) - len(first)) :]


def _waits_for_tip(state: ReplicaState, armed_ms: int) -> bool:
    """R14: with nothing to order, give the tip Δ to become final: then there may be nothing to propose at
    all."""
    return (
        not state.timers.includable and tip_is_open(state) and state.now_ms < armed_ms + state.timing.delta_ms
    )


def _is_invalid(state: ReplicaState, named: bytes) -> bool:
    return any(
        state.executions.outcomes.get(ancestor) is Validity.INVALID for ancestor in state.tree.path(named)
    )


def _share(state: ReplicaState, parent_hash: bytes) -> int:
    """R10, R13: sixteenths of a full block: none on too many non-final ones, halved for each view that
    failed with a proposal beyond the first."""
    if len(state.tree.path(parent_hash)) > MAX_OPEN_BLOCKS:
        return 0
    return FULL_SHARE >> max(0, state.failures.count - 1)
