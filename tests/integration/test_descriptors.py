"""A node with few descriptors: clients are refused first, and what the node needs stays free."""

import asyncio
import resource
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path

import aiohttp
import pytest

from node.serving.descriptors import ARRIVING, share_out
from node.setup.localnet import PROFILES, Localnet
from tests.integration.test_process import FAILED, ROOT, command

USUAL = 1_025
"""One more than is usual: so two addresses, with half of the clients each, leave one place for who looks."""
ADDRESSES = ("127.0.0.2", "127.0.0.3")
EACH = 512


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Localnet]:
    """A network of one institution, not started yet."""
    network = Localnet.prepare(tmp_path / "net", PROFILES[:1], time_ms=time.time_ns() // 1_000_000)
    yield network
    await network.stop_all()


def limited(network: Localnet, soft: int, hard: int) -> subprocess.Popen[bytes]:
    """The node as a process that may have so many files open; what it says goes to its log."""
    node = network.nodes[0]
    shell = f'ulimit -Sn {soft} && ulimit -Hn {hard} && exec "$@"'
    with node.log.open("ab") as log:
        node.process = subprocess.Popen(
            ["sh", "-c", shell, "sh", *command(node)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    return node.process


def descriptors_of(process: subprocess.Popen[bytes]) -> int:
    """How many a process has open."""
    return len(list(Path(f"/proc/{process.pid}/fd").iterdir()))


@pytest.mark.process
async def test_too_few_are_refused_with_the_number_needed(alone: Localnet) -> None:
    process = limited(alone, 128, 128)
    assert await asyncio.to_thread(process.wait, 60) == FAILED
    said = alone.nodes[0].log.read_text()
    assert "this process may have 128 files open, and a node needs 492" in said
    assert "LimitNOFILE" in said


@pytest.mark.process
async def test_clients_take_nothing_that_the_node_needs(alone: Localnet) -> None:
    """Two addresses open more connections than there are descriptors; the soft limit was lower still."""
    process = limited(alone, 128, USUAL)
    await alone.ready(0)
    shares = share_out(USUAL, 1)
    url = alone.api_urls[0]
    host, _, port = url.removeprefix("http://").rpartition(":")
    before = soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with ExitStack() as stack:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4 * USUAL)), hard))
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, before)
        for number in range(EACH * len(ADDRESSES)):
            client = stack.enter_context(socket.socket())
            client.bind((ADDRESSES[number % len(ADDRESSES)], 0))
            await asyncio.get_running_loop().sock_connect(_unblocked(client), (host, int(port)))
        async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as answer:
            metrics = await answer.text()
        opened = descriptors_of(process)
        assert shares.clients // 2 < opened <= shares.limit - ARRIVING - shares.tables
        assert f"matricula_descriptors_limit {float(USUAL)}" in metrics
        assert 'matricula_http_refusals_total{reason="connections_of_client"}' in metrics
    process.terminate()
    assert await asyncio.to_thread(process.wait, 60) == 0, alone.nodes[0].log.read_text()[-2_000:]


def _unblocked(client: socket.socket) -> socket.socket:
    client.setblocking(False)
    return client
