"""One network for a while: idle, then without one node, which then catches up, then with many records."""

import asyncio
import time
from collections.abc import Mapping

from tests.benchmarks.figures import Measured, Setting
from tests.benchmarks.machine import cpu_seconds, resident_megabytes
from tests.benchmarks.network import NODES, Network, batches, running
from tests.benchmarks.pump import Pump

SETTLE_S = 5.0
LOOK_S = 0.05
BATCH = 100
RECORDS = 100_000
OPERATIONS = 10
IN_FLIGHT = 4_000
MISSED_PER_SECOND = 300
"""Transactions that the absent node misses, for each second that a long measurement takes."""


async def endurance(setting: Setting) -> Mapping[str, Measured]:
    """CPU when idle, catching up by blocks, memory with 100,000 records."""
    async with running(setting.folder / "network") as network:
        idle = await _idle(network, setting)
        missed = int(setting.seconds * MISSED_PER_SECOND) // BATCH * BATCH
        caught_up = await _catch_up(network, setting, missed)
        await _fill(network, setting, (RECORDS - missed) // OPERATIONS)
        held = [resident_megabytes(network.pid(number)) for number in range(NODES)]
    how = f"the largest of four nodes, resident, shared libraries counted; smallest {min(held):.0f} MB"
    return {"idle-cpu": idle, "catch-up": caught_up, "memory": Measured(max(held), how)}


async def _idle(network: Network, setting: Setting) -> Measured:
    seconds = max(2.0, setting.seconds)
    setting.say(f"idle for {SETTLE_S + seconds:.0f} s")
    await asyncio.sleep(SETTLE_S)
    before, began = [cpu_seconds(network.pid(number)) for number in range(NODES)], time.monotonic()
    await asyncio.sleep(seconds)
    used = [cpu_seconds(network.pid(number)) - earlier for number, earlier in enumerate(before)]
    taken = time.monotonic() - began
    mean = 100 * sum(used) / NODES / taken
    how = f"the busiest of four nodes over {taken:.0f} s, as a share of one core; mean {mean:.2f} %"
    return Measured(100 * max(used) / taken, how)


async def _catch_up(network: Network, setting: Setting, missed: int) -> Measured:
    last = NODES - 1
    await network.local.stop(last)
    setting.say(f"{missed} transactions without one node")
    bodies = await asyncio.to_thread(batches, network.genesis_hash, network.issuers, missed, BATCH)
    async with Pump(network, bodies, BATCH, in_flight=IN_FLIGHT, nodes=range(last)) as pump:
        await pump.until(missed)
    goal = await network.height(0)
    setting.say("the node comes back")
    network.local.start(last)
    began = await _first_answer(network, last)
    first = await network.final_transactions(last)
    while (height := await network.height(last)) < goal:
        await network.news(last, height)
    taken = time.monotonic() - began
    final = await network.final_transactions(last) - first
    how = f"{final} transactions in {taken:.1f} s from the node's first answer over HTTP, linking included"
    return Measured(final / taken, how)


async def _first_answer(network: Network, number: int) -> float:
    """When the node first answers."""
    while True:
        try:
            await network.height(number)
        except OSError:
            await asyncio.sleep(LOOK_S)
        else:
            return time.monotonic()


async def _fill(network: Network, setting: Setting, transactions: int) -> None:
    setting.say(f"filling up to {RECORDS} records")
    bodies = await asyncio.to_thread(
        batches, network.genesis_hash, network.issuers, transactions, BATCH, OPERATIONS
    )
    async with Pump(network, bodies, BATCH, in_flight=IN_FLIGHT, nodes=range(NODES)) as pump:
        await pump.until(len(bodies) * BATCH)
    await asyncio.sleep(SETTLE_S)
