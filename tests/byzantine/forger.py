"""Forged certificates: too few signers, one signer many times, another's signature made up, another
content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from consensus.messages import Candidate, Certificate, CertificateMessage, VoteKind
from node.simulation.encoding import recoded
from node.simulation.network import Packet
from node.simulation.process import Process
from node.simulation.seat import ProcessSeat
from tests.byzantine.liar import EPOCH, Liar


class Forger(Liar):
    """Each certificate it would relay it also sends spoilt, and makes some from nothing."""

    def post(self, peer: int | None, packet: Packet) -> None:
        super().post(peer, packet)
        if isinstance(packet, CertificateMessage) and self._dependencies.random.random() < 0.5:
            forged = recoded(CertificateMessage(self._forge(packet.certificate)))
            if forged is not None:
                self.tell(self.some_peers(), forged)

    def _forge(self, real: Certificate) -> Certificate:
        random, kind = self._dependencies.random, self._dependencies.random.randrange(5)
        own = self.vote(real.kind, real.view, real.candidate).signature
        if kind == 0:
            return replace(real, signers=real.signers[:-1], signatures=real.signatures[:-1])
        if kind == 1:
            count = len(real.signers)
            return replace(real, signers=(self.validator,) * count, signatures=(own,) * count)
        if kind == 2:
            return replace(real, signatures=(own,) * len(real.signers))
        if kind == 3:
            other = replace(real.candidate, block_hash=bytes(32)) if real.candidate else None
            return replace(real, candidate=other, view=real.view + (other is None))
        view = real.view + random.randint(0, 2)
        candidate = Candidate(EPOCH, view, max(0, view - 1), bytes(32))
        signers = tuple(range(self.seat.genesis.validators.quorum))
        return Certificate(VoteKind.FINALIZE, EPOCH, view, candidate, signers, (own,) * len(signers))


def forger(seat: ProcessSeat) -> Sequence[Process]:
    """A forger at this seat."""
    return [Forger(f"v{seat.validator}f", seat)]
