"""The transactions that wait at one process, as far as the consensus is concerned with them.

A transaction is includable unless it stands in a notarized block above the last final one: such a block is
reason enough to go on, and one that loses gives its transactions back (R14).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable


class Pool:
    """Lives and dies with the process; ``committed`` is what its stored chain holds."""

    def __init__(self, committed: Iterable[bytes] = ()) -> None:
        self.pending: dict[bytes, None] = {}
        self.committed = set(committed)
        self._notarized: dict[bytes, tuple[int, frozenset[bytes]]] = {}

    def is_includable(self) -> bool:
        """Whether some transaction waits that is in no notarized block."""
        if not self._notarized:
            return bool(self.pending)
        taken = frozenset().union(*(held for _, held in self._notarized.values()))
        return any(transaction not in taken for transaction in self.pending)

    def admit(self, transaction: bytes) -> bool:
        """Take a transaction in; False if it is known or final already."""
        if transaction in self.committed or transaction in self.pending:
            return False
        self.pending[transaction] = None
        return True

    def notarized(self, block_hash: bytes, height: int, transactions: Iterable[bytes]) -> None:
        """A block of this height is notarized."""
        self._notarized[block_hash] = (height, frozenset(transactions))

    def settle(self, height: int, transactions: Collection[bytes]) -> None:
        """Blocks up to this height are final, and these transactions with them."""
        self.committed.update(transactions)
        for transaction in transactions:
            self.pending.pop(transaction, None)
        self._notarized = {name: held for name, held in self._notarized.items() if held[0] > height}
