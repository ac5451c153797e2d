"""What the rows of the tables hold, beyond plain hashes: record heads, versions, the ledger's frontier.

Rows are our own writing. One that cannot be read is damage, not bad input: `Damaged` says so, and a node
stops.
"""

from dataclasses import dataclass
from typing import Final, TypeVar

from registry.primitives.codec import Malformed, encode
from registry.primitives.merkle import Frontier
from registry.primitives.shape import Shape, blob, decode_as, list_of, record, uint
from registry.record_log import ID, KIND, head_hash
from registry.records.kind import MAX_BODY_BYTES
from registry.tables import FRONTIER_KEY, Reader, Table

T = TypeVar("T")

_HASHES: Final = list_of(blob(32), 64)


class Damaged(Exception):
    """Stored data contradicts itself. Stop, and restore the store from a snapshot or from other nodes."""


def head_of(log: Frontier) -> bytes:
    """The hash of the head of a record whose versions are this log."""
    return head_hash(log.size, log.root())


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A row of `Table.RECORD`: what a record is, and the frontier of its log of versions."""

    kind: str
    id: str
    count: int
    hashes: tuple[bytes, ...]

    def log(self) -> Frontier:
        """The frontier of the log of versions."""
        return Frontier(self.count, self.hashes)

    def head(self) -> bytes:
        """The hash of the record's head: its value in the map."""
        return head_of(self.log())


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A row of `Table.VERSION`: where and when a version was recorded, and its body."""

    height: int
    index: int
    time_ms: int
    body: bytes


@dataclass(frozen=True, slots=True)
class FrontierRow:
    """The row of `Table.LEDGER` under `FRONTIER_KEY`."""

    size: int
    hashes: tuple[bytes, ...]


RECORD_ROW: Final[Shape[RecordRow]] = record(RecordRow, kind=KIND, id=ID, count=uint(), hashes=_HASHES)
VERSION_ROW: Final[Shape[VersionRow]] = record(
    VersionRow, height=uint(), index=uint(), time_ms=uint(), body=blob(max_bytes=MAX_BODY_BYTES)
)
FRONTIER_ROW: Final[Shape[FrontierRow]] = record(FrontierRow, size=uint(), hashes=_HASHES)


def read_row(shape: Shape[T], row: bytes) -> T:
    """What `row` holds. Raises `Damaged`."""
    try:
        return decode_as(shape, row, limit=2 * MAX_BODY_BYTES)
    except Malformed as error:
        raise Damaged(f"a stored row cannot be read: {error}") from error


def encode_record_row(kind: str, record_id: str, log: Frontier) -> bytes:
    """A row of `Table.RECORD`."""
    return encode([kind, record_id, log.size, list(log.hashes)])


def encode_version_row(height: int, index: int, time_ms: int, body: bytes) -> bytes:
    """A row of `Table.VERSION`."""
    return encode([height, index, time_ms, body])


def read_ledger_frontier(reader: Reader) -> Frontier:
    """The frontier of the ledger log, empty before height 0. Raises `Damaged`."""
    row = reader.get(Table.LEDGER, FRONTIER_KEY)
    if row is None:
        return Frontier()
    held = read_row(FRONTIER_ROW, row)
    return Frontier(held.size, held.hashes)


def encode_ledger_frontier(frontier: Frontier) -> bytes:
    """The row that `read_ledger_frontier` reads."""
    return encode([frontier.size, list(frontier.hashes)])
