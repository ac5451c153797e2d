"""A registry in miniature: records, indexes and a ledger log, kept as the executor keeps them but in plain
dictionaries.
"""

from dataclasses import dataclass, field
from typing import Any

from registry.checking import Committed
from registry.index import INDEX_RECORD
from registry.primitives.merkle import Frontier, leaf_hash
from registry.primitives.shape import encode_as
from registry.primitives.sparse_map import SparseMap
from registry.proofs import AbsenceProof, IndexProof, LedgerProof, RecordProof
from registry.proving import Log, prove_index, prove_ledger, prove_record
from registry.record_log import (
    INDEX_ENTRY,
    LEDGER_LEAF,
    VERSION_LEAF,
    IndexEntry,
    LedgerLeaf,
    VersionLeaf,
    body_hash,
    head_hash,
    map_key,
)


@dataclass
class StoredLog:
    leaves: list[Any] = field(default_factory=list)
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    frontier: Frontier = field(default_factory=Frontier)

    def append(self, leaf: Any, encoded: bytes) -> None:
        self.nodes[0, len(self.leaves)] = leaf_hash(encoded)
        self.leaves.append(leaf)
        self.frontier, stored = self.frontier.append(leaf_hash(encoded))
        self.nodes |= {(level, index): node for level, index, node in stored}

    def node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def log(self) -> Log[Any]:
        return Log(self.frontier.size, self.leaves.__getitem__, self.node)


@dataclass
class Registry:
    """Each `write` and `enter` is a block of its own, a second after the one before unless told otherwise."""

    mapping: SparseMap = SparseMap.EMPTY
    logs: dict[tuple[str, str], StoredLog] = field(default_factory=dict)
    bodies: dict[tuple[str, str], list[bytes]] = field(default_factory=dict)
    ledger: StoredLog = field(default_factory=StoredLog)
    height: int = 0
    time_ms: int = 1_000_000

    def write(self, kind: str, record_id: str, body: bytes, time_ms: int | None = None) -> None:
        self._advance(body, time_ms)
        leaf = VersionLeaf(self.height, 1, self.time_ms, body_hash(body))
        self.bodies.setdefault((kind, record_id), []).append(body)
        self._append(kind, record_id, leaf, encode_as(VERSION_LEAF, leaf))

    def enter(self, index_id: str, record_id: str, time_ms: int | None = None) -> None:
        self._advance(record_id.encode(), time_ms)
        entry = IndexEntry(self.height, 1, 0, self.time_ms, record_id)
        self._append(INDEX_RECORD.name, index_id, entry, encode_as(INDEX_ENTRY, entry))

    def committed(self) -> Committed:
        log = self.ledger.frontier
        return Committed(self.height, self.time_ms, log.size, log.root(), self.mapping.root)

    def prove_record(
        self, kind: str, record_id: str, known_at_ms: int | None = None
    ) -> RecordProof | AbsenceProof:
        stored = self.logs.get((kind, record_id))
        at = self.time_ms if known_at_ms is None else known_at_ms
        bodies = self.bodies.get((kind, record_id), [])
        log = stored.log() if stored else None
        return prove_record(self.mapping.prove, kind, record_id, log, bodies.__getitem__, at)

    def prove_index(
        self, index_id: str, known_at_ms: int | None = None, first: int = 0, limit: int = 1_000
    ) -> IndexProof | AbsenceProof | None:
        stored = self.logs.get((INDEX_RECORD.name, index_id))
        at = self.time_ms if known_at_ms is None else known_at_ms
        return prove_index(self.mapping.prove, index_id, stored.log() if stored else None, first, limit, at)

    def prove_ledger(self, position: int) -> LedgerProof:
        leaf = self.ledger.leaves[position]
        return prove_ledger(leaf, position, self.ledger.frontier.size, self.ledger.node)

    def _advance(self, data: bytes, time_ms: int | None) -> None:
        self.height += 1
        self.time_ms = self.time_ms + 1_000 if time_ms is None else time_ms
        leaf = LedgerLeaf(self.height, 1, self.time_ms, data)
        self.ledger.append(leaf, encode_as(LEDGER_LEAF, leaf))

    def _append(self, kind: str, record_id: str, leaf: VersionLeaf | IndexEntry, encoded: bytes) -> None:
        log = self.logs.setdefault((kind, record_id), StoredLog())
        log.append(leaf, encoded)
        head = head_hash(log.frontier.size, log.frontier.root())
        self.mapping = self.mapping.update({map_key(kind, record_id): head})
