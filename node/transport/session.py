"""One secured, multiplexed connection to one authenticated peer, built from libp2p's own layers.

TCP → multistream-select "/noise" → Noise XX with the gate's check → multistream-select "/yamux/1.0.0" →
yamux. Each stream then agrees on its protocol by multistream-select. docs/decisions/0041 says why
libp2p's own host, which would put these together, does not stand here.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import trio
from libp2p.peer.id import ID
from libp2p.stream_muxer.yamux.yamux import DEFAULT_WINDOW_SIZE
from libp2p.stream_muxer.yamux.yamux import PROTOCOL_ID as YAMUX

from node.transport import negotiation
from node.transport.boundary import PeerBytes, PeerFailure, ProtocolViolation
from node.transport.flow import FlowGuard
from node.transport.gate import NOISE, GatedNoise
from node.transport.meter import PeerMeter
from node.transport.port import Channel
from node.transport.settings import TransportLimits, TransportTimings
from node.transport.tcp import SocketConnection

_READ_BYTES = 64 * 1024
_WINDOW_BYTES = 1024 * 1024


class Stream:
    """One stream of a session; every failure of the peer or the libraries is a `PeerFailure`.

    It keeps the receive window itself, at `_WINDOW_BYTES`, and renews it by halves: the library would
    announce every read, before handing over what was read, and would let the window grow to 16 MiB.
    """

    def __init__(self, muxed: Any, flow: FlowGuard) -> None:
        self._muxed = muxed
        self._flow = flow
        self._window_due_bytes = _WINDOW_BYTES - DEFAULT_WINDOW_SIZE

    async def read(self, n: int = _READ_BYTES) -> bytes:
        """1 to `n` bytes as they come; the end of the stream is a PeerFailure."""
        with PeerBytes("reading a stream"):
            data: bytes = await self._flow.muxer.read_stream(self._muxed.stream_id, n)
            self._flow.consumed()
            self._window_due_bytes += len(data)
            if self._window_due_bytes >= _WINDOW_BYTES // 2:
                due_bytes, self._window_due_bytes = self._window_due_bytes, 0
                self._muxed.recv_window += due_bytes
                await self._muxed.send_window_update(due_bytes)
        return data

    async def write(self, data: bytes) -> None:
        """All of `data`."""
        with PeerBytes("writing a stream"):
            await self._muxed.write(data)

    async def finish(self) -> None:
        """Say that nothing more is written."""
        with PeerBytes("closing a stream"):
            await self._muxed.close()

    async def discard(self) -> None:
        """Forget the stream on both sides, and what is unread of it."""
        buffer = self._flow.muxer.stream_buffers.get(self._muxed.stream_id)
        if buffer is not None:
            buffer.clear()
        self._flow.consumed()
        with trio.CancelScope(shield=True):
            try:
                with PeerBytes("resetting a stream"):
                    await self._muxed.reset()
            except PeerFailure:
                return  # the connection is gone, and the stream with it


Serve = Callable[[Stream, Channel], Awaitable[None]]


class Session:
    """A connection whose peer is known; `run` lives as long as it does."""

    def __init__(
        self,
        peer: str,
        socket: SocketConnection,
        flow: FlowGuard,
        timings: TransportTimings,
        limits: TransportLimits,
    ) -> None:
        self.peer = peer
        self.ended = trio.Event()
        self._socket = socket
        self._flow = flow
        self._timings = timings
        self._limits = limits
        self._nursery: trio.Nursery | None = None
        self._streams = 0
        self._reason: PeerFailure | None = None

    @property
    def heard_s(self) -> float:
        """When the peer last sent something, heartbeats included, in seconds of the trio clock."""
        return self._socket.heard_s

    def drop(self, reason: PeerFailure) -> None:
        """End the session; `run` raises the first reason."""
        self._reason = self._reason or reason
        self._socket.abort()
        if self._nursery is not None:
            self._nursery.cancel_scope.cancel()

    def spawn(self, part: Callable[[], Awaitable[None]]) -> bool:
        """Run `part` for as long as the session lives; False if it does not live now."""
        if self._nursery is None or self._nursery.cancel_scope.cancel_called:
            return False
        self._nursery.start_soon(part)
        return True

    async def run(self, serve: Serve, body: Callable[[], Awaitable[None]]) -> None:
        """Serve the peer's streams and run `body` beside that; raises the PeerFailure that ends the session.

        When the muxer, the accepting of streams or `body` ends, the session does.
        """
        try:
            async with trio.open_nursery() as nursery:
                self._nursery = nursery
                nursery.start_soon(self._to_the_end, self._run_muxer)
                await self._flow.muxer.event_started.wait()
                nursery.start_soon(self._to_the_end, partial(self._accept_streams, nursery, serve))
                nursery.start_soon(self._to_the_end, body)
        finally:
            self._socket.abort()
            self._nursery = None
            self.ended.set()
        raise self._flow.violation or self._reason or PeerFailure("the session was dropped")

    @asynccontextmanager
    async def open(self, channel: Channel) -> AsyncIterator[Stream]:
        """A new stream that speaks `channel`; discarded at the end of the block."""
        with PeerBytes("opening a stream"):
            muxed = await self._flow.muxer.open_stream()
        stream = Stream(muxed, self._flow)
        try:
            await self._bounded(negotiation.propose(stream, channel.value))
            yield stream
        finally:
            await stream.discard()

    async def _to_the_end(self, part: Callable[[], Awaitable[None]]) -> None:
        """Run a part without which there is no session; close the socket at its end, so that none waits."""
        try:
            await part()
        except PeerFailure as fault:
            self.drop(fault)
        finally:
            self._socket.abort()

    async def _run_muxer(self) -> None:
        with PeerBytes("yamux"):
            await self._flow.muxer.start()
        raise PeerFailure("the connection ended")

    async def _accept_streams(self, nursery: trio.Nursery, serve: Serve) -> None:
        while True:
            with PeerBytes("accepting a stream"):
                muxed = await self._flow.muxer.accept_stream()
            if self._streams >= self._limits.streams_per_peer:
                raise ProtocolViolation(f"more than {self._limits.streams_per_peer} streams at once")
            self._streams += 1
            nursery.start_soon(self._serve_stream, Stream(muxed, self._flow), serve)

    async def _serve_stream(self, stream: Stream, serve: Serve) -> None:
        try:
            chosen = await self._bounded(negotiation.accept(stream, [channel.value for channel in Channel]))
            await serve(stream, Channel(chosen))
        except PeerFailure:
            return  # this stream is over; the session goes on
        finally:
            await stream.discard()
            self._streams -= 1

    async def _bounded(self, negotiating: Awaitable[Any]) -> Any:
        try:
            with trio.fail_after(self._timings.handshake_s):
                return await negotiating
        except trio.TooSlowError:
            raise PeerFailure("negotiating a protocol took too long") from None


async def secure(
    socket: SocketConnection,
    noise: GatedNoise,
    expected: str | None,
    meter_of: Callable[[str], PeerMeter],
    timings: TransportTimings,
    limits: TransportLimits,
) -> Session:
    """Turn a TCP connection into a session: as initiator if `expected` names the peer, else as responder.

    Raises PeerFailure, and then the socket is closed, unless the other side proves an admitted key in time.
    """
    session: Session | None = None
    try:
        with trio.fail_after(timings.handshake_s):
            session = await _secure(socket, noise, expected, meter_of, timings, limits)
        return session
    except trio.TooSlowError:
        raise PeerFailure("the handshake took too long") from None
    finally:
        if session is None:
            socket.abort()


async def _secure(
    socket: SocketConnection,
    noise: GatedNoise,
    expected: str | None,
    meter_of: Callable[[str], PeerMeter],
    timings: TransportTimings,
    limits: TransportLimits,
) -> Session:
    if expected is None:
        await negotiation.accept(socket, [NOISE])
        with PeerBytes("the Noise handshake"):
            secured = await noise.secure_inbound(socket)
    else:
        await negotiation.propose(socket, NOISE)
        with PeerBytes("the Noise handshake"):
            secured = await noise.secure_outbound(socket, ID.from_base58(expected))
    peer_id = secured.get_remote_peer()
    peer = peer_id.to_base58()
    meter = meter_of(peer)
    socket.meter = meter
    if expected is None:
        await negotiation.accept(secured, [YAMUX])
    else:
        await negotiation.propose(secured, YAMUX)
    return Session(
        peer, socket, FlowGuard(secured, peer_id, meter, limits.session_buffer_bytes), timings, limits
    )
