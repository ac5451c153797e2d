"""The miser: it publishes attachments without end and gives them to few, or to nobody; what it proposes as a
leader names some that nobody else has."""

from __future__ import annotations

from collections.abc import Sequence

from node.simulation.clock import EPOCH_MS
from node.simulation.network import ContentAnswer, Packet, TransactionPacket
from node.simulation.process import Process
from node.simulation.seat import ProcessSeat
from tests.byzantine.liar import Liar

PAUSE_MS = 500
TOGETHER = 2
FIRST_NUMBER = 1_000_000
"""Its transactions are none of those of the run's clients."""


class Miser(Liar):
    """Each of its publications is named to some peers and given to fewer; to the others it keeps silent or
    says that it has nothing."""

    _next_ms = 0
    _made = 0

    def receive(self, sender: int, packet: Packet) -> None:
        super().receive(sender, packet)
        now_ms = self._dependencies.schedule.now_ms
        if self.running and now_ms >= self._next_ms:
            self._next_ms = now_ms + PAUSE_MS
            self._publish(EPOCH_MS + now_ms)

    def _publish(self, wall_ms: int) -> None:
        for _ in range(TOGETHER):
            self._made += 1
            number = FIRST_NUMBER * (1 + self.validator) + self._made
            application = self.seat.genesis.application
            transaction = application.publication(number, self._dependencies.random, wall_ms)
            self.thread.hold(transaction)
            self.admit(transaction)
            self.tell(self.some_peers(), TransactionPacket(transaction))

    def post(self, peer: int | None, packet: Packet) -> None:
        if isinstance(packet, ContentAnswer) and peer is not None:
            chance = self._dependencies.random.random()
            if not self._favours(peer) and chance < 0.7:
                return
            given = packet.given if self._favours(peer) else ()
            packet = ContentAnswer(packet.asked, given)
        super().post(peer, packet)

    def _favours(self, peer: int) -> bool:
        """One of its peers, another after each second: those that it gives to are never a quorum."""
        turn = self._dependencies.schedule.now_ms // 1_000
        return self.peers[turn % len(self.peers)] == peer


def miser(seat: ProcessSeat) -> Sequence[Process]:
    """A miser at this seat."""
    return [Miser(f"v{seat.validator}m", seat)]
