"""The driver: gives the core what happens and does what it orders, one turn after the other (decision 0060).

A turn:

1. Take everything that has happened here and what peers sent, fairly in turn and for ten milliseconds at most
   (`node.hearing`); `handle` each, and a tick when the replica's deadline has come.
2. Hand the durable effects to the ledger as one batch, and the work behind it: executing and building never
   run on the event loop.
3. When that batch is flushed, send what the turn sends (R11), then show readers and clients what is final.

What arrives meanwhile is the next turn: the slower the disk, the larger the batches (group commit). Turns
never overlap, so what a turn without durable effects sends follows the flush of every turn before it.

Whatever goes wrong in a turn or in a piece of work ends `run` with that exception: there is no state to go on
from.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar, assert_never

from prometheus_client import Histogram

from consensus.events import (
    Broadcast,
    Build,
    Built,
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
    PoolChanged,
    Send,
)
from consensus.messages import FinalBlock
from consensus.replica import Replica
from consensus.wire import encode_message
from node.backlog import Backlog
from node.budget import Budgets, Kind
from node.core import Core, Fetch, Order
from node.explained import Explained
from node.failpoints import FailPoint, FailPoints
from node.forwarded import Forwarded
from node.frames import FrameKind, frame
from node.hearing import Hearing
from node.inbox import Inbox
from node.ledger import Ledger, Written
from node.mempool import DroppedFromPool, ExecutionRejection, Pending
from node.network import Network
from node.peers import Peers
from node.pending import PendingTransactions
from node.preparation import Preparation
from node.sync import Ask
from node.telemetry import Telemetry
from node.turn import Turn
from node.verify_pool import VerifyPool

P = ParamSpec("P")
T = TypeVar("T")


class Halted(Explained):
    """The replica stopped for good: something that an operator must look at."""

    exit_code = 3

    def __init__(self, halt: Halt) -> None:
        do = "keep the data directory, compare notes with the other operators, do not start it again before"
        super().__init__(f"the node has halted: {halt.reason.value}: {halt.detail}", do=do)
        self.reason = halt.reason
        self.detail = halt.detail


@dataclass(frozen=True, slots=True)
class Seat:
    """A replica of one epoch, and who is who in it. `leaders` is the order in which validators lead; `prove`
    says whether a range of final blocks holds (R17), on any thread."""

    replica: Replica
    peers: Peers
    leaders: tuple[int, ...]
    validators_hash: bytes
    index: int | None
    prove: Callable[[tuple[FinalBlock, ...]], bool]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the driver works with. `enter_epoch` gives the seat in the epoch that a boundary begins."""

    ledger: Ledger
    network: Network
    backlog: Backlog
    pending: PendingTransactions
    checks: VerifyPool
    telemetry: Telemetry
    failpoints: FailPoints
    now: Callable[[], Now]
    cpu_s: Callable[[], float]
    take_forwarded: Callable[[str, Sequence[bytes]], Awaitable[Mapping[Kind, float]]]
    publish: Callable[[Written, tuple[DroppedFromPool, ...]], None]
    dropped: Callable[[tuple[DroppedFromPool, ...]], None]
    enter_epoch: Callable[[Written, Iterable[str]], Seat]
    watch_others: Callable[[], None]


class Driver:
    """Runs one node's part in the consensus; all methods belong to the event loop."""

    def __init__(self, seat: Seat, around: Surroundings) -> None:
        self._seat = seat
        self._around = around
        self._measured = around.telemetry.metrics.work
        self._inbox = Inbox(lambda: around.now().monotonic_ms / 1000)
        self._budgets = Budgets()
        self._forwarded = Forwarded(around.take_forwarded, self._charge, self.spawn)
        self._hearing = Hearing(self._inbox, self._budgets, around.network, self._forwarded.put, around.cpu_s)
        self._core = self._open_core(seat)
        self._building: asyncio.Task[None] | None = None
        self._behind_since: int | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._work: asyncio.TaskGroup | None = None
        self._early: list[Coroutine[Any, Any, None]] = []
        self._preparation = Preparation(around.pending.prepare, self._begin)

    def _open_core(self, seat: Seat) -> Core:
        around = self._around
        return Core(
            seat.replica,
            seat.peers,
            seat.leaders,
            seat.index,
            around.backlog,
            around.ledger.branch,
            self._inbox.put,
        )

    @property
    def seat(self) -> Seat:
        """The replica's place in the epoch."""
        return self._seat

    @property
    def behind_ms(self) -> int:
        """For how long the replica has known of final blocks that it lacks, without a break."""
        return 0 if self._behind_since is None else self._around.now().monotonic_ms - self._behind_since

    async def run(self) -> None:
        """Takes turns until cancelled. Raises Halted, and whatever a turn or a piece of work raises."""
        try:
            async with asyncio.TaskGroup() as self._work:
                for waiting in self._early:
                    self._work.create_task(waiting)
                while True:
                    await self._inbox.wait(self._timeout_s())
                    await self._turn()
                    await asyncio.sleep(0)  # more may wait already: others have the loop in between
        except BaseExceptionGroup as group:
            raise _first_of(group) from group
        finally:
            self._thread.shutdown(cancel_futures=True)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs work beside the turns; what it raises ends `run`. Where `run` is ending already, nothing
        begins any more."""
        if self._work is None:
            self._early.append(work)
            return
        try:
            self._work.create_task(work)
        except RuntimeError:  # what a task group that is ending says
            work.close()

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        assert self._work is not None
        return self._work.create_task(work)

    def fail(self, error: BaseException) -> None:
        """Ends `run` with this error."""
        self.spawn(_raise(error))

    # What happens

    async def received(self, peer_id: str, frames: Sequence[bytes]) -> None:
        """Frames of a linked peer, in order; returns when there is room for more."""
        await self._inbox.frames(peer_id, frames)

    def link_changed(self, peer_id: str, up: bool) -> None:
        """A link came up or went down."""
        if up:
            self._inbox.link(peer_id, LinkUp(self._seat.peers.link(peer_id)))
            return
        self._forwarded.forget(peer_id)
        number = self._seat.peers.unlink(peer_id)
        if number is not None:
            self._inbox.link(peer_id, LinkDown(number))

    def pool_changed(self) -> None:
        """Something of the backlog changed."""
        self._core.pool_changed()

    # A turn

    def _timeout_s(self) -> float | None:
        deadline_ms = self._core.deadline_ms
        return None if deadline_ms is None else max(0, deadline_ms - self._around.now().monotonic_ms) / 1000

    def _handle(self) -> tuple[Turn, int]:
        """Own events first, then what peers sent; how many there were."""
        replica, now = self._seat.replica, self._around.now()
        effects: list[Effect] = []
        events = self._inbox.own()
        for event in events:
            effects += self._core.handle(now, event)
        said, heard = self._hearing.hear(replica, self._seat.peers, now)
        effects += said
        effects += self._core.tick(now)
        if not replica.progress.is_behind:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = now.monotonic_ms
        return self._core.turn(effects), len(events) + heard

    async def _turn(self) -> None:
        turn, events = self._handle()
        replica = self._seat.replica
        progress = replica.progress
        self._budgets.moved(replica.view, replica.view - replica.final_view)
        self._around.telemetry.turned(turn, events, replica.view, progress)
        writing = None
        if turn.durable:
            writing = self._in_thread(
                self._measured.turn_commit_seconds, self._around.ledger.write, turn.durable
            )
        for work in turn.work:
            self._begin_all(self._core.begin(work))
        written = None if writing is None else await writing
        self._send(turn)
        for drop in turn.drops:
            self._drop(drop)
        for failed in turn.failed:
            self._name(failed)
        self._around.telemetry.views_failed(replica.take_failed_views())
        if written is not None and written.blocks:
            self._settle(written)
        for forward in self._core.end_turn(self._around.network.linked_validators()):
            self._around.pending.send(forward.peer, forward.transactions)
        self._around.watch_others()
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
        linked = self._seat.peers.linked
        for place, effect in enumerate(turn.sends):
            encoded = frame(FrameKind.CONSENSUS, encode_message(effect.message))
            match effect:
                case Send(peer):
                    peer_id = self._seat.peers.id(peer)
                    if peer_id is not None and peer_id in linked:
                        self._budgets.asked(peer_id, effect.message, self._around.now().monotonic_ms / 1000)
                        self._around.network.send(peer_id, encoded)
                case Broadcast():
                    for peer_id in linked:
                        self._around.network.send(peer_id, encoded)
            if place == 0:
                self._around.failpoints.reach(FailPoint.DURING_SENDS)
        if turn.sends:
            self._around.failpoints.reach(FailPoint.AFTER_SENDS)

    def _charge(self, peer_id: str, in_vain: Mapping[Kind, float]) -> float:
        """Charges a peer for transactions; not while this node is behind, and so knows fewer signers. Returns
        the seconds for which the peer is to wait."""
        return self._hearing.charge(peer_id, in_vain, self._around.now()) if self.behind_ms == 0 else 0.0

    def _drop(self, drop: DropLink) -> None:
        peer_id = self._seat.peers.id(drop.peer)
        if peer_id is None:
            return
        if drop.fault is PeerFault.INVALID_RANGE:
            self._core.lied(peer_id)
        self._around.network.drop(peer_id, drop.fault)
        self._inbox.shut(peer_id)

    def _name(self, failed: LeaderFailed) -> None:
        peer_id = self._seat.peers.id(failed.leader)
        if peer_id is not None:
            self._around.telemetry.conduct.note(peer_id, failed.failing)

    def _settle(self, written: Written) -> None:
        """Final blocks are durable: shows them, and enters the next epoch if they end this one."""
        self._preparation.settle(written.blocks[-1].header.height)
        settled = self._core.settle(written.blocks, written.finals[-1].candidate.view)
        self._around.pending.settled(written, settled.dropped)
        self._around.publish(written, settled.dropped)
        self._around.telemetry.became_final(written, self._around.now().wall_ms)
        if settled.to_judge:
            self._begin(self._judge(settled.to_judge))
        if written.next_validators is None:
            return
        linked = tuple(self._seat.peers.linked)
        self._seat = self._around.enter_epoch(written, linked)
        self._inbox.clear()  # what waited was said to the replica of the epoch that is over
        self._core = self._open_core(self._seat)
        for peer_id in linked:
            self.link_changed(peer_id, up=True)
        self._inbox.put(PoolChanged(self._around.backlog.includable))

    # Work, each piece answered by an event

    def _begin_all(self, orders: Iterable[Order]) -> None:
        for order in orders:
            match order:
                case Execute():
                    self._begin(self._execute(order))
                case Build():
                    if self._building is not None:
                        self._building.cancel()  # nobody waits for the one before; it may not have begun
                    self._building = self._begin(self._build(order))
                case Ask():
                    self._begin(self._ask(order))
                case _:
                    assert_never(order)

    async def _execute(self, order: Execute) -> None:
        await self._preparation.before(order.block_hash)
        core = self._core
        verdict = await self._in_thread(
            self._measured.execution_seconds, self._around.ledger.execute, order.block_hash, order.block
        )
        if core is not self._core:
            return  # it was for the replica of an epoch that is over
        core.executed(Executed(order.block_hash, verdict.outcome, verdict.reason))
        if verdict.missing:
            fetch = core.lacks(order, verdict.missing, self._around.now().wall_ms)
            if fetch is not None:
                self._fetch(core, fetch)

    def _fetch(self, core: Core, fetch: Fetch) -> None:
        others = (*fetch.likely, *self._around.network.linked_validators())
        self._around.network.fetching.for_block(
            fetch.addresses,
            fetch.named_by,
            others,
            lambda is_held: core.content(fetch.block_hash, is_held=is_held),
        )

    async def _build(self, order: Build) -> None:
        ledger = self._around.ledger
        queues = self._around.backlog.queues(ledger.open_ids(order.parent_hash))
        seat = self._seat
        if seat.index is None:
            raise AssertionError("an observer is never asked to build")
        built = await self._in_thread(
            self._measured.build_seconds, ledger.build, order, seat.validators_hash, seat.index, queues
        )
        if built is None:
            return
        self._set_aside(built.rejected)
        self._inbox.put(Built(order.view, built.block))

    async def _judge(self, waiting: Sequence[Pending]) -> None:
        seconds, wall_ms = self._measured.execution_seconds, self._around.now().wall_ms
        self._set_aside(await self._in_thread(seconds, self._around.ledger.judge, waiting, wall_ms))

    def _set_aside(self, rejected: Sequence[ExecutionRejection]) -> None:
        """Tells those who wait for transactions that no block will hold."""
        dropped = self._around.backlog.set_aside(rejected)
        self._around.pending.dropped(dropped)
        self._around.dropped(dropped)
        self._core.pool_changed()

    async def _ask(self, ask: Ask) -> None:
        core, prove = self._core, self._seat.prove
        blocks = await self._around.network.final_blocks(ask.peer, ask.from_height)
        (is_proved,) = await self._around.checks.each(prove, [blocks])
        if core is self._core:
            if is_proved:
                self._preparation.expect(blocks)
            self._begin_all(core.arrived(ask, blocks, is_proved))


def _first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error of a group of tasks: the others ended because of it."""
    first = group.exceptions[0]
    return _first_of(first) if isinstance(first, BaseExceptionGroup) else first


async def _raise(error: BaseException) -> None:
    raise error
