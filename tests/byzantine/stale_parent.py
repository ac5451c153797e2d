"""The stale parent: a leader that builds on an old block and shows no nullification for the views it
skips."""

from __future__ import annotations

from collections.abc import Sequence

from consensus.events import Build
from consensus.messages import Certificate, Propose, VoteKind
from node.simulation.network import Packet
from node.simulation.pool import waiting
from node.simulation.process import Process
from node.simulation.seat import ProcessSeat
from tests.byzantine.liar import EPOCH, Liar


class StaleParent(Liar):
    """Takes any certified block it has seen for a parent: shown openly, with that block's certificate and
    nothing for the views between, or hidden behind the parent that it should have taken, with all that goes
    with it."""

    def post(self, peer: int | None, packet: Packet) -> None:
        if isinstance(packet, Propose) and self._dependencies.random.random() < 0.7:
            stale = self._stale(packet)
            if stale is not None:
                self.tell(self.peers if peer is None else [peer], stale)
                return
        super().post(peer, packet)

    def _stale(self, honest: Propose) -> Propose | None:
        random, view, parent_view = (
            self._dependencies.random,
            honest.candidate.view,
            honest.candidate.parent_view,
        )
        certificate = self._old_parent(parent_view)
        if certificate is None or certificate.candidate is None:
            return None
        parent = self.machine.durable.blocks[certificate.candidate.block_hash].header
        time_ms = max(honest.block.header.time_ms, parent.time_ms + 1)
        build = Build(EPOCH, view, certificate.candidate.block_hash, parent.height + 1, time_ms, share=16)
        block = self.thread.ledger.build(build, {"": (waiting(b"stale-%d" % view, ""),)}).block
        if random.random() < 0.5:
            return self.proposal(view, parent_view, block, honest.justification)
        return self.proposal(view, certificate.view, block, [certificate])

    def _old_parent(self, below: int) -> Certificate | None:
        """The certificate of some held and executed block of an earlier view."""
        durable, ledger = self.machine.durable, self.thread.ledger
        parents = [
            certificate
            for (kind, _, view), certificate in sorted(durable.certificates.items())
            if kind is not VoteKind.NULLIFY
            and view < below
            and (candidate := certificate.candidate) is not None
            and candidate.block_hash in durable.blocks
            and ledger.knows(candidate.block_hash)
        ]
        return self._dependencies.random.choice(parents[-4:]) if parents else None


def stale_parent(seat: ProcessSeat) -> Sequence[Process]:
    """A leader on stale parents at this seat."""
    return [StaleParent(f"v{seat.validator}s", seat)]
