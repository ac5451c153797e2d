"""The demonstration's figures: nearest-rank percentiles, and nothing invented where nothing was measured."""

import math

import pytest

from node.demo.report import Report, Step, percentile


@pytest.mark.parametrize("percent, expected", [(1, 1.0), (50, 50.0), (99, 99.0), (100, 100.0)])
def test_nearest_rank(percent: int, expected: float) -> None:
    assert percentile([float(value) for value in range(100, 0, -1)], percent) == expected


def test_no_values_give_no_percentile() -> None:
    assert math.isnan(percentile([], 50))


def test_the_document_for_programs() -> None:
    report = Report(
        steps=[Step("It does", "done", 0.5)],
        finality_ms=[10.04, 20.0, 30.0],
        visible_everywhere_ms=99.96,
        catch_up_s=1.23456,
        answers_verified=7,
    )
    assert report.document() == {
        "ok": True,
        "finality_ms_p50": 20.0,
        "finality_ms_p99": 30.0,
        "visible_everywhere_ms": 100.0,
        "catch_up_s": 1.235,
        "answers_verified": 7,
        "transactions": 3,
    }
