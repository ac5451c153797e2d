"""R8, and statuses, the first words on a link: what is known is said again, nothing is constructed anew."""

from consensus import clocks, listening
from consensus.certifying import is_foreign, is_signed
from consensus.events import Broadcast, DropLink, PeerFault, Send
from consensus.guard import NO_NONCE
from consensus.messages import CertificateMessage, GetStatus, Message, Status, VoteKind, VoteMessage
from consensus.signing import status_bytes
from consensus.state import ReplicaState


def resend_when_still(state: ReplicaState) -> None:
    """R8: for two view time-outs no new final block: say everything again, armed or not."""
    if state.now_ms < state.timers.standstill_ms:
        return
    state.timers.standstill_ms = state.now_ms + state.timing.standstill_ms(state.view, state.final_view)
    for message in known(state):
        state.emit(Broadcast(message))


def known(state: ReplicaState) -> list[Message]:
    """The final certificate, all certificates above it, the guard's own votes above it and the stored
    proposal of the current view."""
    said: list[Message] = []
    finalization = state.certificates.get(VoteKind.FINALIZE, state.final_view)
    if finalization is not None:
        said.append(CertificateMessage(finalization))
    said.extend(map(CertificateMessage, state.certificates.above(state.final_view)))
    if state.guard is not None:
        said.extend(map(VoteMessage, state.guard.votes()))
    if state.own_turn.proposal is not None and state.own_turn.proposal.candidate.view == state.view:
        said.append(state.own_turn.proposal)
    return said


def link_up(state: ReplicaState, peer: int) -> None:
    """R8, R12: greet with a status, then bring the peer up to date; a replica that listens asks it where it
    stands. Requests under way may go to it at once."""
    state.exchanges.links.add(peer)
    clocks.link_up(state)
    if peer < state.n:
        state.send_status(peer, NO_NONCE)
    for message in known(state):
        state.emit(Send(peer, message))
    listening.ask(state, peer)
    for fetch in state.lack.fetches.values():
        fetch.next_ms = min(fetch.next_ms, state.now_ms)


def link_down(state: ReplicaState, peer: int) -> None:
    """Whatever was under way with the peer is lost."""
    state.exchanges.forget(peer)
    clocks.link_down(state, peer)


def answer_status(state: ReplicaState, peer: int, request: GetStatus) -> bool:
    """R12: say where this replica stands, under the nonce of who asks, unless it listens itself. False if the
    request is not looked at."""
    if request.nonce == NO_NONCE or not state.serves(peer):
        return False
    if listening.heard_question(state, peer, request):
        state.send_status(peer, request.nonce)
    return True


def receive_status(state: ReplicaState, sender: int, status: Status) -> bool:
    """R12: a vote of this replica that its guard should hold and does not stops it. False if the status is
    not looked at."""
    if status.epoch != state.config.epoch or not state.serves(sender):
        return False
    _judge_status(state, sender, status)
    return True


def _judge_status(state: ReplicaState, sender: int, status: Status) -> None:
    if status.signer != sender or sender >= state.n or not _is_genuine(state, status):
        state.emit(DropLink(sender, PeerFault.INVALID_STATUS))
        return
    state.silence.heard_ms[sender] = state.now_ms
    state.clocks.unanswered.pop(sender, None)
    clocks.learn(state, status)
    if status.highest is not None and is_foreign(state, status.highest):
        return
    listening.heard_answer(state, status)


def _is_genuine(state: ReplicaState, status: Status) -> bool:
    """Whether its signer signed it, and the vote it carries is a valid one of this replica's. A replica
    that follows because its guard is lost has no index any more, and is greeted with its old votes."""
    signed = status_bytes(
        state.config.genesis_hash,
        status.epoch,
        status.view,
        status.incarnation,
        status.nonce,
        status.time_ms,
        status.highest,
    )
    key = state.config.validators.validators[status.signer].public_key
    if not state.config.verify(key, signed, status.signature):
        return False
    vote = status.highest
    return vote is None or (
        state.config.index in (None, vote.signer)
        and vote.signer < state.n
        and vote.epoch == status.epoch
        and is_signed(state, vote)
    )
