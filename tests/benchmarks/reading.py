"""Answers with proofs: how many a core of a node gives, and what checking one costs its reader."""

import asyncio
import itertools
import os
import statistics
import time
from collections.abc import Iterator, Mapping

from api.client import Client, trust_in_genesis
from api.client.paths import path_of
from api.verifier.answer import verify_encoded
from api.verifier.encoding import RecordQuestion
from api.verifier.verdict import Outcome
from node.process.clock import now_ms
from registry.records.kind import Kind
from tests.benchmarks.figures import Measured, Setting
from tests.benchmarks.http_load import Count, ask, request
from tests.benchmarks.machine import cpu_seconds, pin
from tests.benchmarks.network import Network, batches, running
from tests.benchmarks.pump import Pump

BACKGROUND = 5_000
"""Other records beside those that are read, so that paths have a real depth."""
ISSUERS = 200
ACCEPT = "application/cbor"
MAX_AGE_MS = 3_600_000


async def answers(setting: Setting) -> Mapping[str, Measured]:
    """Records read from one node that has a core to itself, distinct ones in turn; then verified."""
    async with running(setting.folder / "network", ISSUERS) as network:
        setting.say(f"{BACKGROUND} records beside them")
        bodies = batches(network.genesis_hash, network.issuers[:8], BACKGROUND // 10, 100, 10)
        async with Pump(network, bodies, 100, in_flight=1_000, nodes=[0]) as pump:
            await pump.until(len(bodies) * 100)
        return {
            **await _served(network, setting),
            "verify-answer": await _verified(network, setting),
        }


async def _served(network: Network, setting: Setting) -> dict[str, Measured]:
    host = network.local.api_urls[0].removeprefix("http://")
    paths = [path_of(RecordQuestion(Kind.DID, issuer.did, None)) for issuer in network.issuers]
    async with network.session.get(f"http://{host}{paths[0]}", headers={"Accept": ACCEPT}) as response:
        response.raise_for_status()
        tag = response.headers["ETag"]
    fresh = [request(path, host, Accept=ACCEPT) for path in paths]
    held = [request(path, host, Accept=ACCEPT, If_None_Match=tag) for path in paths]
    seconds = max(2.0, setting.seconds / 6)
    setting.say(f"reading for {2 * seconds:.0f} s")
    figures = {}
    for name, requests, status in (("reads", fresh, 200), ("not-modified", held, 304)):
        rate, count, wall = await _rate(network, host, itertools.cycle(requests), seconds)
        if set(count.by_status) != {status}:
            raise RuntimeError(f"the node answered {count.by_status}, expected {status} only")
        figures[name] = Measured(
            rate,
            f"{count.total} responses of {count.bytes / count.total:.0f} bytes to 8 connections, by the"
            f" node's own CPU seconds; {wall:.0f}/s by the clock, node and client on a core each",
        )
    return figures


async def _rate(
    network: Network, host: str, requests: Iterator[bytes], seconds: float
) -> tuple[float, Count, float]:
    """Responses by second of the node's processor time, the count, and responses by second of the clock."""
    pid, cores = network.pid(0), sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        pin(pid, {cores[0]})
        pin(os.getpid(), {cores[1]})
    try:
        before, began = cpu_seconds(pid), time.monotonic()
        count = await ask(host, requests, seconds)
        used, taken = cpu_seconds(pid) - before, time.monotonic() - began
    finally:
        pin(pid, set(cores))
        pin(os.getpid(), set(cores))
    return count.total / used, count, count.total / taken


async def _verified(network: Network, setting: Setting) -> Measured:
    question = RecordQuestion(Kind.DID, network.issuers[0].did, None)
    trust = trust_in_genesis(network.local.genesis)
    async with Client([network.local.api_urls[0]], trust, now_ms=now_ms) as client:
        encoded = (await client.ask(question)).encoded
    setting.say("verifying one answer again and again")

    def verify() -> float:
        began = time.process_time()
        verdict = verify_encoded(encoded, trust, question=question, now_ms=now_ms(), max_age_ms=MAX_AGE_MS)
        if verdict.outcome is not Outcome.VALID:
            raise RuntimeError(f"the answer is {verdict.outcome}: {verdict.code}")
        return 1000 * (time.process_time() - began)

    times = await asyncio.to_thread(lambda: [verify() for _ in range(1_000)])
    how = f"median CPU time of {len(times)} verifications of {len(encoded)} bytes of CBOR, 3 of 4 signatures"
    return Measured(statistics.median(times), how)
