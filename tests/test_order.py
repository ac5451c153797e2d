"""The order of the tests for several workers: nothing is lost, and no part ends with what takes long."""

import pytest

from tests.order import COMPUTING, WAITING, in_parts

SHORT = [f"tests/registry/test_a.py::test_{number}" for number in range(50)]
LONG = [*(f"{place}x::test_{number}" for place in (*COMPUTING, *WAITING) for number in range(5))]
NAMES = [*SHORT[:20], *LONG, *SHORT[20:]]


def ordered(names: list[str], workers: int) -> list[str]:
    return in_parts([(name, name) for name in names], workers)


@pytest.mark.parametrize("workers", [1, 2, 3, 8, 200])
@pytest.mark.parametrize("names", [NAMES, SHORT, LONG, []], ids=["both", "short", "long", "none"])
def test_each_test_is_there_once(workers: int, names: list[str]) -> None:
    assert sorted(ordered(names, workers)) == sorted(names)


def test_each_part_begins_with_what_takes_long_and_ends_with_what_takes_none() -> None:
    order = ordered(NAMES, 2)
    middle = len(NAMES) // 2
    for part in (order[:middle], order[middle:]):
        long = [name.startswith((*WAITING, *COMPUTING)) for name in part]
        assert long == sorted(long, reverse=True)
        assert True in long
        assert False in long


def test_what_waits_is_in_one_part_in_the_order_of_its_files() -> None:
    waiting = [name for name in NAMES if name.startswith(WAITING)]
    assert ordered(NAMES, 2)[: len(waiting)] == waiting
