"""The golden ledger replays to the same bytes, wherever and however Python runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from registry.ruleset import CURRENT
from registry.transaction import Transaction
from tests.registry.golden import load, replayed
from tests.registry.golden.scenario import record

ROOT = Path(__file__).parents[2]
REPLAY = """
from tests.registry.golden import load, replayed
golden = replayed(load())
print(golden.genesis_writes_hash, *(step.writes_hash for step in golden.steps))
"""


def test_the_golden_ledger_replays() -> None:
    golden = load()
    assert replayed(golden) == golden


def test_the_golden_ledger_is_the_scenarios() -> None:
    assert record() == load()


def test_the_golden_ledger_holds_every_operation() -> None:
    transactions = [Transaction.decode(data) for step in load().steps for data in step.transactions]
    held = {type(operation) for transaction in transactions for operation in transaction.payload.operations}
    assert held == set(CURRENT.operations)


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
        {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "Asia/Kathmandu", "PYTHONOPTIMIZE": "0"},
        {
            "PYTHONHASHSEED": "4294967295",
            "LC_ALL": "tr_TR.UTF-8",
            "TZ": "America/St_Johns",
            "PYTHONUTF8": "0",
        },
    ],
    ids=lambda environment: environment["TZ"],
)
def test_the_environment_changes_nothing(environment: dict[str, str]) -> None:
    golden = load()
    run = subprocess.run(
        [sys.executable, "-c", REPLAY],
        env=os.environ | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    expected = [golden.genesis_writes_hash, *(step.writes_hash for step in golden.steps)]
    assert run.stdout.split() == expected
