"""What every handler has at hand."""

from collections.abc import Callable, Hashable
from typing import TypeVar

from api.answers import Answers
from api.limits import Buckets, Limits, client_of
from api.ports import Node, View
from api.problems import ProblemError, RequestFault
from api.status_bits import KeptBits
from api.web.aside import Aside, QueueFullError
from api.web.request import Request
from api.web.waiting import Waits

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
        self.waits = Waits(limits)
        self._answers: Answers | None = None
        self._bits = KeptBits(limits.kept_bits_bytes)
        self._aside = Aside(limits)

    def close(self) -> None:
        """Ends the thread that works aside."""
        self._aside.close()

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

    async def aside(self, request: Request, work: Callable[[], T], same: Hashable = None) -> T:
        """Does what takes long beside the event loop; requests with equal `same` share it. Raises
        `ProblemError` (too-many-waiting) where the queue is full.
        """
        try:
            return await self._aside.do(client_of(request.http.remote), work, same)
        except QueueFullError:
            raise ProblemError(RequestFault.TOO_MANY_WAITING, retry_after_s=1) from None
