"""Measures a whole network on this machine: four nodes as processes, over libp2p and HTTP, writing to disk.

    python -m scripts.benchmark [--seconds N] [--rate N] [--only NAME …]

Prints one JSON object with a member for each measurement:

- `latency`: transactions one after the other; milliseconds from the request to the answer "final".
- `throughput`: pre-signed transactions of one operation in CBOR batches of 100 to all nodes; how many became
  final a second, and what one of them cost in CPU time of each node.
- `catch_up`: a node that was away is started again; transactions a second until it has what the others have.
- `idle`: per cent of one core that each node uses when there is nothing to do.
- `memory_mb`: each node's resident memory at the end.

The nodes, the clients and everything else on the machine share its cores: say what else was running.
"""

import argparse
import asyncio
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from node.founding import SETTINGS_FILE
from node.keystore import KeyPurpose, open_key
from node.localnet import PASSPHRASE, PROFILES, Localnet
from registry.build import TransactionBuilder
from registry.primitives.codec import encode

SIZE = 4
BATCH = 100
VALID_MS = 3_000_000
UNLIMITED = "[api]\nrequests_per_s = 1000000\n"
RETRY_S = 0.05
ABSENT = SIZE - 1
"""The node that is away in `catch_up`."""


@dataclass
class Bench:
    """A running network with one client, and the keys of its institutions."""

    network: Localnet
    session: aiohttp.ClientSession
    seeds: Sequence[bytes]
    made: int = 0
    results: dict[str, Any] = field(default_factory=dict)

    def transaction(self, member: int) -> bytes:
        """A new valid transaction of one operation."""
        self.made += 1
        nonce = self.made.to_bytes(16, "big")
        did = self.network.nodes[member].profile.did
        builder = TransactionBuilder(self.network.genesis.genesis_hash, nonce)
        builder.anchor(did, hashlib.sha256(nonce).digest(), 1)
        return builder.sign(f"{did}#institution", self.seeds[member], _now_ms() + VALID_MS)

    def batches(self, member: int, count: int) -> list[bytes]:
        """So many batches, each as the body of a request."""
        return [encode([self.transaction(member) for _ in range(BATCH)]) for _ in range(count)]

    def cpu_s(self) -> list[float]:
        """CPU seconds that each node has used."""
        ticks = [_proc(pid, "stat").rpartition(")")[2].split()[11:13] for pid in self._pids()]
        return [sum(map(int, used)) / os.sysconf("SC_CLK_TCK") for used in ticks]

    def memory_mb(self) -> list[int]:
        """Each node's resident memory."""
        pages = [int(_proc(pid, "statm").split()[1]) for pid in self._pids()]
        return [count * os.sysconf("SC_PAGE_SIZE") >> 20 for count in pages]

    def _pids(self) -> list[int]:
        return [node.process.pid for node in self.network.nodes if node.process is not None]

    async def above(self, number: int, height: int) -> int:
        """Waits until node `number` shows a height above this one; gives it."""
        url = f"{self.network.api_urls[number]}/v1/changes?since={height}&wait=10&limit=1"
        while True:
            async with self.session.get(url) as response:
                final = int((await response.json())["final"])
            if final > height:
                return final

    async def height(self, number: int) -> int:
        """The height that node `number` shows."""
        async with self.session.get(f"{self.network.api_urls[number]}/healthz") as response:
            return int((await response.json())["height"])

    async def final(self, number: int) -> int:
        """How many transactions became final on node `number` since it started."""
        async with self.session.get(f"{self.network.api_urls[number]}/metrics") as response:
            lines = (await response.text()).splitlines()
        name = "matricula_final_transactions_total "
        return next(int(float(line.removeprefix(name))) for line in lines if line.startswith(name))

    async def post(self, number: int, body: bytes) -> None:
        """Sends a batch to node `number`, again for as long as it is busy."""
        headers = {"content-type": "application/cbor"}
        url = f"{self.network.api_urls[number]}/v1/transactions"
        while True:
            async with self.session.post(url, data=body, headers=headers) as response:
                answer = await response.json()
                if response.status == 202 and answer["accepted"] == BATCH:
                    return
            await asyncio.sleep(RETRY_S)

    async def settled(self, numbers: Sequence[int], count: int) -> None:
        """Waits until so many transactions are final on each of these nodes."""
        for number in numbers:
            height = await self.height(number)
            while await self.final(number) < count:
                height = await self.above(number, height)


async def latency(bench: Bench, seconds: float, _: int) -> None:
    """Light load: one transaction at a time, through each node in turn."""
    taken_ms: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        number = len(taken_ms) % SIZE
        url = f"{bench.network.api_urls[number]}/v1/transactions?wait=final"
        transaction = bench.transaction(number)
        begin = time.perf_counter()
        async with bench.session.post(
            url, data=transaction, headers={"content-type": "application/cose"}
        ) as response:
            response.raise_for_status()
            await response.read()
        taken_ms.append((time.perf_counter() - begin) * 1000)
    taken_ms.sort()
    bench.results["latency"] = {
        "count": len(taken_ms),
        "p50_ms": round(taken_ms[len(taken_ms) // 2], 1),
        "p99_ms": round(taken_ms[len(taken_ms) * 99 // 100], 1),
    }


async def throughput(bench: Bench, seconds: float, rate: int) -> None:
    """Full load: `rate` transactions for each second, offered as fast as the nodes take them."""
    rounds = max(1, int(seconds * rate / BATCH / SIZE))
    bodies = [bench.batches(member, rounds) for member in range(SIZE)]
    before, cpu, begin = await bench.final(0), bench.cpu_s(), time.perf_counter()

    async def feed(number: int) -> None:
        for body in bodies[number]:
            await bench.post(number, body)

    await asyncio.gather(*map(feed, range(SIZE)))
    count = rounds * BATCH * SIZE
    await bench.settled(range(SIZE), before + count)
    taken_s = time.perf_counter() - begin
    used_s = [after - earlier for earlier, after in zip(cpu, bench.cpu_s(), strict=True)]
    bench.results["throughput"] = {
        "transactions": count,
        "per_s": round(count / taken_s),
        "cpu_us_per_transaction_and_node": round(sum(used_s) / SIZE / count * 1_000_000),
    }


async def catch_up(bench: Bench, seconds: float, rate: int) -> None:
    """What the others ordered while one node was away."""
    others = range(ABSENT)
    await bench.network.stop(ABSENT)
    count = max(1, int(seconds * rate / BATCH / 4))
    before = await bench.final(0)
    for number in others:
        for body in bench.batches(number, count // ABSENT):
            await bench.post(number, body)
    count = count // ABSENT * ABSENT * BATCH
    await bench.settled(others, before + count)
    top = await bench.height(0)
    bench.network.start(ABSENT)
    await bench.network.ready(ABSENT)
    begin = time.perf_counter()
    had = await bench.final(ABSENT)
    await bench.above(ABSENT, top - 1)
    taken_s = max(time.perf_counter() - begin, RETRY_S)
    bench.results["catch_up"] = {"transactions": count - had, "per_s": round((count - had) / taken_s)}


async def idle(bench: Bench, seconds: float, _: int) -> None:
    """Nothing at all."""
    before = bench.cpu_s()
    await asyncio.sleep(seconds)
    used_s = [after - earlier for earlier, after in zip(before, bench.cpu_s(), strict=True)]
    bench.results["idle"] = {"cpu_percent": [round(100 * used / seconds, 2) for used in used_s]}


MEASUREMENTS: dict[str, Callable[[Bench, float, int], Coroutine[Any, Any, None]]] = {
    "latency": latency,
    "throughput": throughput,
    "catch_up": catch_up,
    "idle": idle,
}


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Bench]:
    """A network of four, ready, and ended with the block."""
    network = Localnet.prepare(folder / "net", PROFILES[:SIZE], time_ms=_now_ms())
    for node in network.nodes:
        settings = node.folder / SETTINGS_FILE
        settings.write_text(settings.read_text().replace("[api]\n", UNLIMITED))
    seeds = [
        open_key(node.keys / "institution.key", KeyPurpose.INSTITUTION, lambda: PASSPHRASE)
        for node in network.nodes
    ]
    try:
        await network.start_all()
        async with aiohttp.ClientSession() as session:
            yield Bench(network, session, seeds)
    finally:
        await network.stop_all()


async def measure(names: Sequence[str], seconds: float, rate: int) -> dict[str, Any]:
    """The results of these measurements, one after the other on one network."""
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder)) as bench:
            for name in names:
                await MEASUREMENTS[name](bench, seconds, rate)
            bench.results["memory_mb"] = bench.memory_mb()
            bench.results["load_average"] = round(os.getloadavg()[0], 1)
            return bench.results


def _proc(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each measurement lasts")
    parser.add_argument("--rate", type=int, default=1_500, help="transactions offered a second")
    parser.add_argument("--only", nargs="+", choices=list(MEASUREMENTS), default=list(MEASUREMENTS))
    options = parser.parse_args()
    results = asyncio.run(measure(options.only, options.seconds, options.rate))
    json.dump(results, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
