"""The two clocks of this machine, as they are passed to everything that needs the time.

Tests need processes whose clocks are wrong, and a machine has one clock for all. A process started with
`MATRICULA_CLOCK_SHIFT=FILE` adds to its wall clock the whole milliseconds that stand in the file at that
moment: writing another number is setting the time of a running machine. The monotonic clock stays what it is,
as on a machine whose time is set. Without the variable nothing is read.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from consensus.events import Now

SHIFT_VARIABLE = "MATRICULA_CLOCK_SHIFT"


@dataclass(frozen=True, slots=True)
class Clock:
    """The two clocks: milliseconds that never go back, and milliseconds since 1970."""

    monotonic_ms: Callable[[], int]
    wall_ms: Callable[[], int]

    def now(self) -> Now:
        """Both, read together."""
        return Now(self.monotonic_ms(), self.wall_ms())


def machine_clock(environment: Mapping[str, str]) -> Clock:
    """This machine's clocks, the wall clock shifted where the variable is set. Reading the time raises
    OSError and ValueError where the file is not there or holds no number."""

    def wall_ms() -> int:
        return time.time_ns() // 1_000_000

    def monotonic_ms() -> int:
        return time.monotonic_ns() // 1_000_000

    shift = environment.get(SHIFT_VARIABLE)
    if shift is None:
        return Clock(monotonic_ms, wall_ms)
    file = Path(shift)
    return Clock(monotonic_ms, lambda: wall_ms() + int(file.read_text("ascii")))


CLOCK = machine_clock(os.environ)
"""This machine's clocks."""


def now_ms() -> int:
    """This machine's clock, milliseconds since 1970."""
    return CLOCK.wall_ms()
