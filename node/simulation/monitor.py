"""Watches from outside the processes that the invariants hold.

The monitor sees each message at the moment an honest process lets it out, each commit and each piece of
evidence. It draws no conclusion from what a process believes: whether a certificate can exist is counted from
the votes that honest validators really sent, with every attacker taken to have signed everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Protocol

from consensus.events import (
    Commit,
    DurableEffect,
    Evidence,
    Executed,
    PeerFault,
    StoreBlock,
    StoreCertificate,
    StoreVote,
    Validity,
)
from consensus.header import block_hash
from consensus.messages import (
    Block,
    Candidate,
    Certificate,
    CertificateMessage,
    FinalBlock,
    Message,
    Propose,
    Vote,
    VoteKind,
    VoteMessage,
)
from node.observing.misconduct import Misconduct
from node.simulation.invariants import Invariant, Violated
from node.simulation.trace import describe_candidate, describe_vote

Slot = tuple[int, int]
"""(epoch, view)"""


class Watched(Protocol):
    """What the monitor asks of a process."""

    name: str
    validator: int

    @property
    def relies_on_a_copy(self) -> bool:
        """Whether it votes by a guard that was put back from a copy, since too few others could warn it."""

    def has_durable_vote(self, vote: Vote) -> bool:
        """Whether the vote, signature included, would survive a crash now."""


@dataclass(slots=True)
class _Progress:
    """How far one honest validator is, by its own durable writes."""

    current: int = 1
    final: int = 0
    height: int = 0
    tip_view: int = 0
    cleared: set[int] = field(default_factory=set)
    valid: set[bytes] = field(default_factory=set)

    def clear(self, kind: VoteKind, view: int) -> None:
        if kind is VoteKind.FINALIZE:
            self.final = max(self.final, view)
        else:
            self.cleared.add(view)
        while self.current <= self.final or self.current in self.cleared:
            self.current += 1


class Monitor:
    """One per run; ``byzantine`` holds the validators that are attackers."""

    def __init__(self, validators: int, byzantine: frozenset[int]) -> None:
        self.byzantine = byzantine
        self.calm: frozenset[int] = frozenset()
        """Honest validators among whom no packet was lost for a long while."""
        self._quorum = validators - (validators - 1) // 3
        self._votes: dict[tuple[int, int, int], dict[VoteKind, Candidate | None]] = {}
        self._support: dict[tuple[VoteKind, Slot, Candidate | None], set[int]] = {}
        self._candidates: dict[Slot, set[Candidate]] = {}
        self._certified: dict[tuple[VoteKind, Slot], Candidate | None] = {}
        self._blocks: dict[bytes, Block] = {}
        self._verdicts: dict[bytes, Validity] = {}
        self._progress = {index: _Progress() for index in range(validators)}
        self._copies: dict[int, _Progress] = {}
        self._stale: set[int] = set()
        """Validators that relied on a guard put back from a copy: they count towards f."""
        self.chain: list[bytes] = []
        self._ordered: set[bytes] = set()
        self._refused: set[bytes] = set()
        """Transactions in final blocks, and those of which an honest process has said that none will be."""

    def written(self, process: Watched, write: DurableEffect) -> None:
        """A durable effect of an honest process has become durable; called in the order of the writes."""
        match write:
            case StoreBlock(block_hash=name, block=block):
                self._blocks.setdefault(name, block)
            case StoreCertificate(certificate=certificate):
                self.certified(process, certificate)
                self._progress[process.validator].clear(certificate.kind, certificate.view)
            case StoreVote(vote=vote):
                self._check_new_vote(process, vote)
            case Evidence(first=first):
                if first.signer not in self.byzantine and first.signer not in self._stale:
                    raise Violated(Invariant.EVIDENCE_IS_TRUE, f"{process.name} accuses {first.signer}")
            case Commit(blocks=blocks):
                self._committed(process, blocks)
                self._progress[process.validator].clear(VoteKind.FINALIZE, blocks[-1].candidate.view)
            case _:
                pass

    def forgot(self, process: Watched) -> None:
        """The disk of an honest process is lost: it begins anew, but what it signed it has signed."""
        self._progress[process.validator] = _Progress()

    def copied(self, process: Watched) -> None:
        """The disk of an honest process is copied."""
        self._copies[process.validator] = deepcopy(self._progress[process.validator])

    def put_back(self, process: Watched) -> None:
        """That copy takes the place of the disk; what the process has signed since it has signed."""
        self._progress[process.validator] = deepcopy(self._copies[process.validator])

    def sent(self, process: Watched, message: Message) -> None:
        """An honest process lets a message out."""
        match message:
            case VoteMessage(vote=vote) if vote.signer == process.validator:
                self._signed(process, vote)
            case Propose(candidate=candidate, signature=signature):
                place = candidate.epoch, candidate.view
                self._signed(
                    process, Vote(VoteKind.NOTARIZE, *place, candidate, process.validator, signature)
                )
            case CertificateMessage(certificate=certificate):
                self.certified(process, certificate)
            case _:
                pass

    def _signed(self, process: Watched, vote: Vote) -> None:
        slot = (vote.epoch, vote.view)
        support = self._support.setdefault((vote.kind, slot, vote.candidate), set())
        if process.validator in support:
            return
        if not process.has_durable_vote(vote):
            raise Violated(Invariant.SYNCED_BEFORE_SENT, f"{process.name} sent {describe_vote(vote)}")
        support.add(process.validator)
        if vote.candidate is not None:
            self._candidates.setdefault(slot, set()).add(vote.candidate)
        if vote.kind is VoteKind.FINALIZE and not self._possible(VoteKind.NOTARIZE, slot, vote.candidate):
            raise Violated(Invariant.FINAL_IS_NOTARIZED, f"{process.name} sent {describe_vote(vote)}")
        if vote.kind is VoteKind.NOTARIZE and vote.candidate is not None:
            self._check_path(process, vote.candidate)

    def _check_new_vote(self, process: Watched, vote: Vote) -> None:
        """Votes become durable in the order in which they were signed."""
        mine = self._votes.setdefault((process.validator, vote.epoch, vote.view), {})
        current = self._progress[process.validator].current
        if process.relies_on_a_copy:
            self._stale.add(process.validator)
        for kind, candidate in mine.items():
            if _forbids(kind, candidate, vote) and process.validator not in self._stale:
                earlier = Vote(kind, vote.epoch, vote.view, candidate, vote.signer, b"")
                what = f"{process.name} signs {describe_vote(earlier)}, then {describe_vote(vote)}"
                raise Violated(Invariant.NO_CONTRADICTION, what)
        if vote.kind is not VoteKind.FINALIZE and vote.view != current:
            what = f"{process.name} signs {describe_vote(vote)} in view {current}"
            raise Violated(Invariant.VOTES_IN_CURRENT_VIEW, what)
        if vote.kind is VoteKind.NOTARIZE and vote.candidate is not None:
            self._check_found_valid(process, vote.candidate)
        mine[vote.kind] = vote.candidate

    def _check_found_valid(self, process: Watched, candidate: Candidate) -> None:
        if candidate.block_hash not in self._progress[process.validator].valid:
            what = f"{process.name} notarizes {describe_candidate(candidate)} unexecuted"
            raise Violated(Invariant.VALID_BEFORE_VOTED, what)

    def _check_path(self, process: Watched, candidate: Candidate) -> None:
        block = self._blocks.get(candidate.block_hash)
        if block is not None and candidate.parent_view > 0:
            parents = self._candidates.get((candidate.epoch, candidate.parent_view), ())
            slot = (candidate.epoch, candidate.parent_view)
            if not any(
                parent.block_hash == block.header.parent_hash
                and self._possible(VoteKind.NOTARIZE, slot, parent)
                for parent in parents
            ):
                raise Violated(
                    Invariant.PARENT_IS_CERTIFIED,
                    f"{process.name} voted for {describe_candidate(candidate)}",
                )
        for view in range(candidate.parent_view + 1, candidate.view):
            if not self._possible(VoteKind.NULLIFY, (candidate.epoch, view), None):
                raise Violated(
                    Invariant.SKIPPED_IS_NULLIFIED,
                    f"{process.name} voted for {describe_candidate(candidate)}, nothing nullifies {view}",
                )

    def _possible(self, kind: VoteKind, slot: Slot, candidate: Candidate | None) -> bool:
        """Whether a certificate can exist, had every attacker signed it."""
        honest = self._support.get((kind, slot, candidate), ())
        return len(honest) + len(self.byzantine) >= self._quorum

    def certified(self, process: Watched, certificate: Certificate) -> None:
        """An honest process stores or sends a certificate."""
        kind, slot = certificate.kind, (certificate.epoch, certificate.view)
        key = (kind, slot)
        if key in self._certified and self._certified[key] == certificate.candidate:
            return
        self._own_share(process, certificate)
        what = f"{process.name} holds {kind.name.lower()} certificate of view {certificate.view}"
        if not self._possible(kind, slot, certificate.candidate):
            raise Violated(Invariant.CERTIFICATE_IS_BACKED, what)
        if key in self._certified and kind is not VoteKind.NULLIFY:
            invariant = (
                Invariant.ONE_NOTARIZATION if kind is VoteKind.NOTARIZE else Invariant.PREFIX_AGREEMENT
            )
            raise Violated(invariant, f"{what} for another candidate")
        self._certified[key] = certificate.candidate
        opposite = {VoteKind.FINALIZE: VoteKind.NULLIFY, VoteKind.NULLIFY: VoteKind.FINALIZE}.get(kind)
        if opposite is not None and (opposite, slot) in self._certified:
            raise Violated(Invariant.FINAL_OR_NULL, what)

    def _own_share(self, process: Watched, certificate: Certificate) -> None:
        """A certificate may leave ahead of its sender's own vote in it: that vote is thereby sent."""
        for signer, signature in zip(certificate.signers, certificate.signatures, strict=True):
            if signer == process.validator:
                place = certificate.epoch, certificate.view
                self._signed(
                    process, Vote(certificate.kind, *place, certificate.candidate, signer, signature)
                )

    def _committed(self, process: Watched, blocks: Sequence[FinalBlock]) -> None:
        known = self._progress[process.validator].height
        parent_view = self._progress[process.validator].tip_view
        for final in blocks:
            if not _is_proved(final, parent_view):
                what = (
                    f"{process.name} commits {describe_candidate(final.candidate)} after view {parent_view}"
                )
                raise Violated(Invariant.FINAL_BLOCKS_ARE_PROVED, what)
            parent_view = final.candidate.view
            header, name = final.block.header, block_hash(final.block.header)
            what = f"{process.name} commits {name.hex()[:6]} of height {header.height} after height {known}"
            if header.height != known + 1 or name != final.candidate.block_hash:
                raise Violated(Invariant.PREFIX_AGREEMENT, what)
            if known < len(self.chain):
                if self.chain[known] != name:
                    raise Violated(
                        Invariant.PREFIX_AGREEMENT, f"{what}, another {self.chain[known].hex()[:6]}"
                    )
            elif self.chain and header.parent_hash != self.chain[-1]:
                raise Violated(Invariant.PREFIX_AGREEMENT, f"{what}, off the chain")
            else:
                self.chain.append(name)
                self._ordered.update(final.block.transactions)
                self._compare_refused(process)
            known += 1
        self._progress[process.validator].height = known
        self._progress[process.validator].tip_view = parent_view

    def judged(self, process: Watched, executed: Executed) -> None:
        """An honest process has executed a block, or built it."""
        if executed.outcome is Validity.UNKNOWN:
            return
        if executed.outcome is Validity.VALID:
            self._progress[process.validator].valid.add(executed.block_hash)
        if self._verdicts.setdefault(executed.block_hash, executed.outcome) is not executed.outcome:
            what = f"{process.name} finds {executed.block_hash.hex()[:6]} {executed.outcome.value}"
            raise Violated(Invariant.EQUAL_VERDICTS, f"{what} {executed.reason}")

    def measured(self, process: Watched, buffers: Mapping[str, tuple[int, int]]) -> None:
        """The size and the cap of every buffer of an honest process after a turn."""
        for name, (size, cap) in buffers.items():
            if size > cap:
                raise Violated(Invariant.BUFFERS_BOUNDED, f"{process.name} holds {size} {name}, over {cap}")

    def dropped(self, process: Watched, peer: int, fault: PeerFault) -> None:
        """An honest process drops a link."""
        if peer not in self.byzantine:
            raise Violated(Invariant.HONEST_LINK_KEPT, f"{process.name} drops {peer}: {fault}")

    def charged(self, process: Watched, peer: int, fault: Misconduct) -> None:
        """An honest process finds that a peer sends more in vain than there is occasion for."""
        if peer not in self.byzantine:
            raise Violated(Invariant.HONEST_NOT_CHARGED, f"{process.name} charges {peer}: {fault}")

    def calms(self, validators: Sequence[int]) -> None:
        """Between these no packet is lost any more."""
        self.calm = frozenset(validators) - self.byzantine

    def accused(self, process: Watched, peer: int) -> None:
        """An honest process says that a peer withholds attachments."""
        if {process.validator, peer} <= self.calm:
            raise Violated(Invariant.HONEST_NOT_ACCUSED, f"{process.name} accuses {peer}")

    def refused(self, process: Watched, transaction: bytes) -> None:
        """An honest process tells a client that no block will hold its transaction."""
        self._refused.add(transaction)
        self._compare_refused(process)

    def _compare_refused(self, process: Watched) -> None:
        if not self._refused.isdisjoint(self._ordered):
            raise Violated(Invariant.REFUSED_FOR_GOOD, f"seen by {process.name}")

    def stopped(self, process: Watched, why: str) -> None:
        """An honest process stops for good."""
        raise Violated(Invariant.NO_FALSE_STOP, f"{process.name}: {why}")


def _forbids(kind: VoteKind, candidate: Candidate | None, later: Vote) -> bool:
    """Whether a validator that has signed the one in a view must not sign the other in it afterwards."""
    if VoteKind.NULLIFY in (kind, later.kind):
        return (kind, later.kind) not in (
            (VoteKind.NULLIFY, VoteKind.NULLIFY),
            (VoteKind.NOTARIZE, VoteKind.NULLIFY),
        )
    return candidate != later.candidate


def _is_proved(final: FinalBlock, parent_view: int) -> bool:
    """Whether a block that follows one committed in ``parent_view`` carries all that proves its place."""
    candidate, certificate = final.candidate, final.certificate
    return (
        candidate.parent_view == parent_view
        and certificate.kind is not VoteKind.NULLIFY
        and certificate.candidate == candidate
        and all(skipped.kind is VoteKind.NULLIFY for skipped in final.nullifications)
        and [skipped.view for skipped in final.nullifications] == list(range(parent_view + 1, candidate.view))
    )
