"""A peer with a listed key that speaks yamux byte by byte, as no library would: the tool of hostile tests."""

import asyncio
import struct
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import trio
from libp2p.io.exceptions import IOException

from node.transport import negotiation
from node.transport.addresses import host_and_port
from node.transport.gate import NOISE, Gate, GatedNoise
from node.transport.identity import PeerIdentity
from node.transport.tcp import SocketConnection

DATA, WINDOW_UPDATE, PING, GO_AWAY = range(4)
SYN, ACK, FIN, RST = 1, 2, 4, 8
MULTISTREAM = b"\x13/multistream/1.0.0\n"


def yamux(kind: int, flags: int, stream: int, length: int, body: bytes = b"") -> bytes:
    """One yamux frame; `length` may lie about `body`."""
    return struct.pack("!BBHII", 0, kind, flags, stream, length) + body


def data(stream: int, body: bytes, flags: int = 0) -> bytes:
    """An honest DATA frame."""
    return yamux(DATA, flags, stream, len(body), body)


def open_stream(stream: int, protocol: str) -> bytes:
    """The frames that open a stream and ask for a protocol, all at once."""
    line = protocol.encode() + b"\n"
    return data(stream, MULTISTREAM + bytes((len(line),)) + line, SYN)


class HostilePeer:
    """An authenticated connection to a node; `write` sends plaintext bytes to its multiplexer."""

    def __init__(self, secured: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._secured = secured
        self._loop = loop

    async def write(self, frames: bytes) -> None:
        """Send bytes."""
        await self._secured.write(frames)

    async def wait_for(self, happening: Coroutine[Any, Any, object]) -> None:
        """Wait for something on the node's event loop."""
        future = asyncio.run_coroutine_threadsafe(happening, self._loop)
        await trio.to_thread.run_sync(future.result)

    async def read_header(self) -> tuple[int, int, int]:
        """Kind, flags and stream of the next frame from the node; its body is skipped."""
        _, kind, flags, stream, length = struct.unpack("!BBHII", await self._secured.read(12))
        if kind == DATA and length:
            await self._secured.read(length)
        return kind, flags, stream

    async def read_to_the_end(self) -> None:
        """Read and forget until the node closes the connection."""
        try:
            while True:
                await self._secured.read(1)
        except IOException:
            return


async def attack(
    seed: bytes, node: str, address: str, conduct: Callable[[HostilePeer], Awaitable[None]]
) -> None:
    """Connect to `node` with the key of `seed`, and do what `conduct` does; in a trio thread of its own."""

    loop = asyncio.get_running_loop()

    async def run() -> None:
        gate = Gate(trio.current_time)
        gate.list(frozenset({node}))
        noise = GatedNoise(PeerIdentity.from_seed(seed), gate)
        host, port = host_and_port(address)
        stream = await trio.open_tcp_stream(host, port)
        socket = SocketConnection(stream, is_initiator=True, write_s=60)
        try:
            await negotiation.propose(socket, NOISE)
            secured = await noise.secure_outbound(socket, None)
            await negotiation.propose(secured, "/yamux/1.0.0")
            await conduct(HostilePeer(secured, loop))
        finally:
            socket.abort()

    await asyncio.to_thread(trio.run, run)
