"""The questioner: asks without end for blocks that nobody has, for certificates, and where others stand."""

from __future__ import annotations

from collections.abc import Sequence

from consensus.messages import GetBlock, GetCertificates, GetStatus
from node.simulation.network import Packet
from node.simulation.process import Process
from node.simulation.seat import ProcessSeat
from registry.primitives.codec import MAX_INTEGER
from tests.byzantine.liar import EPOCH, Liar

AT_ONCE = 12
PAUSE_MS = 50


class Questioner(Liar):
    """Answers what it hears with questions, at most once in ``PAUSE_MS``."""

    _next_ms = 0

    def receive(self, sender: int, packet: Packet) -> None:
        super().receive(sender, packet)
        now_ms = self._dependencies.schedule.now_ms
        if not self.running or now_ms < self._next_ms:
            return
        self._next_ms = now_ms + PAUSE_MS
        for _ in range(AT_ONCE):
            draw = self._dependencies.random.randbytes
            self.tell([sender], GetBlock(draw(32)))
            self.tell([sender], GetCertificates(EPOCH, 1, MAX_INTEGER))
            self.tell([sender], GetStatus(draw(16)))


def questioner(seat: ProcessSeat) -> Sequence[Process]:
    """A questioner at this seat."""
    return [Questioner(f"v{seat.validator}q", seat)]
