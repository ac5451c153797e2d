"""Between Noise and yamux: holds a peer to the multiplexer's rules, which the library only warns about.

Reads follow yamux's own rhythm: a 12-byte header, then the body of a DATA frame (yamux, "Framing").
1. A DATA frame beyond the stream's receive window ends the connection.
2. While more than `session_buffer_bytes` wait unread in all streams together, the socket is not read.
3. Every frame is charged to the peer's meter, so a flood of tiny ones is slowed as one of large ones is.
"""

import struct
from typing import Any

import trio
from libp2p.abc import ISecureConn
from libp2p.stream_muxer.yamux.yamux import (
    DEFAULT_WINDOW_SIZE,
    FLAG_SYN,
    HEADER_SIZE,
    TYPE_DATA,
    TYPE_PING,
    YAMUX_HEADER_FORMAT,
    Yamux,
)

from node.transport.boundary import ProtocolViolation
from node.transport.meter import PeerMeter


class FlowGuard(ISecureConn):  # type: ignore[misc]  # libp2p is untyped here
    """A secured connection that reads no more than the rules allow; `muxer` is the yamux on top of it."""

    def __init__(self, session: Any, peer_id: Any, meter: PeerMeter, buffer_bytes: int) -> None:
        self.is_initiator = session.is_initiator
        self.muxer = Yamux(self, peer_id, is_initiator=session.is_initiator)
        self.violation: ProtocolViolation | None = None
        self._session = session
        self._meter = meter
        self._buffer_bytes = buffer_bytes
        self._consumed = trio.Event()
        self._body_bytes = 0

    def consumed(self) -> None:
        """A stream was read or dropped: there may be room again (rule 2)."""
        self._consumed.set()

    async def read(self, n: int | None = None) -> bytes:
        """What yamux asks for next: a header or (a part of) a body."""
        if self._body_bytes:
            body: bytes = await self._session.read(n)
            self._body_bytes -= len(body)
            return body
        await self._wait_for_room()
        header: bytes = await self._session.read(n)
        if len(header) == HEADER_SIZE:
            _, kind, flags, stream_id, length = struct.unpack(YAMUX_HEADER_FORMAT, header)
            await self._meter.operation(opens_stream=bool(flags & FLAG_SYN) and kind != TYPE_PING)
            if kind == TYPE_DATA:
                self._check_window(stream_id, length)
                self._body_bytes = length
        return header

    async def write(self, data: bytes) -> None:
        await self._session.write(data)

    async def close(self) -> None:
        await self._session.close()

    async def _wait_for_room(self) -> None:
        while sum(map(len, self.muxer.stream_buffers.values())) > self._buffer_bytes:
            self._consumed = trio.Event()
            await self._consumed.wait()

    def _check_window(self, stream_id: int, length: int) -> None:
        stream = self.muxer.streams.get(stream_id)
        window = DEFAULT_WINDOW_SIZE if stream is None else stream.recv_window
        if length > window:
            self.violation = ProtocolViolation(f"a DATA frame of {length} bytes, beyond a window of {window}")
            raise self.violation

    def get_local_peer(self) -> Any:
        return self._session.get_local_peer()

    def get_local_private_key(self) -> Any:
        return self._session.get_local_private_key()

    def get_remote_peer(self) -> Any:
        return self._session.get_remote_peer()

    def get_remote_public_key(self) -> Any:
        return self._session.get_remote_public_key()

    def get_remote_address(self) -> tuple[str, int] | None:
        return None

    def get_transport_addresses(self) -> list[Any]:
        return []

    def get_connection_type(self) -> Any:
        return self._session.get_connection_type()
