"""What outlives a process, and the ledger thread that works beside its loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from consensus.events import Build, DurableEffect, Execute, Executed, Validity
from consensus.header import block_hash
from consensus.messages import Block
from node.ledger.candidates import ExecutionRejection
from node.simulation.clock import SimulatedClock
from node.simulation.disk import Flush, SimulatedDisk
from node.simulation.durable import DurableState
from node.simulation.ledger import Queues, SimulatedLedger
from node.simulation.seat import ProcessDependencies

BUILD_MS = 1
"""What building a block takes at least: else a network of one could make blocks without end in no time."""


@dataclass(slots=True)
class Machine:
    """The disk, the clock, the pace and the stored attachments of one validator."""

    clock: SimulatedClock = field(default_factory=SimulatedClock)
    disk: SimulatedDisk[DurableEffect] = field(default_factory=SimulatedDisk)
    durable: DurableState = field(default_factory=DurableState)
    execution_ms: int = 0
    transaction_ms: int = 0
    """How long an execution takes: so much for a block, and so much for each of its transactions."""
    held: dict[bytes, None] = field(default_factory=dict)

    copied: tuple[DurableState, int] | None = None
    """A copy of the disk, and the number of turns that it holds."""

    def copy_disk(self) -> None:
        """What is durable now can be put back."""
        self.copied = self.durable.copy(), self.disk.durable_turns

    def put_back(self) -> bool:
        """The disk is what it was when it was copied; False if it never was."""
        if self.copied is None:
            return False
        durable, self.disk.durable_turns = self.copied
        self.durable = durable.copy()
        return True

    def fold(self, batches: Iterable[Flush[DurableEffect]]) -> list[DurableEffect]:
        """Take what a flush or a crash made durable into ``durable``; returns it in the order of writing."""
        writes = [write for batch in batches for write in batch.writes]
        self.durable.fold(writes)
        return writes

    def heal(self, offset_ms: int) -> None:
        """From now on it keeps pace and fails no more; its wall clock is off by ``offset_ms``."""
        self.disk.flush_ms = min(self.disk.flush_ms, 5)
        self.disk.fail_next_flush = False
        self.execution_ms = min(self.execution_ms, 20)
        self.clock.offset_ms = offset_ms


class LedgerThread:
    """Executes and builds, one thing at a time and in order; answers by events."""

    def __init__(
        self,
        ledger: SimulatedLedger,
        machine: Machine,
        dependencies: ProcessDependencies,
        built: Callable[[Build, Block], None],
        judged: Callable[[Executed], None],
        executed: Callable[[Executed], None],
        lacks: Callable[[Execute, Sequence[bytes]], None],
        rejects: Callable[[Sequence[ExecutionRejection]], None],
    ) -> None:
        """`built` is told of blocks that were built, `executed` of those that were to be executed, and
        `judged` every verdict on either; `lacks` is told which transactions of an executed block name
        attachments that are not held, and `rejects` which ones a builder found invalid."""
        self._judged = judged
        self._tell = executed
        self._lacks = lacks
        self._rejects = rejects
        self.ledger = ledger
        self.closed = False
        self._machine = machine
        self._dependencies = dependencies
        self._tell_built = built
        self._free_at = 0
        self._building: Build | None = None
        for transaction in machine.held:
            ledger.hold(transaction)

    def execute(self, work: Execute) -> None:
        cost_ms = len(work.block.transactions) * self._machine.transaction_ms
        self._dependencies.schedule.at(self._next_free(cost_ms), self._executed, work)

    def build(self, work: Build, queues: Callable[[], Queues]) -> None:
        """Build from what waits when its turn has come; a later call replaces one not yet begun."""
        self._building = work
        self._dependencies.schedule.at(self._next_free(BUILD_MS), self._built, work, queues)

    def hold(self, transaction: bytes) -> None:
        """The attachments of this transaction are stored here from now on."""
        self._machine.held.setdefault(transaction)
        self.ledger.hold(transaction)

    def _next_free(self, cost_ms: int) -> int:
        begins_ms = max(self._dependencies.schedule.now_ms, self._free_at)
        self._free_at = begins_ms + self._machine.execution_ms + cost_ms
        return self._free_at

    def _executed(self, work: Execute) -> None:
        if self.closed:
            return
        executed = self.ledger.execute(work)
        self._judged(executed)
        self._tell(executed)
        if executed.outcome is Validity.UNKNOWN:
            self._lacks(work, [item for item in work.block.transactions if self.ledger.lacks(item)])

    def _built(self, work: Build, queues: Callable[[], Queues]) -> None:
        if not self.closed and work is self._building:
            self._building = None
            made = self.ledger.build(work, queues())
            self._judged(Executed(block_hash(made.block.header), Validity.VALID))
            self._rejects(made.rejected)
            self._tell_built(work, made.block)
