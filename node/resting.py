"""Whose transactions wait after a heavy one, so that everybody else's need not (decision 0067). Pure.

Rules, each named by the tests that prove it:

- **H1 Heavy** is a transaction of `HEAVY_UNITS` or more, and one that names attachments: whoever lacks these
  must fetch them before it can vote.
- **H2 Rest.** Once a block with a heavy transaction is executed, whoever built it, nothing of its member goes
  into a block for `REST` times as long as that transaction takes, `MAX_REST_MS` at most. Few blocks are heavy
  then, and what is light seldom waits for one.
- **H3 For others only.** A member rests as long as another one that does not rest has something for a block,
  or had so `ACTIVE_MS` ago or later. Alone, or among others that do as it does, it has all there is.

Costs are the ruleset's, and all nodes execute the same blocks: they let the same members rest, at nearly the
same time. So none of them waits for a leader that has nothing to propose because a member rests.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Final

from registry.execution import Receipt

HEAVY_UNITS: Final = 10_000
UNITS_PER_MS: Final = 1_000
"""What the reference machine executes in a millisecond (`registry.cost`)."""
REST: Final = 24
MAX_REST_MS: Final = 1_000
ACTIVE_MS: Final = 1_000


def is_heavy(receipt: Receipt) -> bool:
    """H1."""
    return receipt.cost >= HEAVY_UNITS or receipt.has_attachments


class Rests:
    """Which members rest. `clock_ms` is monotonic."""

    def __init__(self, clock_ms: Callable[[], int]) -> None:
        self._clock_ms = clock_ms
        self._until_ms: dict[str, int] = {}
        self._active_ms: dict[str, int] = {}

    def executed(self, heavy: Iterable[Receipt]) -> int:
        """These heavy transactions stand in a block that was executed (H2). After how many milliseconds the
        last of their members has rested; 0 if there are none."""
        now_ms, longest_ms = self._clock_ms(), 0
        for receipt in heavy:
            rest_ms = min(REST * max(1, receipt.cost // UNITS_PER_MS), MAX_REST_MS)
            longest_ms = max(longest_ms, rest_ms)
            until_ms = self._until_ms.get(receipt.member_did, 0)
            self._until_ms[receipt.member_did] = max(until_ms, now_ms + rest_ms)
        return longest_ms

    def saw(self, member: str) -> None:
        """The member has something for a block."""
        self._active_ms[member] = self._clock_ms()

    def among(self, waiting: Collection[str]) -> frozenset[str]:
        """Which of the members that wait for a block are to rest (H3)."""
        now_ms = self._clock_ms()
        self._until_ms = {one: until_ms for one, until_ms in self._until_ms.items() if until_ms > now_ms}
        if not self._until_ms:
            return frozenset()
        self._active_ms = {
            one: seen_ms for one, seen_ms in self._active_ms.items() if seen_ms >= now_ms - ACTIVE_MS
        }
        if self._until_ms.keys() >= {*self._active_ms, *waiting}:
            return frozenset()
        return frozenset(self._until_ms.keys() & waiting)
