"""Committed transactions and operations a second, by what every one of four nodes holds as final."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress

from tests.benchmarks.figures import Measured, Setting
from tests.benchmarks.machine import cpu_seconds
from tests.benchmarks.network import NODES, Network, batches, running
from tests.benchmarks.pump import Pump

BATCH = 100
WARM_UP_S = 10.0
IN_FLIGHT = 4_000
EXPECTED_PER_S = 1_600
"""How many transactions a second are signed beforehand; a faster network ends the run early."""


async def transactions(setting: Setting) -> Mapping[str, Measured]:
    """One operation in each transaction."""
    rate, how = await _rate(setting, 1, EXPECTED_PER_S)
    return {"transactions": Measured(rate, how)}


async def operations(setting: Setting) -> Mapping[str, Measured]:
    """Ten operations in each transaction."""
    rate, how = await _rate(setting, 10, EXPECTED_PER_S // 2)
    return {"operations": Measured(10 * rate, how)}


async def _rate(setting: Setting, operations: int, expected_per_s: int) -> tuple[float, str]:
    warm_up_s = min(WARM_UP_S, setting.seconds)
    async with running(setting.folder / "network") as network:
        count = int((warm_up_s + setting.seconds) * expected_per_s)
        setting.say(f"signing {count} transactions")
        bodies = await asyncio.to_thread(
            batches, network.genesis_hash, network.issuers, count, BATCH, operations
        )
        size = len(bodies[0]) / BATCH
        setting.say(f"posting for {warm_up_s + setting.seconds:.0f} s")
        async with Pump(network, bodies, BATCH, in_flight=IN_FLIGHT, nodes=range(NODES)) as pump:
            await asyncio.sleep(warm_up_s)
            before = await _counters(network)
            own = time.process_time()
            with suppress(TimeoutError):
                async with asyncio.timeout(setting.seconds):
                    await pump.used_up.wait()
            after = await _counters(network)
            own = time.process_time() - own
    rates, cpu_ms = [], []
    for (count_0, cpu_0, time_0), (count_1, cpu_1, time_1) in zip(before, after, strict=True):
        rates.append((count_1 - count_0) / (time_1 - time_0))
        cpu_ms.append(1000 * (cpu_1 - cpu_0) / max(1, count_1 - count_0))
    how = (
        f"{size:.0f} bytes each, {len(network.issuers)} signers, batches of {BATCH} to four nodes,"
        f" {after[0][2] - before[0][2]:.0f} s after {warm_up_s:.0f} s; the slowest node counts;"
        f" {sum(cpu_ms) / NODES:.2f} ms of CPU per transaction and node, the load itself"
        f" {100 * own / (after[0][2] - before[0][2]):.0f} % of a core"
    )
    return min(rates), how


async def _counters(network: Network) -> list[tuple[int, float, float]]:
    """Of each node: final transactions, seconds of CPU, and when that was."""
    return [
        (await network.final_transactions(number), cpu_seconds(network.pid(number)), time.monotonic())
        for number in range(NODES)
    ]
