"""How long a leader may fill its block, and one member's transactions of it (decisions 0062, 0067). Pure.

Rules, each named by the tests that prove it:

- **T1** A block is filled for a bounded time, whatever room is left.
- **T2** A member that has had `SHARE` of that time is done for this block, whoever else waits: the others
  need as long again to execute it, and everybody waits for the end of that.
- **T3** So is one after a single transaction of `HEAVY_UNITS`, or one that names attachments: one of them in
  a block.
- **T4** What has begun is not broken off: every member may try one transaction while T1 allows it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from node.ledger.resting import HEAVY_UNITS
from registry.execution import Receipt

SHARE: Final = 4
"""One member has at most one of so many parts of a block's time."""


class BuildTime:
    """The time of one block, which begins now. `clock_ms` is monotonic."""

    def __init__(self, clock_ms: Callable[[], int], block_ms: int) -> None:
        self._clock_ms = clock_ms
        self._until_ms = clock_ms() + block_ms
        self._member_ms = block_ms / SHARE
        self._used_ms: defaultdict[str, float] = defaultdict(float)

    def is_over(self, member: str) -> bool:
        """Whether nothing more of this member goes into the block."""
        return self._clock_ms() >= self._until_ms or self._used_ms[member] >= self._member_ms

    def took(self, receipt: Receipt) -> None:
        """The transaction is in the block (T3), however little time it took here."""
        if receipt.has_attachments or receipt.cost >= HEAVY_UNITS:
            self._used_ms[receipt.member_did] = self._member_ms

    @contextmanager
    def taking(self, member: str) -> Iterator[None]:
        """Measures what is done within for the member."""
        begun_ms = self._clock_ms()
        yield
        self._used_ms[member] += self._clock_ms() - begun_ms
