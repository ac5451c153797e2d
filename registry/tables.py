"""Where the ledger's data lie: ordered tables of bytes, the one way to read them, and layers over them.

Rules:
1. A table maps byte keys to byte values. Integers inside keys are big-endian and of fixed width, so the
   order of keys is the order of versions.
2. Nothing is deleted or overwritten with other bytes except a record's head row and the ledger's frontier:
   a version, a node or a chunk, once written, is what every proof about that height needs.
3. Execution reads through `Reader` and writes into an `Overlay`; it never touches a store. Overlays stack:
   one per block over the last final block, one per transaction over its block's.
4. A layer's parent can be replaced by one that holds the same data (`Overlay.parent`): when a block
   becomes final and is written to the store, the layers above it drop it.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping
from enum import IntEnum
from struct import Struct
from typing import Protocol


class Table(IntEnum):
    """The tables, each with the bytes of its keys and values; "‖" joins fields without a separator."""

    TRANSACTION = 1
    """transaction id (32) -> height u64 ‖ index u32 ‖ number u64 of its leaf in the ledger log. Kept for
    ever: it is the memory of the replay rule."""
    RECORD = 2
    """record key (32) -> count u64 ‖ frontier hash (32) for each bit set in count ‖ CBOR [kind, id]: what
    a record is, and the frontier of the log of its versions."""
    VERSION = 3
    """record key (32) ‖ version u64, from 0 -> CBOR [height, index, time_ms, body]; of an index: its
    entry."""
    NODE = 4
    """log key (32) ‖ level u8, from 1 ‖ position u64 -> hash (32) of a full subtree of that log. Leaf hashes
    are worked out: from the version, or from the block (decision 0109)."""
    CHUNK = 5
    """record key (32) of a status list ‖ chunk u32 ‖ version u64 -> 128 bytes, the chunk as of that
    version."""
    CHUNK_NODE = 6
    """record key (32) of a status list ‖ level u8, from 1 ‖ position u32 ‖ version u64 -> hash (32) of a full
    subtree that is not the whole tree."""
    ATTACHMENT = 7
    """address (32) -> salt (16) ‖ content."""
    LEDGER = 8
    """a fixed name -> CBOR; only `FRONTIER_KEY`, the frontier of the ledger log: [size, [hash, …]]."""
    ANCHOR = 9
    """record key (32) of an issuer's index of anchors ‖ root (32) -> number u64 of the entry: which roots the
    issuer has anchored, and where each stands."""


FRONTIER_KEY = b"frontier"
"""The key in `Table.LEDGER` of the ledger log's frontier."""

LEDGER_LOG_KEY = bytes(32)
"""The ledger log's key in `Table.NODE`; no record has it, because record keys are hashes."""

Writes = Mapping[tuple[Table, bytes], bytes]

_NODE_PLACE = Struct(">BQ").pack


def u8(number: int) -> bytes:
    """One byte; raises OverflowError outside 0…255."""
    return number.to_bytes(1, "big")


def u32(number: int) -> bytes:
    """Four bytes, big-endian; raises OverflowError outside the range."""
    return number.to_bytes(4, "big")


def u64(number: int) -> bytes:
    """Eight bytes, big-endian; raises OverflowError outside the range."""
    return number.to_bytes(8, "big")


def node_place(level: int, position: int) -> bytes:
    """What names a subtree within its log, in a key of `Table.NODE`: level u8 ‖ position u64."""
    return _NODE_PLACE(level, position)


class Reader(Protocol):
    """Read access to the tables at one point of the ledger's history.

    What a reader answers never changes while it is in use: a store hands out a snapshot, a layer is
    complete before another is put on top. A store that cannot read raises; it never answers None for data
    that it has.
    """

    def get(self, table: Table, key: bytes) -> bytes | None:
        """The value under exactly this key, or None."""
        ...

    def floor(self, table: Table, prefix: bytes, key: bytes) -> tuple[bytes, bytes] | None:
        """The greatest (key, value) that begins with `prefix` and is at most `key`, which begins so too."""
        ...

    def scan(self, table: Table, prefix: bytes, start: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Every (key, value) whose key begins with `prefix` and is at least `start`, in ascending order."""
        ...


class _Layer:
    """Values by table and key. The keys of a table are sorted when first asked for in order and kept so from
    then on; most tables of a layer are only ever read by exact key and never pay for the order.
    """

    __slots__ = ("_keys", "_values")

    def __init__(self) -> None:
        self._values: dict[tuple[Table, bytes], bytes] = {}
        self._keys: dict[Table, list[bytes]] = {}

    def put(self, table: Table, key: bytes, value: bytes) -> None:
        """Write into this layer."""
        place = (table, key)
        if table in self._keys and place not in self._values:
            insort(self._keys[table], key)
        self._values[place] = value

    def apply(self, writes: Writes) -> None:
        """Put every write, over what was there."""
        if self._keys:
            for (table, key), value in writes.items():
                self.put(table, key, value)
        else:
            self._values.update(writes)

    def _sorted(self, table: Table) -> list[bytes]:
        keys = self._keys.get(table)
        if keys is None:
            keys = self._keys[table] = sorted(key for held, key in self._values if held is table)
        return keys

    def _floor(self, table: Table, prefix: bytes, key: bytes) -> tuple[bytes, bytes] | None:
        if not self._values:
            return None
        keys = self._sorted(table)
        position = bisect_right(keys, key)
        if position == 0 or not keys[position - 1].startswith(prefix):
            return None
        found = keys[position - 1]
        return found, self._values[table, found]

    def _scan(self, table: Table, prefix: bytes, start: bytes) -> Iterator[tuple[bytes, bytes]]:
        keys = self._sorted(table)
        for position in range(bisect_left(keys, max(prefix, start)), len(keys)):
            if not keys[position].startswith(prefix):
                return
            yield keys[position], self._values[table, keys[position]]


class MemoryStore(_Layer):
    """A store in memory: what tests, the simulator and the building of a genesis block use instead of a
    disk."""

    __slots__ = ()

    def get(self, table: Table, key: bytes) -> bytes | None:
        """See `Reader.get`."""
        return self._values.get((table, key))

    def floor(self, table: Table, prefix: bytes, key: bytes) -> tuple[bytes, bytes] | None:
        """See `Reader.floor`."""
        return self._floor(table, prefix, key)

    def scan(self, table: Table, prefix: bytes, start: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """See `Reader.scan`. Nothing may be applied while the iterator is in use."""
        return self._scan(table, prefix, start)


class Overlay(_Layer):
    """Writes on top of another reader, which stays as it is; a `Reader` of both together."""

    __slots__ = ("parent",)

    def __init__(self, parent: Reader) -> None:
        super().__init__()
        self.parent = parent
        """What lies below. May be replaced by a reader that holds the same data (rule 4)."""

    @property
    def writes(self) -> Writes:
        """This layer's own writes; a live view, not to be kept over a `put`."""
        return self._values

    def get(self, table: Table, key: bytes) -> bytes | None:
        """See `Reader.get`."""
        value = self._values.get((table, key))
        return self.parent.get(table, key) if value is None else value

    def floor(self, table: Table, prefix: bytes, key: bytes) -> tuple[bytes, bytes] | None:
        """See `Reader.floor`. Of equal keys this layer's value wins."""
        own = self._floor(table, prefix, key)
        if own is not None and own[0] == key:
            return own
        below = self.parent.floor(table, prefix, key)
        if own is None or below is None:
            return below if own is None else own
        return own if own[0] >= below[0] else below

    def scan(self, table: Table, prefix: bytes, start: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """See `Reader.scan`. Nothing may be put into any layer while the iterator is in use."""
        own = self._scan(table, prefix, start)
        ahead = next(own, None)
        for below in self.parent.scan(table, prefix, start):
            while ahead is not None and ahead[0] < below[0]:
                yield ahead
                ahead = next(own, None)
            if ahead is not None and ahead[0] == below[0]:
                yield ahead
                ahead = next(own, None)
            else:
                yield below
        if ahead is not None:
            yield ahead
            yield from own
