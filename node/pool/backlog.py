"""What waits at this node, who is sent it, and whether it gives a block something to hold. Pure.

The pool (`node.pool.mempool`), forwarding (`node.pool.forwarding`) and rests (`node.ledger.resting`) joined:
whatever happens to a transaction is told to all three here. The node and the simulator drive this very code.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from consensus.header import Header
from node.ledger.builder import BlockLimits
from node.ledger.candidates import ExecutionRejection, WaitingTransaction
from node.ledger.resting import Rests
from node.pool.forwarding import Forwarding
from node.pool.mempool import DroppedFromPool, Mempool, RefusedByPool
from registry.execution import Receipt

TAKEN_BY_A_BLOCK: Final = 500
"""Transactions that a full block takes; its costs keep it below the limit of their number."""


class ExecutedBlock(Protocol):
    """A block that was executed here, and the receipts of its transactions in order."""

    @property
    def hash(self) -> bytes: ...
    @property
    def header(self) -> Header: ...
    @property
    def receipts(self) -> tuple[Receipt, ...]: ...


class Backlog:
    """The transactions that wait. `next_block_ms` is the date that the next block will at least have,
    `clock_ms` a monotonic clock, `full_block` the number of transactions that a full block takes."""

    def __init__(
        self,
        pool: Mempool,
        limits: BlockLimits,
        next_block_ms: Callable[[], int],
        clock_ms: Callable[[], int],
        full_block: int = TAKEN_BY_A_BLOCK,
    ) -> None:
        self._pool = pool
        self._limits = limits
        self._clock_ms = clock_ms
        self._full_block = full_block
        self._forwarding = Forwarding(next_block_ms)
        self._rests = Rests(clock_ms)
        self._counted: dict[bytes, int] = {}
        self._told: bool | None = False

    # What waits

    def __len__(self) -> int:
        return len(self._pool)

    def __contains__(self, transaction_id: bytes) -> bool:
        return transaction_id in self._pool

    def holds(self, encoded: bytes) -> bool:
        """Whether exactly these bytes wait here."""
        return self._pool.holds(encoded)

    def is_own(self, transaction_id: bytes) -> bool:
        """Whether a client gave this to this node, and it waits."""
        return self._forwarding.is_own(transaction_id)

    def oldest(self, count: int) -> tuple[WaitingTransaction, ...]:
        """At most so many of those that wait, the oldest first."""
        return self._pool.oldest(count)

    def queues(self, exclude: Collection[bytes]) -> Mapping[str, tuple[WaitingTransaction, ...]]:
        """What a block may be filled from, by member, without what its ancestors hold."""
        queues = self._pool.queues(exclude, self._limits.bytes, self._limits.count)
        resting = self._rests.among(queues.keys())
        return {member: queue for member, queue in queues.items() if member not in resting}

    @property
    def includable(self) -> bool:
        """Whether a transaction waits that a block could take (R14), of a member that does not rest."""
        if not self._pool.includable or self._rests.next_change_ms() is None:
            return self._pool.includable
        waiting = self._pool.includable_members()
        return bool(waiting - self._rests.among(waiting))

    def news(self) -> bool | None:
        """`includable`, if it is not what this said last; None if it is."""
        includable = self.includable
        if includable is self._told:
            return None
        self._told = includable
        return includable

    @property
    def has_news(self) -> bool:
        """Whether `includable` is not what `news` said last."""
        return self._told != self.includable

    def tell_anew(self) -> None:
        """Somebody else is told from now on, who knows nothing: `news` says it once more."""
        self._told = None

    def next_change_ms(self) -> int | None:
        """When there may be news though nothing happens, by the monotonic clock; None: never."""
        next_ms = self._rests.next_change_ms()
        # Looked at second: what ended just now is no longer told as a time to come.
        return self._clock_ms() if self.has_news else next_ms

    # In and out

    def add(self, waiting: WaitingTransaction) -> RefusedByPool | None:
        """A client's transaction, or another node's: it waits, or is refused. Say then whose it was, by
        `admitted` or `received`."""
        return self._pool.add(waiting)

    def admitted(self, transactions: Iterable[WaitingTransaction]) -> None:
        """Clients gave these to this node, and no client had before; they are being sent to all (F1)."""
        self._forwarding.admitted(transactions)

    def received(self, waiting: WaitingTransaction) -> None:
        """Another node sent this (F3)."""
        if waiting.id in self._pool:
            self._forwarding.received(waiting)

    def set_aside(self, verdicts: Iterable[ExecutionRejection]) -> tuple[DroppedFromPool, ...]:
        """Building a block rejected transactions; says which of them no block will hold."""
        dropped = self._pool.set_aside(verdicts)
        self._forwarding.left(one.id for one in dropped)
        return dropped

    def notarized(self, block: ExecutedBlock) -> None:
        """A block is notarized: what it holds waits for its finality only."""
        self._count_once(block)
        ids = frozenset(receipt.transaction_id for receipt in block.receipts)
        self._pool.notarized(block.hash, block.header.height, ids)

    def settle(self, blocks: Sequence[ExecutedBlock]) -> tuple[DroppedFromPool, ...]:
        """Blocks became final, in order; says what will never be."""
        last = blocks[-1].header
        for block in blocks:
            self._count_once(block)
        ids = [receipt.transaction_id for block in blocks for receipt in block.receipts]
        dropped = self._pool.settle({block.hash for block in blocks}, last.height, last.time_ms, ids)
        self._forwarding.left([*ids, *(one.id for one in dropped)])
        self._counted = {block: height for block, height in self._counted.items() if height > last.height}
        return dropped

    def _count_once(self, block: ExecutedBlock) -> None:
        """The block counts for who rests: when it is notarized, or final without that."""
        if block.hash not in self._counted:
            self._counted[block.hash] = block.header.height
            self._rests.notarized(block.receipts)

    # To others

    def linked(self) -> Iterator[tuple[bytes, ...]]:
        """The frames for a validator whose link has come up (F2)."""
        return self._forwarding.linked()

    def view_began(self) -> tuple[bytes, ...]:
        """A view begins: the frame for its leader, empty if there is nothing to send (F3)."""
        resting = self._rests.among(self._pool.includable_members())
        full_blocks = len(self._pool) // self._full_block
        return self._forwarding.entered(self._pool.in_notarized(), full_blocks, resting)

    def silent(self, validators: Sequence[str]) -> tuple[str, tuple[bytes, ...]] | None:
        """Time passes: the validator to send to and its frame, if it is time for that (F4)."""
        return self._forwarding.silent(self._clock_ms(), validators)
