"""The way of a transaction from a client or another node into the pool, and out of it.

Checking runs on the verify pool; everything else is the event loop's. What waits, and who is sent it, is
`node.pool.backlog`; here are its doors, and what its transactions name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from api.ports import Accepted, Busy, MissingAttachment, NotAccepted, SubmitOutcome
from consensus.messages import Block
from node.ledger.block_time import BlockTime
from node.ledger.ledger import Written
from node.ledger.verify_pool import VerifyPool
from node.links.budget import Charge, ChargedKind
from node.links.contents import Contents
from node.links.frames import transactions_frame
from node.links.network import Links
from node.observing.misconduct import Misconduct
from node.pool.admission import Admission, Admitted, NotAdmitted
from node.pool.awaiting import Awaiting
from node.pool.backlog import Backlog
from node.pool.forwarding import frames
from node.pool.mempool import DroppedFromPool, PoolRefusal
from node.storage.failpoints import FailPoint, FailPoints
from registry.rejection import TransactionReason

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
class DoorDependencies:
    """What the doors of the backlog are made of. `admission` judges as of the newest view, by `block_time`;
    `changed` is told when something of the backlog changed; `clock_s` is monotonic."""

    backlog: Backlog
    checks: VerifyPool
    contents: Contents
    links: Links
    admission: Callable[[], Admission]
    block_time: Callable[[], BlockTime]
    changed: Callable[[], None]
    failpoints: FailPoints
    clock_s: Callable[[], float]


class BacklogDoors:
    """The doors of the backlog."""

    def __init__(self, dependencies: DoorDependencies) -> None:
        self._parts = dependencies
        self._backlog = dependencies.backlog
        self._links = dependencies.links
        self._contents = dependencies.contents
        self._awaiting = Awaiting(dependencies.clock_s)

    # In

    async def submit(self, transactions: Sequence[bytes]) -> tuple[SubmitOutcome, ...]:
        """A client's transactions: each is refused, or waits and is sent to every validator."""
        judged = await self._judge(transactions)
        admitted = {one.waiting.id: one.waiting for one in judged if isinstance(one, Admitted)}
        fresh = [one for one in admitted.values() if not self._backlog.is_own(one.id)]
        outcomes = tuple(map(self._take, judged))
        taken = [one for one in fresh if one.id in self._backlog]
        if taken:
            self._parts.failpoints.reach(FailPoint.AFTER_ADMISSION)
            self._backlog.admitted(taken)
            peers = self._links.linked_validators()
            for group in frames(one.encoded for one in taken):
                for peer_id in peers:
                    self.send(peer_id, group)
            self._parts.changed()
        return outcomes

    async def forwarded(self, peer_id: str, transactions: Sequence[bytes]) -> Mapping[ChargedKind, float]:
        """What waits at another node: each waits here too, or is dropped. That node holds what they
        name, so it alone is asked for it; one that sends what nobody can have admitted loses its link.

        Nothing is looked at of a node whose transactions wait for as many attachments as they may, or that
        withheld some: what is honest in it is sent again.

        Returns how many of them were known or came too late, and how many were unfit from the start.
        """
        if self._awaiting.is_full(peer_id) or self._links.fetching.is_paused(peer_id):
            return {}
        fresh = [
            data
            for data in transactions
            if not self._backlog.holds(data) and not self._awaiting.holds(peer_id, data)
        ]
        judged = await self._judge(fresh)
        reasons = [one.reason for one in judged if isinstance(one, NotAdmitted)]
        if not _NEVER_ADMITTED.isdisjoint(reasons):
            self._links.drop(peer_id, Misconduct.FALSE_TRANSACTION)
            return {}
        for one in judged:
            if isinstance(one, Admitted):
                self._take_or_fetch(peer_id, one)
        self._parts.changed()
        late = sum(one.is_late for one in judged if isinstance(one, NotAdmitted))
        return {
            Charge.OLD_TRANSACTION: len(transactions) - len(fresh) + late,
            Charge.UNFIT_TRANSACTION: len(reasons) - late,
        }

    def _take_or_fetch(self, peer_id: str, admitted: Admitted) -> None:
        """Takes another node's transaction, once what it names is here."""
        waiting = admitted.waiting
        if admitted.attachments and not self._awaiting.is_in_pace(peer_id):
            return
        missing = self._contents.missing(admitted.attachments)
        if not missing:
            self._take_from_other(admitted)
            return
        if not self._contents.has_free_share(waiting.member):
            return
        if not self._awaiting.begin(peer_id, waiting.encoded, len(missing)):
            return

        def done(held: bool) -> None:
            self._awaiting.end(peer_id, waiting.encoded)
            if held:
                self._take_from_other(admitted)
                self._parts.changed()

        self._links.fetching.for_transaction(missing, peer_id, done)

    def _take_from_other(self, admitted: Admitted) -> None:
        self._take(admitted)
        self._backlog.received(admitted.waiting)

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
        waiting = judged.waiting
        if waiting.id in self._backlog:
            return Accepted(waiting.id)
        missing = self._contents.missing(judged.attachments)
        if missing:
            return MissingAttachment(missing[0])
        too_long = self._contents.too_long(judged.contents)
        if too_long is not None:
            reason, length = too_long
            return NotAccepted(reason, f"{length} bytes")
        if not self._contents.has_room(waiting.member, judged.attachments):
            return Busy(ROOM_RETRY_S)
        refused = self._backlog.add(waiting)
        if refused is None or refused.reason is PoolRefusal.KNOWN:
            self._contents.keep(waiting.id, waiting.member, judged.attachments)
            return Accepted(waiting.id)
        if refused.retry_after_s is None:
            return NotAccepted(TransactionReason.EXPIRED, self._parts.block_time().told())
        return Busy(refused.retry_after_s)

    # Out

    def dropped(self, dropped: Sequence[DroppedFromPool]) -> None:
        """No block will hold these: what they name stays for a while only."""
        self._contents.release(waiting.id for waiting in dropped)

    def settled(self, written: Written, dropped: Sequence[DroppedFromPool]) -> None:
        """Blocks became final, and these transactions will be in none."""
        left = [*(one for branch in written.blocks for one in branch.ids), *(one.id for one in dropped)]
        stored = (address for branch in written.blocks for address in branch.contents)
        self._contents.settle(written.blocks[-1].header.time_ms, stored, left)

    # To others

    def linked(self, peer_id: str) -> None:
        """A validator's link came up."""
        for group in self._backlog.linked():
            self.send(peer_id, group)

    def send(self, peer_id: str, transactions: Sequence[bytes]) -> None:
        """Sends encoded transactions that wait here to a peer."""
        self._links.send(peer_id, transactions_frame(transactions))
