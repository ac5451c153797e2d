"""The stale parent: a leader that builds on an old block and shows no nullification for the views it
skips."""

from __future__ import annotations

from collections.abc import Sequence

from consensus.events import Build
from consensus.messages import Propose, VoteKind
from node.simulation.network import Packet
from node.simulation.process import Process
from node.simulation.seat import Seat
from tests.byzantine.liar import EPOCH, Liar


class StaleParent(Liar):
    """Takes any certified candidate it has seen for a parent, together with that candidate's certificate."""

    def post(self, peer: int | None, packet: Packet) -> None:
        if isinstance(packet, Propose) and self._around.random.random() < 0.7:
            stale = self._stale(packet)
            if stale is not None:
                self.tell(self.peers if peer is None else [peer], stale)
                return
        super().post(peer, packet)

    def _stale(self, honest: Propose) -> Propose | None:
        durable = self.machine.durable
        parents = [
            certificate
            for (kind, _, view), certificate in sorted(durable.certificates.items())
            if kind is not VoteKind.NULLIFY and view < honest.candidate.parent_view
        ]
        if not parents:
            return None
        certificate = self._around.random.choice(parents[-4:])
        candidate = certificate.candidate
        if candidate is None or (parent := durable.blocks.get(candidate.block_hash)) is None:
            return None
        time_ms = max(honest.block.header.time_ms, parent.header.time_ms + 1)
        build = Build(
            EPOCH, honest.candidate.view, candidate.block_hash, parent.header.height + 1, time_ms, share=16
        )
        if not self.thread.ledger.knows(candidate.block_hash):
            return None
        block = self.thread.ledger.build(build, [b"stale-%d" % honest.candidate.view])
        if block is None:
            return None
        return self.proposal(honest.candidate.view, candidate.view, block, [certificate])


def stale_parent(seat: Seat) -> Sequence[Process]:
    """A leader on stale parents at this seat."""
    return [StaleParent(f"v{seat.validator}s", seat)]
