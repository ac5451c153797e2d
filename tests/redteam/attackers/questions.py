"""Questions without end. Few are answered (R10: 16 within Δ), but each is read, decoded and handled."""

import asyncio
import os

from consensus.messages import GetBlock, GetCertificates, GetStatus
from node.links.bulk import (
    REQUEST_ADDRESSES,
    BulkRequest,
    GetAddresses,
    GetContents,
    GetRange,
    encode_request,
)
from node.transport.port import RequestFailed
from node.wording.units import MIB
from tests.redteam.attacker import Attacker
from tests.redteam.floods import Flood, message_frame

FRAMES = 2_000
"""Different questions, asked again and again."""


class GetCertificatesFlood(Attacker):
    name = "get-certificates"
    sentence = "asks for certificates of all views, 0.6 MiB of questions a second"
    rule = "questions have a budget of handling for each peer; above it they wait, then the peer is dropped"
    proof = "questions"

    async def attack(self) -> None:
        frames = [message_frame(GetCertificates(0, 1, 2**40 + number)) for number in range(FRAMES)]
        self.member.flood(Flood.of(frames, 0.6 * MIB, "questions"))


class GetBlockFlood(Attacker):
    name = "get-block"
    sentence = "asks for blocks by random hashes, 1.2 MiB of questions a second"
    rule = "questions have a budget of handling for each peer; above it they wait, then the peer is dropped"
    proof = "questions"

    async def attack(self) -> None:
        frames = [message_frame(GetBlock(os.urandom(32))) for _ in range(FRAMES)]
        self.member.flood(Flood.of(frames, 1.2 * MIB, "questions"))


class StatusFlood(Attacker):
    name = "status"
    sentence = "sends valid signed STATUS messages, 2.4 MiB a second"
    rule = "a status that answers nothing is looked at 16 times within Δ; the rest costs the peer's budget"
    proof = "statuses"

    def prepare(self) -> None:
        self._frames = [message_frame(self.member.status(os.urandom(16))) for _ in range(FRAMES)]

    async def attack(self) -> None:
        self.member.flood(Flood.of(self._frames, 2.4 * MIB, "statuses"))


class GetStatusFlood(Attacker):
    name = "get-status"
    sentence = "asks for signed statuses, 0.6 MiB of questions a second"
    rule = "a status is signed for a peer 16 times within Δ at most; the rest costs the peer's budget"
    proof = "questions"

    async def attack(self) -> None:
        frames = [message_frame(GetStatus(os.urandom(16))) for _ in range(FRAMES)]
        self.member.flood(Flood.of(frames, 0.6 * MIB, "questions"))


class RangesFromTheStart(Attacker):
    name = "ranges"
    sentence = "asks in bulk for all blocks from the first on, four times at once, without a pause"
    rule = "one range is made for a peer at a time, at the pace of the line; a request more is declined"
    is_fault = False  # a node that begins anew asks for the same
    proof = "requests"

    async def attack(self) -> None:
        victims = [victim.peer_id for victim in self.member.victims]
        await asyncio.gather(*(self._ask(peer) for peer in victims for _ in range(4)))

    def _request(self) -> BulkRequest:
        return GetRange(1)

    async def _ask(self, peer: str) -> None:
        while True:
            self.member.tally["requests"] += 1
            body = encode_request(self._request())
            try:
                answer = await self.member.transport.request(peer, body, timeout_s=10)
                self.member.tally["answer bytes"] += len(answer)
            except RequestFailed as failed:
                self.member.tally[f"not answered: {failed.reason.name.lower()}"] += 1
                await asyncio.sleep(0.002)


class BulkQuestions(RangesFromTheStart):
    name = "bulk-questions"
    sentence = "asks in bulk for addresses and unknown attachments, four times at once, without a pause"
    rule = "four requests of a peer are served at one time, and opening a stream costs its budget"

    def _request(self) -> BulkRequest:
        if self.member.tally["requests"] % 2:
            return GetAddresses()
        return GetContents(tuple(os.urandom(32) for _ in range(REQUEST_ADDRESSES)))
