"""The demonstration's figures, and nothing invented where nothing was measured."""

from pathlib import Path

import pytest

from node.demo.report import DemoStep, Report


def test_a_report_without_a_measurement_has_no_figures() -> None:
    with pytest.raises(ValueError, match="no values have no percentile"):
        Report().document()


def test_the_document_for_programs() -> None:
    report = Report(
        steps=[DemoStep("It does", "done", 0.5)],
        finality_ms=[10.04, 20.0, 30.0],
        visible_everywhere_ms=99.96,
        catch_up_s=1.23456,
        answers_verified=7,
        badge=Path("badge.png"),
        badge_verified_by="a 1.0.0",
    )
    assert report.document() == {
        "ok": True,
        "finality_ms_p50": 20.0,
        "finality_ms_p99": 30.0,
        "visible_everywhere_ms": 100.0,
        "catch_up_s": 1.235,
        "answers_verified": 7,
        "transactions": 3,
        "badge": "badge.png",
        "badge_verified_by": "a 1.0.0",
    }
