"""Attachments that a transaction names and its sender keeps back. Nobody votes for a block without them."""

import asyncio
import os
from itertools import cycle

from consensus.messages import VoteMessage
from node.links.bulk import GetContents, decode_request, encode_contents
from node.links.frames import transactions_frame
from node.transport.port import Declined
from node.wording.units import MIB
from registry.attachments import Attachment
from registry.ruleset import MAX_ATTACHMENTS
from tests.redteam.attacker import Attacker
from tests.redteam.floods import Flood

_SCHEMA = b'{"$id":"https://example.org/withheld","$schema":"https://json-schema.org/draft/2020-12/schema"}'


class _Withholding(Attacker):
    """Makes transactions that publish schemas, and knows their attachments by address."""

    transactions: int

    def prepare(self) -> None:
        self._contents: dict[bytes, bytes] = {}
        self._frames = [transactions_frame([self._publication(n)]) for n in range(self.transactions)]

    def _publication(self, number: int) -> bytes:
        builder = self.member.transaction()
        for part in range(MAX_ATTACHMENTS):
            content = Attachment(os.urandom(16), _SCHEMA)
            self._contents[content.address] = content.encode()
            name = f"withheld-{number}-{part}"
            builder.publish_schema(self.member.institution, name, "1.0.0", content)
        return self.member.signed(builder)

    def _asked(self, body: bytes) -> bytes | None:
        """The answer to a request for attachments of ours; None for any other."""
        match decode_request(body):
            case GetContents(addresses) if any(one in self._contents for one in addresses):
                return encode_contents([self._contents.get(one) for one in addresses])
            case _:
                return None

    async def _stall(self) -> bytes:
        """Lets the peer wait until it gives up."""
        self.member.tally["requests without an answer"] += 1
        await asyncio.Event().wait()
        raise Declined


class WithheldAttachments(_Withholding):
    name = "withheld-attachments"
    sentence = (
        "gives transactions with 16 attachments each to two members, never to the third, and does not vote"
    )
    rule = "all that is missing is asked for at once, of who has it; one transaction of a member in a block"
    is_fault = False  # to a member that was sent nothing, a frame was lost; the others can give it all

    proof = "requests answered"
    transactions = 150
    pause_s = 0.1

    async def attack(self) -> None:
        for frame in cycle(self._frames):
            for victim in self.member.victims[:2]:
                self.member.tally["transactions"] += self.member.pass_on(victim.peer_id, frame)
            await asyncio.sleep(self.pause_s)

    def post(self, peer: str, frame: bytes) -> None:
        if not isinstance(self.member.decoded(frame), VoteMessage):
            self.member.pass_on(peer, frame)

    async def answer(self, peer: str, body: bytes) -> bytes:
        mine = self._asked(body)
        if mine is None:
            return await super().answer(peer, body)
        if peer == self.member.victims[2].peer_id:
            return await self._stall()
        self.member.tally[self.proof] += 1
        return mine


class EndlessAttachments(_Withholding):
    name = "endless-attachments"
    sentence = "sends 1 MiB a second of transactions that name 16 attachments each, and gives none of them"
    rule = "what waits for attachments is bounded in bytes for each member; who gives nothing is named"

    proof = "requests without an answer"
    transactions = 2_000

    async def attack(self) -> None:
        self.member.flood(Flood.of(self._frames, 1.0 * MIB, "transactions"))

    async def answer(self, peer: str, body: bytes) -> bytes:
        return await (super().answer(peer, body) if self._asked(body) is None else self._stall())
