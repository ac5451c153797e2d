"""The transactions that wait at one process: the node's own backlog (`node.pool.backlog`), and what admission
and clients remember around it.

A transaction stands for its own id; none expires within a run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from consensus.header import Header
from consensus.messages import FinalBlock
from node.ledger.builder import BlockLimits
from node.ledger.candidates import ExecutionRejection, WaitingTransaction
from node.pool.backlog import Backlog
from node.pool.mempool import DroppedFromPool, Mempool, PoolLimits
from registry.execution import Receipt

NEVER_MS = 2**62
LIMITS = PoolLimits()
BLOCK_TRANSACTIONS = 16
"""A full block, in transactions."""


def waiting(transaction: bytes, member: str) -> WaitingTransaction:
    """A transaction as the pool holds it."""
    return WaitingTransaction(transaction, transaction, member, NEVER_MS)


@dataclass(frozen=True, slots=True)
class SimulatedBlock:
    """See `node.pool.backlog.ExecutedBlock`; a receipt names a transaction by its bytes."""

    hash: bytes
    header: Header
    receipts: tuple[Receipt, ...]


class Pool:
    """Lives and dies with the process; begins after the chain that is stored, and `genesis` (a hash) before
    it. `member_of` says whose a transaction is, `clock_ms` is monotonic."""

    def __init__(
        self,
        chain: Sequence[FinalBlock],
        genesis: bytes,
        member_of: Callable[[bytes], str],
        clock_ms: Callable[[], int],
    ) -> None:
        self.committed = {transaction for final in chain for transaction in final.block.transactions}
        self.owed: dict[bytes, None] = {}
        """What clients handed in here and have not heard the end of."""
        self._member_of = member_of
        mempool = Mempool(LIMITS, chain[-1].candidate.block_hash if chain else genesis)
        limits = BlockLimits(LIMITS.bytes, LIMITS.count)
        self.backlog = Backlog(mempool, limits, lambda: 0, clock_ms, BLOCK_TRANSACTIONS)

    @property
    def waiting(self) -> tuple[bytes, ...]:
        """All that wait, oldest first."""
        return tuple(waiting.encoded for waiting in self.backlog.oldest(len(self.backlog)))

    def give(self, transaction: bytes) -> bool:
        """Take a client's transaction in, whether or not another node sent it before; False if a client gave
        it here before, it is final already, or there is no room."""
        self.owed.setdefault(transaction)
        waiting, is_own = self._waiting(transaction), self.backlog.is_own(transaction)
        if transaction not in self.committed:
            self.backlog.add(waiting)
        if is_own or transaction not in self.backlog:
            return False
        self.backlog.admitted([waiting])
        return True

    def admit(self, transaction: bytes) -> bool:
        """Take another node's transaction in; False if it is known or final already, or there is no room."""
        waiting = self._waiting(transaction)
        if transaction in self.committed or self.backlog.add(waiting) is not None:
            return False
        self.backlog.received(waiting)
        return True

    def settled(self, blocks: Sequence[SimulatedBlock], dropped: Sequence[DroppedFromPool]) -> None:
        """Blocks became final, and these transactions will be in none."""
        ordered = [receipt.transaction_id for block in blocks for receipt in block.receipts]
        self.committed.update(ordered)
        self._forget([*ordered, *(one.id for one in dropped)])

    def set_aside(self, verdicts: Sequence[ExecutionRejection]) -> tuple[DroppedFromPool, ...]:
        """A builder found these invalid; says which of them no block will hold."""
        dropped = self.backlog.set_aside(verdicts)
        self._forget([one.id for one in dropped])
        return dropped

    def _waiting(self, transaction: bytes) -> WaitingTransaction:
        return waiting(transaction, self._member_of(transaction))

    def _forget(self, transactions: Collection[bytes]) -> None:
        for transaction in transactions:
            self.owed.pop(transaction, None)
