"""A sink that keeps what it is told, and lets a test wait for it."""

import asyncio
from collections.abc import Awaitable, Callable

from node.transport.port import Sink

Answer = Callable[[str, bytes], Awaitable[bytes]]


async def echo(peer: str, body: bytes) -> bytes:
    """The answer that is the question."""
    return body


class RecordingSink(Sink):
    """Every call in order; `until` returns when what was recorded satisfies a predicate."""

    def __init__(self, answer: Answer = echo) -> None:
        self.links: list[tuple[str, bool]] = []
        self.frames: list[tuple[str, bytes]] = []
        self.events: list[tuple[str, bool | bytes]] = []
        self.failures: list[BaseException] = []
        self.rivals: list[str] = []
        self.violators: list[str] = []
        self.answer = answer
        self.room = asyncio.Event()
        self.room.set()
        self._changed = asyncio.Condition()
        self._notifications: set[asyncio.Task[None]] = set()

    async def on_frames(self, peer: str, frames: list[bytes]) -> None:
        await self.room.wait()
        for frame in frames:
            self.frames.append((peer, frame))
            self.events.append((peer, frame))
        self._notify()

    def on_link(self, peer: str, up: bool) -> None:
        self.links.append((peer, up))
        self.events.append((peer, up))
        self._notify()

    def on_rival(self, peer: str) -> None:
        self.rivals.append(peer)
        self._notify()

    def on_violation(self, peer: str) -> None:
        self.violators.append(peer)
        self._notify()

    async def on_request(self, peer: str, body: bytes) -> bytes:
        return await self.answer(peer, body)

    def on_failed(self, error: BaseException) -> None:
        self.failures.append(error)
        self._notify()

    async def until(self, satisfied: Callable[["RecordingSink"], bool]) -> None:
        """Wait for a recorded state; the test's own time limit bounds the wait."""
        async with self._changed:
            await self._changed.wait_for(lambda: satisfied(self))

    async def until_linked(self, peer: str, up: bool = True) -> None:
        """Wait until the newest word about `peer` is `up`."""
        await self.until(lambda sink: dict(sink.links).get(peer) is up)

    async def until_received(self, frame: bytes) -> None:
        """Wait until `frame` has arrived from anyone."""
        await self.until(lambda sink: any(frame == received for _, received in sink.frames))

    def _notify(self) -> None:
        async def wake() -> None:
            async with self._changed:
                self._changed.notify_all()

        task = asyncio.get_running_loop().create_task(wake())
        self._notifications.add(task)
        task.add_done_callback(self._notifications.discard)
