"""Clients of a local network that write without pause, and remember what they were told is final."""

import asyncio
import hashlib
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from node.files.keystore import MINIMAL, KeyPurpose, open_key
from node.setup.localnet import PASSPHRASE, Localnet
from registry.build import TransactionBuilder

VALID_MS = 1_800_000
ROUND_S = 1.0
"""After every node has refused, a client waits at most so long for one to come back."""


@dataclass
class Crowd:
    """One client for each node. It posts a transaction, waits until it is final, and posts the next."""

    network: Localnet
    session: aiohttp.ClientSession
    final: dict[str, int] = field(default_factory=dict)
    """What was answered as final: transaction id -> height."""
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    """Notified when something is final, and by whoever starts a node again."""
    _made: int = 0

    async def write(self, number: int) -> None:
        """Writes in the name of institution `number`, through its node or any other, until cancelled."""
        keys = self.network.nodes[number].keys
        seed = open_key(keys / "institution.key", KeyPurpose.INSTITUTION, lambda: PASSPHRASE, least=MINIMAL)
        nodes = len(self.network.nodes)
        while True:
            transaction = self._anchor(number, seed)
            attempt = 0
            while not await self._is_final((number + attempt) % nodes, transaction):
                attempt += 1
                if attempt % nodes == 0:
                    await self._news()

    async def more(self, count: int) -> None:
        """Returns when so many more transactions are final than now."""
        wanted = len(self.final) + count
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.final) >= wanted)

    async def get(self, number: int, path: str) -> aiohttp.ClientResponse:
        """What node `number` answers, read whole."""
        async with self.session.get(self.network.api_urls[number] + path) as response:
            await response.read()
            return response

    async def page(self, number: int, since: int, *, wait_s: int) -> dict[str, Any]:
        """What a node says, once it is ready, came after a height; it waits for the first of it."""
        await self.network.ready(number)
        response = await self.get(number, f"/v1/changes?since={since}&wait={wait_s}")
        page: dict[str, Any] = await response.json(content_type=None)
        assert response.status == 200, page
        return page

    async def has_everything(self, number: int, height: int) -> str:
        """Waits until the node has the height; checks what was answered as final; gives the header there."""
        reached = 0
        while reached < height:
            page = await self.page(number, reached, wait_s=10)
            assert page["final"] > reached
            reached = page["final"]
        for transaction_id in self.final:
            assert (await self.get(number, f"/v1/transactions/{transaction_id}")).status == 200
        header: str = (await (await self.get(number, f"/v1/headers/{height}")).json())["encoded"]
        return header

    async def stop(self, writers: Collection[asyncio.Task[None]]) -> None:
        """Ends the tasks that write."""
        for writer in writers:
            writer.cancel()
        await asyncio.wait(writers)

    async def agrees(self) -> None:
        """Waits until every node has all that was answered as final, under one header."""
        height = max(self.final.values())
        nodes = range(len(self.network.nodes))
        assert len({await self.has_everything(number, height) for number in nodes}) == 1

    async def _is_final(self, number: int, transaction: bytes) -> bool:
        url = f"{self.network.api_urls[number]}/v1/transactions?wait=final"
        headers = {"content-type": "application/cose"}
        with suppress(aiohttp.ClientError, TimeoutError, ConnectionError):
            async with self.session.post(url, data=transaction, headers=headers) as response:
                answer = await response.json(content_type=None)
                if answer.get("state") == "final":
                    self.final[answer["transactionId"]] = answer["height"]
                    await self.tell()
                    return True
        return False

    async def tell(self) -> None:
        """Wakes whoever waits for a change."""
        async with self.changed:
            self.changed.notify_all()

    async def _news(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(ROUND_S), self.changed:
                await self.changed.wait()

    def _anchor(self, number: int, seed: bytes) -> bytes:
        self._made += 1
        did = self.network.nodes[number].profile.did
        nonce = self._made.to_bytes(16, "big")
        builder = TransactionBuilder(self.network.genesis.genesis_hash, nonce)
        builder.anchor(did, hashlib.sha256(nonce).digest(), 1)
        return builder.sign(f"{did}#institution", seed, time.time_ns() // 1_000_000 + VALID_MS)
