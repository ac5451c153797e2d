"""The column families of the store and the bytes of their keys.

The registry's tables (`registry.tables.Table`) lie beside the node's own (`Family`); both are column
families named after the member. Integers in keys are big-endian, so that the order of keys is the order of
numbers. A change of any key or value here is a new `SCHEMA_VERSION`.
"""

from enum import IntEnum

from registry.tables import Table, u64

SCHEMA_VERSION = 3


class Family(IntEnum):
    """The node's own column families; codes continue after the registry's and are part of a turn's digest."""

    BLOCK = 64
    """block hash (32) -> encoded block. Final blocks for ever; others until a block of their height is
    final."""
    OPEN_BLOCK = 65
    """height u64 ‖ block hash (32) -> nothing: the blocks in BLOCK that are not final."""
    FINAL = 66
    """height u64 -> the final block's hash and the proof of its place (`chain_records`). Kept for ever."""
    EPOCH = 68
    """epoch u64 -> height u64 of its last block ‖ encoded validator set of the next epoch."""
    CERTIFICATE = 69
    """epoch u64 ‖ view u64 ‖ kind u8 ‖ block hash (32; zeros: none) -> certificate above the last final
    view."""
    EVIDENCE = 70
    """signer u16 ‖ epoch u64 ‖ view u64 ‖ SHA-256 of the value (32) -> two votes. Kept for ever."""
    GUARD = 71
    """The vote guard (`guard_records`). Never part of a backup or a snapshot."""
    TURN = 72
    """turn number u64 -> the turn's record (`turns`)."""
    META = 73
    """A fixed name -> bytes: the schema version, the genesis document, where the chain of turns begins."""
    PUBLICATION = 74
    """record key (32) of a status list ‖ form u8 ‖ version u64 ‖ from_ms u64 -> the exact bytes of a
    publication (`publication_records`). Older ones go."""
    PUBLISHED = 75
    """The same key -> what was published there: the digest of the bytes, and what orders and ends them. Kept
    for ever."""


Column = Table | Family

COLUMNS: tuple[Column, ...] = (*Table, *Family)


def name_of(column: Column) -> str:
    """The column family's name in the database."""
    return column.name.lower()


def turn_key(number: int) -> bytes:
    """Key in TURN."""
    return u64(number)


def place_key(epoch: int, view: int) -> bytes:
    """What keys of votes and certificates begin with, so that they are ordered by (epoch, view)."""
    return u64(epoch) + u64(view)
