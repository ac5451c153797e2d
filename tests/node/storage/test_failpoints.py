"""Fail points: the variable is read strictly, and an armed point ends the process at its count."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from node.storage.failpoints import VARIABLE, FailPoint, FailPointName, FailPoints

PROGRAM = """
import os
from node.storage.failpoints import FailPoint, FailPoints
points = FailPoints.from_environment(os.environ)
for number in range(4):
    points.reach(FailPoint.BEFORE_FLUSH)
    points.reach(FailPoint.AFTER_FLUSH)
    print(number, flush=True)
"""


def run(value: str | None) -> tuple[int, str]:
    environment = {} if value is None else {VARIABLE: value}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=Path(__file__).parents[3],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (None, (0, "0\n1\n2\n3\n")),
        ("after-flush", (-signal.SIGKILL, "")),
        ("before-flush:3", (-signal.SIGKILL, "0\n1\n")),
        ("before-flush:5", (0, "0\n1\n2\n3\n")),
    ],
)
def test_the_armed_point_ends_the_process_at_its_count(value: str | None, outcome: tuple[int, str]) -> None:
    assert run(value) == outcome


@pytest.mark.parametrize(
    "value", ["", "after", "after-flush:0", "after-flush:x", "AFTER_FLUSH", "after-flush:-1"]
)
def test_a_wrong_value_is_refused(value: str) -> None:
    with pytest.raises(FailPointName) as refused:
        FailPoints.from_environment({VARIABLE: value})
    assert all(point.value in str(refused.value) for point in FailPoint)
