"""What the network in memory does beyond the port: its cuts, its exact bounds, and names taken once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from node.transport.memory import MemoryNetwork, MemoryTransport
from node.transport.port import RequestFailed, RequestFailure
from node.transport.settings import TransportLimits
from tests.node.transport.recording import RecordingSink

LIMITS = TransportLimits(frame_bytes=1000, outbox_bytes=2500, inbox_bytes=1000)
NAMES = ("a", "b", "c")


class Triangle:
    """Three started transports that all list each other."""

    def __init__(self) -> None:
        self.network = MemoryNetwork()
        self.sinks = {name: RecordingSink() for name in NAMES}
        self.transports = {
            name: MemoryTransport(self.network, name, self.sinks[name], limits=LIMITS) for name in NAMES
        }


@pytest.fixture
async def triangle() -> AsyncIterator[Triangle]:
    triangle = Triangle()
    for transport in triangle.transports.values():
        transport.set_peers(dict.fromkeys(NAMES, ()))
        await transport.start()
    for name, sink in triangle.sinks.items():
        for other in set(NAMES) - {name}:
            await sink.until_linked(other)
    yield triangle
    for transport in triangle.transports.values():
        await transport.stop()


async def test_a_cut_line_is_down_for_its_two_ends_alone(triangle: Triangle) -> None:
    triangle.network.sever("a", "b")
    await triangle.sinks["a"].until_linked("b", up=False)
    await triangle.sinks["b"].until_linked("a", up=False)
    assert [triangle.transports["a"].send(name, b"frame") for name in ("b", "c")] == [False, True]
    triangle.network.restore("a", "b")
    await triangle.sinks["a"].until_linked("b")
    assert triangle.sinks["a"].links == [("b", True), ("c", True), ("b", False), ("b", True)]
    assert triangle.sinks["c"].links == [("a", True), ("b", True)]


async def test_a_frame_counts_until_the_other_side_has_taken_it(triangle: Triangle) -> None:
    sink, sender = triangle.sinks["b"], triangle.transports["a"]
    sink.room.clear()
    assert [sender.send("b", bytes(size)) for size in (1000, 1000, 500, 1)] == [True, True, True, False]
    assert sender.send("c", bytes(1000)) is True
    sink.room.set()
    await sink.until(lambda sink: len(sink.frames) == 3)
    await asyncio.sleep(0)
    assert sender.send("b", bytes(1000)) is True


async def test_a_name_is_taken_once(triangle: Triangle) -> None:
    twin = MemoryTransport(triangle.network, "a", RecordingSink())
    with pytest.raises(OSError, match="a is already on this network"):
        await twin.start()
    await twin.stop()
    assert triangle.transports["a"].send("b", b"frame") is True


async def test_a_request_under_way_on_a_line_that_is_cut_is_cut_off(triangle: Triangle) -> None:
    asked = asyncio.Event()

    async def answer(peer: str, body: bytes) -> bytes:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    triangle.sinks["b"].answer = answer
    request = asyncio.create_task(triangle.transports["a"].request("b", b"", timeout_s=3600))
    await asked.wait()
    triangle.network.sever("a", "b")
    with pytest.raises(RequestFailed) as caught:
        await request
    assert (caught.value.peer, caught.value.reason) == ("b", RequestFailure.CUT_OFF)
