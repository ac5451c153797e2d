"""Checking proofs about records, indexes and the ledger, without any I/O.

A proof is checked against a block header: what it commits to (`Committed`) is all that the functions here
trust. Each gives what is proved, or raises `Unproved` with the flaw that it found. The forms of proofs stand
in `registry.proofs`.

**A record as known at K** (milliseconds; by default the header's time). The version known at K is the last
whose time is at most K. A `RecordProof` shows it together with its successor, as neighbours in the record's
log, or as the last by the head's count. So an answer that keeps quiet about a later version fails, because:
1. leaves and range proof give the root of the log; with the count it gives the head; the head's path through
   the map gives the header's state root;
2. the version shown is not later than K; and either the next leaf is later than K, or there is none. Where
   even the first version is later than K, that first leaf alone shows it; where the record never existed, an
   `AbsenceProof` shows its empty place in the map. Nothing is ever taken out of the map, so absence under a
   header is absence at every earlier K.

**An enumeration of an index at K** shows consecutive entries in the same way, whole or by pages: nothing
between them is missing, and the last page reaches the successor or the count.

**An anchor** is one entry of its issuer's index, shown alone: an issuer anchors a root once, so no successor
could change what the entry says. An issuer without an index has anchored nothing. That an index which is
there lacks a root is shown by enumerating it, and by no single proof (decision 0108).

**A transaction** is a leaf of the ledger log, whose size and root the header holds. In a log of a known size
each place has its own sequence of left and right turns, so an audit path fits one place alone: the leaf's
position is proved with it.

**A status list's bits** are shown as one chunk of 128 bytes with its path, or as the whole list; both lead
to the root that the list's body at K holds, so they come with that record's proof.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from registry.index import INDEX_RECORD
from registry.kinds.anchor.entry import ANCHORS_BY_ISSUER, anchor_in
from registry.kinds.status_list.record import CHUNK_BITS, CHUNK_BYTES
from registry.primitives.codec import Malformed
from registry.primitives.map_proof import MapProof, map_root_from
from registry.primitives.merkle import (
    leaf_hash,
    root_from_inclusion,
    root_from_range,
    root_of,
    verify_inclusion,
)
from registry.primitives.reason import REFUTED, Reason
from registry.primitives.shape import encode_as
from registry.proofs import (
    AbsenceProof,
    ChunkProof,
    IndexProof,
    LedgerProof,
    RecordProof,
    StatusListProof,
)
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


class ProofFlaw(Reason):
    """What keeps a proof from proving what was asked. A verifier meets it."""

    IMPOSSIBLE = (
        "impossible",
        "No tree of that size and no map has a proof of this form, or its times run backwards.",
        REFUTED,
    )
    STATE_ROOT = "state-root", "The proof leads to another state root than the header's.", REFUTED
    LOG_ROOT = "log-root", "The proof leads to another ledger root than the header's.", REFUTED
    BODY = "body", "The body is not the one whose hash the version holds.", REFUTED
    KNOWN_AT_AHEAD = (
        "known-at-ahead",
        "The question is about a time after the header's.",
        "Ask again later. Or ask for an earlier time, or for none (--known-at) to get the newest state.",
    )
    NOT_YET_KNOWN = (
        "not-yet-known",
        "The version shown was recorded only after the time in question.",
        REFUTED,
    )
    SUCCESSOR_LEFT_OUT = (
        "successor-left-out",
        "A version that is not the last is shown alone, so it may not be the one in question.",
        REFUTED,
    )
    SUPERFLUOUS = (
        "superfluous",
        "The proof shows something that does not belong in it: a further version or entry, or the body of a "
        "record that did not exist yet.",
        REFUTED,
    )
    LEAF = "leaf", "The entry of the ledger is not the one that was asked for.", REFUTED
    ENTRY = "entry", "The entry is not of the root that was asked for.", REFUTED
    PAGE = "page", "The entries do not begin where the page that was asked for begins.", REFUTED
    CHUNK = (
        "chunk",
        "The list has no chunk of this number, or its bits do not lead to the list's root.",
        REFUTED,
    )


class Unproved(Exception):
    """Raised where a proof does not show what it was given for."""

    def __init__(self, flaw: ProofFlaw, detail: str = "") -> None:
        super().__init__(flaw, detail)
        self.flaw = flaw
        self.detail = detail

    def __str__(self) -> str:
        return self.flaw.with_detail(self.detail)


@dataclass(frozen=True, slots=True)
class Committed:
    """What a final header commits to: the state and the ledger log after its block."""

    height: int
    time_ms: int
    log_size: int
    log_root: bytes
    state_root: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """The version known at K: its number from 0, its leaf and body; the version that followed after K, if
    any.
    """

    number: int
    version: VersionLeaf
    body: bytes
    successor: VersionLeaf | None


@dataclass(frozen=True, slots=True)
class NotYet:
    """At K the record did not exist; this is its first version. At K the root was not anchored; this is its
    entry.
    """

    first: VersionLeaf | IndexEntry


@dataclass(frozen=True, slots=True)
class Absent:
    """There is no such record. The issuer has anchored nothing, and so not this root."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries known at K from number `first` on. `is_last`: no later one was known at K, so with `first`
    = 0 these are all.

    Where there are none, nothing is said about those before `first`: `count` is None unless it is proved.
    """

    first: int
    entries: tuple[IndexEntry, ...]
    is_last: bool

    @property
    def end(self) -> int:
        """The number of the entry that the next page begins with."""
        return self.first + len(self.entries)

    @property
    def count(self) -> int | None:
        """How many entries were known at K in all; None where the page does not prove it."""
        proves_count = self.is_last and (self.entries or self.first == 0)
        return self.end if proves_count else None


@dataclass(frozen=True, slots=True)
class Anchored:
    """At K the root was anchored, over `count` salted hashes: its entry, and the entry's number from 0 in the
    issuer's index.
    """

    number: int
    entry: IndexEntry
    count: int


@dataclass(frozen=True, slots=True)
class InLedger:
    """A leaf of the ledger log, and its number there from 0, below the header's `log_size`."""

    position: int
    leaf: LedgerLeaf


RecordFinding: TypeAlias = Found | NotYet | Absent
AnchorFinding: TypeAlias = Anchored | NotYet | Absent


def check_record(
    proof: RecordProof | AbsenceProof,
    kind: str,
    record_id: str,
    known_at_ms: int | None,
    committed: Committed,
) -> RecordFinding:
    """What the record was, as known at K."""
    trace_record(proof, kind, record_id, committed)
    return read_record(proof, known_at_ms, committed)


def trace_record(proof: RecordProof | AbsenceProof, kind: str, record_id: str, committed: Committed) -> None:
    """That the proof's hashes lead to the header."""
    if isinstance(proof, AbsenceProof):
        _check_map(proof.map_path, kind, record_id, None, committed)
    else:
        leaves = [encode_as(VERSION_LEAF, version) for version in proof.versions]
        _check_log(proof, leaves, kind, record_id, committed)


def read_record(
    proof: RecordProof | AbsenceProof, known_at_ms: int | None, committed: Committed
) -> RecordFinding:
    """What a proof says that leads to the header, as `trace_record` has seen or as whoever made it knows."""
    known_at_ms = _known_at(known_at_ms, committed)
    if isinstance(proof, AbsenceProof):
        return Absent()
    known = _count_known(proof.versions, known_at_ms)
    if known == 0:
        if proof.first > 0:
            raise Unproved(ProofFlaw.NOT_YET_KNOWN)
        if len(proof.versions) > 1 or proof.body is not None:
            raise Unproved(ProofFlaw.SUPERFLUOUS)
        return NotYet(proof.versions[0])
    if known > 1:
        raise Unproved(ProofFlaw.SUPERFLUOUS)
    version, *successors = proof.versions
    if not successors and proof.first + 1 < proof.count:
        raise Unproved(ProofFlaw.SUCCESSOR_LEFT_OUT)
    if proof.body is None or body_hash(proof.body) != version.body_hash:
        raise Unproved(ProofFlaw.BODY)
    return Found(proof.first, version, proof.body, successors[0] if successors else None)


def check_index(
    proof: IndexProof | AbsenceProof, index_id: str, first: int, known_at_ms: int | None, committed: Committed
) -> Entries:
    """The entries of an index from number `first` on, as known at K. An index that nothing ever came under
    is absent: it has no entries from any number on.
    """
    trace_index(proof, index_id, committed)
    return read_index(proof, first, known_at_ms, committed)


def trace_index(proof: IndexProof | AbsenceProof, index_id: str, committed: Committed) -> None:
    """That the proof's hashes lead to the header."""
    if isinstance(proof, AbsenceProof):
        _check_map(proof.map_path, INDEX_RECORD.name, index_id, None, committed)
    else:
        leaves = [encode_as(INDEX_ENTRY, entry) for entry in proof.entries]
        _check_log(proof, leaves, INDEX_RECORD.name, index_id, committed)


def read_index(
    proof: IndexProof | AbsenceProof, first: int, known_at_ms: int | None, committed: Committed
) -> Entries:
    """What a proof says that leads to the header, as `trace_index` has seen or as whoever made it knows."""
    known_at_ms = _known_at(known_at_ms, committed)
    if isinstance(proof, AbsenceProof):
        return Entries(first, (), is_last=True)
    known = _count_known(proof.entries, known_at_ms)
    if len(proof.entries) > known + 1:
        raise Unproved(ProofFlaw.SUPERFLUOUS)
    if proof.first != first:
        raise Unproved(ProofFlaw.PAGE)
    is_last = known < len(proof.entries) or first + known == proof.count
    return Entries(first, proof.entries[:known], is_last)


def check_anchor(
    proof: IndexProof | AbsenceProof, issuer: str, root: bytes, known_at_ms: int | None, committed: Committed
) -> AnchorFinding:
    """Whether and when the issuer anchored a root, as known at K."""
    trace_index(proof, ANCHORS_BY_ISSUER.index_id(issuer), committed)
    return read_anchor(proof, root, known_at_ms, committed)


def read_anchor(
    proof: IndexProof | AbsenceProof, root: bytes, known_at_ms: int | None, committed: Committed
) -> AnchorFinding:
    """What a proof says that leads from the issuer's index to the header, as `trace_index` has seen or as
    whoever made it knows.
    """
    known_at_ms = _known_at(known_at_ms, committed)
    if isinstance(proof, AbsenceProof):
        return Absent()
    if len(proof.entries) > 1:
        raise Unproved(ProofFlaw.SUPERFLUOUS)
    (entry,) = proof.entries
    anchor = anchor_in(entry.id)
    if anchor is None or anchor.root != root:
        raise Unproved(ProofFlaw.ENTRY)
    if entry.time_ms > known_at_ms:
        return NotYet(entry)
    return Anchored(proof.first, entry, anchor.count)


def check_ledger(proof: LedgerProof, committed: Committed) -> InLedger:
    """The leaf that is proved to be in the ledger, and where. The caller compares it with what was asked
    for.
    """
    leaf = leaf_hash(encode_as(LEDGER_LEAF, proof.leaf))
    try:
        root = root_from_inclusion(leaf, proof.position, committed.log_size, proof.path)
    except Malformed as error:
        raise Unproved(ProofFlaw.IMPOSSIBLE, str(error)) from None
    if root != committed.log_root:
        raise Unproved(ProofFlaw.LOG_ROOT)
    return InLedger(proof.position, proof.leaf)


def check_chunk(proof: ChunkProof, size: int, root: bytes) -> bytes:
    """The 128 bytes of the chunk that is shown, of a list of `size` bits, whose body holds `root`."""
    chunks = size // CHUNK_BITS
    if not verify_inclusion(leaf_hash(proof.bits), proof.number, chunks, proof.path, root):
        raise Unproved(ProofFlaw.CHUNK)
    return proof.bits


def check_status_list(proof: StatusListProof, size: int, root: bytes) -> bytes:
    """The `size` bits of a list whose body holds `root`."""
    if 8 * len(proof.bits) != size or root_of(map(leaf_hash, chunks_of(proof.bits))) != root:
        raise Unproved(ProofFlaw.CHUNK)
    return proof.bits


def chunks_of(bits: bytes) -> list[bytes]:
    """A status list cut into its chunks."""
    return [bits[start : start + CHUNK_BYTES] for start in range(0, len(bits), CHUNK_BYTES)]


def _known_at(known_at_ms: int | None, committed: Committed) -> int:
    if known_at_ms is None:
        return committed.time_ms
    if known_at_ms > committed.time_ms:
        raise Unproved(ProofFlaw.KNOWN_AT_AHEAD)
    return known_at_ms


def _count_known(leaves: Sequence[VersionLeaf | IndexEntry], known_at_ms: int) -> int:
    """How many of the leaves were known at K: the first ones, for along a log times never fall."""
    if any(later.time_ms < earlier.time_ms for earlier, later in pairwise(leaves)):
        raise Unproved(ProofFlaw.IMPOSSIBLE, "times that fall along the log")
    return sum(leaf.time_ms <= known_at_ms for leaf in leaves)


def _check_log(
    proof: RecordProof | IndexProof, leaves: Sequence[bytes], kind: str, record_id: str, committed: Committed
) -> None:
    try:
        root = root_from_range([leaf_hash(leaf) for leaf in leaves], proof.first, proof.count, proof.path)
    except Malformed as error:
        raise Unproved(ProofFlaw.IMPOSSIBLE, str(error)) from None
    _check_map(proof.map_path, kind, record_id, head_hash(proof.count, root), committed)


def _check_map(path: MapProof, kind: str, record_id: str, head: bytes | None, committed: Committed) -> None:
    try:
        root = map_root_from(path, map_key(kind, record_id), head)
    except Malformed as error:
        raise Unproved(ProofFlaw.IMPOSSIBLE, str(error)) from None
    if root != committed.state_root:
        raise Unproved(ProofFlaw.STATE_ROOT)
