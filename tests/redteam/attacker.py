"""What an attacker is: an honest node underneath, of which a subclass bends what it must.

The hostile member holds the keys of one of four members and runs that member's real node. Until the
attack begins it is honest in everything. Then `attack` runs, `post` sees each frame that the node underneath
would send, and `answer` each request that it would answer. What an attacker sends of its own it sends through
`member`, which counts it.
"""

import asyncio
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from tests.redteam.member import Member


class Attacker:
    """One way to attack. The class says of itself what the tables print:

    - `name` for the command line, `sentence` for people: what it does;
    - `rule`: what the honest side does about it;
    - `is_fault`: whether a member that does so must be named. What an honest member's bad line, slow machine
      or busy client can look like is no fault, and must only do no harm;
    - `proof`: the count in `Member.tally` that is above zero only if the attack took place. An attack that
      did not take place proves nothing, and its trial fails.
    """

    name: ClassVar[str]
    sentence: ClassVar[str]
    rule: ClassVar[str]
    is_fault: ClassVar[bool] = True
    proof: ClassVar[str]

    def __init__(self, member: "Member") -> None:
        self.member = member

    def prepare(self) -> None:
        """Before the node starts: what takes time to make."""

    async def attack(self) -> None:
        """Until cancelled. An attack that only bends what the node does waits."""
        await asyncio.Event().wait()

    def post(self, peer: str, frame: bytes) -> None:
        """The node underneath sends a frame."""
        self.member.pass_on(peer, frame)

    async def answer(self, peer: str, body: bytes) -> bytes:
        """A peer asks on the bulk channel; raises `Declined` to refuse."""
        return await self.member.honest_answer(peer, body)
