"""The map of the records' heads, as everybody knows it who does not keep it (decision 0110).

A state commits to every record by one root: that of the map from record keys to the hashes of record heads
(`registry.record_log`). `registry.primitives.map_proof` says what the map's root is and what a path proves.
How it is kept is up to whoever implements `StateMap`: today in memory (`registry.primitives.sparse_map`); it
could be in the store or in another process. Readers never see the map: they ask for the path of a key.

Rules for whoever implements it:

- **It never changes.** A map belongs to one state. `update` gives the map of the next one and leaves this one
  as it is: several blocks are executed on the same parent, and a map answers for as long as it is held.
- **What the root is follows from the entries alone**, not from the order or the number of updates.
- **Maps share what is equal.** One more map costs what its update changed, in memory and in time. A map may
  lean on the one that it came from. When a block is final its changes are in the rows of `Table.RECORD`, and
  the ledger may put a map that leans on the store in its place, as it does with the tables (rule 4 of
  `registry.tables`).
- **What may be slow.** `root` is a look at memory: it is asked for several times a block. `update` is called
  once for each block that is built, executed or judged, with up to some thousand entries, on the ledger's
  thread; its time is a part of the block's. `prove` is called for each answer, by the event loop: it does no
  more than a few single reads of the store, and it may run at the same time as `update`.
- **Errors.** A map that reads a store raises `registry.rows.Damaged` or `registry.rows.Unreadable`, as the
  store does, from `update` and `prove`. A path that does not lead to `root` is never given.
"""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

from registry.primitives.map_proof import MapProof

ProveKey: TypeAlias = Callable[[bytes], MapProof]
"""Record key (32 bytes) -> its path through the map of one state; see `StateMap.prove`. All that a reader of
the state needs of its map."""


class StateMap(Protocol):
    """The map of one state: 32-byte record keys to 32-byte hashes of heads. Nothing is ever taken out."""

    @property
    def root(self) -> bytes:
        """The 32 bytes that commit to all entries; 32 zero bytes where there are none."""

    def update(self, entries: Mapping[bytes, bytes], /) -> "StateMap":
        """The map with these entries set, each in place of the one with its key. Raises ValueError where a
        key or a value has not 32 bytes."""

    def prove(self, key: bytes, /) -> MapProof:
        """The path that shows under `root` which value `key` has, or that it has none."""
