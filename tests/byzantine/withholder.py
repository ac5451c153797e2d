"""The leader that withholds the payload: its block reaches f + 1 others, of whom f may be its friends; the
rest see votes for a block that it never gives them."""

from __future__ import annotations

from collections.abc import Sequence

from consensus.messages import BlockMessage, Propose, VoteKind
from node.simulation.network import Packet, RangeAnswer, TransactionPacket
from node.simulation.process import Process
from node.simulation.seat import ProcessSeat
from tests.byzantine.liar import Liar


class Withholder(Liar):
    """Votes loudly, delivers to few, and answers no request for a block."""

    def post(self, peer: int | None, packet: Packet) -> None:
        match packet:
            case Propose(candidate=candidate):
                faults = self.seat.genesis.validators.faults
                chosen = self._dependencies.random.sample(self.peers, faults + 1)
                self.tell(chosen, packet)
                vote = self.vote(VoteKind.NOTARIZE, candidate.view, candidate)
                self.tell_votes([index for index in self.peers if index not in chosen], [vote])
            case BlockMessage() | RangeAnswer() | TransactionPacket():
                return
            case _:
                super().post(peer, packet)


def withholder(seat: ProcessSeat) -> Sequence[Process]:
    """A withholding leader at this seat."""
    return [Withholder(f"v{seat.validator}w", seat)]
