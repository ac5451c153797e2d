"""How long a leader may fill its block, and one member's transactions of it (decisions 0062, 0067). Pure.

Rules, each named by the tests that prove it:

- **T1** A block is filled for a bounded time, whatever room is left.
- **T2** A member that has had `SHARE` of that time is done for this block, whoever else waits: the others
  need as long again to execute it, and everybody waits for the end of that.
- **T3** So is one of whose transactions a single one took a `HEAVY` part of that: one of them in a block.
- **T4** So is one of whose transactions one named attachments: whoever lacks them must fetch them before it
  can vote, which for one transaction is one request.
- **T5** What has begun is not broken off: every member may try one transaction while T1 allows it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

SHARE: Final = 4
"""One member has at most one of so many parts of a block's time."""
HEAVY: Final = 4
"""A transaction that takes one of so many parts of its member's time is a heavy one."""


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

    def end(self, member: str) -> None:
        """Nothing more of this member goes into the block."""
        self._used_ms[member] = self._member_ms

    @contextmanager
    def taking(self, member: str) -> Iterator[None]:
        """Measures what is done within for the member."""
        begun_ms = self._clock_ms()
        yield
        took_ms = self._clock_ms() - begun_ms
        self._used_ms[member] += self._member_ms if took_ms >= self._member_ms / HEAVY else took_ms
