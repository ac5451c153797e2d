"""What crosses between the event loop's thread and the trio thread: queues with one writer at each end
(decision 0040).

A counter is only ever written by one side, so no lock is needed; each side wakes the other once per batch.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import trio

from node.transport.framing import LENGTH_BYTES, encode_frame


class ToTrio:
    """Runs calls on the trio thread; calls made after its end are dropped, as all links are."""

    def __init__(self, token: trio.lowlevel.TrioToken) -> None:
        self._token = token

    def call(self, call: Callable[[], None]) -> None:
        """Run `call` once on the trio thread."""
        with suppress(trio.RunFinishedError):
            self._token.run_sync_soon(call)


class ToLoop:
    """Runs calls on the event loop in order, with one wake-up for all that are waiting."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._calls: deque[Callable[[], None]] = deque()
        self._woken = False

    def call(self, call: Callable[[], None]) -> None:
        """Run `call` on the event loop; from the trio thread alone."""
        self._calls.append(call)
        if not self._woken:
            self._woken = True
            self._loop.call_soon_threadsafe(self._run)

    def _run(self) -> None:
        self._woken = False
        while self._calls:
            self._calls.popleft()()


class Outbox:
    """Frames on their way to a link, bounded in bytes: offered by the event loop, taken by the writer."""

    def __init__(self, limit_bytes: int, to_trio: ToTrio) -> None:
        self._limit_bytes = limit_bytes
        self._to_trio = to_trio
        self._frames: deque[bytes] = deque()
        self._offered_bytes = 0  # written by the event loop alone
        self._taken_bytes = 0  # written by the trio thread alone
        self._filled = trio.Event()
        self._woken = False  # set by the event loop, cleared by the trio thread before it looks

    def offer(self, frame: bytes) -> bool:
        """Queue a frame, unless the bound would be passed."""
        if self._offered_bytes - self._taken_bytes + len(frame) > self._limit_bytes:
            return False
        self._offered_bytes += len(frame)
        self._frames.append(frame)
        if not self._woken:
            self._woken = True
            self._to_trio.call(self._wake)
        return True

    async def batch(self, size_bytes: int) -> bytes:
        """Wait for frames; as many as fit in `size_bytes`, and at least one, encoded and joined."""
        while not self._frames:
            self._filled = trio.Event()
            if not self._frames:
                await self._filled.wait()
        parts = [encode_frame(self._frames.popleft())]
        total = len(parts[0])
        while self._frames and total + LENGTH_BYTES + len(self._frames[0]) <= size_bytes:
            part = encode_frame(self._frames.popleft())
            parts.append(part)
            total += len(part)
        self._taken_bytes += total - LENGTH_BYTES * len(parts)
        return b"".join(parts)

    def _wake(self) -> None:
        self._woken = False
        self._filled.set()


class Unread:
    """What a peer sent and the node has not taken, in bytes: added by the reader, taken by the event loop."""

    def __init__(self, limit_bytes: int, to_trio: ToTrio) -> None:
        self._limit_bytes = limit_bytes
        self._to_trio = to_trio
        self._added_bytes = 0  # written by the trio thread alone
        self._taken_bytes = 0  # written by the event loop alone
        self._waiting = False
        self._emptied = trio.Event()

    def add(self, size_bytes: int) -> Callable[[], None]:
        """Count received frames; the call that gives their credit back."""
        self._added_bytes += size_bytes
        return partial(self._take, size_bytes)

    async def room(self) -> None:
        """Wait until what was added before is within the bound."""
        while self._added_bytes - self._taken_bytes > self._limit_bytes:
            self._emptied = trio.Event()
            self._waiting = True
            if self._added_bytes - self._taken_bytes > self._limit_bytes:
                await self._emptied.wait()
            self._waiting = False

    def _take(self, size_bytes: int) -> None:
        self._taken_bytes += size_bytes
        if self._waiting:
            self._to_trio.call(self._wake)

    def _wake(self) -> None:
        self._emptied.set()
