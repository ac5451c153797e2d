"""Work that takes long, done on a thread of its own, one thing after the other, so that the event loop stays
free.

The queue is bounded for each client and in all. Requests that want the same thing of the same state share
one piece of work: all who waited for a block ask for it in the same moment.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from api.limits import ServerLimits

T = TypeVar("T")


class QueueFullError(Exception):
    """The client, or all of them together, have too much work waiting already."""


class Aside:
    """The thread and its queue."""

    def __init__(self, limits: ServerLimits) -> None:
        self._limits = limits
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="answers")
        self._of_client: Counter[str] = Counter()
        self._shared: dict[Hashable, asyncio.Future[Any]] = {}

    def close(self) -> None:
        """Ends the thread; what has not begun is not done."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def do(self, client: str, work: Callable[[], T], same: Hashable = None) -> T:
        """What `work` gives. Requests with equal `same` (if any) share one result. Raises QueueFullError, and
        what `work` raises.
        """
        running: asyncio.Future[T] | None = None if same is None else self._shared.get(same)
        if running is None:
            running = self._begin(client, work, same)
        return await asyncio.shield(running)  # one of those who share it may be cancelled

    def _begin(self, client: str, work: Callable[[], T], same: Hashable) -> asyncio.Future[T]:
        limits, queued = self._limits, self._of_client
        if queued.total() >= limits.aside or queued[client] >= limits.aside_per_client:
            raise QueueFullError
        queued[client] += 1
        running = asyncio.get_running_loop().run_in_executor(self._worker, work)
        running.add_done_callback(partial(self._ended, client, same))
        if same is not None:
            self._shared[same] = running
        return running

    def _ended(self, client: str, same: Hashable, _: asyncio.Future[Any]) -> None:
        self._shared.pop(same, None)
        self._of_client[client] -= 1
        if not self._of_client[client]:
            del self._of_client[client]
