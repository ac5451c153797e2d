"""The transactions that wait at one process: the node's own pool (`node.pool.mempool`) and forwarding
(`node.pool.forwarding`), and what admission remembers around them.

A transaction stands for its own id, and all of them are one member's; none expires within a run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from consensus.messages import FinalBlock
from node.ledger.candidates import ExecutionRejection, Pending
from node.pool.forwarding import Forwarding
from node.pool.mempool import DroppedFromPool, Mempool, PoolLimits

NEVER_MS = 2**62
LIMITS = PoolLimits()


def waiting(transaction: bytes) -> Pending:
    """A transaction as the pool holds it."""
    return Pending(transaction, transaction, "", NEVER_MS)


class Pool:
    """Lives and dies with the process; begins after the chain that is stored, and `genesis` (a hash) before
    it."""

    def __init__(self, chain: Sequence[FinalBlock], genesis: bytes) -> None:
        self.committed = {transaction for final in chain for transaction in final.block.transactions}
        self.owed: dict[bytes, None] = {}
        """What clients handed in here and have not heard the end of."""
        self.forwarding = Forwarding(lambda: 0)
        self._waiting = Mempool(LIMITS, chain[-1].candidate.block_hash if chain else genesis)

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def pending(self) -> tuple[bytes, ...]:
        """All that wait, oldest first."""
        return self.oldest(len(self))

    def oldest(self, count: int) -> tuple[bytes, ...]:
        """At most so many of those that wait, the oldest first."""
        return tuple(one.encoded for one in self._waiting.oldest(count))

    def buildable(self) -> tuple[bytes, ...]:
        """Those that no builder has found invalid, oldest first."""
        queues = self._waiting.queues((), LIMITS.bytes, LIMITS.count)
        return tuple(one.encoded for queue in queues.values() for one in queue)

    def is_includable(self) -> bool:
        """Whether some transaction waits that a block could take (R14)."""
        return self._waiting.includable

    def in_notarized(self) -> frozenset[bytes]:
        """Those in notarized blocks that are not final."""
        return self._waiting.in_notarized()

    def give(self, transaction: bytes) -> bool:
        """Take a client's transaction in, whether or not another node sent it before; False if a client gave
        it here before, it is final already, or there is no room."""
        self.owed.setdefault(transaction)
        is_own = self.forwarding.is_own(transaction)
        self.admit(transaction)
        if is_own or transaction not in self._waiting:
            return False
        self.forwarding.admitted([waiting(transaction)])
        return True

    def admit(self, transaction: bytes) -> bool:
        """Take another node's transaction in; False if it is known or final already, or there is no room."""
        if transaction in self.committed or self._waiting.add(waiting(transaction)) is not None:
            return False
        self.forwarding.received(waiting(transaction))
        return True

    def notarized(self, block_hash: bytes, height: int, transactions: Iterable[bytes]) -> None:
        """A block of this height is notarized."""
        self._waiting.notarized(block_hash, height, frozenset(transactions))

    def set_aside(self, verdicts: Iterable[ExecutionRejection]) -> tuple[DroppedFromPool, ...]:
        """Execution rejected transactions; returns those that no block will hold."""
        return self._ended(self._waiting.set_aside(verdicts))

    def settle(self, blocks: Sequence[FinalBlock]) -> tuple[DroppedFromPool, ...]:
        """These blocks are final; returns the transactions that no block will hold."""
        transactions = [transaction for final in blocks for transaction in final.block.transactions]
        self.committed.update(transactions)
        self._forget(transactions)
        last = blocks[-1].block.header
        hashes = {final.candidate.block_hash for final in blocks}
        return self._ended(self._waiting.settle(hashes, last.height, last.time_ms, transactions))

    def _ended(self, dropped: tuple[DroppedFromPool, ...]) -> tuple[DroppedFromPool, ...]:
        self._forget([one.id for one in dropped])
        return dropped

    def _forget(self, transactions: Collection[bytes]) -> None:
        self.forwarding.left(transactions)
        for transaction in transactions:
            self.owed.pop(transaction, None)
