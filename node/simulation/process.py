"""One simulated process: how it starts and ends, what comes in, and what becomes of a turn's effects.

The turn itself, between the two, is in `node.simulation.turn_loop`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from consensus.events import (
    Broadcast,
    Build,
    Built,
    Commit,
    ContentArrived,
    DropLink,
    DurableEffect,
    Effect,
    Evidence,
    Execute,
    Executed,
    Halt,
    HaltReason,
    LeaderFailed,
    LinkDown,
    LinkUp,
    PeerFault,
    PoolChanged,
    Received,
    Send,
    StoreCertificate,
    Sync,
    Tick,
)
from consensus.header import block_hash
from consensus.messages import Certificate, FinalBlock, VoteKind
from consensus.state import Voting
from node.mempool import DroppedFromPool, ExecutionRejection
from node.simulation.contents import ContentFetch
from node.simulation.machine import LedgerThread, Machine
from node.simulation.network import (
    Bulk,
    ContentAnswer,
    ContentRequest,
    Packet,
    PendingTransaction,
    RangeAnswer,
    RangeRequest,
)
from node.simulation.pool import Pool
from node.simulation.ranges import RangeFetch
from node.simulation.seat import Seat
from node.simulation.trace import describe
from node.simulation.turn_loop import Ended, TurnLoop

RANGE_BLOCKS = 16

FRESH_MS = 10_000
"""As in `node.driver`: the proposer of a younger block holds what it names."""


MAX_JUDGED = 64
"""As in `node.driver`: so many waiting transactions a process tries when a block is final."""


class Process(TurnLoop):
    """The process of one validator. Unless ``watched``, it is an attacker's and owes nobody anything."""

    def __init__(self, name: str, seat: Seat, *, watched: bool = True) -> None:
        super().__init__(name, seat.validator, Machine(), seat.surroundings, watched=watched)
        self.seat = seat
        self.pool = self._empty_pool()
        self._is_copy = False
        self._forget()

    def _empty_pool(self) -> Pool:
        application = self.seat.genesis.application
        return Pool(
            self.machine.durable.chain,
            block_hash(application.header),
            application.member,
            lambda: self.machine.clock.monotonic_ms(self._around.schedule.now_ms),
        )

    # Starting and ending

    def _forget(self) -> None:
        self._begin_loop()
        self._view = 0
        self._height = 0
        self._notarized: dict[bytes, Certificate] = {}
        self._rests_until_ms: int | None = None
        self._fetching: set[bytes] = set()
        self._linked: set[int] = set()

    def start(self) -> None:
        """Open the disk, write and flush the boot record, restore the replica from what is durable."""
        machine = self.machine
        machine.disk.open()
        machine.disk.write(())
        machine.fold(machine.disk.flushed())
        self._forget()
        self.running = True
        self.generation += 1
        machine.clock.started_ms = self._around.schedule.now_ms
        self.pool = self._empty_pool()
        self._height = len(machine.durable.chain)
        ledger = self.seat.ledger(machine.durable)
        self.thread = LedgerThread(
            ledger, machine, self._around, self._put, self._judged, self._lacks, self._rejects
        )
        self.contents = ContentFetch(self._around, self.post, self.thread.hold, self._accuse)
        self.fetch = RangeFetch(self._around, self.post, self._put, self.seat.prove)
        nonce = self._around.random.randbytes(16) if self.watched else None
        self.replica = self.seat.replica(machine.durable, nonce)
        self._note(f"starts from turn {machine.disk.durable_turns}")
        self._around.network.recheck()
        self._put(Tick())

    def end(self, restart_ms: int | None) -> None:
        """End the process as a crash does; start it again after ``restart_ms`` unless None."""
        if not self.running:
            return
        self.running = False
        self._fold(self.machine.disk.crash(self._around.random))
        self.pool = self._empty_pool()
        self.thread.closed = self.fetch.closed = self.contents.closed = True
        torn = ", a torn tail" if self.machine.disk.torn else ""
        self._note(f"ends, keeping turn {self.machine.disk.durable_turns}{torn}")
        self._around.network.stopped(self)
        if restart_ms is not None:
            self._around.schedule.after(restart_ms, self.start_again)

    def lose_disk(self) -> None:
        """Everything stored is gone, the guard with it: from now on the process only follows (R12)."""
        clock = self.machine.clock
        self.machine = Machine(clock=clock)
        self.seat = replace(self.seat, follows=True)
        if self.watched:
            self._around.monitor.forgot(self)

    def copy_disk(self) -> None:
        """An operator makes a copy of the data folder."""
        self.machine.copy_disk()
        if self.watched:
            self._around.monitor.copied(self)

    def put_back(self) -> None:
        """The operator puts the copy back, and takes it for the node as it was."""
        if self.machine.put_back():
            self._is_copy = True
            if self.watched:
                self._around.monitor.put_back(self)

    @property
    def relies_on_a_copy(self) -> bool:
        """Whether it votes by a guard that was put back, for want of others that could tell (R12)."""
        return self._is_copy and self.replica.progress.voting is Voting.RELIES

    def heal(self, offset_ms: int) -> None:
        """From now on nothing goes wrong here; the wall clock is off by ``offset_ms``."""
        self.machine.heal(offset_ms)
        self._crash_next_turn = False
        self.start_again()

    def start_again(self) -> None:
        """Start the process unless it runs or has halted for good."""
        if not self.running and not self.halted:
            self.start()

    @property
    def pending(self) -> Collection[bytes]:
        """The transactions that wait, oldest first."""
        return self.pool.pending

    @property
    def height(self) -> int:
        """The height of the last block committed and shown."""
        return self._height

    # What comes in

    def receive(self, sender: int, packet: Packet) -> None:
        """A packet of the endpoint `sender` has arrived."""
        match packet:
            case PendingTransaction(transaction=transaction):
                self._learn(sender, transaction)
            case ContentRequest(asked=asked):
                self.post(sender, ContentAnswer(asked, self.contents_for(sender, asked)))
            case ContentAnswer():
                self.contents.answered(sender, packet)
            case RangeRequest(from_height=height):
                blocks = tuple(self.machine.durable.chain[height - 1 : height - 1 + RANGE_BLOCKS])
                self.post(sender, RangeAnswer(height, _proved(blocks)))
            case RangeAnswer(blocks=blocks):
                self.fetch.answered(sender, blocks)
            case _:
                self._note(f"< {sender} {describe(packet)}")
                self._put(Received(sender, packet))

    def link_changed(self, peer: int, up: bool) -> None:
        """The link to a peer has come up or gone down."""
        if up:
            self._linked.add(peer)
            self.contents.linked.add(str(peer))
            for frame in self.pool.backlog.linked():
                self._forward(peer, frame)
        else:
            self._linked.discard(peer)
            self.contents.linked.discard(str(peer))
        self._put(LinkUp(peer) if up else LinkDown(peer))

    def submit(self, transaction: bytes) -> None:
        """A client hands in a transaction: admitted, then sent to every linked validator."""
        if self._take(transaction):
            for peer in sorted(self._linked):
                self._forward(peer, [transaction])
            self._pool_changed()

    def take(self, transaction: bytes) -> None:
        """A client hands in a transaction, and all that this process sends of it at once is lost."""
        if self._take(transaction):
            self._pool_changed()

    def take_over(self, transaction: bytes) -> None:
        """A transaction comes, with all its attachments, from a node that is gone before others had it."""
        self.thread.hold(transaction)
        self.admit(transaction)

    def _take(self, transaction: bytes) -> bool:
        """Take a client's transaction, with all its attachments, unless it is known or already final."""
        self._note(f"client submits {describe(PendingTransaction(transaction))}")
        self.thread.hold(transaction)
        return self.pool.give(transaction)

    def admit(self, transaction: bytes) -> None:
        """Take another node's transaction, its attachments held, unless it is known or already final."""
        if self.pool.admit(transaction):
            self._pool_changed()

    def _learn(self, sender: int, transaction: bytes) -> None:
        """A peer sends a transaction: it is taken once the peer has given its attachments."""
        if not self.thread.ledger.lacks(transaction):
            self.admit(transaction)
            return

        def done(held: bool) -> None:
            if held:
                self.admit(transaction)

        self.contents.for_transaction(transaction, sender, done)

    def contents_for(self, asker: int, asked: Sequence[bytes]) -> tuple[bytes, ...]:
        """Of which of these transactions the asker is given the attachments. Attackers do otherwise."""
        return tuple(item for item in asked if not self.thread.ledger.lacks(item))

    def _lacks(self, work: Execute, missing: Sequence[bytes]) -> None:
        """A block cannot be executed: what it lacks is fetched, unless that is under way."""
        if not missing or work.block_hash in self._fetching:
            return
        self._fetching.add(work.block_hash)
        header = work.block.header
        age_ms = self.machine.clock.wall_ms(self._around.schedule.now_ms) - header.time_ms

        def done(held: bool) -> None:
            self._fetching.discard(work.block_hash)
            if held:
                self._put(ContentArrived())

        everyone = range(self.seat.genesis.validators.n)
        proposer = header.proposer if age_ms < FRESH_MS else None
        self.contents.for_block(missing, proposer, everyone, done)

    def _accuse(self, peer: int) -> None:
        self._note(f"accuses {peer} of withholding attachments")
        if self.watched:
            self._around.monitor.accused(self, peer)

    def _rejects(self, verdicts: Sequence[ExecutionRejection]) -> None:
        """Execution found pending transactions invalid: those that no block will hold are given up."""
        self._gave_up(self.pool.set_aside(verdicts))
        self._pool_changed()

    def _gave_up(self, dropped: Sequence[DroppedFromPool]) -> None:
        """Whoever waits for these transactions is told that no block will hold them."""
        for one in dropped:
            self._note(f"refuses {describe(PendingTransaction(one.id))}: {one.reason.value}")
            if self.watched:
                self._around.monitor.refused(self, one.id)

    def _pool_changed(self) -> None:
        """Tell the replica whether there is something to put into a block, if that has changed, and see to it
        that it is told when a member has rested."""
        news = self.pool.backlog.news()
        if news is not None:
            self._put(PoolChanged(news))
        due_ms = self.pool.backlog.next_change_ms()
        if due_ms is not None and due_ms != self._rests_until_ms:
            due = max(self.machine.clock.when_ms(due_ms), self._around.schedule.now_ms)
            self._around.schedule.at(due, self._has_rested, self.generation, due_ms)
        self._rests_until_ms = due_ms

    def _has_rested(self, generation: int, due_ms: int) -> None:
        if generation == self.generation and self.running and due_ms == self._rests_until_ms:
            self._rests_until_ms = None
            self._pool_changed()

    # What goes out

    def release(self, writes: Sequence[DurableEffect], rest: Sequence[Effect]) -> None:
        """Everything the turn wrote is durable: show it, then carry out the other effects in order."""
        for write in writes:
            self._written(write)
        for effect in rest:
            self._step()
            self._carry_out(effect)
        self._end_of_turn()
        self._meet_leader()
        self._break_silence()

    def _written(self, write: DurableEffect) -> None:
        """A durable effect has become durable."""
        match write:
            case Evidence(first=first):
                self._note(f"accuses {first.signer}")
            case Commit(blocks=blocks):
                heights = f"{blocks[0].block.header.height}…{blocks[-1].block.header.height}"
                self._note(f"commits {heights} {blocks[-1].candidate.block_hash.hex()[:6]}")
                self._height += len(blocks)
                self._gave_up(self.pool.settle(self.thread.ledger.commit(blocks)))
                self._forget_notarized(blocks[-1].candidate.view)
                if self.seat.follows or not any(final.block.transactions for final in blocks):
                    self._judge_waiting()
                self._pool_changed()
            case StoreCertificate(certificate=certificate) if certificate.kind is VoteKind.NOTARIZE:
                self._note_notarized(certificate)
            case _:
                pass

    def _judge_waiting(self) -> None:
        """Who does not build, or loses its turns, finds out so what a builder finds out by building."""
        wall_ms = self.machine.clock.wall_ms(self._around.schedule.now_ms)
        self._rejects(self.thread.ledger.judge(self.pool.backlog.oldest(MAX_JUDGED), wall_ms))

    def _note_notarized(self, certificate: Certificate) -> None:
        """A block is notarized; what it holds is known once it is executed."""
        assert certificate.candidate is not None
        block_hash = certificate.candidate.block_hash
        self._notarized[block_hash] = certificate
        executed = self.thread.ledger.executed(block_hash)
        if executed is not None:
            self.pool.backlog.notarized(executed)
            self._pool_changed()

    def _forget_notarized(self, final_view: int) -> None:
        self._notarized = {name: held for name, held in self._notarized.items() if held.view > final_view}

    def _judged(self, executed: Executed) -> None:
        """The ledger has come to a verdict."""
        self._note(f"executes {executed.block_hash.hex()[:6]}: {executed.outcome.value} {executed.reason}")
        if self.watched:
            self._around.monitor.judged(self, executed)
        block = self.thread.ledger.executed(executed.block_hash)
        if block is not None and executed.block_hash in self._notarized:
            self.pool.backlog.notarized(block)
            self._pool_changed()

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Send(peer=peer, message=message):
                self.post(peer, message)
            case Broadcast(message=message):
                self.post(None, message)
            case Execute():
                self.thread.execute(effect)
            case Build():
                self._build(effect)
            case Sync():
                self.fetch.begin(effect)
            case DropLink():
                self._drop(effect)
            case LeaderFailed(leader=leader, view=view, failing=failing):
                self._note(f"holds view {view} against {leader}: {failing}")
            case Halt():
                self._halt(effect)
            case _:
                raise AssertionError(f"{effect} is durable and was to be written")

    def _drop(self, drop: DropLink) -> None:
        self._note(f"drops the link to {drop.peer}: {drop.fault}")
        if drop.fault is PeerFault.INVALID_RANGE:
            self.fetch.lied(drop.peer)
        if self.watched:
            self._around.monitor.dropped(self, drop.peer, drop.fault)

    def _halt(self, halt: Halt) -> None:
        """Raises Ended."""
        self._note(f"halts: {halt.reason} {halt.detail}")
        if self._is_copy and halt.reason is HaltReason.FOREIGN_VOTE:
            self.seat = replace(self.seat, follows=True)  # and is started again without its guard
        else:
            self.halted = True
            if self.watched:
                self._around.monitor.stopped(self, f"{halt.reason} {halt.detail}")
        raise Ended

    def _build(self, work: Build) -> None:
        """Have a block built, unless what waited turned out to be in a notarized block, and the replica does
        not know yet (R14)."""
        if self._told_includable and not self.pool.backlog.includable:
            self._pool_changed()
            self._put(Built(work.view, None))
        else:
            open_ids = self.thread.ledger.open_ids(work.parent_hash)
            self.thread.build(work, lambda: self.pool.backlog.queues(open_ids))

    def post(self, peer: int | None, packet: Packet) -> None:
        """Let a packet out to one peer, or to all with None. Attackers do otherwise."""
        self._note(f"> {'all' if peer is None else peer} {describe(packet)}")
        if self.watched and not isinstance(packet, Bulk):
            self._around.monitor.sent(self, packet)
        if peer is None:
            self._around.network.broadcast(self, packet)
        else:
            self._around.network.send(self, peer, packet)

    def _meet_leader(self) -> None:
        """When a view has begun: send its leader what waits too long (R14)."""
        view = self.replica.view
        if view == self._view:
            return
        self._view = view
        due, leader = self.pool.backlog.view_began(), self.seat.genesis.leader(view)
        if leader in self._linked:
            self._forward(leader, due)

    def _break_silence(self) -> None:
        """Where no view begins: send what waits to one peer after the other."""
        silent = self.pool.backlog.silent([str(peer) for peer in sorted(self._linked)])
        if silent is not None:
            self._forward(int(silent[0]), silent[1])

    def _forward(self, peer: int, transactions: Sequence[bytes]) -> None:
        for transaction in transactions:
            self.post(peer, PendingTransaction(transaction))


def _proved(blocks: tuple[FinalBlock, ...]) -> tuple[FinalBlock, ...]:
    """The longest beginning of a range that ends with a finalization."""
    while blocks and blocks[-1].certificate.kind is not VoteKind.FINALIZE:
        blocks = blocks[:-1]
    return blocks
