"""The forms of proofs about records, indexes and the ledger, as they are sent.

`registry.proving` builds them, `registry.checking` says what each must hold and what it then proves.
There is none of consistency between two roots of the ledger log (decision 0005).
"""

from dataclasses import dataclass
from typing import Final

from registry.kinds.status_list.record import CHUNK_BYTES, MAX_SIZE
from registry.primitives.map_proof import MAP_PROOF, MapProof
from registry.primitives.merkle import MAX_PROOF
from registry.primitives.shape import Record, blob, list_of, optional, record, uint
from registry.record_log import (
    HASH,
    INDEX_ENTRY,
    LEDGER_LEAF,
    VERSION_LEAF,
    IndexEntry,
    LedgerLeaf,
    VersionLeaf,
)
from registry.record_type import MAX_BODY_BYTES

MAX_PAGE: Final = 1_000
"""Entries of an index that one proof can show, its successor not counted."""


@dataclass(frozen=True, slots=True)
class RecordProof:
    """A record's version at K. `versions` are the leaves from number `first` on: the version and its
    successor; the version alone where it is the last of `count`; or the first version alone where K is
    earlier. `body` is the version's, None in that last case.
    """

    body: bytes | None
    count: int
    first: int
    versions: tuple[VersionLeaf, ...]
    path: tuple[bytes, ...]
    map_path: MapProof


@dataclass(frozen=True, slots=True)
class AbsenceProof:
    """That there is no record of this kind and id."""

    map_path: MapProof


@dataclass(frozen=True, slots=True)
class IndexProof:
    """Entries of an index from number `first` on, then their successor if there is one among the `count`."""

    count: int
    first: int
    entries: tuple[IndexEntry, ...]
    path: tuple[bytes, ...]
    map_path: MapProof


@dataclass(frozen=True, slots=True)
class LedgerProof:
    """That `leaf` is number `position` of the ledger log, whose size the header holds."""

    leaf: LedgerLeaf
    position: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ChunkProof:
    """1,024 bits of a status list: chunk `number` of the list whose body `record` proves."""

    record: RecordProof
    number: int
    bits: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class StatusListProof:
    """All bits of the status list whose body `record` proves."""

    record: RecordProof
    bits: bytes


PATH: Final = list_of(HASH, MAX_PROOF)
RECORD_PROOF: Final[Record[RecordProof]] = record(
    RecordProof,
    body=optional(blob(max_bytes=MAX_BODY_BYTES)),
    count=uint(minimum=1),
    first=uint(),
    versions=list_of(VERSION_LEAF, 2, 1),
    path=PATH,
    map_path=MAP_PROOF,
)
ABSENCE_PROOF: Final[Record[AbsenceProof]] = record(AbsenceProof, map_path=MAP_PROOF)
INDEX_PROOF: Final[Record[IndexProof]] = record(
    IndexProof,
    count=uint(minimum=1),
    first=uint(),
    entries=list_of(INDEX_ENTRY, MAX_PAGE + 1, 1),
    path=PATH,
    map_path=MAP_PROOF,
)
LEDGER_PROOF: Final[Record[LedgerProof]] = record(LedgerProof, leaf=LEDGER_LEAF, position=uint(), path=PATH)
CHUNK_PROOF: Final[Record[ChunkProof]] = record(
    ChunkProof, record=RECORD_PROOF, number=uint(), bits=blob(CHUNK_BYTES), path=PATH
)
STATUS_LIST_PROOF: Final[Record[StatusListProof]] = record(
    StatusListProof, record=RECORD_PROOF, bits=blob(max_bytes=MAX_SIZE // 8, min_bytes=CHUNK_BYTES)
)
