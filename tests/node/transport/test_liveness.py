"""What a node notices by itself: peers that stop, die or come back, and the end of its own network thread.

Other processes are real and are stopped with real signals. Each test waits for the link to change, and sets
the other intervals so long that only the one under test can be the cause.
"""

import asyncio
import multiprocessing
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from multiprocessing.context import ForkServerProcess
from random import Random

import pytest

from node.transport.identity import PeerIdentity
from node.transport.libp2p import Libp2pTransport, NetworkThreadEnded
from node.transport.settings import TransportLimits, TransportTimings
from tests.node.transport.far_node import serve
from tests.node.transport.peers import TIMINGS, in_dialling_order
from tests.node.transport.recording import RecordingSink

pytestmark = pytest.mark.process

NEAR, FAR = in_dialling_order(bytes([1]) * 32, bytes([2]) * 32)
NEAR_ID, FAR_ID = PeerIdentity.from_seed(NEAR).peer_id, PeerIdentity.from_seed(FAR).peer_id
ANYWHERE = "/ip4/127.0.0.1/tcp/0"
NEVER_S = 3600.0


PROCESSES = multiprocessing.get_context("forkserver")  # the library is imported once for all far nodes
PROCESSES.set_forkserver_preload([serve.__module__])


@dataclass(frozen=True)
class FarNode:
    """A started far node."""

    process: ForkServerProcess
    address: str

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it, and to it alone."""
        assert self.process.pid is not None
        os.kill(self.process.pid, number)


@asynccontextmanager
async def far_node(listen: str = ANYWHERE) -> AsyncIterator[FarNode]:
    here, there = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=serve, args=(FAR, listen, NEAR_ID, there), daemon=True)
    process.start()
    there.close()
    try:
        yield FarNode(process, await asyncio.to_thread(here.recv))
    finally:
        process.kill()
        await asyncio.to_thread(process.join)
        here.close()


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
    async with far_node() as far, near_node(replace(TIMINGS, silence_s=1.0)) as (near, sink):
        near.set_peers({FAR_ID: (far.address,)})
        await sink.until_linked(FAR_ID)
        far.signal(signal.SIGSTOP)
        await sink.until_linked(FAR_ID, up=False)
        assert near.send(FAR_ID, b"frame") is False
        far.signal(signal.SIGCONT)
        await sink.until_linked(FAR_ID)
        assert near.send(FAR_ID, b"frame") is True
        await sink.until_received(b"frame")


async def test_a_stopped_peer_that_is_written_to_is_down_when_the_write_stalls() -> None:
    async with far_node() as far, near_node(replace(TIMINGS, write_s=0.5)) as (near, sink):
        near.set_peers({FAR_ID: (far.address,)})
        await sink.until_linked(FAR_ID)
        far.signal(signal.SIGSTOP)
        while near.send(FAR_ID, bytes(65_536)):
            pass
        await sink.until_linked(FAR_ID, up=False)


async def test_a_killed_peer_is_down_at_once_and_linked_again_when_it_is_back() -> None:
    timings = replace(TIMINGS, heartbeat_s=NEVER_S, silence_s=NEVER_S)
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
    timings = replace(TIMINGS, write_s=0.5)
    limits = TransportLimits(frame_bytes=65_536, outbox_bytes=1_000_000)
    async with far_node() as far, near_node(timings, limits) as (near, sink):
        near.set_peers({FAR_ID: (far.address,)})
        await sink.until_linked(FAR_ID)
        far.signal(signal.SIGSTOP)
        in_one_turn = sum(near.send(FAR_ID, bytes(50_000)) for _ in range(1000))
        assert in_one_turn >= 20
        assert near.send(FAR_ID, bytes(65_536)) is False
        await sink.until_linked(FAR_ID, up=False)
        far.signal(signal.SIGCONT)
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


async def test_addresses_and_peer_ids_that_lead_nowhere_disturb_nobody() -> None:
    """A peer set is data of the ledger: whatever its members wrote into it must not stop the dialler."""
    async with far_node() as far, near_node() as (near, sink):
        near.set_peers(
            {
                FAR_ID: (f"/dns/{'x' * 64}.example/tcp/1", "/ip4/127.0.0.1/tcp/0", "nonsense", far.address),
                "Q": (far.address,),
                "zzzz": ("/ip4/127.0.0.1/tcp/1",),
            }
        )
        await sink.until_linked(FAR_ID)
        assert sink.failures == []


async def test_a_peer_that_moves_keeps_its_link_and_is_then_dialled_where_it_is() -> None:
    async with near_node() as (near, sink), far_node() as far:
        near.set_peers({FAR_ID: (far.address,)})
        await sink.until_linked(FAR_ID)
        async with far_node() as moved:
            near.set_peers({FAR_ID: (moved.address,)})
            assert near.send(FAR_ID, b"before") is True
            await sink.until_received(b"before")
            far.signal(signal.SIGKILL)
            await sink.until(lambda sink: sink.links == [(FAR_ID, up) for up in (True, False, True)])
            assert near.send(FAR_ID, b"after") is True
            await sink.until_received(b"after")


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
