"""Writes on the socket: whole or the connection's end, and never cancelled halfway."""

from collections.abc import Awaitable, Callable

import pytest
import trio
from libp2p.io.exceptions import ConnectionClosedError
from trio.testing import MockClock, wait_all_tasks_blocked

from node.transport.tcp import SocketConnection

MORE_THAN_THE_KERNEL_TAKES = bytes(64 * 1024 * 1024)


def over_tcp(
    body: Callable[[SocketConnection, SocketConnection], Awaitable[None]], clock: MockClock | None
) -> None:
    """Run `body` with both ends of a TCP connection."""

    async def run() -> None:
        listener, *_ = await trio.open_tcp_listeners(0, host="127.0.0.1")
        near = await trio.open_tcp_stream("127.0.0.1", listener.socket.getsockname()[1])
        far = await listener.accept()
        async with listener, near, far:
            await body(
                SocketConnection(near, is_initiator=True, write_s=4.0),
                SocketConnection(far, is_initiator=False, write_s=4.0),
            )

    trio.run(run, clock=clock)


def test_a_cancelled_write_is_carried_to_its_end() -> None:
    async def body(near: SocketConnection, far: SocketConnection) -> None:
        written = trio.Event()

        async def write(scope: trio.CancelScope) -> None:
            with scope:
                await near.write(MORE_THAN_THE_KERNEL_TAKES)
                written.set()

        async with trio.open_nursery() as nursery:
            scope = trio.CancelScope()
            nursery.start_soon(write, scope)
            await wait_all_tasks_blocked()
            scope.cancel()
            received = 0
            while received < len(MORE_THAN_THE_KERNEL_TAKES):
                received += len(await far.read())
        assert written.is_set()

    over_tcp(body, clock=None)


def test_a_write_that_stalls_closes_the_connection() -> None:
    async def body(near: SocketConnection, far: SocketConnection) -> None:
        began_s = trio.current_time()
        with pytest.raises(ConnectionClosedError, match="a write stalled"):
            await near.write(MORE_THAN_THE_KERNEL_TAKES)
        assert trio.current_time() - began_s == pytest.approx(4.0)
        with pytest.raises(ConnectionClosedError, match="the connection is gone"):
            await near.write(b"more")
        with pytest.raises(ConnectionClosedError, match="the connection is gone"):
            await near.read()

    over_tcp(body, clock=MockClock(autojump_threshold=0.1))


def test_a_read_asks_for_no_more_than_its_bound_whatever_is_wanted() -> None:
    async def body(near: SocketConnection, far: SocketConnection) -> None:
        await near.write(bytes(10))
        assert await far.read(2**62) == bytes(10)

    over_tcp(body, clock=None)


def test_a_closed_connection_reads_as_its_end() -> None:
    async def body(near: SocketConnection, far: SocketConnection) -> None:
        near.abort()
        assert await far.read() == b""

    over_tcp(body, clock=None)
