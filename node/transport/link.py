"""The consensus stream to one peer: frames both ways, joined into few writes, with a heartbeat of its own.

The kernel and the multiplexer go on accepting writes to a peer that is stopped or whose cable is pulled; only
silence tells. So an idle link sends empty frames, and a link that brings nothing for `silence_s` is down.
"""

from collections.abc import Callable

import trio

from node.transport.boundary import PeerFailure, ProtocolViolation
from node.transport.bridge import Outbox, Unread
from node.transport.framing import HEARTBEAT, FrameDecoder, OversizeFrame
from node.transport.meter import PeerMeter
from node.transport.session import Stream
from node.transport.settings import TransportLimits, TransportTimings
from node.transport.token_bucket import TokenBucket

_WRITE_BYTES = 64 * 1024
_FRAME_OVERHEAD_BYTES = 64
"""What holding a frame costs besides its bytes: a million frames of one byte are not one megabyte."""

_HEARTBEATS = 100
"""Heartbeats that may come at once: this node, or the line, may have stood still …"""
_EXCESS = 10
"""… and how many times as often as they are sent in the long run."""

Arrived = Callable[[list[bytes], Callable[[], None]], None]
"""Takes frames, and the call that gives their credit back."""


class Link:
    """A live link; `run` ends with the PeerFailure that took it down."""

    def __init__(
        self,
        stream: Stream,
        outbox: Outbox,
        inbox: Unread,
        meter: PeerMeter,
        arrived: Arrived,
        timings: TransportTimings,
        limits: TransportLimits,
    ) -> None:
        self._stream = stream
        self._outbox = outbox
        self._inbox = inbox
        self._meter = meter
        self._arrived = arrived
        self._timings = timings
        self._limits = limits
        self._heartbeats = TokenBucket(_EXCESS / timings.heartbeat_s, _HEARTBEATS)

    async def run(self) -> None:
        """Read and write until one of them cannot go on."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._write)
            nursery.start_soon(self._read)

    async def _write(self) -> None:
        while True:
            batch = HEARTBEAT
            with trio.move_on_after(self._timings.heartbeat_s):
                batch = await self._outbox.batch(self._limits.batch_bytes)
            for start in range(0, len(batch), _WRITE_BYTES):
                await self._write_piece(batch[start : start + _WRITE_BYTES])

    async def _write_piece(self, piece: bytes) -> None:
        try:
            with trio.fail_after(self._timings.write_s):
                await self._stream.write(piece)
        except trio.TooSlowError:
            raise PeerFailure(f"nothing could be written for {self._timings.write_s} s") from None

    async def _read(self) -> None:
        decoder = FrameDecoder(self._limits.frame_bytes)
        while True:
            try:
                frames = decoder.feed(await self._read_piece())
            except OversizeFrame as error:
                raise ProtocolViolation(str(error)) from error
            if not self._heartbeats.try_charge(decoder.heartbeats, trio.current_time()):
                raise ProtocolViolation("heartbeats without end")
            if frames:
                size_bytes = sum(map(len, frames)) + _FRAME_OVERHEAD_BYTES * len(frames)
                self._arrived(frames, self._inbox.add(size_bytes))
                await self._meter.frames(len(frames))
                await self._inbox.room()

    async def _read_piece(self) -> bytes:
        try:
            with trio.fail_after(self._timings.silence_s):
                return await self._stream.read()
        except trio.TooSlowError:
            raise PeerFailure(f"nothing came for {self._timings.silence_s} s") from None
