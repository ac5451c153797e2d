"""The large store that a restart is measured on is filled as the node's own ledger takes it."""

from pathlib import Path

from tests.benchmarks.restart import RECORDS, TRANSACTIONS, fill, prepared


def test_blocks_take_all_that_they_are_filled_with(tmp_path: Path) -> None:
    in_full_blocks = 2 * RECORDS * TRANSACTIONS
    assert fill(prepared(tmp_path / "network"), in_full_blocks + 1) == 1 + 2 + 1
