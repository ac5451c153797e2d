"""What the rows of the tables hold, beyond plain hashes: record heads, versions, the ledger's frontier.

Rows are our own writing. One that cannot be read is damage, not bad input: `Damaged` says so, and a node
stops.
"""

from dataclasses import dataclass
from typing import Final, TypeVar

from registry.primitives import codec
from registry.primitives.codec import MAX_INTEGER, Malformed
from registry.primitives.merkle import Frontier
from registry.primitives.shape import Shape, blob, decode_as, list_of, record, uint
from registry.record_log import head_hash, record_name
from registry.record_type import MAX_BODY_BYTES, RecordType, decode_body
from registry.tables import FRONTIER_KEY, Reader, Table, u64

T = TypeVar("T")
B = TypeVar("B")


class Damaged(Exception):
    """Stored data contradicts itself. Stop, and restore the store from a snapshot or from other nodes.

    The base of all damage: a node's store says more about its own.
    """


class Unreadable(Exception):
    """Stored data cannot be read now, and nothing is known to be wrong with it. Stop, and start again."""


def head_of(log: Frontier) -> bytes:
    """The hash of the head of a record whose versions are this log."""
    return head_hash(log.size, log.root())


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A row of `Table.VERSION`: where and when a version was recorded, and its body."""

    height: int
    index: int
    time_ms: int
    body: bytes


VERSION_ROW: Final[Shape[VersionRow]] = record(
    VersionRow, height=uint(), index=uint(), time_ms=uint(), body=blob(max_bytes=MAX_BODY_BYTES)
)
_FRONTIER: Final[Shape[Frontier]] = record(Frontier, size=uint(), hashes=list_of(blob(32), 64))


def read_row(shape: Shape[T], row: bytes) -> T:
    """What `row` holds. Raises `Damaged`."""
    try:
        return decode_as(shape, row, limit=2 * MAX_BODY_BYTES)
    except Malformed as error:
        raise Damaged(f"a stored row cannot be read: {error}") from error


def read_body(kind: RecordType[B], data: bytes) -> B:
    """The body that a version's row holds. Raises `Damaged`."""
    try:
        return decode_body(kind, data)
    except Malformed as error:
        raise Damaged(f"the stored body of a {kind.name} cannot be read: {error}") from error


def encode_record_row(kind: str, record_id: str, log: Frontier) -> bytes:
    """A row of `Table.RECORD`, of fixed layout: a node reads all of them at its start, and only the log. The
    name that follows tells a person whose row it is, whose key is a hash.
    """
    return b"".join((u64(log.size), *log.hashes, record_name(kind, record_id)))


def read_record_log(row: bytes) -> Frontier:
    """The frontier of the record's log of versions, in a row of `Table.RECORD`. Raises `Damaged`."""
    size = int.from_bytes(row[:8], "big")
    end = 8 + 32 * size.bit_count()
    if not 1 <= size <= MAX_INTEGER or len(row) <= end:
        raise Damaged("a record's row counts no possible versions, or is cut short")
    return Frontier(size, tuple([row[start : start + 32] for start in range(8, end, 32)]))


def encode_version_row(height: int, index: int, time_ms: int, body: bytes) -> bytes:
    """A row of `Table.VERSION`."""
    place = codec.integer(height), codec.integer(index), codec.integer(time_ms)
    return codec.array(*place, codec.byte_string(body))


def read_ledger_frontier(reader: Reader) -> Frontier:
    """The frontier of the ledger log, empty before height 0. Raises `Damaged`."""
    row = reader.get(Table.LEDGER, FRONTIER_KEY)
    if row is None:
        return Frontier()
    return read_row(_FRONTIER, row)


def encode_ledger_frontier(frontier: Frontier) -> bytes:
    """The row that `read_ledger_frontier` reads."""
    return codec.encode([frontier.size, list(frontier.hashes)])
