"""A node whose disk lost what it signed: nothing on this machine shows it, so the others say it (R12)."""

import asyncio
import time
from pathlib import Path

import aiohttp
import pytest

from node.setup.localnet import PROFILES, Localnet, LocalNode
from node.storage.folder_mark import NO_MARK, read_mark, write_mark
from tests.integration.crowd import Crowd
from tests.integration.old_copy import VICTIM, evidence, one_try, said

HALTED = 3


@pytest.mark.process
async def test_a_node_that_lost_its_newest_votes_contradicts_nothing(tmp_path: Path) -> None:
    network = Localnet.prepare(tmp_path / "net", PROFILES[:4], time_ms=time.time_ns() // 1_000_000)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        crowd = Crowd(network, session)
        try:
            await network.start_all()
            await _an_old_copy_is_put_back(crowd)
            await _the_newest_log_is_forgotten(crowd)
        finally:
            await network.stop_all()


async def _an_old_copy_is_put_back(crowd: Crowd) -> None:
    """While the others go on; once here, many times with `python -m tests.integration.old_copy`."""
    _, contradictory_pairs = await one_try(crowd.network, crowd, turns=1)
    assert (contradictory_pairs, await evidence(crowd)) == (0, 0)


async def _the_newest_log_is_forgotten(crowd: Crowd) -> None:
    """While nobody writes, so that the views of its votes are still open to the others."""
    network, node = crowd.network, crowd.network.nodes[VICTIM]
    assert await network.stop(VICTIM) == 0  # what it voted so far is in tables, not in a log
    mark = read_mark(node.folder / "data" / "store") or NO_MARK
    network.start(VICTIM)
    await network.ready(VICTIM)
    await _write(crowd, 20)
    await _at_rest(crowd)  # in a busy network it may first hear that all its old votes are final
    await network.kill(VICTIM)
    _forget_the_newest_log(node, mark)
    begins = node.log.stat().st_size
    network.start(VICTIM)
    while said(node.log, begins) in ("started", "listens") and node.running:
        await _write(crowd, 1)
    did = said(node.log, begins)
    # Nobody holds those of its votes that came too late to count: then it is confirmed, above their views.
    assert did in ("halted", "confirmed, votes")
    assert node.process is not None
    if did == "halted":
        assert await asyncio.to_thread(node.process.wait, 60) == HALTED
    await _write(crowd, 5)
    assert await evidence(crowd) == 0


def _forget_the_newest_log(node: LocalNode, mark: bytes) -> None:
    """Delete the write-ahead log of the last run, votes included, and the mark that its start put on the
    folder: the disk as a whole forgot."""
    logs = sorted((node.folder / "data").rglob("*.log"), key=lambda log: int(log.stem))
    logs[-1].unlink()
    write_mark(node.folder / "data" / "store", mark)


async def _at_rest(crowd: Crowd) -> None:
    """Wait until no node has made a block for a second: whatever was under way is final everywhere."""
    reached = [0] * len(crowd.network.nodes)
    is_quiet = False
    while not is_quiet:
        before = list(reached)
        pages = [crowd.page(number, height, wait_s=1) for number, height in enumerate(reached)]
        reached = [page["final"] for page in await asyncio.gather(*pages)]
        is_quiet = reached == before and len(set(reached)) == 1


async def _write(crowd: Crowd, count: int) -> None:
    """Returns when so many more transactions are final, and nobody writes any more."""
    writing = [asyncio.create_task(crowd.write(number)) for number in range(4)]
    try:
        await crowd.more(count)
    finally:
        await crowd.stop(writing)
