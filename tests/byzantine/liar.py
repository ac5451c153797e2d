"""What all attackers share: a process whose outgoing packets they bend, and a key that signs whatever they
like.

An attacker's process is an honest replica underneath, so that it keeps up with the network; what it does
wrong it does in ``post``, in ``receive`` or on its own initiative.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from consensus.guard import Guard
from consensus.header import block_hash
from consensus.messages import Block, Candidate, Certificate, Propose, Vote, VoteKind, VoteMessage
from consensus.signing import vote_bytes
from node.simulation.network import Packet
from node.simulation.process import Process
from node.simulation.seat import Parts, ProcessSeat

EPOCH = 0


class DeafGuard(Guard):
    """Takes no notice of votes that its key gave elsewhere: attackers do not stop for R12."""

    def is_foreign(self, vote: Vote) -> bool:
        return False


class Liar(Process):
    """A process that owes nobody anything."""

    def __init__(self, name: str, seat: ProcessSeat) -> None:
        super().__init__(name, replace(seat, parts=Parts(guard=DeafGuard)), watched=False)

    @property
    def peers(self) -> list[int]:
        """The other validators."""
        count = self.seat.genesis.validators.n
        return [index for index in range(count) if index != self.validator]

    def some_peers(self) -> list[int]:
        """Any of the others, at random."""
        chance = self._dependencies.random.random
        return [peer for peer in self.peers if chance() < 0.5]

    def vote(self, kind: VoteKind, view: int, candidate: Candidate | None) -> Vote:
        """A valid vote, whatever was signed before."""
        signature = self.seat.sign(vote_bytes(self.seat.genesis.genesis_hash, kind, EPOCH, view, candidate))
        return Vote(kind, EPOCH, view, candidate, self.validator, signature)

    def proposal(
        self, view: int, parent_view: int, block: Block, justification: Iterable[Certificate]
    ) -> Propose:
        """A validly signed proposal of any block on any parent."""
        candidate = Candidate(EPOCH, view, parent_view, block_hash(block.header))
        vote = self.vote(VoteKind.NOTARIZE, view, candidate)
        return Propose(candidate, vote.signature, block, tuple(justification))

    def tell(self, peers: Iterable[int], packet: Packet) -> None:
        """Send the same to each of these."""
        for peer in peers:
            super().post(peer, packet)

    def tell_votes(self, peers: Iterable[int], votes: Iterable[Vote]) -> None:
        """Send these votes to each of these."""
        chosen = list(peers)
        for vote in votes:
            self.tell(chosen, VoteMessage(vote))
