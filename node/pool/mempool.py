"""The transactions that wait for a block on one node (decision 0061). Pure: no clock, no I/O.

Rules, each named by the tests that prove it:

- **M1 Bounded.** The pool holds at most `PoolLimits.count` transactions and `PoolLimits.bytes` bytes. Of
  those that have left it ids and ends alone are kept, of as many as wait here and `SPARE_ENDS` more at most.
- **M2 Fair.** One member may hold at most as much as the pool has left free, in count and in bytes: the
  dynamic threshold of A. K. Choudhury and E. L. Hahne, "Dynamic queue length thresholds for shared-memory
  packet switches" (1998). A member alone may fill half of the pool; each member that comes later still
  finds room, and nothing admitted is ever evicted to make it. A pool that holds nothing of the member takes
  one transaction whenever M1 allows it.
- **M3 Nothing dead.** What the final state makes invalid leaves the pool when that state becomes final: a
  transaction that is in a final block, one whose time is over, and one that was rejected on a block that is
  now final, or had become final before the rejection was heard of. A rejection on a block that is not final
  sets the transaction aside until that block wins or loses.
- **M4 Refusals say why and when.** A refused transaction gets an enum member, and seconds after which another
  try is reasonable.
- **M5 Includable** (R14). A transaction arms the replica unless it is set aside, or already in a notarized
  block: an unfinal tip arms the replica by itself, and one that loses gives its transactions back.
"""

import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from node.ledger.candidates import ExecutionRejection, WaitingTransaction
from registry.primitives.reason import Reason
from registry.rejection import RejectionReason, TransactionReason

REMEMBERED_FINALS = 64
"""Final blocks a late rejection may rest on: more than are ever open above the final one."""

SPARE_ENDS = 1_000
"""So many ends of transactions that have left the pool may be kept at any time: sorting them out costs."""


class PoolRefusal(Reason):
    """Why a transaction was not taken into the pool. Whoever sent it meets it as `busy`, or not at all."""

    POOL_FULL = (
        "pool-full",
        "The pool holds as many transactions or bytes as it may.",
        "Send it again later, or to another node.",
    )
    MEMBER_SHARE_FULL = (
        "member-share-full",
        "The member already holds as much of the pool as the pool has left free.",
        "Send it again when some of the member's transactions are final.",
    )
    KNOWN = "known", "The pool already holds this transaction.", "Do nothing. It waits for a block."
    EXPIRED = (
        "expired",
        "The time of the last final block has reached the transaction's valid_until.",
        "Sign it again with a new nonce and a valid_until within one hour, and send that.",
    )


@dataclass(frozen=True, slots=True)
class RefusedByPool:
    """The pool does not take a transaction (M4). `retry_after_s` is None where another try cannot help."""

    reason: PoolRefusal
    retry_after_s: int | None


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """What the pool may hold (M1), and how many transactions a block takes (for the retry time of M4)."""

    count: int = 20_000
    bytes: int = 32 * 1024 * 1024
    block_count: int = 1_000


@dataclass(frozen=True, slots=True)
class DroppedFromPool:
    """A transaction that left the pool without being ordered, and why no block will hold it."""

    id: bytes
    reason: RejectionReason
    detail: str = ""


@dataclass(slots=True)
class _Share:
    """What one member holds, oldest first."""

    waiting: dict[bytes, WaitingTransaction] = field(default_factory=dict)
    bytes: int = 0


class Mempool:
    """The pool; `len` and `bytes` say how much it holds. `final_hash` is the last final block's."""

    def __init__(self, limits: PoolLimits, final_hash: bytes = b"") -> None:
        self._limits = limits
        self._waiting: dict[bytes, WaitingTransaction] = {}
        self._encodings: set[bytes] = set()
        self._shares: dict[str, _Share] = {}
        self._ends: list[tuple[int, bytes]] = []
        self._verdicts: dict[bytes, ExecutionRejection] = {}
        self._notarized: dict[bytes, tuple[int, frozenset[bytes]]] = {}
        self._idle: set[bytes] = set()
        self._includable_members: frozenset[str] | None = None
        self._final_time_ms = 0
        self._final_height = 0
        self._finals = {final_hash: None}
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, transaction_id: bytes) -> bool:
        return transaction_id in self._waiting

    def holds(self, encoded: bytes) -> bool:
        """Whether exactly these bytes wait here."""
        return encoded in self._encodings

    def oldest(self, count: int) -> tuple[WaitingTransaction, ...]:
        """At most so many of those that wait, the oldest first."""
        return tuple(islice(self._waiting.values(), count))

    @property
    def ends(self) -> int:
        """How many ends of transactions are kept, those of transactions that have left included (M1)."""
        return len(self._ends)

    @property
    def includable(self) -> bool:
        """True while a transaction waits that is neither set aside nor in a notarized block (M5)."""
        return len(self._waiting) > len(self._idle)

    def in_notarized(self) -> frozenset[bytes]:
        """The ids in notarized blocks that are not final."""
        return frozenset().union(*(ids for _, ids in self._notarized.values()))

    def includable_members(self) -> frozenset[str]:
        """The members of which such a transaction waits. Looked for once after a block: it is asked for at
        each message."""
        if self._includable_members is None:
            self._includable_members = frozenset(
                member for member, share in self._shares.items() if not share.waiting.keys() <= self._idle
            )
        return self._includable_members

    def add(self, waiting: WaitingTransaction) -> RefusedByPool | None:
        """Takes the transaction, or says why not (M1, M2, M3)."""
        if waiting.id in self._waiting:
            return RefusedByPool(PoolRefusal.KNOWN, None)
        if waiting.valid_until_ms <= self._final_time_ms:
            return RefusedByPool(PoolRefusal.EXPIRED, None)
        size = len(waiting.encoded)
        free_count = self._limits.count - len(self._waiting)
        free_bytes = self._limits.bytes - self.bytes
        if free_count < 1 or free_bytes < size:
            return RefusedByPool(PoolRefusal.POOL_FULL, self._retry_after_s())
        share = self._shares.get(waiting.member)
        if share is not None and (len(share.waiting) + 1 > free_count or share.bytes + size > free_bytes):
            return RefusedByPool(PoolRefusal.MEMBER_SHARE_FULL, self._retry_after_s())
        if share is None:
            share = self._shares[waiting.member] = _Share()
        share.waiting[waiting.id] = waiting
        share.bytes += size
        self._waiting[waiting.id] = waiting
        self._encodings.add(waiting.encoded)
        self.bytes += size
        heapq.heappush(self._ends, (waiting.valid_until_ms, waiting.id))
        if any(waiting.id in ids for _, ids in self._notarized.values()):
            self._idle.add(waiting.id)
        elif self._includable_members is not None:
            self._includable_members |= {waiting.member}
        return None

    def _retry_after_s(self) -> int:
        """Seconds in which the pool drains at one full block a second, which any healthy network exceeds."""
        return 1 + len(self._waiting) // self._limits.block_count

    def queues(
        self, exclude: Collection[bytes], max_bytes: int, max_count: int
    ) -> Mapping[str, tuple[WaitingTransaction, ...]]:
        """For each member its oldest transactions, enough of them to fill a block of that size alone.

        `exclude` holds the ids in the unfinal ancestors of the block to come. Transactions set aside are
        left out.
        """
        found: dict[str, tuple[WaitingTransaction, ...]] = {}
        for member, share in self._shares.items():
            chosen: list[WaitingTransaction] = []
            size = 0
            for waiting in share.waiting.values():
                if waiting.id in exclude or waiting.id in self._verdicts:
                    continue
                size += len(waiting.encoded)
                if size > max_bytes or len(chosen) == max_count:
                    break
                chosen.append(waiting)
            if chosen:
                found[member] = tuple(chosen)
        return found

    def set_aside(self, verdicts: Iterable[ExecutionRejection]) -> tuple[DroppedFromPool, ...]:
        """A block builder's execution rejected transactions (M3). Says what no block will hold, for it was
        rejected on a final one; the others wait. (A rejection on a block that has lost says nothing.)"""
        dropped: list[DroppedFromPool] = []
        for verdict in verdicts:
            if verdict.parent_hash in self._finals:
                if self._remove(verdict.id):
                    dropped.append(DroppedFromPool(verdict.id, verdict.reason, verdict.detail))
            elif verdict.id in self._waiting and verdict.parent_height > self._final_height:
                self._verdicts[verdict.id] = verdict
                self._idle.add(verdict.id)
                self._includable_members = None
        return tuple(dropped)

    def notarized(self, block_hash: bytes, height: int, transaction_ids: frozenset[bytes]) -> None:
        """A block of that height with those transactions is notarized (M5), unless it has lost since."""
        if height <= self._final_height:
            return
        self._notarized[block_hash] = (height, transaction_ids)
        self._idle.update(transaction_ids & self._waiting.keys())
        self._includable_members = None

    def settle(
        self, block_hashes: Collection[bytes], height: int, time_ms: int, transaction_ids: Iterable[bytes]
    ) -> tuple[DroppedFromPool, ...]:
        """Blocks became final: their hashes and ids, height and time of the highest (M3)."""
        self._final_time_ms, self._final_height = time_ms, height
        self._finals.update(dict.fromkeys(block_hashes))
        for old in tuple(self._finals)[:-REMEMBERED_FINALS]:
            del self._finals[old]
        for transaction_id in transaction_ids:
            self._remove(transaction_id)
        dropped: list[DroppedFromPool] = []
        for verdict in tuple(self._verdicts.values()):
            if verdict.parent_hash in block_hashes:
                self._remove(verdict.id)
                dropped.append(DroppedFromPool(verdict.id, verdict.reason, verdict.detail))
            elif verdict.parent_height <= height:
                del self._verdicts[verdict.id]
        while self._ends and (self._ends[0][0] <= time_ms or self._ends[0][1] not in self._waiting):
            _, transaction_id = heapq.heappop(self._ends)
            if self._remove(transaction_id):
                dropped.append(DroppedFromPool(transaction_id, TransactionReason.EXPIRED))
        if self.ends > 2 * len(self._waiting) + SPARE_ENDS:  # most were ordered long before their end
            self._ends = [(one.valid_until_ms, one.id) for one in self._waiting.values()]
            heapq.heapify(self._ends)
        self._notarized = {h: entry for h, entry in self._notarized.items() if entry[0] > height}
        self._idle = set(self._verdicts).union(
            *(ids & self._waiting.keys() for _, ids in self._notarized.values())
        )
        self._includable_members = None
        return tuple(dropped)

    def _remove(self, transaction_id: bytes) -> bool:
        waiting = self._waiting.pop(transaction_id, None)
        if waiting is None:
            return False
        self._encodings.remove(waiting.encoded)
        share = self._shares[waiting.member]
        del share.waiting[transaction_id]
        size = len(waiting.encoded)
        share.bytes -= size
        self.bytes -= size
        if not share.waiting:
            del self._shares[waiting.member]
        self._verdicts.pop(transaction_id, None)
        self._idle.discard(transaction_id)
        self._includable_members = None
        return True
