"""The equivocating leader: proposes one block to some and another to the rest, and finalizes both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from consensus.messages import Block, Propose, VoteKind
from node.simulation.network import Packet
from node.simulation.process import Process
from node.simulation.seat import ProcessSeat
from tests.byzantine.liar import Liar


class Equivocator(Liar):
    """The second block differs in its time alone, so it is as valid as the first."""

    def post(self, peer: int | None, packet: Packet) -> None:
        if not isinstance(packet, Propose):
            super().post(peer, packet)
            return
        header = packet.block.header
        other_block = Block(replace(header, time_ms=header.time_ms + 1), packet.block.transactions)
        view = packet.candidate.view
        other = self.proposal(view, packet.candidate.parent_view, other_block, packet.justification)
        first_half = self.some_peers()
        second_half = [index for index in self.peers if index not in first_half]
        for audience, proposal in ((first_half, packet), (second_half, other)):
            self.tell(audience, proposal)
            self.tell_votes(audience, [self.vote(VoteKind.FINALIZE, view, proposal.candidate)])
            if self._dependencies.random.random() < 0.3:
                self.tell(self.peers, proposal)


def equivocator(seat: ProcessSeat) -> Sequence[Process]:
    """An equivocating leader at this seat."""
    return [Equivocator(f"v{seat.validator}e", seat)]
