"""Real processes whose clocks are set while they run: by 5 seconds, by 10 minutes, and three of four by 30.

Each clock is shifted by a file (`node.process.clock`), which is as if its time were set: the machine has one
clock for all processes.
"""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from node.files.keystore import MINIMAL, KeyPurpose, open_key
from node.process.clock import SHIFT_VARIABLE
from node.setup.localnet import PASSPHRASE, PROFILES, Localnet
from registry.build import TransactionBuilder

SIZE = 4
MINUTE_MS = 60_000
AHEAD_MS = 30 * MINUTE_MS
PAUSE_S = 0.1


class ShiftedNet:
    """Four nodes, each with a clock of its own."""

    def __init__(self, folder: Path, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._shifts = [folder / f"shift-{number}" for number in range(SIZE)]
        self.net = Localnet.prepare(folder / "net", PROFILES[:SIZE], time_ms=wall_ms())
        keys = self.net.nodes[0].keys / "institution.key"
        self._seed = open_key(keys, KeyPurpose.INSTITUTION, lambda: PASSPHRASE, least=MINIMAL)

    async def start(self) -> None:
        self.shift(0, *range(SIZE))
        for number, file in enumerate(self._shifts):
            self.net.start(number, environment={SHIFT_VARIABLE: str(file)})
        for number in range(SIZE):
            await self.net.ready(number)

    def shift(self, by_ms: int, *numbers: int) -> None:
        """Set these nodes' clocks, off by so much."""
        for number in numbers:
            fresh = self._shifts[number].with_suffix(".fresh")
            fresh.write_text(str(by_ms))
            fresh.rename(self._shifts[number])

    async def health(self, number: int) -> Any:
        async with self._http.get(f"{self.net.api_urls[number]}/healthz") as response:
            return await response.json()

    async def finds(self, number: int, says: Callable[[Any], bool]) -> Any:
        """The node's health, once it says something of clocks; the test's own time limit bounds the wait."""
        health = await self.health(number)
        while not says(health):
            await asyncio.sleep(PAUSE_S)
            health = await self.health(number)
        return health

    async def write(self, number: int, valid_until_ms: int) -> tuple[int, Any]:
        """Give the node a transaction, and wait until it is final: the status and the answer."""
        builder = TransactionBuilder(self.net.genesis.genesis_hash, os.urandom(16))
        did = self.net.nodes[0].profile.did
        builder.anchor(did, os.urandom(32), 1)
        data = builder.sign(f"{did}#institution", self._seed, valid_until_ms)
        url = f"{self.net.api_urls[number]}/v1/transactions?wait=final"
        headers = {"Content-Type": "application/cose"}
        async with self._http.post(url, data=data, headers=headers) as response:
            return response.status, await response.json(content_type=None)


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


def finding(kind: str, part: str) -> Callable[[Any], bool]:
    """Whether a node's health tells of clocks something of this kind with these words."""
    return lambda health: any(
        found["kind"] == kind and part in found["what"] for found in health["clocks"]["findings"]
    )


@pytest.mark.process
async def test_clocks_that_are_off_are_named_and_stop_no_write(tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as http:
        shifted = ShiftedNet(tmp_path, http)
        try:
            await shifted.start()
            for number in range(SIZE):
                await shifted.finds(number, lambda health: health["clocks"]["agreeing"] == SIZE - 1)
            await _one_clock(shifted)
            await _three_clocks_ahead(shifted)
        finally:
            await shifted.net.stop_all()


async def _one_clock(shifted: ShiftedNet) -> None:
    """It is named by itself at once and by the others soon, and its node takes and answers writes."""
    for by_ms, told in ((5_000, "ahead of those of 3 of 3"), (-10 * MINUTE_MS, "minutes behind")):
        shifted.shift(by_ms, 1)
        assert (await shifted.finds(1, finding("own", told)))["ready"]
        assert (await shifted.write(1, wall_ms() + 10 * MINUTE_MS))[0] == 200
    other = await shifted.finds(0, finding("other", "minutes behind the median of 4 clocks"))
    assert shifted.net.nodes[1].profile.did in other["clocks"]["findings"][0]["what"]
    shifted.shift(0, 1)


async def _three_clocks_ahead(shifted: ShiftedNet) -> None:
    """The one right node blames nobody; when they are right again, the ledger is dated ahead and goes on."""
    shifted.shift(AHEAD_MS, 0, 1, 2)
    await shifted.finds(3, finding("own", "behind those of 3 of 3 others, which agree with each other"))
    assert (await shifted.write(3, wall_ms() + AHEAD_MS + 20 * MINUTE_MS))[0] == 200
    shifted.shift(0, 0, 1, 2)
    health = await shifted.finds(0, finding("ledger", "ahead of the clocks"))
    ahead_ms = health["clocks"]["ledgerAheadMs"]
    assert health["ready"] and 0 < ahead_ms <= AHEAD_MS
    status, problem = await shifted.write(0, wall_ms() + 10 * MINUTE_MS)
    assert (status, problem["type"]) == (422, "/problems/expired")
    assert "ahead of the clocks" in problem["detail"]
    for number in range(SIZE):
        assert (await shifted.write(number, wall_ms() + ahead_ms + 10 * MINUTE_MS))[0] == 200
