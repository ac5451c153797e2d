"""In which order several workers take the tests.

pytest-xdist gives each worker a part of the list, as it stands and of equal number, and whoever has done its
part takes half of what another has left. So each part begins with what takes long and ends with what takes
none: no worker begins a test of half a minute when the other has nothing left to do. What waits for processes
stands in one part, beside what only computes, so that each uses the time that the other leaves.

The order is no more than that: a folder that is missing here, or is gone, costs a few seconds.
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

WAITING: Final = (
    "tests/integration/",
    "tests/answers/test_javascript.py",
    "tests/redteam/",
    "tests/package/",
)
COMPUTING: Final = (
    "tests/simulation/test_coverage.py",
    "tests/mutations/",
    "tests/simulation/test_seeds.py",
    "tests/byzantine/",
)
"""Of these each test stands alone; those of `WAITING` share what a file or a folder prepares once."""

Test = TypeVar("Test")


def in_parts(tests: Sequence[tuple[str, Test]], workers: int) -> list[Test]:
    """The tests, each with its id, in the order in which so many workers take them."""
    waiting = list(_below(WAITING, tests))
    computing = list(_below(COMPUTING, tests))
    short = iter([test for name, test in tests if not name.startswith((*WAITING, *COMPUTING))])
    ordered: list[Test] = []
    for worker in range(workers):
        part_ends = len(ordered) + (len(tests) - len(ordered)) // (workers - worker)
        ordered += waiting if worker == 0 else []
        ordered += computing[worker::workers]
        ordered += [test for _, test in zip(range(len(ordered), part_ends), short, strict=False)]
    return [*ordered, *short]


def _below(places: Sequence[str], tests: Sequence[tuple[str, Test]]) -> Iterator[Test]:
    for place in places:
        yield from (test for name, test in tests if name.startswith(place))
