"""What ARCHITECTURE.md says of the rows that an answer is made of is what making one reads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from api.answer.question import (
    ChunkQuestion,
    IndexQuestion,
    Question,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from api.proving.answers import Answers
from api.proving.status_bits import KeptBits
from consensus.messages import Block
from registry.kinds.status_list.record import StatusPurpose
from registry.tables import Reader, Table
from registry.transaction import Transaction
from tests.api.ledger import Ledger, LedgerView
from tests.registry.network import UNIVERSITY

ROOT = Path(__file__).parents[3]
SECTION = (
    (ROOT / "ARCHITECTURE.md").read_text("utf-8").partition("| proof of | rows |")[2].partition("\n\n")[0]
)
LIST = f"{UNIVERSITY}/status-lists/degrees"


def documented(proof: str) -> set[str]:
    """The tables that stand in the line of a proof."""
    (line,) = [line for line in SECTION.splitlines() if line.startswith(f"| {proof}")]
    return set(re.findall(r"`([A-Z_]+)`", line))


@dataclass
class Noting:
    """A reader that notes which tables are read."""

    reader: Reader
    tables: set[str] = field(default_factory=set)

    def get(self, table: Table, key: bytes) -> bytes | None:
        self.tables.add(table.name)
        return self.reader.get(table, key)

    def floor(self, table: Table, prefix: bytes, key: bytes) -> tuple[bytes, bytes] | None:
        self.tables.add(table.name)
        return self.reader.floor(table, prefix, key)

    def scan(self, table: Table, prefix: bytes, start: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        raise AssertionError(f"an answer walks through {table.name}")


@dataclass(frozen=True)
class NotingView(LedgerView):
    """A view that notes that blocks are read."""

    def block(self, height: int) -> Block | None:
        assert isinstance(self.reader, Noting)
        self.reader.tables.add("BLOCK")
        return super().block(height)


def grown() -> tuple[LedgerView, bytes]:
    """A view with some versions of a list, and the id of a transaction in the midst of them."""
    ledger = Ledger()
    ids = []
    for number in range(11):
        builder = ledger.builder()
        if not number:
            builder.create_status_list(UNIVERSITY, "degrees", StatusPurpose.REVOCATION)
        builder.set_status(UNIVERSITY, "degrees", [1_024 * number])
        builder.create_status_list(UNIVERSITY, f"other{number}", StatusPurpose.REVOCATION)
        encoded = ledger.sign(builder)
        ledger.commit(encoded)
        ids.append(Transaction.decode(encoded).id)
    return ledger.view(), ids[5]


VIEW, TRANSACTION = grown()
EARLIER_MS = VIEW.header.time_ms - 5_000


def read_for(question: Question) -> set[str]:
    noting = Noting(VIEW.reader)
    fields = {name: getattr(VIEW, name) for name in VIEW.__dataclass_fields__}
    view = NotingView(**{**fields, "reader": noting})
    Answers(view, 2, KeptBits(0)).prove(question)
    return noting.tables


QUESTIONS: dict[str, Question] = {
    "a record as of K": RecordQuestion("status-list", LIST, EARLIER_MS),
    "absence": RecordQuestion("did", "did:web:nobody.example"),
    "a page of an index as of K": IndexQuestion(f"status-lists-by-issuer/{UNIVERSITY}", 2, EARLIER_MS),
    "a transaction": TransactionQuestion(TRANSACTION),
}


@pytest.mark.parametrize("proof", QUESTIONS)
def test_an_answer_reads_the_rows_that_are_documented(proof: str) -> None:
    # That a record is absent is seen where its row would be.
    expected = documented(proof) or {"RECORD"}
    assert read_for(QUESTIONS[proof]) == expected


def test_bits_are_read_as_documented() -> None:
    of_the_record, of_bits = documented("a record as of K"), documented("a chunk, or a whole status list")
    assert of_bits == {"CHUNK", "CHUNK_NODE"}
    assert read_for(StatusListQuestion(LIST, EARLIER_MS)) == of_the_record | {"CHUNK"}
    assert read_for(ChunkQuestion(LIST, 3, EARLIER_MS)) == of_the_record | of_bits
