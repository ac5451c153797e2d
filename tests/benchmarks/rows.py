"""Lists the rows that each operation writes, alone in its block. Decision 0109 says why each is there.

    python -m tests.benchmarks.rows [OPERATION …]

For each operation of the current ruleset a line for each row: its table, whose it is and which, and the bytes
of key and value. An append to a log completes one full subtree on average, so the rows of `NODE` are none,
one or more, as the logs of the example happen to stand. First stand the rows of a block without a
transaction.
"""

import argparse
import sys
from collections.abc import Iterator
from functools import cache

from registry.execution import ExecutionResult
from registry.primitives.shape import decode_as, tuple_of
from registry.record_log import ID, KIND
from registry.rows import read_record_log
from registry.tables import LEDGER_LOG_KEY, Reader, Table, Writes
from tests.registry.kinds import OperationExample, operation_examples
from tests.registry.test_authority import Town

RECORD_KEY_BYTES = 32
_NAME = tuple_of(KIND, ID)
OF_A_LOG = (Table.RECORD, Table.VERSION, Table.NODE, Table.CHUNK, Table.CHUNK_NODE)


def name_of(example: OperationExample) -> str:
    """The name of the operation's class."""
    return type(example.operation).__name__


@cache
def town() -> Town:
    """The ledger on which each operation is executed, and which none changes."""
    return Town()


def rows_of_an_empty_block() -> tuple[Reader, Writes]:
    """What a block writes that nobody asked for, and the state after it."""
    return _executed(town().attempt())


def rows_of(example: OperationExample) -> tuple[Reader, Writes]:
    """What a block writes that holds the operation alone, and the state after it."""
    subject, who = next(
        (subject, who)
        for subject, answers in example.answers.items()
        for who, reason in answers.items()
        if reason is None
    )
    signed = town().signed_by(*town().signer(who))
    example.write(signed.build, town().signer(subject)[0])
    return _executed(town().attempt(signed.bytes()))


def lines(reader: Reader, writes: Writes) -> Iterator[str]:
    """A line for each row, by table and key."""
    names = {key: _record_name(row) for key, row in reader.scan(Table.RECORD, b"")}
    names[LEDGER_LOG_KEY] = "the ledger log"
    for (table, key), value in sorted(writes.items()):
        whose = names[key[:RECORD_KEY_BYTES]] if table in OF_A_LOG else ""
        which = _which(table, key[RECORD_KEY_BYTES:])
        yield f"  {table.name.lower():<12}{len(key):>4} +{len(value):>5}  {whose}{which}"


def _executed(outcome: object) -> tuple[Reader, Writes]:
    if not isinstance(outcome, ExecutionResult):
        raise RuntimeError(f"the example is not executed: {outcome}")
    return outcome.overlay, outcome.writes


def _record_name(row: bytes) -> str:
    log = read_record_log(row)
    kind, record_id = decode_as(_NAME, row[8 + 32 * len(log.hashes) :], limit=len(row))
    return f"{kind} {record_id}"


def _which(table: Table, rest: bytes) -> str:
    """What the rest of a key says after the record's: numbers, as `registry.tables.Table` orders them."""
    widths = {Table.VERSION: (8,), Table.NODE: (1, 8), Table.CHUNK: (4, 8), Table.CHUNK_NODE: (1, 4, 8)}
    numbers, start = [], 0
    for width in widths.get(table, ()):
        numbers.append(int.from_bytes(rest[start : start + width], "big"))
        start += width
    return "".join(f" · {number}" for number in numbers)


def main() -> int:
    """List what the command line names, or everything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    examples = {name_of(example): example for example in operation_examples()}
    parser.add_argument("operations", nargs="*", metavar="OPERATION", help=", ".join(examples))
    names = parser.parse_args().operations or list(examples)
    blocks = {"a block without a transaction": rows_of_an_empty_block()}
    blocks |= {name: rows_of(examples[name]) for name in names}
    for name, (reader, writes) in blocks.items():
        size = sum(len(key) + len(value) for (_, key), value in writes.items())
        print(f"{name}: {len(writes)} rows, {size} bytes")
        print("\n".join(lines(reader, writes)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
