"""What every handler has at hand, and the places for requests that wait."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from api.answers import Answers
from api.limits import Buckets, Limits
from api.ports import Node, View
from api.problems import ProblemError, RequestFault

_UNREADY_RETRY_S = 5


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
        self._waiting = 0
        self._answers: Answers | None = None

    def view(self) -> View:
        """The view to answer from; raises `ProblemError` (unready) while the node may not be asked."""
        health = self.node.health()
        if not health.ready:
            raise ProblemError(RequestFault.UNREADY, health.reason, retry_after_s=_UNREADY_RETRY_S)
        return self.node.view()

    def answers(self, view: View) -> Answers:
        """The answers of a view; those of the last one asked for are kept."""
        if self._answers is None or not self._answers.is_of(view):
            self._answers = Answers(view, self.limits.page_entries)
        return self._answers

    def charge(self, client: str, tokens: int) -> None:
        """Takes tokens from a client's bucket; raises `ProblemError` (rate-limited)."""
        retry_after_s = self.buckets.take(client, tokens, self.clock_ms())
        if retry_after_s is not None:
            raise ProblemError(RequestFault.RATE_LIMITED, retry_after_s=retry_after_s)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A place among the requests that wait; raises `ProblemError` (too-many-waiting) where there is
        none.
        """
        if self._waiting >= self.limits.waiting:
            raise ProblemError(RequestFault.TOO_MANY_WAITING, retry_after_s=1)
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1
