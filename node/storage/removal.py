"""Removing a range of keys within a turn, which may itself have put some of them."""

from node.storage.database import RowReader
from node.storage.layout import Column
from node.storage.turns import TurnWrites


def remove_between(
    turn: TurnWrites, rows: RowReader, column: Column, begin: bytes, end: bytes
) -> list[bytes]:
    """Delete every key from `begin` to below `end`, in the store and in the turn itself; returns the keys."""
    keys = {key for family, key, _ in turn.entries if family is column and begin <= key < end}
    for key, _ in rows.scan(column, b"", begin):
        if key >= end:
            break
        keys.add(key)
    for key in sorted(keys):
        turn.delete(column, key)
    return sorted(keys)
