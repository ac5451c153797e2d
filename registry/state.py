"""The state after a block: the stored tables, the map that commits to every record, the ledger log's
frontier.

The map is known by its interface alone (`registry.state_map`). Here, and nowhere else, it is chosen: it is
kept in memory, and `State.rebuild` makes it again from the record heads at start. A node compares its root
with that of the last final header, and refuses to start when they differ.
"""

from dataclasses import dataclass

from registry.primitives.merkle import Frontier
from registry.primitives.sparse_map import SparseMap
from registry.rows import head_of, read_ledger_frontier, read_record_log
from registry.state_map import StateMap
from registry.tables import Reader, Table


@dataclass(frozen=True, slots=True)
class State:
    """The state after a block. Immutable: executing a block gives another."""

    reader: Reader
    map: StateMap
    ledger: Frontier

    @property
    def state_root(self) -> bytes:
        """The root of the map of record heads."""
        return self.map.root

    @property
    def log_size(self) -> int:
        """How many leaves the ledger log has."""
        return self.ledger.size

    @property
    def log_root(self) -> bytes:
        """The root of the ledger log."""
        return self.ledger.root()

    @classmethod
    def empty(cls, reader: Reader) -> "State":
        """The state before height 0."""
        return cls(reader, SparseMap.EMPTY, Frontier())

    @classmethod
    def rebuild(cls, reader: Reader) -> "State":
        """The state that the tables hold; reads the row of every record. Raises `Damaged`."""
        heads = {key: head_of(read_record_log(row)) for key, row in reader.scan(Table.RECORD, b"")}
        return cls(reader, SparseMap.EMPTY.update(heads), read_ledger_frontier(reader))
