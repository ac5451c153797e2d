"""Stale certificates: genuine ones sent again and again, long after their views, and in wrong
justifications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from consensus.messages import Certificate, CertificateMessage, Propose
from node.simulation.network import Packet
from node.simulation.process import Process
from node.simulation.seat import ProcessSeat
from tests.byzantine.liar import Liar


class StaleCertificates(Liar):
    """Justifies its proposals with certificates of other views and floods the others with old ones."""

    def post(self, peer: int | None, packet: Packet) -> None:
        if isinstance(packet, Propose):
            packet = replace(packet, justification=tuple(self._old()))
        super().post(peer, packet)
        if self._dependencies.random.random() < 0.2:
            for certificate in self._old():
                self.tell(self.some_peers(), CertificateMessage(certificate))

    def _old(self) -> list[Certificate]:
        held = [certificate for _, certificate in sorted(self.machine.durable.certificates.items())]
        return self._dependencies.random.sample(held, min(len(held), 2))


def stale_certificates(seat: ProcessSeat) -> Sequence[Process]:
    """A sender of stale certificates at this seat."""
    return [StaleCertificates(f"v{seat.validator}c", seat)]
