"""What the clients of the HTTP side do to the node: counted, and refusals told in the log.

The log names a reason at once and then at most every ten seconds, with how often since the line before and
the client that was refused last: an operator sees whom to ask or to block. What a client asked for is said
nowhere.
"""

from collections.abc import Callable

from prometheus_client import Counter, Histogram
from structlog.typing import FilteringBoundLogger

from api.web.watching import Refusal
from consensus.events import Now
from node.observing.metrics import ServiceMetrics
from node.observing.pacing import Pacing


class Clients:
    """Implements `api.web.watching.Watcher`."""

    def __init__(self, metrics: ServiceMetrics, log: FilteringBoundLogger, now: Callable[[], Now]) -> None:
        self._metrics = metrics
        self._log = log
        self._now = now
        self._answered: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self._pacing = Pacing()

    def connected(self, count: int) -> None:
        """See `Watcher`."""
        self._metrics.http_connections.set(count)

    def began(self) -> None:
        """See `Watcher`."""
        self._metrics.http_answering.inc()

    def answered(self, route: str, status: int, seconds: float) -> None:
        """See `Watcher`."""
        self._metrics.http_answering.dec()
        counters = self._answered.get((route, status))
        if counters is None:  # at most one for each route and status there is
            metrics = self._metrics
            counters = metrics.requests.labels(route, status), metrics.request_seconds.labels(route)
            self._answered[route, status] = counters
        requests, request_seconds = counters
        requests.inc()
        request_seconds.observe(seconds)

    def refused(self, refusal: Refusal, client: str) -> None:
        """See `Watcher`."""
        self._metrics.http_refusals.labels(refusal.name.lower()).inc()
        times = self._pacing.note(refusal, self._now().monotonic_ms)
        if times:
            self._log.warning("clients refused", why=refusal.value, times=times, client=client)
