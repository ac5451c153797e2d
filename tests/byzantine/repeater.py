"""The repeater: says again and again what everybody knows, and signs votes for every view of the window."""

from __future__ import annotations

from collections.abc import Sequence

from consensus.messages import Candidate, CertificateMessage, Message, Propose, VoteKind, VoteMessage
from consensus.state import VIEW_WINDOW
from node.simulation.network import Packet
from node.simulation.process import Process
from node.simulation.seat import ProcessSeat
from registry.primitives.digest import sha256
from tests.byzantine.liar import EPOCH, Liar

REMEMBERED = 16
PAUSE_MS = 200


class Repeater(Liar):
    """Every ``PAUSE_MS`` tells the first peer all that it remembers, and votes for each view ahead."""

    _next_ms = 0

    def _begin_loop(self) -> None:
        super()._begin_loop()
        self._heard: list[Message] = []

    def receive(self, sender: int, packet: Packet) -> None:
        super().receive(sender, packet)
        if isinstance(packet, CertificateMessage | VoteMessage | Propose):
            self._heard = [*self._heard[1 - REMEMBERED :], packet]
        now_ms = self._dependencies.schedule.now_ms
        if self.running and now_ms >= self._next_ms:
            self._next_ms = now_ms + PAUSE_MS
            self._repeat(self.peers[0])

    def _repeat(self, victim: int) -> None:
        for message in self._heard:
            self.tell([victim], message)
        view = self.replica.view
        for at in range(view, view + VIEW_WINDOW + 1):
            candidate = Candidate(EPOCH, at, view - 1, sha256(b"%d" % at))
            for kind in VoteKind:
                vote = self.vote(kind, at, None if kind is VoteKind.NULLIFY else candidate)
                self.tell_votes([victim], [vote])


def repeater(seat: ProcessSeat) -> Sequence[Process]:
    """A repeater at this seat."""
    return [Repeater(f"v{seat.validator}r", seat)]
