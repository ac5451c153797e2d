"""Events, effects and messages in words, blocks and transactions by short names.

Blocks are b0, b1 … and transactions t1, t2 … in the order of their appearance, so that a transcript changes
where the behaviour changes and not where an encoding does. `b2@5<3` is b2 proposed in view 5 on the block of
view 3.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import assert_never

from consensus.events import (
    Broadcast,
    Build,
    Built,
    Commit,
    ContentArrived,
    DropLink,
    Effect,
    Event,
    Evidence,
    Execute,
    Executed,
    Halt,
    LeaderFailed,
    LinkDown,
    LinkUp,
    PoolChanged,
    Received,
    Send,
    StoreBlock,
    StoreCertificate,
    StoreFloor,
    StoreProposal,
    StoreVote,
    Sync,
    Synced,
    Tick,
)
from consensus.header import block_hash
from consensus.messages import (
    Block,
    BlockMessage,
    Candidate,
    Certificate,
    CertificateMessage,
    GetBlock,
    GetCertificates,
    GetStatus,
    Message,
    Propose,
    Status,
    Vote,
    VoteKind,
    VoteMessage,
)
from registry.primitives.reason import as_clause

NOUNS = {
    VoteKind.NOTARIZE: "notarization",
    VoteKind.NULLIFY: "nullification",
    VoteKind.FINALIZE: "finalization",
}


@dataclass
class Wording:
    """Words for what the replicas of one run are given and answer."""

    _blocks: dict[bytes, str] = field(default_factory=dict)
    _transactions: dict[bytes, str] = field(default_factory=dict)

    # What happened

    def event(self, event: Event) -> str:
        """What came to a replica."""
        match event:
            case Tick():
                return "a deadline has come"
            case Received(sender, message):
                return f"v{sender} says {self._message(message)}"
            case LinkUp(peer):
                return f"the link to v{peer} is up"
            case LinkDown(peer):
                return f"the link to v{peer} is down"
            case Executed(executed_hash, outcome):
                return f"{self.name(executed_hash)} is executed: {outcome.value}"
            case Built(view, block):
                return f"for view {view} there is {'nothing' if block is None else self._block(block)}"
            case PoolChanged(includable):
                return "transactions wait" if includable else "no transaction waits"
            case ContentArrived():
                return "attachments have arrived"
            case Synced(peer, blocks):
                return f"v{peer} gives {len(blocks)} final blocks"
            case _:
                assert_never(event)

    # What is to be done

    def effect(self, effect: Effect) -> str:
        """What a replica wants done."""
        match effect:
            case Send(peer, message):
                return f"tell v{peer} {self._message(message)}"
            case Broadcast(message):
                return f"tell all {self._message(message)}"
            case Execute(executed_hash, _):
                return f"execute {self.name(executed_hash)}"
            case Build():
                parent = self.name(effect.parent_hash)
                return f"build for view {effect.view} on {parent}, {effect.share}/16 of a block"
            case Sync(from_height, peers):
                return (
                    f"ask {' '.join(f'v{peer}' for peer in peers)} for final blocks from height {from_height}"
                )
            case DropLink(peer, fault):
                return f"drop the link to v{peer}: {fault}"
            case LeaderFailed(leader, view, failing):
                return f"report v{leader}, who led view {view}: {failing}"
            case Halt(reason, _):
                return f"halt: {as_clause(reason.sentence)}"
            case _:
                return self._durable(effect)

    def _durable(self, effect: Effect) -> str:
        match effect:
            case StoreVote(vote):
                return f"store the vote {self._vote(vote)}"
            case StoreFloor(view=view):
                return f"store the floor {view}"
            case StoreBlock(stored_hash, _):
                return f"store {self.name(stored_hash)}"
            case StoreCertificate(certificate):
                return f"store {self._certificate(certificate)}"
            case StoreProposal(proposal):
                return f"store the proposal of {self._candidate(proposal.candidate)}"
            case Commit(blocks):
                names = [self.name(block_hash(final.block.header)) for final in blocks]
                return f"commit {' '.join(names)}"
            case Evidence(first, second):
                return f"keep evidence against v{first.signer}: {self._vote(first)}, {self._vote(second)}"
            case _:
                raise AssertionError(f"{effect} has no words")

    # Messages

    def _message(self, message: Message) -> str:
        match message:
            case VoteMessage(vote):
                return self._vote(vote)
            case CertificateMessage(certificate):
                return self._certificate(certificate)
            case Propose():
                return self._proposal(message)
            case GetCertificates(from_view=first, to_view=last):
                return f"GET_CERTIFICATES of views {first} to {last}"
            case GetBlock(block_hash=wanted):
                return f"GET_BLOCK {self.name(wanted)}"
            case BlockMessage(block):
                return f"BLOCK {self._block(block)}"
            case Status(view=view, highest=highest):
                holds = "" if highest is None else f", holds {self._vote(highest)} of yours"
                return f"STATUS view {view}{holds}"
            case GetStatus(listens=listens):
                return f"GET_STATUS{', listens' if listens else ''}"
            case _:
                assert_never(message)

    def _proposal(self, proposal: Propose) -> str:
        reasons = [f"the {self._certified(certificate)}" for certificate in proposal.justification]
        because = f"; justified by {', '.join(reasons)}" if reasons else ""
        return f"PROPOSE {self._candidate(proposal.candidate)}, {self._block(proposal.block)}{because}"

    def _vote(self, vote: Vote) -> str:
        return f"{vote.kind.name} {self._subject(vote.view, vote.candidate)}"

    def _certificate(self, certificate: Certificate) -> str:
        signers = " ".join(f"v{signer}" for signer in certificate.signers)
        return f"the {self._certified(certificate)} by {signers}"

    def _certified(self, certificate: Certificate) -> str:
        return f"{NOUNS[certificate.kind]} of {self._subject(certificate.view, certificate.candidate)}"

    def _subject(self, view: int, candidate: Candidate | None) -> str:
        return f"view {view}" if candidate is None else self._candidate(candidate)

    def _candidate(self, candidate: Candidate) -> str:
        return f"{self.name(candidate.block_hash)}@{candidate.view}<{candidate.parent_view}"

    def _block(self, block: Block) -> str:
        holds = [self._transaction(transaction) for transaction in block.transactions]
        name = self.name(block_hash(block.header))
        return f"{name} (height {block.header.height}: {' '.join(holds) or 'empty'})"

    def name(self, hashed: bytes) -> str:
        """The short name of a block: b and a number, from 0 in the order in which they are asked for."""
        return self._blocks.setdefault(hashed, f"b{len(self._blocks)}")

    def _transaction(self, transaction: bytes) -> str:
        return self._transactions.setdefault(transaction, f"t{len(self._transactions) + 1}")
