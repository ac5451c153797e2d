"""How long one waits at light load: for finality, with and without all nodes, and for a revocation."""

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

from api.client import Client, trust_in_genesis
from api.verifier.encoding import StatusListQuestion
from api.verifier.verdict import StatusBits
from node.observing.percentile import percentile
from node.process.clock import now_ms
from registry.build import TransactionBuilder
from registry.names import status_list_id
from registry.records.status_list import StatusPurpose
from tests.benchmarks.figures import Measured, Setting
from tests.benchmarks.network import NODES, VALID_FOR_MS, Issuer, Network, anchor, running

PAUSE_S = 0.05
PER_SECOND = 5
"""Samples for each second that a long measurement takes."""
LIST = "revocations"


async def light_load(setting: Setting) -> Mapping[str, Measured]:
    """Transactions one by one, each after the one before is final and a pause, the nodes in turn."""
    async with running(setting.folder / "network") as network:
        all_up = await _times_ms(network, range(NODES), setting)
        await network.local.kill(NODES - 1)
        one_down = await _times_ms(network, range(NODES - 1), setting)
    figures = {}
    for name, times in (("finality", all_up), ("finality-one-down", one_down)):
        how = (
            f"{len(times)} transactions one after the other, `wait=final`, {1000 * PAUSE_S:.0f} ms apart;"
            f" p90 {percentile(times, 90):.0f} ms, longest {max(times):.0f} ms"
        )
        figures[f"{name}-p50"] = Measured(percentile(times, 50), how)
        figures[f"{name}-p99"] = Measured(percentile(times, 99), how)
    return figures


async def _times_ms(network: Network, nodes: Sequence[int], setting: Setting) -> list[float]:
    count = max(20, int(setting.seconds * PER_SECOND))
    setting.say(f"{count} transactions one by one to {len(nodes)} nodes")
    times = []
    for number in range(count):
        transaction = anchor(network.genesis_hash, network.issuers[number % len(network.issuers)])
        began = time.perf_counter()
        await network.post_final(nodes[number % len(nodes)], transaction)
        times.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(PAUSE_S)
    return times


async def revocation(setting: Setting) -> Mapping[str, Measured]:
    """From posting a revocation at one node until the whole list, verified, shows it at every node."""
    async with running(setting.folder / "network") as network:
        issuer = network.issuers[0]
        builder = TransactionBuilder(network.genesis_hash, os.urandom(16))
        builder.create_status_list(issuer.did, LIST, StatusPurpose.REVOCATION)
        await network.post_final(0, builder.sign(issuer.key_id, issuer.seed, now_ms() + VALID_FOR_MS))
        trust = trust_in_genesis(network.local.genesis)
        async with AsyncExitStack() as opened:
            clients = [
                await opened.enter_async_context(Client([url], trust, now_ms=now_ms))
                for url in network.local.api_urls
            ]
            count = max(10, int(setting.seconds))
            setting.say(f"{count} revocations")
            times = [await _revoke(network, issuer, clients, number) for number in range(count)]
    how = (
        f"{count} revocations posted at one node; each of four clients waits for news of its node and"
        f" verifies the whole list; p90 {percentile(times, 90):.0f} ms, longest {max(times):.0f} ms"
    )
    return {"revocation-everywhere": Measured(percentile(times, 50), how)}


async def _revoke(network: Network, issuer: Issuer, clients: Sequence[Client], index: int) -> float:
    builder = TransactionBuilder(network.genesis_hash, os.urandom(16))
    builder.set_status(issuer.did, LIST, [index])
    transaction = builder.sign(issuer.key_id, issuer.seed, now_ms() + VALID_FOR_MS)
    heights = [await network.height(number) for number in range(NODES)]
    list_id = status_list_id(issuer.did, LIST)
    began = time.perf_counter()
    post = asyncio.create_task(network.post_final(0, transaction))
    await asyncio.gather(
        *(_until_set(client, list_id, index, height) for client, height in zip(clients, heights, strict=True))
    )
    taken = 1000 * (time.perf_counter() - began)
    await post
    await asyncio.sleep(PAUSE_S)
    return taken


async def _until_set(client: Client, list_id: str, index: int, height: int) -> None:
    while True:
        height = (await client.changes(height, wait_s=5, limit=1)).final
        verdict = (await client.ask(StatusListQuestion(list_id, None))).verdict
        if isinstance(verdict.finding, StatusBits) and verdict.finding.is_set(index):
            return
