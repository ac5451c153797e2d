"""What a process finds on its disk when it starts: all durable effects so far, folded into one state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from consensus.events import (
    Commit,
    DurableEffect,
    Evidence,
    StoreBlock,
    StoreCertificate,
    StoreFloor,
    StoreProposal,
    StoreVote,
)
from consensus.messages import Block, Certificate, FinalBlock, Propose, Vote, VoteKind


class DurableState:
    """Only flushed batches are folded in, so this is always exactly what would survive."""

    def __init__(self) -> None:
        self.floor = (0, 0)
        self.votes: dict[tuple[VoteKind, int, int], Vote] = {}
        self.blocks: dict[bytes, Block] = {}
        self.certificates: dict[tuple[VoteKind, int, int], Certificate] = {}
        self.proposal: Propose | None = None
        self.chain: list[FinalBlock] = []
        self.evidence: list[Evidence] = []

    def copy(self) -> DurableState:
        """As it is now; what is folded in later changes only one of the two."""
        copied = DurableState()
        copied.floor, copied.proposal = self.floor, self.proposal
        copied.votes, copied.blocks = dict(self.votes), dict(self.blocks)
        copied.certificates, copied.chain = dict(self.certificates), list(self.chain)
        copied.evidence = list(self.evidence)
        return copied

    def fold(self, writes: Iterable[DurableEffect]) -> None:
        """One batch became durable. Later writes of a batch win over earlier ones, as in the store."""
        for write in writes:
            match write:
                case StoreVote(vote=vote):
                    self.votes[vote.kind, vote.epoch, vote.view] = vote
                case StoreFloor(epoch=epoch, view=view):
                    self.floor = (epoch, view)
                case StoreBlock(block_hash=block_hash, block=block):
                    self.blocks[block_hash] = block
                case StoreCertificate(certificate=certificate):
                    self.certificates[certificate.kind, certificate.epoch, certificate.view] = certificate
                case StoreProposal(proposal=proposal):
                    self.proposal = proposal
                case Commit(blocks=blocks):
                    self.chain.extend(blocks)
                case Evidence():
                    self.evidence.append(write)
                case _:
                    assert_never(write)
