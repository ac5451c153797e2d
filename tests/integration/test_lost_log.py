"""Nodes whose log goes nowhere: they start, agree, and end in order."""

import asyncio
import fcntl
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import aiohttp
import pytest

from node.setup.localnet import PROFILES, Localnet
from tests.integration.test_process import ROOT, command

_DROPPED = re.compile(r"^matricula_log_lines_dropped_total ([0-9.]+)$", re.MULTILINE)


@contextmanager
def full_disk() -> Iterator[int]:
    """A file on a disk that has no room."""
    with Path("/dev/full").open("wb") as file:
        yield file.fileno()


@contextmanager
def gone_reader() -> Iterator[int]:
    """A pipe that nobody reads any more."""
    read, write = os.pipe()
    os.close(read)
    yield write
    os.close(write)


@contextmanager
def stopped_reader() -> Iterator[int]:
    """A full pipe that somebody could read, and does not."""
    read, write = os.pipe()
    size = fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
    os.write(write, bytes(size))
    yield write
    os.close(write)
    os.close(read)


OUTPUTS = (full_disk, gone_reader, stopped_reader)


@contextmanager
def started(network: Localnet) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The nodes of a network as processes, each with another output."""
    with ExitStack() as stack:
        processes = []
        for node, output in zip(network.nodes, OUTPUTS, strict=True):
            written = stack.enter_context(output())
            node.process = subprocess.Popen(
                command(node), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=written, stderr=written
            )
            processes.append(node.process)
        yield processes


def prepared(folder: Path) -> Localnet:
    """A network of which all nodes are a quorum."""
    return Localnet.prepare(folder / "net", PROFILES[: len(OUTPUTS)], time_ms=time.time_ns() // 1_000_000)


@pytest.mark.process
async def test_a_log_that_cannot_be_written_stops_no_vote(tmp_path: Path) -> None:
    network = prepared(tmp_path)
    with started(network) as processes:
        try:
            dropped = []
            async with aiohttp.ClientSession() as session:
                for number, url in enumerate(network.api_urls):
                    await network.ready(number)
                    async with session.get(f"{url}/metrics") as answer:
                        dropped.append(float(_DROPPED.findall(await answer.text())[0]))
            assert [count > 0 for count in dropped] == [True, True, False], "the third waits in the queue"
            for process in processes:
                process.send_signal(signal.SIGTERM)
            assert [await asyncio.to_thread(process.wait, 60) for process in processes] == [0, 0, 0]
        finally:
            await network.stop_all()


@pytest.mark.process
async def test_the_exit_code_says_why_where_no_text_can(tmp_path: Path) -> None:
    network = prepared(tmp_path)
    for node in network.nodes:
        next((node.folder / "data" / "store").glob("MANIFEST-*")).unlink()
    with started(network) as processes:
        assert [await asyncio.to_thread(process.wait, 60) for process in processes] == [3, 3, 3]
