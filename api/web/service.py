"""What every handler has at hand, whatever protocol its group speaks."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from api.dating import AGE, UNREADY
from api.limits import Buckets, ServerLimits, client_of
from api.ports import NodePort, View
from api.problems import ProblemError, RequestFault
from api.web.aside import Aside, QueueFullError
from api.web.request import Request
from api.web.waiting import Waits

_UNREADY_RETRY_S = 5
T = TypeVar("T")


class ServerContext:
    """The node, the limits, the clock (milliseconds since 1970), and the interface description's bytes."""

    def __init__(
        self, node: NodePort, limits: ServerLimits, clock_ms: Callable[[], int], description: bytes
    ) -> None:
        self.node = node
        self.limits = limits
        self.description = description
        self.clock_ms = clock_ms
        self.buckets = Buckets(
            per_second=limits.requests_per_second, burst=limits.request_burst, clients=limits.clients
        )
        self.waits = Waits(limits)
        self._parts: dict[Callable[[ServerContext], Any], Any] = {}
        self._aside = Aside(limits)
        self._ask_again_s, self._unready = 0.0, ""

    def close(self) -> None:
        """Ends the thread that works aside."""
        self._aside.close()

    def view(self) -> View:
        """The last final state that the node holds, however old; raises `ProblemError` (unready) while
        nothing may be read.
        """
        _require(self.node.unreadable())
        return self.node.view()

    def dated_view(self, request: Request) -> View:
        """The same for an answer that follows the ledger: its response says how old the state is."""
        request.view = self.view()
        return request.view

    def require_ready(self) -> None:
        """Raises `ProblemError` (unready) while the node takes nothing."""
        _require(self.node.unready())

    def dating(self, request: Request) -> dict[str, str]:
        """The fields that date an answer (`api.dating`); none for one that never changes."""
        if request.view is None:
            return {}
        age_ms = max(0, self.clock_ms() - request.view.header.time_ms)
        now_s = asyncio.get_running_loop().time()
        if now_s >= self._ask_again_s:
            self._ask_again_s, self._unready = now_s + self.limits.unready_kept_s, self.node.unready()
        reason = self._unready
        return {AGE: str(age_ms // 1000), **({UNREADY: reason} if reason else {})}

    def part(self, make: Callable[["ServerContext"], T]) -> T:
        """What a group of routes keeps from one request to the next: made by `make` once, which also names
        it.
        """
        if make not in self._parts:
            self._parts[make] = make(self)
        made: T = self._parts[make]
        return made

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


def _require(reason: str) -> None:
    if reason:
        raise ProblemError(RequestFault.UNREADY, reason, retry_after_s=_UNREADY_RETRY_S)
