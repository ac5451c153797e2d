"""Virtual time and the queue of what is to happen in it.

Time is an integer number of milliseconds. Things due at the same millisecond happen in the order in which
they were asked for, so the order never depends on the heap.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any


class Schedule:
    """A clock that moves only when the next thing due is taken."""

    __slots__ = ("_due", "_sequence", "now_ms", "taken")

    def __init__(self) -> None:
        self.now_ms = 0
        self.taken = 0
        self._due: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._sequence = 0

    def at(self, time_ms: int, action: Callable[..., None], *arguments: object) -> None:
        """Have ``action(*arguments)`` called at ``time_ms``, or now if that is past."""
        self._sequence += 1
        heapq.heappush(self._due, (max(time_ms, self.now_ms), self._sequence, action, arguments))

    def after(self, delay_ms: int, action: Callable[..., None], *arguments: object) -> None:
        """Have ``action(*arguments)`` called ``delay_ms`` from now."""
        self.at(self.now_ms + delay_ms, action, *arguments)

    def step(self, until_ms: int) -> bool:
        """Do the next thing due at or before ``until_ms``; without one, move to ``until_ms`` and return
        False."""
        if not self._due or self._due[0][0] > until_ms:
            self.now_ms = max(self.now_ms, until_ms)
            return False
        self.now_ms, _, action, arguments = heapq.heappop(self._due)
        self.taken += 1
        action(*arguments)
        return True

    def run(self, until_ms: int, satisfied: Callable[[], bool] | None = None) -> bool:
        """Run to ``until_ms``, or until ``satisfied()`` holds after some step; returns whether it held."""
        if satisfied is not None and satisfied():
            return True
        while self.step(until_ms):
            if satisfied is not None and satisfied():
                return True
        return False
