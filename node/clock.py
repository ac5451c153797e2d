"""The two clocks of this machine, as they are passed to everything that needs the time."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from consensus.events import Now


@dataclass(frozen=True, slots=True)
class Clock:
    """The two clocks: milliseconds that never go back, and milliseconds since 1970."""

    monotonic_ms: Callable[[], int]
    wall_ms: Callable[[], int]

    def now(self) -> Now:
        """Both, read together."""
        return Now(self.monotonic_ms(), self.wall_ms())


def now_ms() -> int:
    """This machine's clock, milliseconds since 1970."""
    return time.time_ns() // 1_000_000


CLOCK = Clock(lambda: time.monotonic_ns() // 1_000_000, now_ms)
"""This machine's clocks."""
