"""Votes with the member's own key that no honest member gives."""

import os

from consensus.messages import Candidate, Vote, VoteKind, VoteMessage
from consensus.state import VIEW_WINDOW
from node.wording.units import KIB
from tests.redteam.attacker import Attacker
from tests.redteam.floods import Batch, Flood, batch, message_frame


class WindowVotes(Attacker):
    name = "window-votes"
    sentence = "signs NOTARIZE and NULLIFY for each of the 16 views above the current one, again in each view"
    rule = "one vote of a kind counts in a view (R10); votes ahead of the view cost the peer's budget"
    proof = "votes"

    def prepare(self) -> None:
        self._made: dict[int, list[bytes]] = {}

    async def attack(self) -> None:
        self.member.flood(Flood(self._batch, 512 * KIB, "votes"))

    def _batch(self) -> Batch:
        first = self.member.view + 1
        frames: list[bytes] = []
        for view in range(first, first + VIEW_WINDOW):
            if view not in self._made:
                self._made[view] = [message_frame(VoteMessage(vote)) for vote in self._votes(view)]
            frames += self._made[view]
        return batch(frames)

    def _votes(self, view: int) -> list[Vote]:
        candidate = Candidate(0, view, view - 1, os.urandom(32))
        return [
            self.member.vote(VoteKind.NOTARIZE, view, candidate),
            self.member.vote(VoteKind.NULLIFY, view, None),
        ]


class Equivocation(Attacker):
    name = "equivocation"
    sentence = "signs contradictory NOTARIZE and FINALIZE votes in each view, others for each member"
    rule = "two votes of one signer in a view are evidence (R18), kept once for a view, and name the signer"
    proof = "contradictions"

    async def attack(self) -> None:
        view = self.member.view
        while True:
            self._contradict(view)
            view = await self.member.view_after(view)

    def _contradict(self, view: int) -> None:
        for victim in self.member.victims:
            for _ in range(2):
                candidate = Candidate(0, view, view - 1, os.urandom(32))
                for kind in (VoteKind.NOTARIZE, VoteKind.FINALIZE):
                    vote = self.member.vote(kind, view, candidate)
                    self.member.say(victim.peer_id, VoteMessage(vote), "contradictions")
