"""False history: answers every question wrongly, with blocks nobody voted for and heights that do not
exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from consensus.messages import Block, BlockMessage, FinalBlock, GetBlock
from node.simulation.network import Packet, RangeAnswer, RangeRequest
from node.simulation.process import Process
from node.simulation.seat import ProcessSeat
from tests.byzantine.liar import Liar


class FalseHistory(Liar):
    """Answers at once, with what it has, spoilt."""

    def receive(self, sender: int, packet: Packet) -> None:
        chain = self.machine.durable.chain
        match packet:
            case RangeRequest(from_height=height):
                blocks = [_spoilt(final) for final in chain[-3:]]
                self.tell([sender], RangeAnswer(height, tuple(blocks)))
            case GetBlock() if chain:
                self.tell([sender], BlockMessage(_spoilt(chain[-1]).block))
            case _:
                super().receive(sender, packet)


def _spoilt(final: FinalBlock) -> FinalBlock:
    header = final.block.header
    false_header = replace(header, height=header.height + 1_000, state_root=bytes(32))
    return replace(final, block=Block(false_header, final.block.transactions))


def false_history(seat: ProcessSeat) -> Sequence[Process]:
    """A teller of false histories at this seat."""
    return [FalseHistory(f"v{seat.validator}h", seat)]
