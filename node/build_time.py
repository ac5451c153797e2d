"""How long a leader may fill its block, and one member's transactions of it (decisions 0062, 0067). Pure.

Rules, each named by the tests that prove it:

- **T1** A block is filled for a bounded time, whatever room is left.
- **T2** A member that has had `SHARE` of that time is done for this block, whoever else waits: the others
  need as long again to execute it, and everybody waits for the end of that.
- **T3** So is one of whose transactions a single one took a `HEAVY` part of that: one of them in a block.
- **T4** So is one of whose transactions one named attachments: whoever lacks them must fetch them before it
  can vote, which for one transaction is one request.
- **T5** What has begun is not broken off: every member may try one transaction while T1 allows it.
- **T6** After T3 or T4 a member rests for `REST` times as long as that transaction took, as long as another
  member has something for the block: what is light never waits in one block with what is heavy.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Final

SHARE: Final = 4
"""One member has at most one of so many parts of a block's time."""
HEAVY: Final = 4
"""A transaction that takes one of so many parts of its member's time is a heavy one."""
REST: Final = 32
"""So many times as long as a heavy transaction took its member's next ones wait."""


class Rests:
    """Which members rest, from one block to the next (T6). `clock_ms` is monotonic."""

    def __init__(self, clock_ms: Callable[[], int]) -> None:
        self._clock_ms = clock_ms
        self._until_ms: dict[str, float] = {}

    def begin(self, member: str, took_ms: float) -> None:
        """A transaction of the member was heavy."""
        self._until_ms[member] = self._clock_ms() + REST * took_ms

    def among(self, waiting: Collection[str]) -> frozenset[str]:
        """Who of the members that wait for a block has nothing in it: none where all of them rest."""
        now_ms = self._clock_ms()
        self._until_ms = {one: until_ms for one, until_ms in self._until_ms.items() if until_ms > now_ms}
        resting = frozenset(one for one in waiting if one in self._until_ms)
        return resting if len(resting) < len(waiting) else frozenset()


class BuildTime:
    """The time of one block, which begins now. `clock_ms` is monotonic; `waiting` are the members that have
    something for it."""

    def __init__(
        self,
        clock_ms: Callable[[], int],
        block_ms: int,
        rests: Rests | None = None,
        waiting: Collection[str] = (),
    ) -> None:
        self._clock_ms = clock_ms
        self._until_ms = clock_ms() + block_ms
        self._member_ms = block_ms / SHARE
        self._used_ms: defaultdict[str, float] = defaultdict(float)
        self._last_ms: dict[str, float] = {}
        self._rests = rests or Rests(clock_ms)
        self._resting = self._rests.among(waiting)

    def is_over(self, member: str) -> bool:
        """Whether nothing more of this member goes into the block."""
        return (
            member in self._resting
            or self._clock_ms() >= self._until_ms
            or self._used_ms[member] >= self._member_ms
        )

    def end(self, member: str) -> None:
        """The member's last transaction was heavy, however little time it took here."""
        self._used_ms[member] = self._member_ms
        self._rests.begin(member, max(1.0, self._last_ms.get(member, 0.0)))

    @contextmanager
    def taking(self, member: str) -> Iterator[None]:
        """Measures what is done within for the member."""
        begun_ms = self._clock_ms()
        yield
        took_ms = self._clock_ms() - begun_ms
        self._last_ms[member] = took_ms
        self._used_ms[member] += took_ms
        if took_ms >= self._member_ms / HEAVY:
            self.end(member)
