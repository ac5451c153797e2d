"""Attacks that need no key: on the port for peers, and on the HTTP API. No member can be named for them."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from node.process.clock import now_ms
from tests.redteam.attacker import Attacker
from tests.redteam.seats import Victim

KNOCKER = "127.0.0.9"
CLIENT = "127.0.0.8"
"""Addresses of their own: limits for each client must tell them from the clients of the load."""


class _Outside(Attacker):
    is_fault = False

    async def _each(self, act: Callable[[Victim], Coroutine[Any, Any, None]], per_second: float) -> None:
        """So many acts a second on each victim, none of which waits for the one before."""
        async with asyncio.TaskGroup() as acts:
            while True:
                for victim in self.member.victims:
                    acts.create_task(act(victim))
                await asyncio.sleep(1 / per_second)


class Knocking(_Outside):
    name = "knocking"
    sentence = "opens 200 sockets a second on each port for peers, says a few bytes, and stays"
    rule = "an address may knock five times a second; 64 strangers are heard at once, the oldest goes first"
    proof = "knocks"

    async def attack(self) -> None:
        await self._each(self._knock, 200)

    async def _knock(self, victim: Victim) -> None:
        with suppress(OSError):
            reader, writer = await asyncio.open_connection(victim.host, victim.port, local_addr=(KNOCKER, 0))
            self.member.tally[self.proof] += 1
            writer.write(b"\x13/multistream/1.0.0\n")
            with suppress(TimeoutError):
                async with asyncio.timeout(5):
                    await reader.read()
            writer.close()


class AbortedPolls(_Outside):
    name = "aborted-polls"
    sentence = "opens 60 long polls a second at each node, from the clients' own address, and hangs up"
    rule = "a wait ends with its connection, and gives its place back at once"
    proof = "polls"

    async def attack(self) -> None:
        await self._each(self._poll, 60)

    async def _poll(self, victim: Victim) -> None:
        host = urlsplit(victim.api_url)
        with suppress(OSError):
            _, writer = await asyncio.open_connection(host.hostname, host.port)
            request = f"GET /v1/changes?since={2**40}&wait=30 HTTP/1.1\r\nHost: {host.netloc}\r\n\r\n"
            writer.write(request.encode())
            await writer.drain()
            self.member.tally[self.proof] += 1
            await asyncio.sleep(0.2)
            writer.close()


class SlowClients(_Outside):
    name = "slow-clients"
    sentence = "holds HTTP connections with half a request on each, 50 more a second at each node"
    rule = "a client has at most 512 connections, and a request must come within its time"
    proof = "half requests"

    async def attack(self) -> None:
        await self._each(self._hold, 50)

    async def _hold(self, victim: Victim) -> None:
        host = urlsplit(victim.api_url)
        with suppress(OSError):
            reader, writer = await asyncio.open_connection(host.hostname, host.port, local_addr=(CLIENT, 0))
            head = f"POST /v1/transactions HTTP/1.1\r\nHost: {host.netloc}\r\nContent-Length: 50000\r\n"
            writer.write(head.encode())
            self.member.tally[self.proof] += 1
            await reader.read()
            writer.close()


class JunkFromClients(_Outside):
    name = "client-junk"
    sentence = "posts expired, unknown and badly signed transactions, 100 a second to each node"
    rule = "a client pays for each transaction from a bucket; what is not admitted is answered at once"
    proof = "refusals"

    def prepare(self) -> None:
        self._junk = [self._made(number) for number in range(300)]

    async def attack(self) -> None:
        connector = aiohttp.TCPConnector(limit=0, local_addr=(CLIENT, 0))
        async with aiohttp.ClientSession(connector=connector) as self._session:
            await self._each(self._post, 100)

    async def _post(self, victim: Victim) -> None:
        self.member.tally["posts"] += 1
        transaction = self._junk[self.member.tally["posts"] % len(self._junk)]
        headers = {"content-type": "application/cose"}
        url = f"{victim.api_url}/v1/transactions"
        with suppress(aiohttp.ClientError):
            async with self._session.post(url, data=transaction, headers=headers) as response:
                self.member.tally[f"status {response.status}"] += 1
                self.member.tally[self.proof] += 400 <= response.status < 500

    def _made(self, number: int) -> bytes:
        builder = self.member.transaction()
        builder.anchor(self.member.institution, os.urandom(32), 1)
        own, soon_ms = f"{self.member.institution}#institution", now_ms() + 600_000
        match number % 3:
            case 0:
                return self.member.signed(builder, valid_for_ms=-60_000)
            case 1:
                return builder.sign("did:web:nobody.example#key", os.urandom(32), soon_ms)
            case _:
                return builder.sign(own, os.urandom(32), soon_ms)
