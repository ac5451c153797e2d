"""The table of figures: complete, without doubles, and judged on the right side."""

from tests.benchmarks.figures import Direction, Measured
from tests.benchmarks.report import Result, line
from tests.benchmarks.table import FIGURES

BUDGETS = {
    "transactions": (Direction.AT_LEAST, 1_000, "/s"),
    "operations": (Direction.AT_LEAST, 5_000, "/s"),
    "finality-p50": (Direction.AT_MOST, 60, "ms"),
    "finality-p99": (Direction.AT_MOST, 250, "ms"),
    "finality-one-down-p50": (Direction.AT_MOST, 60, "ms"),
    "finality-one-down-p99": (Direction.AT_MOST, 250, "ms"),
    "revocation-everywhere": (Direction.AT_MOST, 200, "ms"),
    "reads": (Direction.AT_LEAST, 4_000, "/s"),
    "not-modified": (Direction.AT_LEAST, 12_000, "/s"),
    "verify-answer": (Direction.AT_MOST, 1, "ms"),
    "credential-jcs": (Direction.AT_MOST, 5, "ms"),
    "credential-jwt": (Direction.AT_MOST, 5, "ms"),
    "credential-rdfc": (Direction.AT_MOST, 40, "ms"),
    "map-path": (Direction.AT_MOST, 1_000, "bytes"),
    "map-updates": (Direction.AT_LEAST, 50_000, "/s"),
    "as-of-pair": (Direction.AT_MOST, 1_200, "bytes"),
    "catch-up": (Direction.AT_LEAST, 3_000, "/s"),
    "memory": (Direction.AT_MOST, 350, "MB"),
    "idle-cpu": (Direction.AT_MOST, 1, "%"),
    "restart": (Direction.AT_MOST, 25, "s"),
    "costliest-block": (Direction.AT_MOST, 300, "ms"),
    "transport-frames": (Direction.AT_LEAST, 50_000, "/s"),
    "transport-round-trip": (Direction.AT_MOST, 2, "ms"),
    "transport-down": (Direction.AT_MOST, 6, "s"),
}


def test_every_figure_has_its_budget() -> None:
    assert {f.name: (f.direction, f.budget, f.unit) for f in FIGURES} == BUDGETS
    assert len(FIGURES) == len(BUDGETS)


def test_a_budget_is_met_on_its_own_side_and_at_the_budget() -> None:
    least, most = FIGURES[0], FIGURES[2]
    assert [least.is_met_by(value) for value in (999, 1_000, 1_001)] == [False, True, True]
    assert [most.is_met_by(value) for value in (59, 60, 61)] == [True, True, False]


def test_a_missed_budget_is_marked_and_reported() -> None:
    result = Result(FIGURES[0], Measured(123.456, "how it came about"))
    assert line(result).split("  ", 1)[0] == "! transactions"
    assert "123 /s" in line(result)
    assert "at least 1,000 /s" in line(result)
    assert result.to_json() == {
        "name": "transactions",
        "what": "committed transactions of one operation",
        "measured": 123.456,
        "budget": 1_000,
        "direction": "at least",
        "unit": "/s",
        "met": False,
        "how": "how it came about",
    }
