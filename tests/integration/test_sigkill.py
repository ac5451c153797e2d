"""Nodes killed at every step at which what is durable and what others know can differ.

Four processes over libp2p, each armed to kill itself at the same fail point, under load. Each is started
again as soon as it has died. Afterwards every transaction that a client was told is final is there, on
every node, under one root; and the network goes on.
"""

import asyncio
import signal
import time
from pathlib import Path

import aiohttp
import pytest

from node.setup.localnet import PROFILES, Localnet
from node.storage.failpoints import VARIABLE, FailPoint
from tests.integration.crowd import Crowd

SIZE = 4
FIRST, EVERY = 4, 6
"""Node i dies the (FIRST + EVERY · i)-th time it comes to the point, so that they seldom die together."""


async def die_and_rise(crowd: Crowd, number: int) -> None:
    """Waits until the armed node has killed itself, and starts it again unarmed."""
    process = crowd.network.nodes[number].process
    assert process is not None
    assert await asyncio.to_thread(process.wait) == -signal.SIGKILL, crowd.network.nodes[
        number
    ].log.read_text()[-2_000:]
    crowd.network.start(number)
    await crowd.network.ready(number)
    await crowd.tell()


@pytest.mark.process
@pytest.mark.parametrize("point", FailPoint, ids=lambda point: str(point.value))
async def test_what_was_answered_as_final_outlives_a_kill(tmp_path: Path, point: FailPoint) -> None:
    network = Localnet.prepare(tmp_path / "net", PROFILES[:SIZE], time_ms=time.time_ns() // 1_000_000)
    try:
        for number in range(SIZE):
            armed = f"{point.value}:{FIRST + EVERY * number}"
            network.start(number, environment={VARIABLE: armed})
        async with aiohttp.ClientSession() as session:
            crowd = Crowd(network, session)
            writers = [asyncio.create_task(crowd.write(number)) for number in range(SIZE)]
            await asyncio.gather(*(die_and_rise(crowd, number) for number in range(SIZE)))
            await crowd.more(SIZE)
            await crowd.stop(writers)
            await crowd.agrees()
    finally:
        await network.stop_all()
