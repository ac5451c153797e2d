"""The node as its API sees it: views, submissions, and waiting for what becomes final.

All methods belong to the event loop. A waiter learns of a final transaction after the view that holds it has
been shown, so whoever is told "final" and reads at once finds it.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.ports import (
    Busy,
    Dropped,
    Final,
    Health,
    MissingAttachment,
    NotAccepted,
    PublicationPort,
    SubmitOutcome,
    TransactionStatus,
    View,
    Waiting,
)
from node.ledger.ledger import Written
from node.links.contents import Contents
from node.links.network import Links
from node.observing.telemetry import Telemetry
from node.pool.mempool import DroppedFromPool, Mempool
from node.pool.waiting import BacklogDoors
from node.serving.descriptors import count_open
from node.serving.publishing import Publishing
from node.serving.standing import NodeStanding
from node.serving.views import NewestView
from node.storage.failpoints import FailPoint, FailPoints
from node.wording.counted import counted
from registry.rows import Damaged, Unreadable
from registry.tables import Table

MAX_WAITERS = 20_000
"""Clients that wait at one time; whoever comes beyond is answered at once with what is known."""
REMEMBERED_DROPS = 10_000
BEHIND_MS = 5_000
"""A node that has lacked final blocks for so long is behind; under load it always lacks one for a moment."""
FROZEN_MS = 5_000
"""A disk that keeps a write for so long does not let the node vote."""
STALE_MS = 120_000
"""Networks make a block at every heartbeat: a node whose last one is older than this is cut off."""

MAX_NAMED = 3
"""Members named in the sentence that says why a node is not ready; `not_voting` in /healthz names all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDependencies:
    """What the service speaks for. `newest` is the view that it shows; `failed` ends the node."""

    pool: Mempool
    waiting: BacklogDoors
    contents: Contents
    links: Links
    telemetry: Telemetry
    standing: NodeStanding
    newest: NewestView
    publications: Publishing
    monotonic_ms: Callable[[], int]
    failed: Callable[[BaseException], None]
    failpoints: FailPoints


class NodeService:
    """Implements `api.ports.NodePort`."""

    def __init__(self, dependencies: ServiceDependencies) -> None:
        self._parts = dependencies
        self._standing = dependencies.standing
        self._fresh_ms: int | None = None
        self._waiters: dict[bytes, set[asyncio.Future[None]]] = {}
        self._waiting = 0
        self._height_waiters: dict[asyncio.Future[None], int] = {}
        self._dropped: dict[bytes, Dropped] = {}
        self._is_closed = False

    def publish(self, written: Written, dropped: Sequence[DroppedFromPool]) -> None:
        """Blocks are final and durable: shows the view, then tells those who wait."""
        if written.view is not None:
            self._parts.newest.view = written.view
        if self._lag_ms() <= STALE_MS:
            self._fresh_ms = self._parts.monotonic_ms()
        self._parts.failpoints.reach(FailPoint.BEFORE_REPLY)
        if self._waiters:
            for branch in written.blocks:
                for transaction_id in branch.ids:
                    self._wake(transaction_id)
        self.dropped(dropped)
        for waiter, height in self._height_waiters.items():
            if self.view().header.height > height:
                _finish(waiter)

    def dropped(self, dropped: Sequence[DroppedFromPool]) -> None:
        """Transactions left the pool that will never be final: tells those who wait."""
        for transaction in dropped:
            self._dropped[transaction.id] = Dropped(transaction.reason, transaction.detail)
            self._parts.telemetry.refused(transaction.reason.value)
            self._wake(transaction.id)
        while len(self._dropped) > REMEMBERED_DROPS:
            del self._dropped[next(iter(self._dropped))]

    def close(self) -> None:
        """The node stops: everybody who waits is answered with what is known."""
        self._is_closed = True
        for waiters in self._waiters.values():
            for waiter in waiters:
                _finish(waiter)
        for waiter in self._height_waiters:
            _finish(waiter)

    def _wake(self, transaction_id: bytes) -> None:
        for waiter in self._waiters.get(transaction_id, ()):
            _finish(waiter)

    # api.ports.NodePort

    @property
    def publications(self) -> PublicationPort:
        """See `api.ports.NodePort`."""
        return self._parts.publications

    def view(self) -> View:
        """See `api.ports.NodePort`."""
        return self._parts.newest.view

    async def submit(self, transactions: Sequence[bytes]) -> tuple[SubmitOutcome, ...]:
        """See `api.ports.NodePort`."""
        outcomes = await self._parts.waiting.submit(transactions)
        for outcome in outcomes:
            match outcome:
                case NotAccepted(reason):
                    self._parts.telemetry.refused(reason.value)
                case MissingAttachment():
                    self._parts.telemetry.refused("missing-attachment")
                case Busy():
                    self._parts.telemetry.refused("busy")
        return outcomes

    async def offer_attachment(self, attachment: bytes) -> None:
        """See `api.ports.NodePort`. Raises Malformed if it is none."""
        self._parts.contents.offer(attachment)

    def standing(self, transaction_id: bytes) -> TransactionStatus | None:
        """See `api.ports.NodePort`."""
        if transaction_id in self._parts.pool:
            return Waiting()
        row = self.view().reader.get(Table.TRANSACTION, transaction_id)
        if row is not None:
            return Final(int.from_bytes(row[:8], "big"), int.from_bytes(row[8:12], "big"))
        return self._dropped.get(transaction_id)

    async def wait_final(self, transaction_id: bytes, timeout_s: float) -> TransactionStatus | None:
        """See `api.ports.NodePort`."""
        standing = self.standing(transaction_id)
        if not isinstance(standing, Waiting) or self._is_closed or self._waiting >= MAX_WAITERS:
            return standing
        waiter = asyncio.get_running_loop().create_future()
        waiters = self._waiters.setdefault(transaction_id, set())
        waiters.add(waiter)
        self._waiting += 1
        try:
            await asyncio.wait((waiter,), timeout=timeout_s)
        finally:
            self._waiting -= 1
            waiters.discard(waiter)
            if not waiters and self._waiters.get(transaction_id) is waiters:
                del self._waiters[transaction_id]
        return self.standing(transaction_id)

    async def wait_above(self, height: int, timeout_s: float) -> bool:
        """See `api.ports.NodePort`."""
        loop = asyncio.get_running_loop()
        end_s = loop.time() + timeout_s
        while self.view().header.height <= height and not self._is_closed:
            left_s = end_s - loop.time()
            if left_s <= 0 or len(self._height_waiters) >= MAX_WAITERS:
                break
            waiter = loop.create_future()
            self._height_waiters[waiter] = height
            try:
                await asyncio.wait((waiter,), timeout=left_s)
            finally:
                del self._height_waiters[waiter]
        return self.view().header.height > height

    def damaged(self, damage: Damaged | Unreadable) -> None:
        """See `api.ports.NodePort`."""
        self._parts.failed(damage)

    def unready(self) -> str:
        """See `api.ports.NodePort`."""
        standing = self._standing
        if reason := self.unreadable():
            return reason
        pending_ms = standing.write_pending_ms
        if pending_ms > FROZEN_MS:
            return f"The disk has not taken a write for {pending_ms // 1000} seconds."
        if standing.behind_ms > BEHIND_MS:
            return "The node is catching up with the other nodes."
        if reason := self._lacks_links():
            return reason
        lag_ms = self._lag_ms()
        if lag_ms > STALE_MS and self.view().header.height > 0 and not self._was_fresh_lately():
            return f"The last final block is {lag_ms // 1000} seconds old."
        return ""

    def unreadable(self) -> str:
        """See `api.ports.NodePort`. A node that has halted may have found that its own state is in doubt."""
        return "The node has halted; its log says why." if self._standing.is_halted else ""

    def _lacks_links(self) -> str:
        """Why no quorum can be had, a sentence; empty where enough of the linked validators vote."""
        linked, needed = len(self._parts.links.linked_validators()), self._standing.links_needed
        silent = self.not_voting()
        voting = linked - len(silent)
        if voting >= needed:
            return ""
        if not silent:
            return f"The node is linked to {counted(linked, 'validator')} and needs {needed}."
        members = ", ".join(silent[:MAX_NAMED])
        others = f" and {len(silent) - MAX_NAMED} more" if len(silent) > MAX_NAMED else ""
        verb = "is linked and does not vote" if len(silent) == 1 else "are linked and do not vote"
        vote = "votes" if voting == 1 else "vote"
        return (
            f"The node is linked to {counted(voting, 'validator')} that {vote} and needs {needed}: "
            f"{members}{others} {verb}."
        )

    def linked(self) -> tuple[str, ...]:
        """The members whose validators are linked."""
        return tuple(map(self._parts.telemetry.member, self._parts.links.linked_validators()))

    def not_voting(self) -> tuple[str, ...]:
        """The members whose validators are linked and do not vote."""
        silent = self._standing.silent
        linked = set(self._parts.links.linked_validators()) if silent else ()
        return tuple(validator.member for validator in silent if validator.peer_id in linked)

    def _was_fresh_lately(self) -> bool:
        """Whether the last block was new when it became final here, not long ago: then it is old only by a
        clock that was set since."""
        fresh_ms = self._fresh_ms
        return fresh_ms is not None and self._parts.monotonic_ms() - fresh_ms <= STALE_MS

    def _lag_ms(self) -> int:
        return max(0, self._standing.block_time().agreed_ms - self.view().header.time_ms)

    def health(self) -> Health:
        """See `api.ports.NodePort`."""
        progress, reason = self._standing.progress, self.unready()
        return Health(
            ready=not reason,
            reason=reason,
            lag_ms=self._lag_ms(),
            target_height=progress.committed_height + progress.is_behind,
            peers_connected=len(self._parts.links.linked),
            pool_transactions=len(self._parts.pool),
            pool_bytes=self._parts.pool.bytes,
            voting=progress.voting.name.lower(),
            concerns=self._parts.telemetry.conduct.concerns(),
            clocks=self._standing.clocks(),
            linked=self.linked(),
            not_voting=self.not_voting(),
            follows=self._standing.follows,
            publications=self._parts.publications.concerns,
        )

    def metrics(self) -> bytes:
        """See `api.ports.NodePort`."""
        service = self._parts.telemetry.metrics.service
        service.pool_transactions.set(len(self._parts.pool))
        service.pool_bytes.set(self._parts.pool.bytes)
        service.descriptors_open.set(count_open())
        service.attachments_wanted.set(len(self._parts.links.fetching))
        return self._parts.telemetry.metrics.render()


def _finish(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
