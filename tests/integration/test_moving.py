"""Nodes that move, as processes: the one that dials first and the one that waits, unknown to each other."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from node.setup.config import load_config
from node.setup.founding import SETTINGS_FILE
from node.setup.localnet import PROFILES, Localnet, LocalNode, free_ports

pytestmark = pytest.mark.process
PAUSE_S = 0.05


@pytest.fixture
async def network(tmp_path: Path) -> AsyncIterator[Localnet]:
    made = Localnet.prepare(tmp_path / "net", PROFILES[:4], time_ms=time.time_ns() // 1_000_000)
    yield made
    await made.stop_all()


def move(node: LocalNode) -> None:
    """Gives a stopped node another address, which it announces."""
    file = node.folder / SETTINGS_FILE
    address = f"/ip4/127.0.0.1/tcp/{free_ports(1)[0]}"
    lines = f'listen = "{address}"\nannounce = ["{address}"]'
    file.write_text(re.sub(r'listen = "/ip4/[^"]*"', lines, file.read_text()))
    assert load_config(file).settings.network.announce == [address]


async def until_linked(node: LocalNode, links: int) -> None:
    """Waits until the node has so many links; the test's own time limit bounds the wait."""
    async with aiohttp.ClientSession() as session:
        told = 0
        while told != links:
            async with session.get(f"{node.api_url}/healthz") as response:
                told = (await response.json())["peersConnected"]
            await asyncio.sleep(PAUSE_S)


async def test_two_nodes_move_and_find_each_other_through_the_others(network: Localnet) -> None:
    ids = {each.member: each.peer_id for each in network.genesis.validators.validators}
    order = sorted(range(4), key=lambda number: ids[network.nodes[number].profile.did])
    lowest, highest = order[0], order[-1]
    await network.start_all()
    for number in (lowest, highest):
        await network.stop(number)
        move(network.nodes[number])
    for number in (lowest, highest):
        network.start(number)
        await network.ready(number)
    for node in network.nodes:
        await until_linked(node, 3)
