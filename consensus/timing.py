"""Time-outs and their back-off (R13): integer milliseconds, a table instead of doubling, so that none ever
reaches hours.

T_lead = 2Δ·b and T_view = 3Δ·b, b = 1, 1.5, 2.25, 3.4, 4 for views that lie 3 or less, 4, 5, 6, 7 or more
above the last final view.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

PRECISION_MS: Final = 500
"""How far the clock of a leader that follows the rules may run ahead of another's (R15, R19)."""

_BACKOFF_HUNDREDTHS = (100, 150, 225, 340, 400)
_GRACE_VIEWS = 3


class Timeliness(Enum):
    """How a block's time compares with the clock of who receives it first (R15)."""

    TIMELY = "timely"
    AHEAD = "ahead"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Timing:
    """`delta_ms` is Δ, the assumed bound on delay; it may be raised on any node at any time. A block is
    timely while time − precision ≤ now ≤ time + delay·b + precision; the clocks of others are asked for every
    `clocks_ms` (R15)."""

    delta_ms: int = 300
    heartbeat_ms: int = 30_000
    precision_ms: int = PRECISION_MS
    delay_ms: int = 2_000
    clocks_ms: int = 5_000

    def leader_ms(self, view: int, final_view: int) -> int:
        """How long a leader may take to propose in this view."""
        return self._scaled(2 * self.delta_ms, view, final_view)

    def view_ms(self, view: int, final_view: int) -> int:
        """How long this view may take."""
        return self._scaled(3 * self.delta_ms, view, final_view)

    def standstill_ms(self, view: int, final_view: int) -> int:
        """How long no block may become final before everything held is sent again (R8)."""
        return 2 * self.view_ms(view, final_view)

    @property
    def fetch_ms(self) -> int:
        """Between two attempts to fetch the same thing (R9)."""
        return 2 * self.delta_ms

    @property
    def settle_ms(self) -> int:
        """How long after a start links to the other nodes may take, where too few can answer anyway (R12)."""
        return 2 * self.delta_ms

    @property
    def listen_ms(self) -> int:
        """How long a start waits for others that may still answer (R12): as long as a link may need that is
        dialled anew. Twice as long for those that are linked."""
        return 10 * self.delta_ms

    def timeliness(self, block_ms: int, wall_ms: int, view: int, final_view: int) -> Timeliness:
        """Whether a block dated block_ms and first received at wall_ms may be voted for."""
        if wall_ms < block_ms - self.precision_ms:
            return Timeliness.AHEAD
        latest = block_ms + self._scaled(self.delay_ms, view, final_view) + self.precision_ms
        return Timeliness.TIMELY if wall_ms <= latest else Timeliness.LATE

    def at_cap(self, view: int, final_view: int) -> bool:
        """Whether the back-off has reached its end: worth a line in the log."""
        return view - final_view - _GRACE_VIEWS >= len(_BACKOFF_HUNDREDTHS) - 1

    def _scaled(self, base_ms: int, view: int, final_view: int) -> int:
        step = max(0, view - final_view - _GRACE_VIEWS)
        return base_ms * _BACKOFF_HUNDREDTHS[min(step, len(_BACKOFF_HUNDREDTHS) - 1)] // 100
