"""Percentiles by nearest rank, against the definition worked out by hand."""

import pytest

from node.observing.percentile import percentile


def test_the_rank_is_the_next_whole_one() -> None:
    values = [15.0, 20.0, 35.0, 40.0, 50.0]
    assert [percentile(values, percent) for percent in (5, 30, 40, 50, 100)] == [15, 20, 20, 35, 50]


def test_the_order_does_not_matter() -> None:
    assert percentile([3.0, 1.0, 2.0], 50) == 2


def test_one_value_is_every_percentile() -> None:
    assert {percentile([7.0], percent) for percent in (1, 50, 99, 100)} == {7}


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1.0], 0), ([1.0], 101)])
def test_what_has_no_percentile(values: list[float], percent: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, percent)
