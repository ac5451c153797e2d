"""Says when the disk keeps the node waiting: once while a write lasts, once when it has ended.

A frozen disk raises no error: the flush just does not return, and without this the node would fall silent.
Where not even writing to the system's memory returns (a frozen file system, a network folder that hangs), the
library holds the interpreter's lock and everything stands still: then it is told once the disk writes again.
"""

import asyncio
from collections.abc import Callable

from structlog.typing import FilteringBoundLogger

from node.observing.metrics import WorkMetrics

SLOW_MS = 1_000
"""A healthy disk takes a few milliseconds."""
LOOK_S = 0.25


class DiskWatch:
    """Looks at how long the write under way has lasted; `writing_since_ms` is None where none is."""

    def __init__(
        self,
        writing_since_ms: Callable[[], int | None],
        monotonic_ms: Callable[[], int],
        metrics: WorkMetrics,
        log: FilteringBoundLogger,
    ) -> None:
        self._writing_since_ms = writing_since_ms
        self._monotonic_ms = monotonic_ms
        self._metrics = metrics
        self._log = log
        self._told_ms: int | None = None
        metrics.write_pending_seconds.set_function(lambda: self.pending_ms / 1000)

    @property
    def pending_ms(self) -> int:
        """For how long the write under way has lasted; 0 where none is."""
        since_ms = self._writing_since_ms()
        return 0 if since_ms is None else self._monotonic_ms() - since_ms

    async def run(self) -> None:
        """Looks again and again, until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_S)

    def look(self) -> None:
        """Tells of a write that has become slow, and of the end of one that was."""
        since_ms = self._writing_since_ms()
        if self._told_ms is not None and since_ms != self._told_ms:
            seconds = (self._monotonic_ms() - self._told_ms) / 1000
            self._log.warning("the disk writes again", seconds=seconds)
            self._told_ms = None
        if self._told_ms is None and since_ms is not None and self.pending_ms >= SLOW_MS:
            self._told_ms = since_ms
            self._metrics.slow_writes.inc()
            self._log.warning("the disk keeps the node waiting", seconds=self.pending_ms / 1000)
