"""A disk that forgot its newest log: nothing on this machine shows it, so the other nodes say it (R12)."""

import asyncio
import time
from pathlib import Path

import aiohttp
import pytest

from node.localnet import PROFILES, Localnet, LocalNode
from tests.integration.crowd import Crowd
from tests.integration.old_copy import run

HALTED = 3
FORGETFUL = 1


def forget_the_newest_log(node: LocalNode) -> None:
    """Delete the write-ahead log that the last run wrote, votes included."""
    logs = sorted((node.folder / "data").rglob("*.log"), key=lambda log: int(log.stem))
    logs[-1].unlink()


async def at_rest(crowd: Crowd) -> None:
    """Wait until no node has made a block for a second: whatever was under way is final everywhere."""
    reached = dict.fromkeys(range(4), 0)
    while True:
        before = dict(reached)
        for number in reached:
            page = await crowd.page(number, reached[number], wait_s=1)
            reached[number] = page["final"]
        if reached == before and len(set(reached.values())) == 1:
            return


@pytest.mark.process
async def test_a_node_that_lost_its_newest_votes_is_stopped_by_its_peers(tmp_path: Path) -> None:
    network = Localnet.prepare(tmp_path / "net", PROFILES[:4], time_ms=time.time_ns() // 1_000_000)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        crowd = Crowd(network, session)
        try:
            await network.start_all()
            assert await network.stop(FORGETFUL) == 0  # what it voted so far is in tables, not in a log
            network.start(FORGETFUL)
            await network.ready(FORGETFUL)
            await write(crowd, 20)
            await at_rest(crowd)  # in a busy network it may first hear that all its old votes are final
            await network.kill(FORGETFUL)
            node = network.nodes[FORGETFUL]
            forget_the_newest_log(node)
            network.start(FORGETFUL)
            assert node.process is not None
            assert await asyncio.to_thread(node.process.wait, 60) == HALTED
            assert "the node has halted" in node.log.read_text()
            await write(crowd, 5)  # three of four go on
        finally:
            await network.stop_all()


@pytest.mark.process
async def test_a_folder_put_back_from_a_copy_never_leads_to_a_contradiction(tmp_path: Path) -> None:
    """Once here; many times with `python -m tests.integration.old_copy`."""
    assert await run(tmp_path / "net", tries=1) == 0


async def write(crowd: Crowd, count: int) -> None:
    """Returns when so many more transactions are final, and nobody writes any more."""
    writing = [asyncio.create_task(crowd.write(number)) for number in range(4)]
    try:
        await crowd.more(count)
    finally:
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)
