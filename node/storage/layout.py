"""The column families of the store and the bytes of their keys.

The registry's tables (`registry.tables.Table`) lie beside the node's own (`Family`); both are column
families named after the member. Integers in keys are big-endian, so that the order of keys is the order of
numbers. A change of any key or value here is a new `SCHEMA_VERSION`.
"""

from enum import IntEnum

from registry.tables import Table, u64

SCHEMA_VERSION = 1


class Family(IntEnum):
    """The node's own column families; codes continue after the registry's and are part of a turn's digest."""

    BLOCK = 64
    """block hash (32) -> encoded block. Final blocks for ever, others until a competitor is final."""
    CERTIFICATE = 65
    """epoch u64 ‖ view u64 ‖ kind u8 ‖ candidate digest (32) -> certificate above the last final block."""
    FINAL = 66
    """height u64 -> the final block's hash, candidate, certificate and the nullifications before it."""
    GUARD = 67
    """The vote guard (`guard_state`). Never part of a backup or a snapshot."""
    TURN = 68
    """turn number u64 -> the turn's record (`turns`)."""
    META = 69
    """A fixed name -> bytes: the schema version, where the chain of turns begins, recorded damage."""
    HASH_HEIGHT = 70
    """block hash (32) -> height u64 of a final block."""


Column = Table | Family

COLUMNS: tuple[Column, ...] = (*Table, *Family)


def name_of(column: Column) -> str:
    """The column family's name in the database."""
    return column.name.lower()


def turn_key(number: int) -> bytes:
    """Key in TURN."""
    return u64(number)


def height_key(height: int) -> bytes:
    """Key in FINAL."""
    return u64(height)
