"""A rate and a burst, charged by whoever knows the time. Pure: time is passed in, in seconds."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class TokenBucket:
    """`rate_per_s` tokens flow in, at most `burst` are kept; a charge may overdraw, the debt is the wait."""

    rate_per_s: float
    burst: float
    _tokens: float = field(init=False)
    _updated_s: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._tokens = self.burst

    def charge(self, tokens: float, now_s: float) -> float:
        """Take tokens; the seconds to wait before the next charge, 0 while within the rate."""
        self._refill(now_s)
        self._tokens -= tokens
        return max(0.0, -self._tokens / self.rate_per_s)

    def try_charge(self, tokens: float, now_s: float) -> bool:
        """Take tokens if they are there."""
        self._refill(now_s)
        if self._tokens < tokens:
            return False
        self._tokens -= tokens
        return True

    def _refill(self, now_s: float) -> None:
        elapsed_s = max(0.0, now_s - self._updated_s)
        self._tokens = min(self.burst, self._tokens + elapsed_s * self.rate_per_s)
        self._updated_s = now_s
