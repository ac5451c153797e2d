"""R1 and R5: votes are verified and counted, certificates assembled, verified, stored and relayed once;
views are cleared."""

from typing import Final, NamedTuple

from consensus import failing
from consensus.certificates import assemble, verify_certificate
from consensus.events import (
    Broadcast,
    DropLink,
    HaltReason,
    PeerFault,
    Send,
    StoreCertificate,
    StoreFloor,
)
from consensus.leader_record import judge_view, loses_turn
from consensus.messages import Certificate, CertificateMessage, Vote, VoteKind
from consensus.signing import bytes_of
from consensus.state import PAST_VIEWS, VIEW_WINDOW, ReplicaState

MAX_FAILURES = 6
"""So many failed views make a block empty (R13); more are not remembered, or it would stay so for long."""


class Heard(NamedTuple):
    """What came of a vote or a certificate that a peer sent. `is_sound`: what came with it may be looked at;
    `is_news`: it told something that was not known."""

    is_sound: bool
    is_news: bool


UNSOUND: Final = Heard(is_sound=False, is_news=False)
KNOWN: Final = Heard(is_sound=True, is_news=False)


def receive_vote(state: ReplicaState, sender: int, vote: Vote) -> Heard:
    """R5: verify, then count. It is sound if it is valid, of this epoch and of a view that is not over,
    counted before or not."""
    if vote.epoch != state.config.epoch or vote.signer >= state.n:
        return UNSOUND
    if vote.view <= state.final_view:
        answer_finalization(state, sender)
        return Heard(is_sound=False, is_news=_receive_late(state, sender, vote))
    if vote.view > state.view + VIEW_WINDOW:
        return UNSOUND
    standing = state.pool.get(vote.kind, vote.view, vote.signer)
    if standing is not None and standing.candidate == vote.candidate:
        return KNOWN  # whatever the signature: a signer can make any number of them, each to be verified
    if standing is not None and state.pool.is_accused(vote.view, vote.signer):
        return UNSOUND
    if not is_signed(state, vote):
        state.emit(DropLink(sender, PeerFault.INVALID_VOTE))
        return UNSOUND
    if is_foreign(state, vote):
        return UNSOUND
    state.silence.heard_ms[vote.signer] = state.now_ms
    if vote.view >= state.view:
        state.exchanges.listeners.discard(vote.signer)
    if vote.signer != state.own_index:
        state.timers.stirred_view = max(state.timers.stirred_view, vote.view)
    return Heard(is_sound=True, is_news=state.count(vote))


def _receive_late(state: ReplicaState, sender: int, vote: Vote) -> bool:
    """R18: a vote of a view that is over counts for nothing, but it may contradict one that is held. Whether
    it told anything."""
    standing = state.pool.get(vote.kind, vote.view, vote.signer)
    if (
        vote.view <= state.final_view - PAST_VIEWS
        or (standing is not None and standing.candidate == vote.candidate)
        or state.pool.is_accused(vote.view, vote.signer)
    ):
        return False
    if is_signed(state, vote):
        return state.count(vote)
    state.emit(DropLink(sender, PeerFault.INVALID_VOTE))
    return False


def assemble_fresh(state: ReplicaState) -> bool:
    """R5: make a certificate wherever the votes counted lately, this replica's own included, complete a
    quorum."""
    has_acted = False
    for vote in state.pool.take_fresh():
        if vote.view > state.final_view and state.certificates.get(vote.kind, vote.view) is None:
            votes = state.pool.matching(vote.kind, vote.view, vote.candidate)
            if len(votes) >= state.quorum:
                has_acted |= accept(state, assemble(votes))
    return has_acted


def receive_certificate(state: ReplicaState, sender: int, certificate: Certificate) -> Heard:
    """R5: verify, store, relay once. It is unsound if it is invalid and the link was dropped for it."""
    if certificate.epoch != state.config.epoch:
        return KNOWN
    if certificate.view < state.final_view:
        answer_finalization(state, sender)
    if certificate.view <= state.tip_view or _is_held(state, certificate):
        return Heard(is_sound=True, is_news=_convict(state, certificate))
    if not verified(state, certificate):
        state.emit(DropLink(sender, PeerFault.INVALID_CERTIFICATE))
        return UNSOUND
    return Heard(is_sound=True, is_news=accept(state, certificate))


def _convict(state: ReplicaState, certificate: Certificate) -> bool:
    """R18: a certificate that is not needed may still hold a vote that contradicts one that is held. Whether
    it did."""
    if certificate.view <= state.final_view - PAST_VIEWS:
        return False
    votes = certificate.votes()
    told = [
        vote for vote in votes if state.pool.convicts(vote) and is_signed(state, vote) and state.count(vote)
    ]
    return bool(told)


def verified(state: ReplicaState, certificate: Certificate) -> bool:
    """Whether the certificate holds; votes counted before are not verified twice."""
    return verify_certificate(
        certificate,
        state.config.genesis_hash,
        state.config.validators,
        state.config.verify,
        lambda vote: state.pool.get(vote.kind, vote.view, vote.signer) == vote,
    )


def accept(state: ReplicaState, certificate: Certificate, *, relay: bool = True) -> bool:
    """Hold a verified certificate, and with a finalization move the final view (R7). False if it told nothing
    new."""
    votes = certificate.votes()
    if any(is_foreign(state, vote) for vote in votes):
        return False
    held = state.certificates.get(certificate.kind, certificate.view)
    if held is not None and held.candidate == certificate.candidate:
        return False
    has_counted = _count_all(state, certificate)
    if held is not None:
        if certificate.kind is VoteKind.FINALIZE:
            state.halt(HaltReason.FORK, f"two finalizations in view {certificate.view}")
        return has_counted
    state.certificates.add(certificate)
    state.emit(StoreCertificate(certificate))
    if relay:
        state.emit(Broadcast(CertificateMessage(certificate)))
    if certificate.kind is VoteKind.FINALIZE and certificate.view > state.final_view:
        advance_final(state, certificate)
    return True


def restore(state: ReplicaState, certificate: Certificate) -> None:
    """Hold a certificate that the store held: it was verified and sent before."""
    if certificate.view <= state.tip_view:
        return
    state.certificates.add(certificate)
    _count_all(state, certificate)
    if certificate.kind is VoteKind.FINALIZE and certificate.view > state.final_view:
        advance_final(state, certificate)


def _count_all(state: ReplicaState, certificate: Certificate) -> bool:
    """R18: the votes of a verified certificate, also of a view that is not long over, count. Whether one was
    new."""
    if certificate.view <= state.final_view - PAST_VIEWS:
        return False
    new = [vote for vote in certificate.votes() if state.count(vote)]
    return bool(new)


def advance_final(state: ReplicaState, finalization: Certificate) -> None:
    """R7: a higher finalization raises the floor, ends what lies below and starts the timers anew."""
    if finalization.candidate is None:
        raise AssertionError("a finalization names a candidate")
    state.final_view = finalization.view
    state.final_hash = finalization.candidate.block_hash
    if state.guard is not None and state.guard.raise_floor(state.config.epoch, state.final_view):
        state.emit(StoreFloor(state.config.epoch, state.final_view))
    state.pool.forget(state.final_view - PAST_VIEWS)
    state.timers.last_final_ms = state.now_ms
    state.failures.count = max(0, state.failures.count - 1)
    state.timers.armed_ms = None
    state.timers.standstill_ms = state.now_ms + state.timing.standstill_ms(state.view, state.final_view)


def enter(state: ReplicaState) -> bool:
    """R1: the current view is the lowest that no notarization, nullification or higher finalization has
    cleared."""
    view = state.view
    while _is_cleared(state, view):
        failing.note(state, view)
        if _has_failed(state, view):
            state.failures.count = min(state.failures.count + 1, MAX_FAILURES)
        view += 1
    if view == state.view:
        return False
    judge_view(state)
    state.view = view
    state.timers.armed_ms = None
    _drop_proposals(state, view)
    return True


def _has_failed(state: ReplicaState, view: int) -> bool:
    """R13: whether a view that is over had a proposal which was given a chance and not notarized."""
    return (
        view in state.proposals
        and state.certificates.get(VoteKind.NOTARIZE, view) is None
        and not (view == state.view and loses_turn(state))
    )


def is_signed(state: ReplicaState, vote: Vote) -> bool:
    """Whether the vote's signature is its signer's."""
    key = state.config.validators.validators[vote.signer].public_key
    return state.config.verify(key, bytes_of(state.config.genesis_hash, vote), vote.signature)


def is_foreign(state: ReplicaState, vote: Vote) -> bool:
    """R12: halt on a valid vote of this very key that the guard should hold and does not."""
    if state.guard is None or vote.signer != state.guard.index or not state.guard.is_foreign(vote):
        return False
    state.halt(HaltReason.FOREIGN_VOTE, f"{vote.kind.name} of view {vote.view}, epoch {vote.epoch}")
    return True


def answer_finalization(state: ReplicaState, peer: int) -> None:
    """R14: whoever speaks of a view that is over gets the last finalization, at most once in Δ."""
    finalization = state.certificates.get(VoteKind.FINALIZE, state.final_view)
    if finalization is None:
        return
    if state.now_ms - state.exchanges.answered_ms.get(peer, -state.timing.delta_ms) < state.timing.delta_ms:
        return
    state.exchanges.answered_ms[peer] = state.now_ms
    state.emit(Send(peer, CertificateMessage(finalization)))


def _drop_proposals(state: ReplicaState, view: int) -> None:
    """R10: forget the proposals below this view, and their blocks where nothing certified or voted for
    needs them."""
    final = state.tree.ancestry(state.final_hash)
    for left in [left for left in state.proposals if left < view]:
        named = state.proposals.pop(left).message.candidate.block_hash
        if (
            named not in state.executions.stored
            and named not in final
            and state.certificates.naming(left, named) is None
        ):
            state.tree.discard(named)


def _is_held(state: ReplicaState, certificate: Certificate) -> bool:
    held = state.certificates.get(certificate.kind, certificate.view)
    return held is not None and held.candidate == certificate.candidate


def _is_cleared(state: ReplicaState, view: int) -> bool:
    return (
        view <= state.final_view
        or state.certificates.get(VoteKind.NOTARIZE, view) is not None
        or state.certificates.get(VoteKind.NULLIFY, view) is not None
    )
