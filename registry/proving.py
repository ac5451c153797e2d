"""Building the proofs that `registry.checking` checks, from the map's paths and from logs as they are stored.

Paths come from a function of the key, and a `Log` is two functions over storage and a count, so this module
knows no tables and no map. All of it must show one
and the same state: the one under the header that the proof is sent with. A proof reads at most a few dozen
nodes, whatever the log's size.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from registry.index import INDEX_RECORD
from registry.primitives.merkle import Nodes, inclusion_proof, range_proof
from registry.proofs import (
    MAX_PAGE,
    AbsenceProof,
    IndexProof,
    LedgerProof,
    RecordProof,
)
from registry.record_log import IndexEntry, LedgerLeaf, VersionLeaf, map_key
from registry.state_map import ProveKey

L = TypeVar("L", VersionLeaf, IndexEntry)


@dataclass(frozen=True, slots=True)
class Log(Generic[L]):
    """A record's log under the header in question: how many leaves it has (at least one), leaf by number
    from 0, full subtree by level and index.
    """

    count: int
    leaf: Callable[[int], L]
    nodes: Nodes

    def count_known(self, known_at_ms: int) -> int:
        """How many leaves were recorded at or before that time; most often all of them."""
        if self.leaf(self.count - 1).time_ms <= known_at_ms:
            return self.count
        return bisect_right(range(self.count), known_at_ms, key=lambda number: self.leaf(number).time_ms)


def prove_record(
    prove: ProveKey,
    kind: str,
    record_id: str,
    log: Log[VersionLeaf] | None,
    body: Callable[[int], bytes],
    known_at_ms: int,
) -> RecordProof | AbsenceProof:
    """The version of a record known at K, by number `body` gives its encoding; `log` is None where there is
    no record.
    """
    map_path = prove(map_key(kind, record_id))
    if log is None:
        return AbsenceProof(map_path)
    known = log.count_known(known_at_ms)
    first, end = max(known - 1, 0), min(known + 1, log.count)
    return RecordProof(
        body=body(first) if known else None,
        count=log.count,
        first=first,
        versions=tuple(map(log.leaf, range(first, end))),
        path=range_proof(first, end, log.count, log.nodes),
        map_path=map_path,
    )


def prove_index(
    prove: ProveKey, index_id: str, log: Log[IndexEntry] | None, first: int, limit: int, known_at_ms: int
) -> IndexProof | AbsenceProof | None:
    """At most `limit` (at most `MAX_PAGE`) of the entries known at K, from number `first` on, and the
    successor where they are the last. None where the index has no entry `first`, so that nothing can be
    shown there.
    """
    map_path = prove(map_key(INDEX_RECORD.name, index_id))
    if log is None:
        return AbsenceProof(map_path)
    if first >= log.count:
        return None
    last_known = log.count_known(known_at_ms)
    known_end = max(first, min(last_known, first + min(limit, MAX_PAGE)))
    end = min(known_end + (known_end >= last_known), log.count)
    return IndexProof(
        count=log.count,
        first=first,
        entries=tuple(map(log.leaf, range(first, end))),
        path=range_proof(first, end, log.count, log.nodes),
        map_path=map_path,
    )


def prove_entry(prove: ProveKey, index_id: str, log: Log[IndexEntry], number: int) -> IndexProof:
    """One entry of an index, without those around it."""
    return IndexProof(
        count=log.count,
        first=number,
        entries=(log.leaf(number),),
        path=range_proof(number, number + 1, log.count, log.nodes),
        map_path=prove(map_key(INDEX_RECORD.name, index_id)),
    )


def prove_ledger(leaf: LedgerLeaf, position: int, size: int, nodes: Nodes) -> LedgerProof:
    """That the leaf is number `position` of the ledger log's first `size`."""
    return LedgerProof(leaf, position, inclusion_proof(position, size, nodes))
