"""What a block writes while it is executed, and what one of its transactions writes until it is accepted.

1. A `Draft` belongs to one transaction. It reads through its block to the state below, and sees its own
   writes. Dropping it undoes it; `BlockDraft.accept` makes it part of the block. So operations apply all
   or none.
2. However often a transaction writes a record, the record gets one version: its last body. A body equal to
   the one before makes no version. Only an index takes an entry for each record that comes under it.
3. `Draft.before` reads the state before the transaction, by which authority is judged.
"""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

from registry.index import INDEX_RECORD, Relation
from registry.primitives.merkle import Frontier, StoredNode, leaf_hash
from registry.record_log import body_hash, index_entry, version_leaf
from registry.record_type import RecordType, encode_body, record_key
from registry.rows import (
    VERSION_ROW,
    Damaged,
    encode_record_row,
    encode_version_row,
    head_of,
    read_body,
    read_record_log,
    read_row,
)
from registry.tables import Overlay, Reader, Table, node_place, u64

RecordReference: TypeAlias = tuple[RecordType[Any], str]
"""A record's kind and id."""

B = TypeVar("B")

_UNREAD: Final[Any] = object()


@dataclass(frozen=True, slots=True)
class Position:
    """Where in the ledger something is written: the block's height, the index within it, the block's
    time."""

    height: int
    index: int
    time_ms: int


class BlockDraft:
    """The writes of the transactions accepted so far, over the state of the block before.

    A record's row and its value in the map change with every version; they are worked out once, by
    `heads`, however many transactions of the block changed the record.
    """

    def __init__(self, reader: Reader) -> None:
        self.overlay = Overlay(reader)
        self._bodies: dict[RecordReference, Any] = {}
        self._lengths: dict[RecordReference, int] = {}
        self._logs: dict[RecordReference, Frontier] = {}
        self._changed: dict[RecordReference, None] = {}  # a set in order of insertion, the same on every node

    def body(self, place: RecordReference) -> Any:
        """The body of a record's last version, an instance of its kind's class; None where there is no
        record."""
        body = self._bodies.get(place, _UNREAD)
        if body is _UNREAD:
            stored = self._stored_bytes(place)
            body = self._bodies[place] = read_body(place[0], stored) if stored else None
        return body

    @property
    def remembered(self) -> int:
        """Of how many records something is remembered."""
        return len(self._logs)

    def forget(self, place: RecordReference) -> None:
        """Remember nothing of a record that no transaction of the block changed."""
        for memory in (self._bodies, self._lengths, self._logs):
            memory.pop(place, None)

    def body_length(self, place: RecordReference) -> int:
        """Bytes of a record's last body, which need not be decoded for it; 0 where there is no record."""
        length = self._lengths.get(place)
        if length is None:
            length = self._lengths[place] = len(self._stored_bytes(place))
        return length

    def log(self, place: RecordReference) -> Frontier:
        """The frontier of a record's log of versions; empty where there is no record."""
        log = self._logs.get(place)
        if log is None:
            row = self.overlay.get(Table.RECORD, record_key(*place))
            log = self._logs[place] = read_record_log(row) if row is not None else Frontier()
        return log

    def _stored_bytes(self, place: RecordReference) -> bytes:
        """The encoded body of the last version that is in the tables; empty where there is none."""
        count = self.log(place).size
        if count == 0:
            return b""
        row = self.overlay.get(Table.VERSION, record_key(*place) + u64(count - 1))
        if row is None:
            raise Damaged(f"version {count - 1} of {place[0]} {place[1]} is missing")
        return read_row(VERSION_ROW, row).body

    def accept(self, draft: "Draft", position: Position) -> None:
        """Make a transaction's writes part of the block."""
        self.overlay.apply(draft.rows.writes)
        for place, encoded in draft.versions().items():
            self._append_version(place, draft.bodies[place], encoded, position)
        for place, operation, record_id in draft.entries:
            self._append_entry(place, operation, record_id, position)

    def _append_version(self, place: RecordReference, body: Any, encoded: bytes, position: Position) -> None:
        row = encode_version_row(position.height, position.index, position.time_ms, encoded)
        leaf = version_leaf(position.height, position.index, position.time_ms, body_hash(encoded))
        self._append(place, leaf, row)
        self._bodies[place], self._lengths[place] = body, len(encoded)

    def _append_entry(
        self, place: RecordReference, operation: int, record_id: str, position: Position
    ) -> None:
        entry = index_entry(position.height, position.index, operation, position.time_ms, record_id)
        self._append(place, entry, entry)

    def _append(self, place: RecordReference, leaf: bytes, row: bytes) -> None:
        key, log = record_key(*place), self.log(place)
        self.overlay.put(Table.VERSION, key + u64(log.size), row)
        self._logs[place], nodes = log.append(leaf_hash(leaf))
        self._changed[place] = None
        self.store_nodes(key, nodes)

    def store_nodes(self, log_key: bytes, nodes: tuple[StoredNode, ...]) -> None:
        """Write the full subtrees above the leaf that an append to a log completed."""
        put = self.overlay.put
        for level, position, node in nodes:
            put(Table.NODE, log_key + node_place(level, position), node)

    def heads(self) -> dict[bytes, bytes]:
        """Write the rows of all changed records; the new values of the map, by record key."""
        values: dict[bytes, bytes] = {}
        for place in self._changed:
            log, key = self._logs[place], record_key(*place)
            self.overlay.put(Table.RECORD, key, encode_record_row(place[0].name, place[1], log))
            values[key] = head_of(log)
        return values


class Draft:
    """What one transaction writes: bodies, index entries, and rows of other tables in an overlay."""

    def __init__(self, block: BlockDraft) -> None:
        self._block = block
        self.rows = Overlay(block.overlay)
        self.bodies: dict[RecordReference, Any] = {}
        self.entries: list[tuple[RecordReference, int, str]] = []
        self._entered: dict[RecordReference, int] = {}
        self._versions: dict[RecordReference, bytes] | None = None
        self.operation = 0
        """The number of the operation being applied, from 0."""

    def before(self, kind: RecordType[B], record_id: str) -> B | None:
        """A record's body before this transaction, or None."""
        body: B | None = self._block.body((kind, record_id))
        return body

    def body(self, kind: RecordType[B], record_id: str) -> B | None:
        """A record's body as this transaction has left it so far, or None."""
        place = (kind, record_id)
        body: B | None = self.bodies[place] if place in self.bodies else self._block.body(place)
        return body

    def next_version(self, kind: RecordType[Any], record_id: str) -> int:
        """The number that this transaction's version of a record will have."""
        return self._block.log((kind, record_id)).size

    def put(self, kind: RecordType[B], record_id: str, body: B) -> None:
        """Give a record another body."""
        self.bodies[kind, record_id] = body
        self._versions = None

    def versions(self) -> dict[RecordReference, bytes]:
        """The encoded bodies of the records that have another one than before, each a version to come."""
        if self._versions is None:
            self._versions = {
                place: encode_body(place[0], body)
                for place, body in self.bodies.items()
                if body != self._block.body(place)
            }
        return self._versions

    def enter(self, relation: Relation, subject: str, entry_id: str) -> int:
        """Append to an index the id of a new record, or of what has no record of its own; the number of the
        entry, from 0.
        """
        place = (INDEX_RECORD, relation.index_id(subject))
        self.entries.append((place, self.operation, entry_id))
        entered = self._entered[place] = self._entered.get(place, 0) + 1
        return self._block.log(place).size + entered - 1
