"""The late proposal: a leader that proposes when the others' timers are about to end, or have ended for
some."""

from __future__ import annotations

from collections.abc import Sequence

from consensus.messages import Propose
from node.simulation.network import Packet
from node.simulation.process import Process
from node.simulation.seat import ProcessSeat
from tests.byzantine.liar import Liar


class Late(Liar):
    """Holds each proposal back by about the leader's time-out, for each peer by another delay."""

    def post(self, peer: int | None, packet: Packet) -> None:
        if not isinstance(packet, Propose):
            super().post(peer, packet)
            return
        delta_ms = self.seat.genesis.timing.delta_ms
        for each in self.peers if peer is None else [peer]:
            delay_ms = self._dependencies.random.randint(delta_ms, 4 * delta_ms)
            self._dependencies.schedule.after(delay_ms, self._post_late, self.generation, each, packet)

    def _post_late(self, generation: int, peer: int, packet: Packet) -> None:
        if generation == self.generation and self.running:
            super().post(peer, packet)


def late(seat: ProcessSeat) -> Sequence[Process]:
    """A late leader at this seat."""
    return [Late(f"v{seat.validator}l", seat)]
