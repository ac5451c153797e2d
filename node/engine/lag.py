"""For how long the replica has known of final blocks that it lacks. Pure: time is passed in."""


class Lag:
    """Noted after each turn. One final block more at each moment is no lag: it counts from where it began
    without a break."""

    def __init__(self) -> None:
        self._since_ms: int | None = None

    def note(self, is_behind: bool, now_ms: int) -> None:
        """Whether the replica lacks final blocks, by the monotonic clock now."""
        if not is_behind:
            self._since_ms = None
        elif self._since_ms is None:
            self._since_ms = now_ms

    def ms(self, now_ms: int) -> int:
        """For how long it has lacked some without a break; 0 where it lacks none."""
        return 0 if self._since_ms is None else now_ms - self._since_ms
