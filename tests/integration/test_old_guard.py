"""A disk that forgot its newest log: nothing on this machine shows it, so the other nodes say it (R12)."""

import asyncio
import time
from pathlib import Path

import aiohttp
import pytest

from node.localnet import PROFILES, Localnet, LocalNode
from tests.integration.crowd import Crowd

HALTED = 3
FORGETFUL = 1


def forget_the_newest_log(node: LocalNode) -> None:
    """Delete the write-ahead log that the last run wrote, votes included."""
    logs = sorted((node.folder / "data").rglob("*.log"), key=lambda log: int(log.stem))
    logs[-1].unlink()


@pytest.mark.process
async def test_a_node_that_lost_its_newest_votes_is_stopped_by_its_peers(tmp_path: Path) -> None:
    network = Localnet.prepare(tmp_path / "net", PROFILES[:4], time_ms=time.time_ns() // 1_000_000)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        crowd = Crowd(network, session)
        writing: list[asyncio.Task[None]] = []
        try:
            await network.start_all()
            assert await network.stop(FORGETFUL) == 0  # what it voted so far is in tables, not in a log
            network.start(FORGETFUL)
            await network.ready(FORGETFUL)
            writing = [asyncio.create_task(crowd.write(number)) for number in range(4)]
            await crowd.more(20)
            await network.kill(FORGETFUL)
            node = network.nodes[FORGETFUL]
            forget_the_newest_log(node)
            network.start(FORGETFUL)
            assert node.process is not None
            assert await asyncio.to_thread(node.process.wait, 60) == HALTED
            assert "the node has halted" in node.log.read_text()
            await crowd.more(5)  # three of four go on
        finally:
            for task in writing:
                task.cancel()
            await asyncio.gather(*writing, return_exceptions=True)
            await network.stop_all()
