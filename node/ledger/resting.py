"""Whose transactions wait after heavy ones, so that everybody else's need not (decision 0067). Pure.

Rules, each named by the tests that prove it:

- **H1 Heavy** is what a member has in one block if it costs `HEAVY_UNITS` together, or if it names
  attachments: whoever lacks these must fetch them before it can vote.
- **H2 Rest.** Once a block is notarized, whoever built it, nothing of a member that is heavy in it goes into
  a block for `REST` times as long as that takes to execute, `MAX_REST_MS` at most. Few blocks are heavy then,
  and what is light seldom waits for one.
- **H3 For others only.** A member rests as long as another one that does not rest has something waiting here,
  or had something in a block that was notarized `ACTIVE_MS` ago or later. Alone, or among others that do as
  it does, it has all there is.

Costs are the ruleset's, and what is notarized all nodes learn at nearly the same time: where nothing else
waits they let the same members rest. So no node waits for a leader that proposes nothing because a member
rests. Nothing counts that one node alone can be told, such as a proposal that its leader gives up, or a
transaction that is sent to some only; and a leader at which something else waits has something to propose.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Final

from registry.execution import Receipt

HEAVY_UNITS: Final = 10_000
"""A quarter of what one member may have of a block where Δ is 300 ms (`node.ledger.build_time`)."""
UNITS_PER_MS: Final = 1_000
"""What the reference machine executes in a millisecond (`registry.cost`)."""
REST: Final = 24
"""With 16 the median of others was more than twice what it was, with 24 it is 1.6 times (decision 0067)."""
MAX_REST_MS: Final = 1_000
ACTIVE_MS: Final = 1_000
"""Longer than the gap between two light transactions of somebody who is at work."""


class Rests:
    """Which members rest. `clock_ms` is monotonic."""

    def __init__(self, clock_ms: Callable[[], int]) -> None:
        self._clock_ms = clock_ms
        self._until_ms: dict[str, int] = {}
        self._active_until_ms: dict[str, int] = {}

    def notarized(self, receipts: Sequence[Receipt]) -> None:
        """A block with these transactions was notarized (H2)."""
        now_ms = self._clock_ms()
        units: Counter[str] = Counter()
        for receipt in receipts:
            units[receipt.member_did] += receipt.cost
            self._active_until_ms[receipt.member_did] = now_ms + ACTIVE_MS
        with_attachments = {receipt.member_did for receipt in receipts if receipt.has_attachments}
        for member, spent in units.items():
            if spent >= HEAVY_UNITS or member in with_attachments:
                rest_ms = min(REST * max(1, spent // UNITS_PER_MS), MAX_REST_MS)
                self._until_ms[member] = max(self._until_ms.get(member, 0), now_ms + rest_ms)

    def among(self, waiting: Collection[str]) -> frozenset[str]:
        """Which of the members that wait for a block are to rest (H3)."""
        self._forget(self._clock_ms())
        if self._until_ms.keys() >= {*self._active_until_ms, *waiting}:
            return frozenset()
        return frozenset(self._until_ms.keys() & waiting)

    def next_change_ms(self) -> int | None:
        """When `among` may say something else though nothing happens; None: not before something does."""
        if self._until_ms:  # else there is nothing to forget that counts: it is asked at each message
            self._forget(self._clock_ms())
        if not self._until_ms:
            return None
        return min([*self._until_ms.values(), *self._active_until_ms.values()])

    def _forget(self, now_ms: int) -> None:
        """Who has rested, and who has not been active for long."""
        for ends in (self._until_ms, self._active_until_ms):
            for member in [member for member, end_ms in ends.items() if end_ms <= now_ms]:
                del ends[member]
