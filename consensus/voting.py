"""R3, R4 and R6: when this replica signs NOTARIZE, NULLIFY and FINALIZE."""

from enum import Enum

from consensus.arming import due_ms, leader_is_silent, note_lapse
from consensus.certifying import receive_certificate, receive_vote
from consensus.events import DropLink, PeerFault, Validity, ViewFailure
from consensus.failing import give_up
from consensus.header import VERSION, Header, block_hash, transactions_root
from consensus.leader_record import loses_turn, note_date
from consensus.messages import Block, Candidate, Propose, Vote, VoteKind
from consensus.remembered import ReceivedProposal
from consensus.state import ReplicaState
from consensus.timing import Timeliness
from registry.primitives.reason import Reason

_NEXT_LEADER = "Do nothing. The view is nullified, and the next leader proposes."


class Defect(Reason):
    """Why a proposal is invalid for ever: its view is nullified at once. An operator meets it, in a trace."""

    WRONG_NETWORK = (
        "wrong-network",
        "The header's version, ruleset, genesis hash, epoch or validator set is not the one in force.",
        "Compare the version and the genesis document of this node with the leader's.",
    )
    WRONG_PROPOSER = (
        "wrong-proposer",
        "The header names another proposer than the view's leader.",
        _NEXT_LEADER,
    )
    TOO_LARGE = "too-large", "The block exceeds the limits.", _NEXT_LEADER
    STALE_PARENT = (
        "stale-parent",
        "The parent lies below the final block, or beside it.",
        _NEXT_LEADER,
    )
    WRONG_PARENT = (
        "wrong-parent",
        "The certificate at parent_view names another block than the header's parent.",
        _NEXT_LEADER,
    )
    WRONG_HEIGHT = "wrong-height", "The height is not the parent's plus one.", _NEXT_LEADER
    WRONG_TIME = "wrong-time", "The time is not after the parent's.", _NEXT_LEADER
    INVALID_EXECUTION = (
        "invalid-execution",
        "Executing the block does not give the roots in its header.",
        "If this happens again, compare the version of this node with those of the other validators.",
    )


class Readiness(Enum):
    """Nothing can be said of a proposal yet, or nothing is to be said."""

    READY = "ready"
    WAITING = "waiting"
    UNEXECUTED = "unexecuted"
    UNTIMELY = "untimely"


def receive_proposal(state: ReplicaState, sender: int, message: Propose) -> bool:
    """R3: keep the first proposal of a view that its leader signed, until the view is current; input of its
    justification counts in any case. Whether any of it was new."""
    candidate = message.candidate
    leader = state.leader(candidate.view)
    vote = Vote(VoteKind.NOTARIZE, candidate.epoch, candidate.view, candidate, leader, message.signature)
    heard = receive_vote(state, sender, vote)
    is_news = heard.is_news
    if not heard.is_sound:
        return is_news
    is_first = candidate.view >= state.view and candidate.view not in state.proposals
    if is_first or _is_wanted(state, candidate):
        if not is_body_of(message.block, candidate.block_hash):
            state.emit(DropLink(sender, PeerFault.INVALID_PROPOSAL))
            return is_news
        is_news |= state.tree.add(candidate.block_hash, message.block)
    if is_first:
        timeliness = _timeliness(state, candidate, message.block.header)
        state.proposals[candidate.view] = ReceivedProposal(message, timeliness)
        note_date(state, candidate.view, message.block.header)
    for certificate in message.justification:
        heard = receive_certificate(state, sender, certificate)
        is_news |= heard.is_news
        if not heard.is_sound:
            break
    return is_news


def _is_wanted(state: ReplicaState, candidate: Candidate) -> bool:
    """Whether this block is certified and not held: then its body is welcome, first proposal or not."""
    return (
        candidate.block_hash not in state.tree
        and state.certificates.naming(candidate.view, candidate.block_hash) is not None
    )


def is_body_of(block: Block, named: bytes) -> bool:
    """Whether the block has this hash and its transactions are those the header commits to."""
    return (
        block_hash(block.header) == named
        and transactions_root(block.transactions) == block.header.transactions_root
    )


def notarize(state: ReplicaState) -> bool:
    """R3: vote for the current view's first proposal once every check holds; R4: nullify if one never can."""
    proposal = state.proposals.get(state.view)
    if proposal is None or not state.may_vote:
        return False
    if state.has_voted(VoteKind.NOTARIZE, state.view) or state.has_voted(VoteKind.NULLIFY, state.view):
        return False
    verdict, candidate = assess(state, proposal), proposal.message.candidate
    if isinstance(verdict, Defect):
        return give_up(state, ViewFailure.INVALID)
    match verdict:
        case Readiness.READY:
            has_stored = state.store_block(candidate.block_hash, proposal.message.block)
            return state.cast(VoteKind.NOTARIZE, state.view, candidate) or has_stored
        case Readiness.UNEXECUTED:
            return state.execute(candidate.block_hash)
        case Readiness.WAITING | Readiness.UNTIMELY:
            return False


def assess(state: ReplicaState, proposal: ReceivedProposal) -> Defect | Readiness:
    """R3: every condition of a NOTARIZE but being in the current view, which the caller sees to."""
    candidate, header = proposal.message.candidate, proposal.message.block.header
    defect = _static_defect(state, proposal.message) or _parent_defect(state, candidate, header)
    if defect is not None:
        return defect
    parent = state.tree.header(header.parent_hash)
    if (
        not _parent_is_certified(state, candidate, header)
        or state.certificates.skipped(candidate.parent_view, candidate.view) is None
        or parent is None
    ):
        return Readiness.WAITING
    if header.height != parent.height + 1:
        return Defect.WRONG_HEIGHT
    if header.time_ms <= parent.time_ms:
        return Defect.WRONG_TIME
    if not state.tree.is_connected(candidate.block_hash):
        return Readiness.WAITING
    if not _may_be_dated_so(proposal.timeliness, header, parent):
        return Readiness.UNTIMELY
    match state.execution(candidate.block_hash):
        case Validity.VALID:
            return Readiness.READY
        case Validity.INVALID:
            return Defect.INVALID_EXECUTION
        case Validity.UNKNOWN:
            return Readiness.UNEXECUTED


def _static_defect(state: ReplicaState, message: Propose) -> Defect | None:
    """What is wrong with the proposal whatever else is known."""
    header, config = message.block.header, state.config
    if (
        header.version != VERSION
        or header.ruleset != config.ruleset
        or header.genesis_hash != config.genesis_hash
        or header.epoch != config.epoch
        or header.validators_hash != state.validators_hash
        or header.next_validators_hash is not None
    ):
        return Defect.WRONG_NETWORK
    if header.proposer != state.leader(message.candidate.view):
        return Defect.WRONG_PROPOSER
    transactions = message.block.transactions
    if (
        len(transactions) > config.limits.block_transactions
        or sum(map(len, transactions)) > config.limits.block_bytes
    ):
        return Defect.TOO_LARGE
    return None


def _parent_defect(state: ReplicaState, candidate: Candidate, header: Header) -> Defect | None:
    """What the certificates held say against the parent for ever."""
    if candidate.parent_view >= candidate.view:
        return Defect.WRONG_PARENT
    if candidate.parent_view < state.final_view:
        return Defect.STALE_PARENT
    if candidate.parent_view == state.final_view:
        return None if header.parent_hash == state.final_hash else Defect.STALE_PARENT
    certificate = state.certificates.get(VoteKind.NOTARIZE, candidate.parent_view)
    if certificate is None or certificate.candidate is None:
        return None
    return None if certificate.candidate.block_hash == header.parent_hash else Defect.WRONG_PARENT


def _parent_is_certified(state: ReplicaState, candidate: Candidate, header: Header) -> bool:
    if candidate.parent_view == state.final_view:
        return header.parent_hash == state.final_hash
    return state.certificates.naming(candidate.parent_view, header.parent_hash) is not None


def _timeliness(state: ReplicaState, candidate: Candidate, header: Header) -> Timeliness:
    return state.timing.timeliness(header.time_ms, state.now.wall_ms, candidate.view, state.final_view)


def _may_be_dated_so(timeliness: Timeliness, header: Header, parent: Header) -> bool:
    """R15: a block on a parent that is dated ahead cannot be dated earlier than a millisecond after it: if it
    were refused, nothing would become final until the clocks have caught up with the chain."""
    if timeliness is Timeliness.AHEAD:
        return header.time_ms == parent.time_ms + 1
    return timeliness is Timeliness.TIMELY


def nullify(state: ReplicaState) -> bool:
    """R4: give the current view up, for one of the reasons listed there and no other."""
    if not state.may_vote or state.has_voted(VoteKind.NULLIFY, state.view):
        return False
    has_lost = loses_turn(state) and not state.has_voted(VoteKind.NOTARIZE, state.view)
    reasons = (_gave_up, _leader_gave_up, _others_gave_up, _time_is_up)
    if not has_lost and not any(applies(state) for applies in reasons):
        return False
    if state.view not in state.proposals and not has_lost:
        note_lapse(state)
    return give_up(state, ViewFailure.PASSED_OVER if has_lost else None)


def _gave_up(state: ReplicaState) -> bool:
    """R4, R15: as its leader, this replica cannot propose what others would find timely."""
    return state.own_turn.given_up_view == state.view


def _leader_gave_up(state: ReplicaState) -> bool:
    return state.pool.get(VoteKind.NULLIFY, state.view, state.leader(state.view)) is not None


def _others_gave_up(state: ReplicaState) -> bool:
    return state.pool.nullifying(state.view) > state.config.validators.faults


def _time_is_up(state: ReplicaState) -> bool:
    if state.timers.armed_ms is None:
        return False
    leader_due_ms, view_due_ms = due_ms(state, state.timers.armed_ms)
    if state.now_ms >= view_due_ms:
        return True
    return state.view not in state.proposals and (state.now_ms >= leader_due_ms or leader_is_silent(state))


def finalize(state: ReplicaState) -> bool:
    """R6: vote to finalize every notarized view above the final one that this replica did not nullify, once
    the block and its ancestry are held, and durable in the same write; also after the view is over."""
    if not state.may_vote:
        return False
    has_acted = False
    for view in state.certificates.views(VoteKind.NOTARIZE, state.final_view):
        if state.has_voted(VoteKind.FINALIZE, view) or state.has_voted(VoteKind.NULLIFY, view):
            continue
        notarization = state.certificates.get(VoteKind.NOTARIZE, view)
        if notarization is None or notarization.candidate is None:
            raise AssertionError("a notarization names a candidate")
        if not state.tree.is_connected(notarization.candidate.block_hash):
            continue
        has_acted |= store_path(state, notarization.candidate.block_hash)
        has_acted |= state.cast(VoteKind.FINALIZE, view, notarization.candidate)
    return has_acted


def store_path(state: ReplicaState, named: bytes) -> bool:
    """Make a connected block and its ancestry durable. False if they were before."""
    has_stored = False
    for ancestor in state.tree.path(named):
        block = state.tree.get(ancestor)
        if block is None:
            raise AssertionError("a path holds only blocks of the tree")
        has_stored |= state.store_block(ancestor, block)
    return has_stored
