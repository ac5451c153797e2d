"""Turns: what one pass of the driver makes durable, and the chain that shows that none is missing
(decision 0050).

A turn is one write batch. Its last entry is its record, `number u64 ‖ previous (32) ‖ contents (32)` under
its number, where `contents` is a digest over every other entry of the batch in order, and `previous` is the
hash of the turn before. A batch cut short therefore never holds its record, and a lost batch leaves a gap.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from struct import Struct
from typing import TypeAlias

from node.storage.failure import Damage, DamageReason
from node.storage.layout import Column, Family, turn_key
from registry.primitives.digest import tagged
from registry.tables import Writes, u8, u64

DOMAIN = b"matricula/store/turn/v1"
HASH_SIZE = 32
RECORD_SIZE = 8 + 2 * HASH_SIZE
NO_TURN = bytes(HASH_SIZE)
"""What the first turn names as the hash of the turn before."""


_KEY_HEAD = _VALUE_HEAD = Struct(">BI").pack


Entry: TypeAlias = tuple[Column, bytes, bytes | None]
"""One change of one key: column, key, value; no value means that the key goes."""


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """The record that closes a turn's batch."""

    number: int
    previous: bytes
    contents: bytes

    @property
    def encoded(self) -> bytes:
        """72 bytes: number u64, previous (32), contents (32)."""
        return u64(self.number) + self.previous + self.contents

    @property
    def hash(self) -> bytes:
        """What the next turn names as `previous`. It never leaves the machine."""
        return tagged(DOMAIN, self.encoded)

    @property
    def entry(self) -> Entry:
        """This record as the last entry of its own batch."""
        return Family.TURN, turn_key(self.number), self.encoded

    @classmethod
    def decode(cls, data: bytes) -> "TurnRecord | None":
        """The record of these bytes, or None where their length is not a record's."""
        if len(data) != RECORD_SIZE:
            return None
        return cls(int.from_bytes(data[:8], "big"), data[8 : 8 + HASH_SIZE], data[8 + HASH_SIZE :])

    @classmethod
    def at_end_of(cls, batch: bytes) -> "TurnRecord | None":
        """The record that closes an encoded write batch, or None: its entry ends `8 ‖ key ‖ 72 ‖ value`."""
        record = cls.decode(batch[-RECORD_SIZE:])
        if record is None:
            return None
        tail = u8(8) + turn_key(record.number) + u8(RECORD_SIZE) + record.encoded
        return record if batch.endswith(tail) else None

    def is_followed_in(self, torn: bytes) -> bool:
        """Whether these bytes hold the whole record of the turn after this one.

        They are searched for this turn's hash, which nobody outside can know, so nothing that a peer sent
        can look like it.
        """
        position = torn.find(u64(self.number + 1) + self.hash)
        return position >= 0 and len(torn) - position >= RECORD_SIZE


GENESIS = TurnRecord(0, NO_TURN, NO_TURN)
"""Stands before the first turn, whose number is 1. It is not stored."""


@dataclass(slots=True)
class TurnWrites:
    """The changes of one turn, in order; collected by the writer and committed once."""

    entries: list[Entry] = field(default_factory=list)

    def put(self, column: Column, key: bytes, value: bytes) -> None:
        """Set a key."""
        self.entries.append((column, key, value))

    def delete(self, column: Column, key: bytes) -> None:
        """Remove a key, which need not be there."""
        self.entries.append((column, key, None))

    def apply(self, writes: Writes) -> None:
        """Put every write of an executed block."""
        self.entries += [(table, key, value) for (table, key), value in writes.items()]


def contents_digest(entries: Iterable[Entry]) -> bytes:
    """SHA-256 over every entry in order: `column u8 ‖ key length u32 ‖ key`, then `0` where the key goes,
    else `1 ‖ value length u32 ‖ value`.
    """
    parts: list[bytes] = []
    for column, key, value in entries:
        if value is None:
            parts += (_KEY_HEAD(column, len(key)), key, b"\0")
        else:
            parts += (_KEY_HEAD(column, len(key)), key, _VALUE_HEAD(1, len(value)), value)
    return sha256(b"".join(parts)).digest()


def verify_chain(path: Path, begin: int, rows: Iterable[tuple[bytes, bytes]]) -> TurnRecord:
    """The last turn of a chain stored as ascending (key, value) rows that begins at turn `begin`.

    Raises Damage with TURN_GAP where a number is missing, TURN_CHANGED where a link does not hold.
    """
    before: TurnRecord | None = None
    for key, value in rows:
        record = TurnRecord.decode(value)
        if record is None or key != turn_key(record.number):
            raise Damage(DamageReason.TURN_CHANGED, path, f"the turn under {key.hex()} is no turn record")
        expected = begin if before is None else before.number + 1
        if record.number != expected:
            raise Damage(
                DamageReason.TURN_GAP, path, f"turn {expected} is missing before turn {record.number}"
            )
        if before is not None and record.previous != before.hash:
            raise Damage(DamageReason.TURN_CHANGED, path, f"turn {record.number} follows another turn")
        before = record
    if before is None:
        raise Damage(DamageReason.TURN_GAP, path, f"turn {begin} is missing")
    return before
