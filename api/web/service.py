"""What every handler has at hand, and the places for requests that wait."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from api.answers import Answers
from api.limits import Buckets, Limits
from api.ports import Node, View
from api.problems import ProblemError, RequestFault
from api.status_bits import KeptBits

_UNREADY_RETRY_S = 5
T = TypeVar("T")


class Service:
    """The node, the limits, the clock (milliseconds since 1970), and the interface description's bytes."""

    def __init__(self, node: Node, limits: Limits, clock_ms: Callable[[], int], description: bytes) -> None:
        self.node = node
        self.limits = limits
        self.description = description
        self.clock_ms = clock_ms
        self.buckets = Buckets(
            per_second=limits.requests_per_second, burst=limits.request_burst, clients=limits.clients
        )
        self._waiting: Counter[str] = Counter()
        self._answers: Answers | None = None
        self._bits = KeptBits(limits.kept_bits_bytes)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="answers")
        self._aside = 0

    def close(self) -> None:
        """Ends the thread that works aside."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def view(self) -> View:
        """The view to answer from; raises `ProblemError` (unready) while the node may not be asked."""
        reason = self.node.unready()
        if reason:
            raise ProblemError(RequestFault.UNREADY, reason, retry_after_s=_UNREADY_RETRY_S)
        return self.node.view()

    def answers(self, view: View) -> Answers:
        """The answers of a view; those of the last one asked for are kept."""
        if self._answers is None or not self._answers.is_of(view):
            self._answers = Answers(view, self.limits.page_entries, self._bits)
        return self._answers

    def charge(self, client: str, tokens: int) -> None:
        """Takes tokens from a client's bucket; raises `ProblemError` (rate-limited)."""
        retry_after_s = self.buckets.take(client, tokens, self.clock_ms())
        if retry_after_s is not None:
            raise ProblemError(RequestFault.RATE_LIMITED, retry_after_s=retry_after_s)

    async def aside(self, work: Callable[[], T]) -> T:
        """Does what takes long on a thread of its own, one thing after the other, so that the loop stays
        free; raises `ProblemError` (too-many-waiting) where the queue is full.
        """
        if self._aside >= self.limits.aside:
            raise ProblemError(RequestFault.TOO_MANY_WAITING, retry_after_s=1)
        self._aside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._worker, work)
        finally:
            self._aside -= 1

    @contextmanager
    def waiting(self, client: str) -> Iterator[None]:
        """A place among the requests that wait; raises `ProblemError` (too-many-waiting) where the client,
        or all of them, have no more.
        """
        limits = self.limits
        if self._waiting.total() >= limits.waiting or self._waiting[client] >= limits.waiting_per_client:
            raise ProblemError(RequestFault.TOO_MANY_WAITING, retry_after_s=1)
        self._waiting[client] += 1
        try:
            yield
        finally:
            self._waiting[client] -= 1
            if not self._waiting[client]:
                del self._waiting[client]
