"""Links that come and go, streams that are opened and not used, and a peer that hardly reads."""

import asyncio
from functools import partial

import trio

from consensus.messages import GetCertificates
from node.links.bulk import GetRange, encode_request
from node.transport.boundary import PeerBytes, PeerFailure
from node.transport.port import RequestFailed
from node.transport.session import Session
from node.transport.switch import Switch
from node.transport.tcp import SocketConnection
from tests.redteam.attacker import Attacker
from tests.redteam.member import Member


class HalfOpenStreams(Attacker):
    name = "half-open-streams"
    sentence = "opens 20 streams a second and says nothing on them"
    rule = "more than 32 streams at once end the session, keep the peer out for a while, and name it"
    proof = "streams"

    async def attack(self) -> None:
        while True:
            self.member.transport.on_trio_thread(self._open)
            await asyncio.sleep(0.05)

    def _open(self, switch: Switch) -> None:
        for session in _sessions(self.member, switch):
            session.spawn(partial(self._open_stream, session))

    async def _open_stream(self, session: Session) -> None:
        try:
            with PeerBytes("opening a stream"):
                await session._flow.muxer.open_stream()
                self.member.tally[self.proof] += 1
        except PeerFailure:
            self.member.tally["streams refused"] += 1


class Flapping(Attacker):
    name = "flapping"
    sentence = "cuts its links three times a second and links again"
    rule = "a new link costs a place in a bucket: a peer that comes and goes faster is turned away"
    is_fault = False  # a bad line does the same
    proof = "links cut"

    async def attack(self) -> None:
        while True:
            self.member.transport.on_trio_thread(self._cut)
            await asyncio.sleep(0.33)

    def _cut(self, switch: Switch) -> None:
        for session in _sessions(self.member, switch):
            self.member.tally[self.proof] += 1
            session.drop(PeerFailure("flapping"))


class SlowReader(Attacker):
    name = "slow-reader"
    sentence = "asks for ranges and certificates, and reads 4 KiB a second of each connection"
    rule = "what waits for a peer is bounded in bytes, and a write that does not end in time ends the link"
    is_fault = False  # a bad line does the same
    proof = "slow reads"

    async def attack(self) -> None:
        honest = SocketConnection.read

        async def slow(connection: SocketConnection, n: int | None = None) -> bytes:
            await trio.sleep(0.25)
            self.member.tally[self.proof] += 1
            return await honest(connection, min(n or 1024, 1024))

        setattr(SocketConnection, "read", slow)  # noqa: B010
        try:
            await asyncio.gather(*(self._ask(victim.peer_id) for victim in self.member.victims))
        finally:
            setattr(SocketConnection, "read", honest)  # noqa: B010

    async def _ask(self, peer: str) -> None:
        while True:
            for _ in range(4):
                self.member.say(peer, GetCertificates(0, 1, 2**40), "questions")
            try:
                await self.member.transport.request(peer, encode_request(GetRange(1)), timeout_s=0.3)
            except RequestFailed as failed:
                self.member.tally[f"not answered: {failed.reason.name.lower()}"] += 1
            await asyncio.sleep(0.1)


def _sessions(member: Member, switch: Switch) -> list[Session]:
    """The member's connections that live; on the transport's thread."""
    places = [switch._peers[victim.peer_id].slot for victim in member.victims]
    return [place.session for place in places if place.session is not None]
