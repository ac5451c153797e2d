"""The logs that proofs are made of, as the registry's tables hold them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from registry.index import INDEX_RECORD
from registry.kinds.anchor.entry import lookup_key
from registry.primitives.merkle import Frontier, Nodes, leaf_hash
from registry.proving import Log
from registry.record_log import INDEX_ENTRY, IndexEntry, VersionLeaf, body_hash, version_leaf
from registry.record_type import RecordType, record_key
from registry.rows import VERSION_ROW, Damaged, read_record_log, read_row
from registry.tables import Reader, Table, node_place, u64

_NUMBER_BYTES = 8
_PLACE_BYTES = 20  # height u64 ‖ index u32 ‖ number of the leaf u64


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record's log, and its bodies by version."""

    log: Log[VersionLeaf]
    body: Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class TransactionPlace:
    """Where a transaction stands: its block, its index in that (from 1), and its leaf in the ledger log."""

    height: int
    index: int
    position: int


def stored_record(reader: Reader, kind: RecordType[Any], record_id: str) -> StoredRecord | None:
    """A record that has bodies; None where there is none."""
    key = record_key(kind, record_id)
    frontier = _frontier(reader, key)
    if frontier is None:
        return None
    versions: dict[int, tuple[VersionLeaf, bytes]] = {}

    def version(number: int) -> tuple[VersionLeaf, bytes]:
        known = versions.get(number)
        if known is None:
            row = read_row(VERSION_ROW, _version(reader, key, number))
            leaf = VersionLeaf(row.height, row.index, row.time_ms, body_hash(row.body))
            known = versions[number] = leaf, row.body
        return known

    def leaf(number: int) -> bytes:
        made = version(number)[0]
        return leaf_hash(version_leaf(made.height, made.index, made.time_ms, made.body_hash))

    log = Log(frontier.size, lambda number: version(number)[0], nodes(reader, key, frontier, leaf))
    return StoredRecord(log, lambda number: version(number)[1])


def stored_index(reader: Reader, name: str) -> Log[IndexEntry] | None:
    """An index by its id, `RELATION/SUBJECT`; None where nothing ever came under it."""
    key = record_key(INDEX_RECORD, name)
    frontier = _frontier(reader, key)
    if frontier is None:
        return None

    def entry(number: int) -> IndexEntry:
        return read_row(INDEX_ENTRY, _version(reader, key, number))

    def leaf(number: int) -> bytes:
        return leaf_hash(_version(reader, key, number))

    return Log(frontier.size, entry, nodes(reader, key, frontier, leaf))


def stored_place(reader: Reader, transaction_id: bytes) -> TransactionPlace | None:
    """Where a transaction stands; None while it is not final. Raises `Damaged`."""
    row = reader.get(Table.TRANSACTION, transaction_id)
    if row is None:
        return None
    if len(row) != _PLACE_BYTES:
        raise Damaged(f"the place of transaction {transaction_id.hex()} has {len(row)} bytes")
    return TransactionPlace(
        int.from_bytes(row[:8], "big"), int.from_bytes(row[8:12], "big"), int.from_bytes(row[12:20], "big")
    )


def stored_anchor(reader: Reader, issuer: str, root: bytes) -> int | None:
    """Which entry of its index the issuer's anchor of a root is; None where it has not anchored it. Raises
    `Damaged`.
    """
    row = reader.get(Table.ANCHOR, lookup_key(issuer, root))
    if row is not None and len(row) != _NUMBER_BYTES:
        raise Damaged(f"the number of anchor {root.hex()} has {len(row)} bytes")
    return None if row is None else int.from_bytes(row, "big")


def nodes(reader: Reader, log_key: bytes, log: Frontier, leaf: Callable[[int], bytes]) -> Nodes:
    """The full subtrees of a log: the maximal ones as the frontier has them, those of a single leaf by
    `leaf`, which gives its hash by its number, the others as they are stored. They raise `Damaged`."""

    def node(level: int, position: int) -> bytes:
        peak = log.peak(level, position)
        if peak is not None:
            return peak
        if level == 0:
            return leaf(position)
        held = reader.get(Table.NODE, log_key + node_place(level, position))
        if held is None:
            raise Damaged(f"node {level}/{position} of log {log_key.hex()} is missing")
        return held

    return node


def _frontier(reader: Reader, key: bytes) -> Frontier | None:
    row = reader.get(Table.RECORD, key)
    return None if row is None else read_record_log(row)


def _version(reader: Reader, key: bytes, number: int) -> bytes:
    row = reader.get(Table.VERSION, key + u64(number))
    if row is None:
        raise Damaged(f"version {number} of record {key.hex()} is missing")
    return row
