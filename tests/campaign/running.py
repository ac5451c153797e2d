"""One campaign: the inputs of each kind in turn, each held to three things.

- R1 It ends in a verdict or in one of our errors; any other exception is a failure.
- R2 It takes no more than `LIMIT_MS` of CPU.
- R3 What is valid says what an original says (`judging.false_valid`).
"""

import time
import traceback
from collections.abc import Callable, Iterable
from typing import Final

from tests.campaign.changes import input_of
from tests.campaign.judging import false_valid, judged
from tests.campaign.originals import KINDS, samples
from tests.campaign.table import Failure, Row

LIMIT_MS: Final = 1_000.0
CRASHED: Final = "crashed"


def run(
    kinds: Iterable[str], inputs: int, seed: int, say: Callable[[str], None]
) -> tuple[list[Row], list[Failure]]:
    """So many inputs, shared among the kinds in equal parts."""
    chosen = list(kinds)
    _warm_up()
    rows, failures = list[Row](), list[Failure]()
    for place, kind in enumerate(chosen):
        count = inputs // len(chosen) + (place < inputs % len(chosen))
        row = Row(kind)
        for number in range(count):
            failures += _tried(row, kind, number, seed)
        rows.append(row)
        told = ", ".join(f"{outcome} {count:,}" for outcome, count in row.outcomes.most_common())
        say(f"{kind}: {told}; worst {row.worst_ms:.0f} ms; {len(failures)} failures so far")
    return rows, failures


def _warm_up() -> None:
    """What is read once for all, contexts and schemas, is no part of the first input."""
    for kind in KINDS:
        for sample in samples(kind):
            judged(sample)


def _tried(row: Row, kind: str, number: int, seed: int) -> list[Failure]:
    sample = input_of(kind, number, seed)
    begin_s = time.process_time()
    try:
        found = judged(sample)
    except Exception:  # noqa: BLE001 (whatever is raised is what the campaign looks for, and told)
        row.add(number, CRASHED, 0.0)
        return [Failure(kind, number, traceback.format_exc(limit=-4))]
    spent_ms = 1_000 * (time.process_time() - begin_s)
    row.add(number, found.outcome, spent_ms)
    wrong = [false_valid(sample, found), "" if spent_ms <= LIMIT_MS else f"it took {spent_ms:.0f} ms of CPU"]
    return [Failure(kind, number, what) for what in wrong if what]
