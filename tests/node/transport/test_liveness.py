"""What a node notices by itself: peers that stop, die or come back, and the end of its own network thread.

Other processes are real and are stopped with real signals. Each test waits for the link to change, and sets
the other intervals so long that only the one under test can be the cause.
"""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from random import Random

import pytest

from node.transport.identity import Identity
from node.transport.libp2p import Libp2pTransport, NetworkThreadEnded
from node.transport.settings import TransportLimits, TransportTimings
from tests.node.transport.peers import TIMINGS, in_dialling_order
from tests.node.transport.recording import RecordingSink

pytestmark = pytest.mark.process

NEAR, FAR = in_dialling_order(bytes([1]) * 32, bytes([2]) * 32)
NEAR_ID, FAR_ID = Identity.from_seed(NEAR).peer_id, Identity.from_seed(FAR).peer_id
ANYWHERE = "/ip4/127.0.0.1/tcp/0"
NEVER_S = 3600.0


class FarNode:
    """A started far node."""

    def __init__(self, process: asyncio.subprocess.Process, address: str) -> None:
        self.process = process
        self.address = address


@asynccontextmanager
async def far_node(listen: str = ANYWHERE) -> AsyncIterator[FarNode]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.node.transport.far_node", FAR.hex(), listen, NEAR_ID),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        yield FarNode(process, (await process.stdout.readline()).decode().strip())
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def near_node(
    timings: TransportTimings = TIMINGS, limits: TransportLimits | None = None
) -> AsyncIterator[tuple[Libp2pTransport, RecordingSink]]:
    sink = RecordingSink()
    transport = Libp2pTransport(NEAR, (), sink, timings=timings, limits=limits, random=Random(0))
    await transport.start()
    try:
        yield transport, sink
    finally:
        await transport.stop()


async def test_a_stopped_peer_is_down_and_up_again_when_it_goes_on() -> None:
    async with far_node() as far, near_node(replace(TIMINGS, write_s=NEVER_S)) as (near, sink):
        near.set_peers({FAR_ID: (far.address,)})
        await sink.until_linked(FAR_ID)
        far.process.send_signal(signal.SIGSTOP)
        await sink.until_linked(FAR_ID, up=False)
        assert near.send(FAR_ID, b"frame") is False
        far.process.send_signal(signal.SIGCONT)
        await sink.until_linked(FAR_ID)
        assert near.send(FAR_ID, b"frame") is True
        await sink.until_received(b"frame")


async def test_a_stopped_peer_that_is_written_to_is_down_when_the_write_stalls() -> None:
    timings = replace(TIMINGS, silence_s=NEVER_S)
    async with far_node() as far, near_node(timings) as (near, sink):
        near.set_peers({FAR_ID: (far.address,)})
        await sink.until_linked(FAR_ID)
        far.process.send_signal(signal.SIGSTOP)
        while near.send(FAR_ID, bytes(65_536)):
            pass
        await sink.until_linked(FAR_ID, up=False)


async def test_a_killed_peer_is_down_at_once_and_linked_again_when_it_is_back() -> None:
    timings = replace(TIMINGS, silence_s=NEVER_S, heartbeat_s=NEVER_S)
    async with near_node(timings) as (near, sink):
        async with far_node() as far:
            near.set_peers({FAR_ID: (far.address,)})
            await sink.until_linked(FAR_ID)
            far.process.kill()
            await sink.until_linked(FAR_ID, up=False)
        async with far_node(listen=far.address):
            await sink.until_linked(FAR_ID)
            assert sink.links == [(FAR_ID, True), (FAR_ID, False), (FAR_ID, True)]


async def test_the_outbox_of_a_stopped_peer_is_bounded_and_dropped_with_the_link() -> None:
    timings = replace(TIMINGS, silence_s=NEVER_S)
    limits = TransportLimits(frame_bytes=65_536, outbox_bytes=1_000_000)
    async with far_node() as far, near_node(timings, limits) as (near, sink):
        near.set_peers({FAR_ID: (far.address,)})
        await sink.until_linked(FAR_ID)
        far.process.send_signal(signal.SIGSTOP)
        in_one_turn = sum(near.send(FAR_ID, bytes(50_000)) for _ in range(1000))
        assert in_one_turn >= 20
        assert near.send(FAR_ID, bytes(65_536)) is False
        await sink.until_linked(FAR_ID, up=False)
        far.process.send_signal(signal.SIGCONT)
        await sink.until_linked(FAR_ID)
        assert near.send(FAR_ID, b"after") is True
        await sink.until_received(b"after")
        up_again = len(sink.events) - 1 - sink.events[::-1].index((FAR_ID, True))
        assert sink.events[up_again:] == [(FAR_ID, True), (FAR_ID, b"after")]


async def test_a_peer_is_linked_as_soon_as_it_listens_however_many_dials_have_failed() -> None:
    dials: asyncio.Queue[None] = asyncio.Queue()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        dials.put_nowait(None)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    address = f"/ip4/127.0.0.1/tcp/{server.sockets[0].getsockname()[1]}"
    async with near_node() as (near, sink):
        near.set_peers({FAR_ID: (address,)})
        for _ in range(8):
            await dials.get()
        server.close()
        await server.wait_closed()
        async with far_node(listen=address):
            await sink.until_linked(FAR_ID)


async def test_the_end_of_the_network_thread_alone_is_told_once() -> None:
    async with near_node() as (near, sink):

        def end() -> None:
            raise ArithmeticError("the network thread has a defect")

        assert near._side is not None
        near._side.to_trio.call(end)
        await sink.until(lambda sink: bool(sink.failures))
        near.set_peers({FAR_ID: (ANYWHERE,)})
        assert near.send(FAR_ID, b"frame") is False
    assert [type(failure) for failure in sink.failures] == [NetworkThreadEnded]


async def test_a_port_in_use_is_refused_and_free_after_stop() -> None:
    first = Libp2pTransport(NEAR, (ANYWHERE,), RecordingSink(), timings=TIMINGS, random=Random(0))
    await first.start()
    second = Libp2pTransport(FAR, first.addresses, RecordingSink(), timings=TIMINGS, random=Random(0))
    with pytest.raises(OSError, match="Address already in use"):
        await second.start()
    await first.stop()
    port = int(first.addresses[0].rpartition("/")[2])
    with socket.socket() as plain:
        plain.bind(("127.0.0.1", port))
