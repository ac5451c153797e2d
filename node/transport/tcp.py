"""The TCP connection under everything: writes that are never torn, reads that are counted.

A cancelled write would leave half a Noise message on the wire and the whole connection unreadable. So a write
is shielded, and bounded: one that does not end in time closes the connection.
"""

import socket
from typing import Any

import trio
from libp2p.abc import IRawConnection
from libp2p.connection_types import ConnectionType
from libp2p.io.exceptions import ConnectionClosedError

from node.transport.meter import PeerMeter

_READ_BYTES = 64 * 1024
_UNSENT_BYTES = 128 * 1024
"""What the kernel holds unsent: a vote never waits behind more than this much of a bulk answer."""


class SocketConnection(IRawConnection):  # type: ignore[misc]  # libp2p is untyped here
    """A raw connection as libp2p's security transports want it."""

    def __init__(self, stream: trio.SocketStream, *, is_initiator: bool, write_s: float) -> None:
        self.is_initiator = is_initiator
        self.meter: PeerMeter | None = None
        self.heard_s = trio.current_time()  # when something last came
        self._stream = stream
        self._write_s = write_s
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT_BYTES)

    async def read(self, n: int | None = None) -> bytes:
        """At most `n` bytes, b"" at the end; never asks for more than 64 KiB, whatever a peer announces."""
        try:
            data = await self._stream.receive_some(_READ_BYTES if n is None else min(n, _READ_BYTES))
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise ConnectionClosedError("the connection is gone", transport="tcp") from error
        if data:
            self.heard_s = trio.current_time()
        if self.meter is not None:
            await self.meter.received(len(data))
        return bytes(data)

    async def write(self, data: bytes) -> None:
        """All of `data`, or the connection is closed; cancellation waits until then."""
        try:
            with trio.CancelScope(shield=True), trio.fail_after(self._write_s):
                await self._stream.send_all(data)
        except trio.TooSlowError:
            self.abort()
            raise ConnectionClosedError("a write stalled", transport="tcp") from None
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise ConnectionClosedError("the connection is gone", transport="tcp") from error

    def abort(self) -> None:
        """Close at once; whoever reads or writes sees the end."""
        self._stream.socket.close()

    async def close(self) -> None:
        """Close at once, and give the others a turn."""
        self.abort()
        await trio.lowlevel.checkpoint()

    def get_remote_address(self) -> tuple[str, int] | None:
        return None

    def get_transport_addresses(self) -> list[Any]:
        return []

    def get_connection_type(self) -> Any:
        return ConnectionType.DIRECT
