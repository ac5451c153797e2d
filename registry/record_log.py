"""What a record and the ledger commit to: the encodings that every proof is made of (decision 0003).

A record is a log (RFC 6962) of its versions, and nothing else:

    map key        = H(map-key, CBOR [kind, id])
    version leaf   = CBOR [height, index, time_ms, body hash]       body hash = H(record-body, body)
    head           = H(record-head, CBOR [count, root of the log])

where H(domain, x) = SHA-256(domain ‖ 0x00 ‖ x). The sparse map takes each map key to its head. The head
names the count because the root of a Merkle log does not bind it, and without the count nobody could prove
that a version is the last.

A record of kind `index` has entries in place of versions; a leaf of its log is the entry itself:

    index entry    = CBOR [height, index, operation, time_ms, id]

The ledger log has a leaf for everything that was ever ordered; index 0 of each block holds the hash of the
parent's header, the transactions count from 1:

    ledger leaf    = CBOR [height, index, time_ms, bytes]           at most 65,535 bytes

Heights, indices and operations order versions; seconds do not. The block's `time_ms` stands in each leaf,
and since it grows from block to block, it never falls along a log.
"""

from dataclasses import dataclass
from typing import Final

from registry.primitives import codec
from registry.primitives.digest import Domain, tagged
from registry.primitives.shape import Shape, blob, record, text, uint

MAX_KIND_BYTES: Final = 32
MAX_ID_BYTES: Final = 320
MAX_LEDGER_LEAF_BYTES: Final = 65_535

KIND: Final = text(MAX_KIND_BYTES, 1)
ID: Final = text(MAX_ID_BYTES, 1)
HASH: Final = blob(32)


@dataclass(frozen=True, slots=True)
class VersionLeaf:
    """One version: the transaction that made it (block height, index within the block), the block's time,
    the body's hash.
    """

    height: int
    index: int
    time_ms: int
    body_hash: bytes


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One entry of an index: `id` came under it by operation `operation` of a transaction. It is the id of a
    record, or tells all of what has no record of its own.
    """

    height: int
    index: int
    operation: int
    time_ms: int
    id: str


@dataclass(frozen=True, slots=True)
class LedgerLeaf:
    """One thing that was ordered: a transaction's bytes, or at index 0 the hash of the parent block's
    header.
    """

    height: int
    index: int
    time_ms: int
    data: bytes


VERSION_LEAF: Final[Shape[VersionLeaf]] = record(
    VersionLeaf, height=uint(), index=uint(), time_ms=uint(), body_hash=HASH
)
INDEX_ENTRY: Final[Shape[IndexEntry]] = record(
    IndexEntry, height=uint(), index=uint(), operation=uint(), time_ms=uint(), id=ID
)
_LEDGER_DATA: Final = blob(max_bytes=MAX_LEDGER_LEAF_BYTES)
LEDGER_LEAF: Final[Shape[LedgerLeaf]] = record(
    LedgerLeaf, height=uint(), index=uint(), time_ms=uint(), data=_LEDGER_DATA
)


def map_key(kind: str, record_id: str) -> bytes:
    """The record's key in the map and in every table. Raises `Malformed` for an impossible kind or id."""
    return tagged(Domain.MAP_KEY, record_name(kind, record_id))


def record_name(kind: str, record_id: str) -> bytes:
    """CBOR [kind, id]. Raises `Malformed` for an impossible kind or id."""
    return codec.array(codec.text(KIND.read(str(kind))), codec.text(ID.read(record_id)))


def head_hash(count: int, root: bytes) -> bytes:
    """The record's value in the map: `count` versions, and the root of their log."""
    return tagged(Domain.RECORD_HEAD, codec.array(codec.integer(count), codec.byte_string(root)))


def body_hash(body: bytes) -> bytes:
    """What a version leaf says of an encoded body."""
    return tagged(Domain.RECORD_BODY, body)


def version_leaf(height: int, index: int, time_ms: int, body: bytes) -> bytes:
    """The leaf data of a version; `body` is the body's hash."""
    return codec.array(*_place(height, index, time_ms), codec.byte_string(body))


def index_entry(height: int, index: int, operation: int, time_ms: int, record_id: str) -> bytes:
    """The leaf data of an index entry, as `INDEX_ENTRY` writes it. Raises `Malformed` for an impossible
    id.
    """
    number, place, time = _place(height, index, time_ms)
    return codec.array(number, place, codec.integer(operation), time, codec.text(ID.read(record_id)))


def ledger_leaf(height: int, index: int, time_ms: int, data: bytes) -> bytes:
    """The leaf data of an entry of the ledger log, as `LEDGER_LEAF` writes it. Raises `Malformed` for data
    that is too long.
    """
    return codec.array(*_place(height, index, time_ms), codec.byte_string(_LEDGER_DATA.read(data)))


def _place(height: int, index: int, time_ms: int) -> tuple[bytes, bytes, bytes]:
    """The three integers, encoded, that everything a transaction writes begins with."""
    return codec.integer(height), codec.integer(index), codec.integer(time_ms)
