"""Which rows operations write, and that writing them can be measured."""

import re
from pathlib import Path

import pytest

from registry.tables import Table
from tests.benchmarks.executing import WORKLOADS, measure
from tests.benchmarks.rows import RECORD_KEY_BYTES, lines, name_of, rows_of, rows_of_an_empty_block
from tests.registry.kinds import OperationExample, operation_examples

DECISION = Path(__file__).parents[2] / "docs" / "decisions" / "0109-no-row-for-what-another-says.md"
LISTED = re.findall(r"^\| (`.*?) \|", DECISION.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("example", operation_examples(), ids=name_of)
def test_no_operation_writes_the_hash_of_a_leaf(example: OperationExample) -> None:
    reader, writes = rows_of(example)
    levels = [key[RECORD_KEY_BYTES] for table, key in writes if table in (Table.NODE, Table.CHUNK_NODE)]
    assert 0 not in levels
    assert len(list(lines(reader, writes))) == len(writes)


def test_every_table_that_is_written_has_its_reason() -> None:
    blocks = [rows_of_an_empty_block(), *map(rows_of, operation_examples())]
    written = {table.name for _, writes in blocks for table, _ in writes}
    assert (
        {name for row in LISTED for name in re.findall(r"`([A-Z_]+)`", row)}
        == written
        == set(Table.__members__)
    )


@pytest.mark.parametrize("workload", WORKLOADS)
def test_a_workload_is_executed_and_written(workload: str) -> None:
    measured = measure(workload, operations=2, blocks=1, size=2)
    assert measured["rows"] > 2
