"""The two clocks of one machine, neither of which agrees with virtual time.

The monotonic clock runs fast or slow by some parts per thousand and never jumps while the machine is up. The
wall clock is off by an offset that jumps when somebody sets the time.
"""

from __future__ import annotations

from dataclasses import dataclass

EPOCH_MS = 1_700_000_000_000
"""Wall time at virtual time 0: an arbitrary instant, the same in every run."""


@dataclass(slots=True)
class SimulatedClock:
    """``rate_permille`` is the speed of the monotonic clock (1000 is exact); ``offset_ms`` the error of the
    wall clock."""

    rate_permille: int = 1000
    offset_ms: int = 0
    started_ms: int = 0
    """Virtual time at which the monotonic clock read 0: a reboot starts it again."""

    def monotonic_ms(self, now_ms: int) -> int:
        """What the monotonic clock reads at a virtual time."""
        return (now_ms - self.started_ms) * self.rate_permille // 1000

    def wall_ms(self, now_ms: int) -> int:
        """What the wall clock reads at a virtual time, since 1970."""
        return EPOCH_MS + now_ms + self.offset_ms

    def when_ms(self, monotonic_ms: int) -> int:
        """The first virtual time at which the monotonic clock reads at least ``monotonic_ms``."""
        return self.started_ms + -(-monotonic_ms * 1000 // self.rate_permille)
