"""A node whose disk takes no more: it ends at once, says nothing more, and comes back whole (R11)."""

import asyncio
import resource
import time
from pathlib import Path

import aiohttp
import pytest

from node.setup.localnet import PROFILES, Localnet, LocalNode
from node.storage.failure import WRITE_FAILED
from tests.integration.crowd import Crowd

SIZE = 4
VICTIM = 2


def fill_disk(node: LocalNode) -> None:
    """From now on no file of this process may grow beyond the size of its write-ahead log."""
    assert node.process is not None
    log = max((node.folder / "data" / "store").glob("*.log"), key=lambda one: int(one.stem))
    size = log.stat().st_size
    resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE, (size + 100, size + 100))


@pytest.mark.process
async def test_a_node_whose_disk_is_full_ends_and_comes_back(tmp_path: Path) -> None:
    network = Localnet.prepare(tmp_path / "net", PROFILES[:SIZE], time_ms=time.time_ns() // 1_000_000)
    node = network.nodes[VICTIM]
    try:
        await network.start_all()
        async with aiohttp.ClientSession() as session:
            crowd = Crowd(network, session)
            writers = [asyncio.create_task(crowd.write(number)) for number in range(SIZE) if number != VICTIM]
            await crowd.more(SIZE)
            fill_disk(node)
            assert node.process is not None
            assert await asyncio.to_thread(node.process.wait) == WRITE_FAILED, node.log.read_text()[-2_000:]

            # The other three are a quorum and go on; the disk is emptied and the node follows.
            await crowd.more(SIZE)
            network.start(VICTIM)
            await network.ready(VICTIM)
            await crowd.tell()
            await crowd.more(SIZE)
            await crowd.stop(writers)
            await crowd.agrees()
    finally:
        await network.stop_all()
