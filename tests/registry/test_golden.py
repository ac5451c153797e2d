"""The golden ledger replays to the same bytes, wherever and however Python runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from registry.ruleset import RULESETS, Ruleset
from registry.transaction import Transaction
from tests.registry.golden import load, replayed
from tests.registry.golden.scenario import record

ROOT = Path(__file__).parents[2]
REPLAY = """
from tests.registry.golden import load, replayed
golden = replayed(load())
print(golden.genesis_writes_hash, *(step.writes_hash for step in golden.steps))
"""


@pytest.mark.parametrize("number", RULESETS)
def test_the_golden_ledger_replays(number: int) -> None:
    golden = load(number)
    assert replayed(golden) == golden


@pytest.mark.parametrize("ruleset", RULESETS.values(), ids=lambda ruleset: str(ruleset.number))
def test_the_golden_ledger_is_the_scenarios(ruleset: Ruleset) -> None:
    assert record(ruleset) == load(ruleset.number)


@pytest.mark.parametrize("ruleset", RULESETS.values(), ids=lambda ruleset: str(ruleset.number))
def test_the_golden_ledger_holds_every_operation(ruleset: Ruleset) -> None:
    encoded = [data for step in load(ruleset.number).steps for data in step.transactions]
    transactions = [Transaction.decode(data, ruleset) for data in encoded]
    held = {type(operation) for transaction in transactions for operation in transaction.payload.operations}
    assert held == set(ruleset.operations)


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
