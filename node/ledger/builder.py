"""Which waiting transactions go into a block, and in which order. Pure.

Rules, each named by the tests that prove it:

- **B1 Bounds.** A block carries at most `BlockLimits.count` transactions and `BlockLimits.bytes` bytes of
  them, each counted with `FRAMING_BYTES` of encoding around it. The cost cap is the registry's: `attempt`
  says `FULL`.
- **B2 Shares.** The next transaction is always one of the member of which the fewest bytes have been tried so
  far (max-min fairness): members that want less than an equal share get all they want, and the rest is lent
  to the others. What is rejected or passed over counts too, for trying takes time that the block does not get
  back: a member must not have a block's time spent on transactions that never enter it.
- **B3 Turns.** Among members with equally many bytes the first place moves on with each height.
- **B4 Order of one member.** Its transactions are tried oldest first; when one does not fit, the member is
  done, so that a later one never overtakes an earlier one it may depend on. A rejected one, or one whose
  attachment is not held, is passed over.
"""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from node.ledger.candidates import WaitingTransaction
from registry.rejection import RejectionReason

FRAMING_BYTES = 5
"""The longest CBOR head of a byte string shorter than 4 GiB (RFC 8949 §3)."""


@dataclass(frozen=True, slots=True)
class BlockLimits:
    """What a block's body may hold (B1)."""

    bytes: int
    count: int

    def scaled(self, sixteenths: int) -> "BlockLimits":
        """The limits of a block that a leader fills in part only: 16 of 16 is full, 0 has no transactions."""
        return BlockLimits(self.bytes * sixteenths // 16, self.count * sixteenths // 16)


class Placement(Enum):
    """What became of a transaction that is not invalid."""

    TAKEN = auto()
    """It is executed and in the block."""
    FULL = auto()
    """It would pass the block's cost cap; nothing was applied."""
    MISSING = auto()
    """An attachment that it names is not held here; nothing was applied."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """The transaction is invalid after those before it; nothing was applied."""

    waiting: WaitingTransaction
    reason: RejectionReason
    detail: str


Attempt = Placement | Rejection
"""The outcome of executing a transaction as the block's next."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A block's transactions in order, and those that execution rejected: the first `on_parent` of them on
    the state of the parent, the others on what was taken before them as well."""

    taken: tuple[WaitingTransaction, ...]
    rejected: tuple[Rejection, ...]
    on_parent: int = 0


def fill(
    queues: Mapping[str, tuple[WaitingTransaction, ...]],
    limits: BlockLimits,
    height: int,
    attempt: Callable[[WaitingTransaction], Attempt],
) -> Filled:
    """Fills the block of that height from each member's queue (oldest first), one `attempt` at a time."""
    members = sorted(queues)
    first = height % len(members) if members else 0
    # One entry a member: its bytes tried, its place in the turn (B3), its position in its own queue.
    line = [(0, place, 0) for place in range(len(members))]
    names = members[first:] + members[:first]
    taken: list[WaitingTransaction] = []
    rejected: list[Rejection] = []
    on_parent = 0
    free_bytes = limits.bytes
    while line and len(taken) < limits.count:
        used, place, position = line[0]
        queue = queues[names[place]]
        if position == len(queue):
            heapq.heappop(line)
            continue
        waiting = queue[position]
        size = len(waiting.encoded) + FRAMING_BYTES
        outcome = Placement.FULL if size > free_bytes else attempt(waiting)
        match outcome:
            case Placement.TAKEN:
                taken.append(waiting)
                free_bytes -= size
                heapq.heapreplace(line, (used + size, place, position + 1))
            case Placement.FULL:
                heapq.heappop(line)
            case Placement.MISSING:
                heapq.heapreplace(line, (used + size, place, position + 1))
            case Rejection():
                rejected.append(outcome)
                on_parent += not taken
                heapq.heapreplace(line, (used + size, place, position + 1))
    return Filled(tuple(taken), tuple(rejected), on_parent)
