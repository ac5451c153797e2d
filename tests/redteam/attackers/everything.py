"""Several attacks at once, on all members."""

import asyncio

from tests.redteam.attacker import Attacker
from tests.redteam.attackers.blocks import OldCertificates, UnaskedBlocks
from tests.redteam.attackers.questions import GetBlockFlood, StatusFlood
from tests.redteam.attackers.votes import WindowVotes
from tests.redteam.member import Member

_PARTS = (UnaskedBlocks, OldCertificates, GetBlockFlood, StatusFlood, WindowVotes)


class Everything(Attacker):
    name = "everything"
    sentence = f"does at once: {', '.join(part.name for part in _PARTS)}"
    rule = "budgets are for each peer and for all its messages together"
    proof = "messages of each kind"

    def __init__(self, member: Member) -> None:
        super().__init__(member)
        self._parts = [part(member) for part in _PARTS]

    def prepare(self) -> None:
        for part in self._parts:
            part.prepare()

    async def attack(self) -> None:
        try:
            async with asyncio.TaskGroup() as attacks:
                for part in self._parts:
                    attacks.create_task(part.attack())
                await asyncio.Event().wait()
        finally:
            self.member.tally[self.proof] = min(self.member.tally[part.proof] for part in self._parts)
