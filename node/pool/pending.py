"""The way of a transaction from a client or another node into the pool, and out of it.

Checking runs on the verify pool; everything else is the event loop's. What clients give this node goes to
every validator at once and again to each new leader (`forwarding`); what another node sends goes to new
leaders only, and only where it waits for long.
"""

from asyncio import TimerHandle
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from api.ports import Accepted, Busy, MissingAttachment, NotAccepted, SubmitOutcome
from consensus.messages import Block
from node.ledger.block_time import BlockTime
from node.ledger.builder import BlockLimits
from node.ledger.candidates import ExecutionRejection, Pending
from node.ledger.ledger import Branch, Written
from node.ledger.resting import Rests
from node.ledger.verify_pool import VerifyPool
from node.links.budget import Cost, Kind
from node.links.contents import Contents
from node.links.frames import transactions_frame
from node.links.network import Links
from node.observing.misconduct import Misconduct
from node.pool.admission import Admission, Admitted, NotAdmitted
from node.pool.awaiting import Awaiting
from node.pool.forwarding import Forwarding, frames
from node.pool.mempool import DroppedFromPool, Mempool, PoolRefusal
from node.storage.failpoints import FailPoint, FailPoints
from registry.rejection import TransactionReason
from registry.ruleset import CURRENT

TAKEN_BY_A_BLOCK = 500
"""Transactions that a full block takes; its costs keep it below the limit of their number."""
ROOM_RETRY_S = 2
"""After which a member whose share of the attachments is full may try again."""

_NEVER_ADMITTED: Final = frozenset(
    {
        TransactionReason.TOO_LONG,
        TransactionReason.MALFORMED,
        TransactionReason.PROTECTED_HEADER,
        TransactionReason.WRONG_GENESIS,
        TransactionReason.BAD_SIGNATURE,
    }
)
"""What no node that follows the rules was ever given and sent on, whatever state it was in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingDependencies:
    """What the doors of the pool are made of. `admission` judges as of the newest view, by `block_time`;
    `changed` is told whenever `includable` turns. `clock_s` is monotonic, and `call_later` calls after so
    many seconds of it.
    """

    pool: Mempool
    checks: VerifyPool
    contents: Contents
    network: Links
    admission: Callable[[], Admission]
    block_time: Callable[[], BlockTime]
    changed: Callable[[bool], None]
    failpoints: FailPoints
    limits: BlockLimits
    clock_s: Callable[[], float]
    call_later: Callable[[float, Callable[[], None]], TimerHandle]


class PendingTransactions:
    """The pool with its doors."""

    def __init__(self, dependencies: PendingDependencies) -> None:
        self._parts = dependencies
        self._pool = dependencies.pool
        self._network = dependencies.network
        self._contents = dependencies.contents
        self._forwarding = Forwarding(lambda: dependencies.block_time().next_ms)
        self._awaiting = Awaiting(dependencies.clock_s)
        self._rests = Rests(lambda: round(dependencies.clock_s() * 1_000))
        self._counted: dict[bytes, int] = {}
        self._alarm: TimerHandle | None = None
        self._alarm_ms: int | None = None
        self._told = False

    @property
    def includable(self) -> bool:
        """Whether a transaction waits that a block could take (R14), of a member that does not rest."""
        if not self._pool.includable or self._rests.next_change_ms() is None:
            return self._pool.includable
        waiting = self._pool.includable_members()
        return bool(waiting - self._rests.among(waiting))

    # In

    async def submit(self, transactions: Sequence[bytes]) -> tuple[SubmitOutcome, ...]:
        """A client's transactions: each is refused, or waits and is sent to every validator."""
        judged = await self._judge(transactions)
        fresh = {one.pending.id for one in judged if isinstance(one, Admitted)}
        fresh = {one for one in fresh if not self._forwarding.is_own(one)}
        outcomes = tuple(map(self._take, judged))
        taken = [one for one in map(self._pool.get, fresh) if one is not None]
        if taken:
            self._parts.failpoints.reach(FailPoint.AFTER_ADMISSION)
            self._forwarding.admitted(taken)
            peers = self._network.linked_validators()
            for group in frames(one.encoded for one in taken):
                self._send(peers, group)
            self.tell()
        return outcomes

    async def forwarded(self, peer_id: str, transactions: Sequence[bytes]) -> Mapping[Kind, float]:
        """What waits at another node: each waits here too, or is dropped. That node holds what they
        name, so it alone is asked for it; one that sends what nobody can have admitted loses its link.

        Nothing is looked at of a node whose transactions wait for as many attachments as they may, or that
        withheld some: what is honest in it is sent again.

        Returns how many of them were known or came too late, and how many were unfit from the start.
        """
        if self._awaiting.is_full(peer_id) or self._network.fetching.is_paused(peer_id):
            return {}
        fresh = [
            data
            for data in transactions
            if not self._pool.holds(data) and not self._awaiting.holds(peer_id, data)
        ]
        judged = await self._judge(fresh)
        reasons = [one.reason for one in judged if isinstance(one, NotAdmitted)]
        if not _NEVER_ADMITTED.isdisjoint(reasons):
            self._network.drop(peer_id, Misconduct.FALSE_TRANSACTION)
            return {}
        for one in judged:
            if isinstance(one, Admitted):
                self._take_or_fetch(peer_id, one)
        self.tell()
        late = sum(one.is_late for one in judged if isinstance(one, NotAdmitted))
        return {
            Cost.OLD_TRANSACTION: len(transactions) - len(fresh) + late,
            Cost.UNFIT_TRANSACTION: len(reasons) - late,
        }

    def _take_or_fetch(self, peer_id: str, admitted: Admitted) -> None:
        """Takes another node's transaction, once what it names is here."""
        pending = admitted.pending
        if admitted.attachments and not self._awaiting.is_in_pace(peer_id):
            return
        missing = self._contents.missing(admitted.attachments)
        if not missing:
            self._take_from_other(admitted)
            return
        if not self._contents.has_free_share(pending.member):
            return
        if not self._awaiting.begin(peer_id, pending.encoded, len(missing)):
            return

        def done(held: bool) -> None:
            self._awaiting.end(peer_id, pending.encoded)
            if held:
                self._take_from_other(admitted)
                self.tell()

        self._network.fetching.for_transaction(missing, peer_id, done)

    def _take_from_other(self, admitted: Admitted) -> None:
        self._take(admitted)
        if admitted.pending.id in self._pool:
            self._forwarding.received(admitted.pending)

    async def prepare(self, block: Block) -> None:
        """Checks the signatures in a block that will be executed soon, on both threads."""
        admission, time_ms = self._parts.admission(), block.header.time_ms
        await self._parts.checks.each(partial(admission.prepare, time_ms=time_ms), block.transactions)

    async def _judge(self, transactions: Sequence[bytes]) -> list[Admitted | NotAdmitted]:
        admission, time = self._parts.admission(), self._parts.block_time()
        return await self._parts.checks.each(lambda data: admission.judge(data, time), transactions)

    def _take(self, judged: Admitted | NotAdmitted) -> SubmitOutcome:
        if isinstance(judged, NotAdmitted):
            if judged.reason is TransactionReason.REPLAYED and judged.id is not None:
                return Accepted(judged.id)
            return NotAccepted(judged.reason, judged.detail)
        pending = judged.pending
        if pending.id in self._pool:
            return Accepted(pending.id)
        missing = self._contents.missing(judged.attachments)
        if missing:
            return MissingAttachment(missing[0])
        too_long = self._contents.too_long(judged.attachments)
        if too_long:
            return NotAccepted(CURRENT.longest_content.too_long, f"{too_long} bytes")
        if not self._contents.has_room(pending.member, judged.attachments):
            return Busy(ROOM_RETRY_S)
        refused = self._pool.add(pending)
        if refused is None or refused.reason is PoolRefusal.KNOWN:
            self._contents.keep(pending.id, pending.member, judged.attachments)
            return Accepted(pending.id)
        if refused.retry_after_s is None:
            return NotAccepted(TransactionReason.EXPIRED, self._parts.block_time().told())
        return Busy(refused.retry_after_s)

    # Out

    def queues(self, exclude: Collection[bytes]) -> Mapping[str, tuple[Pending, ...]]:
        """What a block may be filled from, by member, without what its ancestors hold."""
        queues = self._pool.queues(exclude, self._parts.limits.bytes, self._parts.limits.count)
        resting = self._rests.among(queues.keys())
        return {member: queue for member, queue in queues.items() if member not in resting}

    def oldest(self, count: int) -> tuple[Pending, ...]:
        """At most so many of those that wait, the oldest first."""
        return self._pool.oldest(count)

    def set_aside(self, verdicts: Iterable[ExecutionRejection]) -> tuple[DroppedFromPool, ...]:
        """What building a block found invalid; says what will never be final."""
        dropped = self._pool.set_aside(verdicts)
        left = [one.id for one in dropped]
        self._forwarding.left(left)
        self._contents.release(left)
        self.tell()
        return dropped

    def notarized(self, branch: Branch) -> None:
        """A block is notarized: what it holds waits for its finality only."""
        ids = frozenset(branch.ids)
        self._count_once(branch)
        self._pool.notarized(branch.hash, branch.header.height, ids)
        self.tell()

    def _count_once(self, branch: Branch) -> None:
        """The block counts for who rests: when it is notarized, or final without that."""
        if branch.hash not in self._counted:
            self._counted[branch.hash] = branch.header.height
            self._rests.notarized(branch.receipts)

    def settle(self, written: Written) -> tuple[DroppedFromPool, ...]:
        """Blocks became final; says what will never be."""
        last = written.blocks[-1].header
        for branch in written.blocks:
            self._count_once(branch)
        hashes = {branch.hash for branch in written.blocks}
        ids = [transaction_id for branch in written.blocks for transaction_id in branch.ids]
        dropped = self._pool.settle(hashes, last.height, last.time_ms, ids)
        left = [*ids, *(one.id for one in dropped)]
        self._forwarding.left(left)
        self._contents.settle(last.time_ms, (a for branch in written.blocks for a in branch.contents), left)
        self._counted = {named: at for named, at in self._counted.items() if at > last.height}
        self.tell()
        return dropped

    # To others

    def view_began(self, leader: str | None) -> None:
        """A view began; its leader, if it is linked, is sent what an earlier one did not order."""
        resting = self._rests.among(self._pool.includable_members())
        full_blocks = len(self._pool) // TAKEN_BY_A_BLOCK
        due = self._forwarding.entered(self._pool.in_notarized(), full_blocks, resting)
        if due and leader is not None:
            self._send([leader], due)

    def time_passed(self, now_ms: int) -> None:
        """The monotonic time, looked at now and then: what waits in silence is sent again."""
        silent = self._forwarding.silent(now_ms, self._network.linked_validators())
        if silent is not None:
            self._send([silent[0]], silent[1])

    def linked(self, peer_id: str) -> None:
        """A validator's link came up."""
        for group in self._forwarding.linked():
            self._send([peer_id], group)

    def _send(self, peers: Sequence[str], transactions: Sequence[bytes]) -> None:
        encoded = transactions_frame(transactions)
        for peer_id in peers:
            self._network.send(peer_id, encoded)

    def tell(self) -> None:
        """Says whether there is something to put into a block, if that has changed, and sees to it that it is
        said when a member has rested."""
        includable = self.includable
        if self._told != includable:
            self._told = includable
            self._parts.changed(includable)
        self._set_alarm(self._rests.next_change_ms())

    def _set_alarm(self, due_ms: int | None) -> None:
        if due_ms == self._alarm_ms:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_ms = due_ms
        if due_ms is not None:
            self._alarm = self._parts.call_later(max(0.0, due_ms / 1_000 - self._parts.clock_s()), self._wake)

    def _wake(self) -> None:
        self._alarm = self._alarm_ms = None
        self.tell()
