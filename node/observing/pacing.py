"""When the log tells of what others can make happen any number of times: at once, then every ten seconds."""

from collections.abc import Hashable
from dataclasses import dataclass

LOG_PAUSE_MS = 10_000
"""Between two lines about the same kind of thing."""


@dataclass(slots=True)
class _Paced:
    """When the log last told of one kind, and how often that has happened since."""

    at_ms: int
    since: int = 0


class Pacing:
    """Counts by kind what happens between two lines. There must be a bounded number of kinds."""

    def __init__(self) -> None:
        self._paced: dict[Hashable, _Paced] = {}

    def note(self, kind: Hashable, now_ms: int, count: int = 1) -> int:
        """It has happened so many times more, by the monotonic clock now. How often it has happened since the
        line before, where a line is due; 0 where none is."""
        paced = self._paced.setdefault(kind, _Paced(now_ms - LOG_PAUSE_MS))
        paced.since += count
        if now_ms - paced.at_ms < LOG_PAUSE_MS:
            return 0
        times, paced.at_ms, paced.since = paced.since, now_ms, 0
        return times
