"""The bulk protocol: one request and one answer on a stream of its own, both bounded, in paced pieces.

    request  = length u32be ‖ body
    answer   = status u8 ‖ length u32be ‖ body        (an empty body unless the status is ANSWERED)

The asker writes nothing more and keeps the stream open; it resets it once it has the answer or gives up. The
other side closes its half after the answer, or resets the stream.
"""

from collections.abc import Awaitable, Callable
from enum import IntEnum
from functools import partial

import trio

from node.transport.boundary import PeerFailure
from node.transport.meter import PeerMeter
from node.transport.port import Channel, RequestFailed, RequestFailure
from node.transport.session import Session, Stream
from node.transport.settings import TransportLimits, TransportTimings


class BulkStatus(IntEnum):
    """How a request was answered."""

    ANSWERED = 0
    DECLINED = 1
    BUSY = 2


_FAILURES = {BulkStatus.DECLINED: RequestFailure.DECLINED, BulkStatus.BUSY: RequestFailure.BUSY}

Answerer = Callable[[str, bytes], Awaitable[bytes | None]]
"""Answers a peer's request, or declines it with None."""


class Bulk:
    """Asks and answers for one peer's session."""

    def __init__(
        self, session: Session, meter: PeerMeter, timings: TransportTimings, limits: TransportLimits
    ) -> None:
        self._session = session
        self._meter = meter
        self._timings = timings
        self._limits = limits
        self._asking = trio.CapacityLimiter(limits.requests_per_peer)
        self._serving = 0

    async def ask(self, body: bytes) -> bytes:
        """Send `body`, return the answer; raises RequestFailed. The caller bounds the time."""
        try:
            async with self._asking, self._session.open(Channel.BULK) as stream:
                await self._send(stream, len(body).to_bytes(4, "big"), body)
                return await self._read_answer(stream)
        except PeerFailure:
            raise RequestFailed(self._session.peer, RequestFailure.CUT_OFF) from None

    async def _read_answer(self, stream: Stream) -> bytes:
        head = await self._read_exactly(stream, 5)
        length = int.from_bytes(head[1:], "big")
        if head[0] in _FAILURES and length == 0:
            raise RequestFailed(self._session.peer, _FAILURES[BulkStatus(head[0])])
        if head[0] != BulkStatus.ANSWERED:
            raise RequestFailed(self._session.peer, RequestFailure.MALFORMED)
        if length > self._limits.answer_bytes:
            raise RequestFailed(self._session.peer, RequestFailure.ANSWER_TOO_LONG)
        return await self._read_exactly(stream, length)

    async def serve(self, stream: Stream, answer: Answerer) -> None:
        """Read one request, answer it, wait for the asker to be done with the stream. Raises PeerFailure."""
        try:
            with trio.fail_after(self._timings.bulk_s):
                await self._serve(stream, answer)
        except trio.TooSlowError:
            raise PeerFailure("a bulk request took too long") from None

    async def _serve(self, stream: Stream, answer: Answerer) -> None:
        length = int.from_bytes(await self._read_exactly(stream, 4), "big")
        if length > self._limits.request_bytes:
            raise PeerFailure(f"a request of {length} bytes is announced")
        if self._serving >= self._limits.requests_per_peer:
            await self._respond(stream, BulkStatus.BUSY, b"")
        else:
            self._serving += 1
            try:
                request = await self._read_exactly(stream, length)
                body = await self._answered(stream, partial(answer, self._session.peer, request))
                await self._respond(
                    stream, BulkStatus.DECLINED if body is None else BulkStatus.ANSWERED, body or b""
                )
            finally:
                self._serving -= 1
        await self._read_some(stream, 1)  # ends with a PeerFailure when the asker resets the stream

    async def _answered(self, stream: Stream, answer: Callable[[], Awaitable[bytes | None]]) -> bytes | None:
        """Wait for the node's answer, unless the asker gives the stream up first."""
        given_up: PeerFailure | None = None
        body: bytes | None = None

        async def watch(scope: trio.CancelScope) -> None:
            nonlocal given_up
            try:
                await stream.read(1)
                given_up = PeerFailure("there are bytes after the request")
            except PeerFailure as fault:
                given_up = fault
            scope.cancel()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(watch, nursery.cancel_scope)
            body = await answer()
            nursery.cancel_scope.cancel()
        if given_up is not None:
            raise given_up
        return body

    async def _respond(self, stream: Stream, status: BulkStatus, body: bytes) -> None:
        await self._send(stream, bytes((status,)) + len(body).to_bytes(4, "big"), body)
        await stream.finish()

    async def _send(self, stream: Stream, head: bytes, body: bytes) -> None:
        await self._write(stream, head)
        for start in range(0, len(body), self._limits.chunk_bytes):
            chunk = body[start : start + self._limits.chunk_bytes]
            await self._meter.bulk_sent(len(chunk))
            await self._write(stream, chunk)

    async def _write(self, stream: Stream, data: bytes) -> None:
        try:
            with trio.fail_after(self._timings.bulk_idle_s):
                await stream.write(data)
        except trio.TooSlowError:
            raise PeerFailure("the other side of a bulk stream does not read") from None

    async def _read_exactly(self, stream: Stream, length: int) -> bytes:
        data = bytearray()
        while len(data) < length:
            data += await self._read_some(stream, length - len(data))
        return bytes(data)

    async def _read_some(self, stream: Stream, at_most: int) -> bytes:
        try:
            with trio.fail_after(self._timings.bulk_idle_s):
                return await stream.read(at_most)
        except trio.TooSlowError:
            raise PeerFailure("the other side of a bulk stream does not write") from None
