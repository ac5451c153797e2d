"""The flooder: valid signatures about views that nobody is in, blocks that nobody asked for, and endless
questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from consensus.header import block_hash
from consensus.messages import Block, BlockMessage, Candidate, GetBlock, GetCertificates, Propose, VoteKind
from node.simulation.network import Packet, RangeRequest
from node.simulation.process import Process
from node.simulation.seat import ProcessSeat
from registry.primitives.codec import MAX_INTEGER
from registry.primitives.digest import sha256
from tests.byzantine.liar import EPOCH, Liar

PAUSE_MS = 100


class Flooder(Liar):
    """Answers what it hears with rubbish that costs the others room, at most once in ``PAUSE_MS``."""

    _next_ms = 0

    def receive(self, sender: int, packet: Packet) -> None:
        super().receive(sender, packet)
        now_ms = self._dependencies.schedule.now_ms
        if self.running and now_ms >= self._next_ms:
            self._next_ms = now_ms + PAUSE_MS
            self._flood(sender)

    def _flood(self, victim: int) -> None:
        random, view = self._dependencies.random, self.replica.view
        for ahead in (1, 5, 16, 17, 1_000, 10**9):
            kind = random.choice(tuple(VoteKind))
            name = sha256(b"%d" % random.randrange(10**9))
            candidate = None if kind is VoteKind.NULLIFY else Candidate(EPOCH, view + ahead, view, name)
            self.tell_votes([victim], [self.vote(kind, view + ahead, candidate)])
        self.tell([victim], GetBlock(sha256(b"nothing")))
        self.tell([victim], GetCertificates(EPOCH, 1, MAX_INTEGER))
        self.tell([victim], RangeRequest(1))
        held = list(self.machine.durable.blocks.values())
        if held:
            block = held[-1]
            header = replace(block.header, time_ms=block.header.time_ms + random.randrange(1, 10**6))
            self.tell([victim], BlockMessage(Block(header, block.transactions)))
            self.tell([victim], self._future_proposal(view, Block(header, block.transactions)))

    def _future_proposal(self, view: int, block: Block) -> Propose:
        """In the next view that it leads."""
        while self.seat.genesis.leader(view) != self.validator:
            view += 1
        candidate = Candidate(EPOCH, view, view - 1, block_hash(block.header))
        return Propose(candidate, self.vote(VoteKind.NOTARIZE, view, candidate).signature, block, ())


def flooder(seat: ProcessSeat) -> Sequence[Process]:
    """A flooder at this seat."""
    return [Flooder(f"v{seat.validator}o", seat)]
