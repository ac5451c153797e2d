"""Percentiles by nearest rank: the smallest value that at least that share of the values does not exceed."""

from collections.abc import Iterable
from math import ceil


def percentile(values: Iterable[float], percent: float) -> float:
    """The value at `percent` (above 0, at most 100). Raises ValueError where there are no values."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values have no percentile")
    if not 0 < percent <= 100:
        raise ValueError(f"{percent} is no percentage of a percentile")
    return ordered[ceil(len(ordered) * percent / 100) - 1]
