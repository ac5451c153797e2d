"""One campaign: the inputs of all kinds in turn, each held to three things.

- R1 It ends in a verdict or in one of our errors; any other exception is a failure.
- R2 It takes no more than `LIMIT_MS` of CPU.
- R3 What is valid says what an original says (`judging.false_valid`).
"""

import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from tests.campaign.changes import input_of
from tests.campaign.judging import false_valid, judged
from tests.campaign.originals import KINDS, samples
from tests.campaign.table import Failure, Row

LIMIT_MS: Final = 1_000.0
CRASHED: Final = "crashed"
ROUND: Final = 100
"""Inputs of a kind before the next one's turn, so that a campaign that is stopped has tried each."""


@dataclass
class Campaign:
    """What was tried so far, and what failed."""

    kinds: Iterable[str]
    seed: int
    rows: dict[str, Row] = field(init=False)
    failures: list[Failure] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rows = {kind: Row(kind) for kind in self.kinds}

    def run(self, inputs: int, say: Callable[[str], None]) -> None:
        """So many inputs, shared among the kinds in equal parts as far as that goes."""
        _warm_up()
        each, more = divmod(inputs, len(self.rows))
        for first in range(0, each + 1, ROUND):
            for place, kind in enumerate(self.rows):
                self._try(kind, range(first, min(first + ROUND, each + (place < more))))
            say(f"{self.tried:,} of {inputs:,} inputs, {len(self.failures)} failures")

    @property
    def tried(self) -> int:
        """Inputs so far."""
        return sum(row.outcomes.total() for row in self.rows.values())

    def _try(self, kind: str, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.failures += _tried(self.rows[kind], number, self.seed)


def _warm_up() -> None:
    """What is read once for all, contexts and schemas, is no part of the first input."""
    for kind in KINDS:
        for sample in samples(kind):
            judged(sample)


def _tried(row: Row, number: int, seed: int) -> list[Failure]:
    sample = input_of(row.kind, number, seed)
    begin_s = time.process_time()
    try:
        found = judged(sample)
        spent_ms = 1_000 * (time.process_time() - begin_s)
        wrong = false_valid(sample, found)
    except Exception:  # noqa: BLE001 (whatever is raised is what the campaign looks for, and told)
        row.add(number, CRASHED, 0.0)
        return [Failure(row.kind, number, traceback.format_exc(limit=-4))]
    row.add(number, found.outcome, spent_ms)
    slow = "" if spent_ms <= LIMIT_MS else f"it took {spent_ms:.0f} ms of CPU"
    return [Failure(row.kind, number, what) for what in (wrong, slow) if what]
