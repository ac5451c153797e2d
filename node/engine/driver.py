"""The driver: gives the core what happens and does what it orders, one turn after the other (decision 0060).

A turn:

1. Take everything that has happened here and what peers sent, fairly in turn and for ten milliseconds at most
   (`node.engine.hearing`); `handle` each, and a tick when the replica's deadline has come.
2. Hand the durable effects to the ledger as one batch, and the work behind it: executing and building never
   run on the event loop.
3. When that batch is flushed, send what the turn sends (R11), then show readers and clients what is final.

What arrives meanwhile is the next turn: the slower the disk, the larger the batches (group commit). Turns
never overlap, so what a turn without durable effects sends follows the flush of every turn before it.

Whatever goes wrong in a turn or in a piece of work ends `run` with that exception: there is no state to go on
from.
"""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ParamSpec, TypeVar, assert_never

from prometheus_client import Histogram

from consensus.events import (
    Broadcast,
    Build,
    DropLink,
    Effect,
    Execute,
    Executed,
    Halt,
    LeaderFailed,
    LinkDown,
    LinkUp,
    Now,
    PeerFault,
    Send,
)
from consensus.guard import NONCE_BYTES
from consensus.wire import encode_message
from node.engine.core import Core, Fetch, Order
from node.engine.epochs import EpochSeat, KnownEpochs
from node.engine.hearing import Hearing
from node.engine.inbox import Inbox
from node.engine.lag import Lag
from node.engine.tasks import Tasks
from node.engine.turn import Turn
from node.ledger.candidates import ExecutionRejection, WaitingTransaction
from node.ledger.ledger import Ledger, Written
from node.ledger.preparation import Preparation
from node.ledger.verify_pool import VerifyPool
from node.links.budget import Budgets, ChargedKind
from node.links.frames import FrameKind, PublicationNews, frame
from node.links.network import Links
from node.links.sync import SyncRequest
from node.observing.telemetry import Telemetry
from node.pool.backlog import Backlog
from node.pool.forwarded import Forwarded
from node.pool.mempool import DroppedFromPool
from node.pool.waiting import BacklogDoors
from node.storage.failpoints import FailPoint, FailPoints
from node.storage.turns import TurnWrites
from node.wording.explained import Explained
from registry.primitives.reason import as_clause

P = ParamSpec("P")
T = TypeVar("T")


class Halted(Explained):
    """The replica stopped for good: something that an operator must look at."""

    exit_code = 3

    def __init__(self, halt: Halt) -> None:
        what = f"the node has halted: {as_clause(halt.reason.sentence)}: {halt.detail}"
        super().__init__(what, do=as_clause(halt.reason.remedy))
        self.reason = halt.reason
        self.detail = halt.detail


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverDependencies:
    """What the driver works with. `epochs` gives the replica, `inbox` what happens; `tasks` runs work beside
    the turns. `entered` is called when the next epoch has begun in `epochs`. `cpu_s` is the time that the
    calling thread has run. `publish` is told what is final and durable and what left the pool with it,
    `dropped` what left the pool otherwise; `watch_others` looks after each turn at what the others' answers
    say; `news` is told of publications that peers took, and says whether it was new.
    """

    epochs: KnownEpochs
    inbox: Inbox
    tasks: Tasks
    lag: Lag
    ledger: Ledger
    links: Links
    backlog: Backlog
    waiting: BacklogDoors
    checks: VerifyPool
    telemetry: Telemetry
    failpoints: FailPoints
    entered: Callable[[], None]
    now: Callable[[], Now]
    cpu_s: Callable[[], float]
    publish: Callable[[Written, tuple[DroppedFromPool, ...]], None]
    dropped: Callable[[tuple[DroppedFromPool, ...]], None]
    watch_others: Callable[[], None]
    news: Callable[[str, PublicationNews], bool]


class Driver:
    """Runs one node's part in the consensus; all methods belong to the event loop."""

    def __init__(self, dependencies: DriverDependencies) -> None:
        self._parts = dependencies
        self._inbox = dependencies.inbox
        self._tasks = dependencies.tasks
        self._measured = dependencies.telemetry.metrics.work
        self._budgets = Budgets()
        self._forwarded = Forwarded(dependencies.waiting.forwarded, self._charge, self._tasks.spawn)
        self._hearing = Hearing(
            self._inbox,
            self._budgets,
            dependencies.links,
            self._forwarded.put,
            dependencies.news,
            dependencies.cpu_s,
        )
        self._core = Core(
            dependencies.epochs, dependencies.backlog, dependencies.ledger.branch, self._inbox.put
        )
        self._building: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._preparation = Preparation(dependencies.waiting.prepare, self._tasks.begin)

    @property
    def seat(self) -> EpochSeat:
        """The replica's place in the epoch."""
        return self._core.seat

    async def run(self) -> None:
        """Takes turns until cancelled. Raises Halted, and whatever a turn or a piece of work raises."""
        try:
            await self._tasks.run(self._take_turns)
        finally:
            self._thread.shutdown(cancel_futures=True)

    async def _take_turns(self) -> None:
        while True:
            await self._inbox.wait(self._timeout_s())
            await self._turn()
            await asyncio.sleep(0)  # more may wait already: others have the loop in between

    # What happens

    def link_changed(self, peer_id: str, up: bool) -> None:
        """A link came up or went down."""
        if up:
            self._inbox.link(peer_id, LinkUp(self.seat.peers.link(peer_id)))
            return
        self._forwarded.forget(peer_id)
        number = self.seat.peers.unlink(peer_id)
        if number is not None:
            self._inbox.link(peer_id, LinkDown(number))

    async def keep(self, writes: TurnWrites) -> None:
        """Makes rows durable that are no part of the ledger; when this returns, they are on the disk."""
        await self._in_thread(self._measured.turn_commit_seconds, self._parts.ledger.keep, writes)

    def charge(self, peer_id: str, in_vain: Mapping[ChargedKind, float]) -> None:
        """Charges a peer for what it gave in vain beside the turns."""
        self._charge(peer_id, in_vain)

    # A turn

    def _timeout_s(self) -> float | None:
        deadline_ms = self._core.deadline_ms
        return None if deadline_ms is None else max(0, deadline_ms - self._parts.now().monotonic_ms) / 1000

    def _handle(self) -> tuple[Turn, int]:
        """Own events first, then what peers sent; how many there were."""
        replica, now = self.seat.replica, self._parts.now()
        effects: list[Effect] = []
        events = self._inbox.own()
        for event in events:
            effects += self._core.handle(now, event)
        said, heard = self._hearing.hear(self._core, now)
        effects += said
        effects += self._core.tick(now)
        self._parts.lag.note(replica.progress.is_behind, now.monotonic_ms)
        return self._core.turn(effects), len(events) + heard

    async def _turn(self) -> None:
        turn, events = self._handle()
        replica = self.seat.replica
        progress = replica.progress
        self._budgets.moved(replica.view, replica.view - replica.final_view)
        self._parts.telemetry.turned(turn.durable, events, replica.view, progress)
        writing = None
        if turn.durable:
            writing = self._in_thread(
                self._measured.turn_commit_seconds, self._parts.ledger.write, turn.durable
            )
        for work in turn.work:
            if isinstance(work, Build) and self._building is not None:
                self._building.cancel()  # nobody waits for the one before; it may not have begun
            self._begin_all(self._core.begin(work))
        written = None if writing is None else await writing
        self._send(turn)
        for drop in turn.drops:
            self._drop(drop)
        for failed in turn.failed:
            self._name(failed)
        self._parts.telemetry.views_failed(replica.take_failed_views())
        if written is not None and written.blocks:
            self._settle(written)
        for forward in self._core.end_turn(self._parts.links.linked_validators()):
            self._parts.waiting.send(forward.peer, forward.transactions)
        self._parts.watch_others()
        if turn.halt is not None:
            raise Halted(turn.halt)

    def _in_thread(
        self, seconds: Histogram, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> asyncio.Future[T]:
        """Runs a function of the ledger on its thread; `seconds` measures it with the wait before it."""
        assert not kwargs
        loop = asyncio.get_running_loop()
        begin_s = loop.time()
        running = loop.run_in_executor(self._thread, function, *args)
        running.add_done_callback(lambda _: seconds.observe(loop.time() - begin_s))
        return running

    def _send(self, turn: Turn) -> None:
        linked = self.seat.peers.linked
        for place, effect in enumerate(turn.sends):
            encoded = frame(FrameKind.CONSENSUS, encode_message(effect.message))
            match effect:
                case Send(peer):
                    peer_id = self.seat.peers.id(peer)
                    if peer_id is not None and peer_id in linked:
                        self._budgets.asked(peer_id, effect.message, self._parts.now().monotonic_ms / 1000)
                        self._parts.links.send(peer_id, encoded)
                case Broadcast():
                    for peer_id in linked:
                        self._parts.links.send(peer_id, encoded)
            if place == 0:
                self._parts.failpoints.reach(FailPoint.DURING_SENDS)
        if turn.sends:
            self._parts.failpoints.reach(FailPoint.AFTER_SENDS)

    def _charge(self, peer_id: str, in_vain: Mapping[ChargedKind, float]) -> float:
        """Charges a peer for transactions; not while this node is behind, and so knows fewer signers. Returns
        the seconds for which the peer is to wait."""
        now = self._parts.now()
        is_behind = self._parts.lag.ms(now.monotonic_ms) > 0
        return 0.0 if is_behind else self._hearing.charge(peer_id, in_vain, now)

    def _drop(self, drop: DropLink) -> None:
        peer_id = self.seat.peers.id(drop.peer)
        if peer_id is None:
            return
        if drop.fault is PeerFault.INVALID_RANGE:
            self._core.lied(peer_id)
        self._parts.links.drop(peer_id, drop.fault)
        self._inbox.shut(peer_id)

    def _name(self, failed: LeaderFailed) -> None:
        peer_id = self.seat.peers.id(failed.leader)
        if peer_id is not None:
            self._parts.telemetry.conduct.note(peer_id, failed.failing)

    def _settle(self, written: Written) -> None:
        """Final blocks are durable: shows them, and enters the next epoch if they end this one."""
        self._preparation.settle(written.blocks[-1].header.height)
        settled = self._core.settle(written.blocks, written.finals[-1].candidate.view)
        self._parts.waiting.settled(written, settled.dropped)
        self._parts.publish(written, settled.dropped)
        self._parts.telemetry.became_final(written, self._parts.now().wall_ms)
        if settled.to_judge:
            self._tasks.begin(self._judge(settled.to_judge))
        if written.next_validators is not None:
            self._inbox.clear()  # what waited was said to the replica of the epoch that is over
            boundary, nonce = written.blocks[-1].header, os.urandom(NONCE_BYTES)
            self._core = self._core.enter(boundary, written.next_validators, nonce)
            self._parts.entered()

    # Work, each piece answered by an event

    def _begin_all(self, orders: Iterable[Order]) -> None:
        for order in orders:
            match order:
                case Execute():
                    self._tasks.begin(self._execute(order))
                case Build():
                    self._building = self._tasks.begin(self._build(order))
                case SyncRequest():
                    self._tasks.begin(self._ask(order))
                case _:
                    assert_never(order)

    async def _execute(self, order: Execute) -> None:
        core = self._core
        await self._preparation.before(order.block_hash)
        verdict = await self._in_thread(
            self._measured.execution_seconds, self._parts.ledger.execute, order.block_hash, order.block
        )
        core.executed(Executed(order.block_hash, verdict.outcome, verdict.reason))
        if verdict.missing:
            fetch = core.lacks(order, verdict.missing, self._parts.now().wall_ms)
            if fetch is not None:
                self._fetch(core, fetch)

    def _fetch(self, core: Core, fetch: Fetch) -> None:
        others = (*fetch.likely, *self._parts.links.linked_validators())
        self._parts.links.fetching.for_block(
            fetch.addresses,
            fetch.named_by,
            others,
            lambda is_held: core.content(fetch.block_hash, is_held=is_held),
        )

    async def _build(self, order: Build) -> None:
        core, seat, ledger = self._core, self.seat, self._parts.ledger
        queues = self._parts.backlog.queues(ledger.open_ids(order.parent_hash))
        if seat.index is None:
            raise AssertionError("an observer is never asked to build")
        built = await self._in_thread(
            self._measured.build_seconds, ledger.build, order, seat.validators_hash, seat.index, queues
        )
        if built is None:
            return
        self._set_aside(built.rejected)
        core.built(order, built.block)

    async def _judge(self, waiting: Sequence[WaitingTransaction]) -> None:
        seconds, wall_ms = self._measured.execution_seconds, self._parts.now().wall_ms
        self._set_aside(await self._in_thread(seconds, self._parts.ledger.judge, waiting, wall_ms))

    def _set_aside(self, rejected: Sequence[ExecutionRejection]) -> None:
        """Tells those who wait for transactions that no block will hold."""
        dropped = self._parts.backlog.set_aside(rejected)
        self._parts.waiting.dropped(dropped)
        self._parts.dropped(dropped)
        self._core.pool_changed()

    async def _ask(self, ask: SyncRequest) -> None:
        core, prove = self._core, self.seat.prove
        blocks = await self._parts.links.final_blocks(ask.peer, ask.from_height)
        (is_proved,) = await self._parts.checks.each(prove, [blocks])
        begins_as_asked = bool(blocks) and blocks[0].block.header.height == ask.from_height
        if is_proved and begins_as_asked and not core.is_over:  # Y3: anything else is no answer
            self._preparation.expect(blocks)
        self._begin_all(core.arrived(ask, blocks, is_proved))
