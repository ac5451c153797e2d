"""Entries of a status list as people compare them: how many in all, and as ranges."""

from collections.abc import Sequence
from typing import Final

SHOWN: Final = 40
"""Ranges that fit on a screen, which a person reads before answering a question."""


def entries_told(indices: Sequence[int], most: int | None = SHOWN) -> str:
    """Ascending indices, counted whole; of their ranges the first `most`, all where it is None:
    `4 entries: 0–2, 7`.
    """
    ranges = _ranges(indices)
    shown = ranges if most is None else ranges[:most]
    more = f" … ({len(shown)} of {len(ranges):,} ranges)" if len(shown) < len(ranges) else ""
    return f"{len(indices):,} {'entry' if len(indices) == 1 else 'entries'}: {', '.join(shown)}{more}"


def is_cut(indices: Sequence[int], most: int | None = SHOWN) -> bool:
    """Whether the same shows less than all."""
    return most is not None and len(_ranges(indices)) > most


def _ranges(indices: Sequence[int]) -> list[str]:
    """Ascending indices as `0–2` and `7`."""
    gaps = [place for place in range(1, len(indices)) if indices[place] != indices[place - 1] + 1]
    bounds = zip([0, *gaps], [*gaps, len(indices)], strict=True)
    pairs = [(indices[begin], indices[end - 1]) for begin, end in bounds if end > begin]
    return [str(first) if first == last else f"{first}–{last}" for first, last in pairs]
