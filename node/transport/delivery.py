"""The event-loop half of every transport: arrivals go to the sink, in order per peer (rules 3 and 6)."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from node.transport.port import Sink


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The link came up or went down."""

    up: bool


@dataclass(frozen=True, slots=True)
class FramesArrived:
    """Frames in order of arrival; `taken` is called once the sink has them: the sender's credit."""

    frames: list[bytes]
    taken: Callable[[], None]


Arrival = LinkChanged | FramesArrived


class Delivery:
    """One ordered queue and at most one running task per peer; idle peers cost nothing.

    `failed(error)` is called when the sink raises.
    """

    def __init__(self, sink: Sink, failed: Callable[[BaseException], None]) -> None:
        self._sink = sink
        self._failed = failed
        self._queues: dict[str, deque[Arrival]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def post(self, peer: str, arrival: Arrival) -> None:
        """Queue an arrival. The caller bounds what it posts, by the credit it gets back."""
        if self._closed:
            return
        if peer in self._queues:
            self._queues[peer].append(arrival)
            return
        self._queues[peer] = deque((arrival,))
        task = asyncio.get_running_loop().create_task(self._deliver(peer))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def cancel(self) -> None:
        """Take nothing more and end the calls under way."""
        self._closed = True
        for task in self._tasks:
            task.cancel()

    async def close(self) -> None:
        """`cancel`, and return when no call of the sink is under way."""
        self.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks))

    async def _deliver(self, peer: str) -> None:
        queue = self._queues[peer]
        while queue:
            match queue.popleft():
                case FramesArrived(frames, taken):
                    await self._sink.on_frames(peer, frames)
                    taken()
                case LinkChanged(up):
                    self._sink.on_link(peer, up)
        del self._queues[peer]

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(error)
