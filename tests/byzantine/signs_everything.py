"""Signs everything: a vote of every kind for every candidate it hears of, sent to whoever may be split by
it."""

from __future__ import annotations

from collections.abc import Sequence

from consensus.messages import Candidate, Propose, VoteKind, VoteMessage
from node.simulation.network import Packet
from node.simulation.process import Process
from node.simulation.seat import ProcessSeat
from tests.byzantine.liar import Liar


class SignsEverything(Liar):
    """On top of what its replica does."""

    def receive(self, sender: int, packet: Packet) -> None:
        super().receive(sender, packet)
        match packet:
            case Propose(candidate=candidate):
                self._sign_all(candidate.view, candidate)
            case VoteMessage(vote=vote):
                self._sign_all(vote.view, vote.candidate)
            case _:
                pass

    def _sign_all(self, view: int, candidate: Candidate | None) -> None:
        if not self.running:
            return
        self.tell_votes(self.some_peers(), [self.vote(VoteKind.NULLIFY, view, None)])
        if candidate is not None:
            self.tell_votes(self.some_peers(), [self.vote(VoteKind.NOTARIZE, view, candidate)])
            self.tell_votes(self.some_peers(), [self.vote(VoteKind.FINALIZE, view, candidate)])


def signs_everything(seat: ProcessSeat) -> Sequence[Process]:
    """A validator that signs everything at this seat."""
    return [SignsEverything(f"v{seat.validator}x", seat)]
