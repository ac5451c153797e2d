"""Points at which a process can be told to die, so that tests can prove what a crash leaves behind.

A process started with `MATRICULA_FAILPOINT=name` kills itself with SIGKILL when it reaches that point; with
`name:3` at the third time. Nothing is flushed, no handler runs: as after a power cut, but for the page cache.
Without the variable a point costs one comparison.
"""

import os
import signal
from collections.abc import Mapping
from enum import StrEnum

VARIABLE = "MATRICULA_FAILPOINT"


class FailPoint(StrEnum):
    """Every step at which what is durable and what others know can differ; the value is the point's name."""

    BEFORE_WRITE = "before-write"
    """A turn's effects are complete, none is in the store."""
    BEFORE_FLUSH = "before-flush"
    """The write batch is in the log's buffer, not yet on disk."""
    AFTER_FLUSH = "after-flush"
    """The turn is durable, nothing of it has been sent."""
    DURING_SENDS = "during-sends"
    """One message of the turn has been handed to the transport, the rest has not."""
    AFTER_SENDS = "after-sends"
    """All messages of the turn have been handed to the transport."""
    DURING_EXECUTION = "during-execution"
    """A block has been executed, its verdict is not told yet."""
    DURING_BUILD = "during-build"
    """A block has been built, it is not proposed yet."""
    BEFORE_COMMIT = "before-commit"
    """Blocks are final, the batch that holds them is not written."""
    AFTER_COMMIT = "after-commit"
    """Final blocks are durable, readers still see the state before them."""
    BEFORE_REPLY = "before-reply"
    """Readers see the new state, the clients who wait for it have no answer yet."""
    AFTER_ADMISSION = "after-admission"
    """A client's transactions are in the pool, no other node knows of them."""


class FailPointName(ValueError):
    """The variable names no point, or its count is not a positive number."""


class FailPoints:
    """The points of one process; at most one is armed."""

    def __init__(self, armed: FailPoint | None = None, count: int = 1) -> None:
        self._armed = armed
        self._remaining = count

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "FailPoints":
        """Arms what the variable names. Raises FailPointName."""
        value = environment.get(VARIABLE)
        if value is None:
            return cls()
        name, _, count = value.partition(":")
        points = {point.value: point for point in FailPoint}
        if name not in points or not (count or "1").isdecimal() or int(count or "1") < 1:
            raise FailPointName(f"{VARIABLE}={value}: expected name[:count], name one of {', '.join(points)}")
        return cls(points[name], int(count or "1"))

    def reach(self, point: FailPoint) -> None:
        """Ends the process if this is the armed point and its count is used up."""
        if point is not self._armed:
            return
        self._remaining -= 1
        if self._remaining == 0:
            os.kill(os.getpid(), signal.SIGKILL)
