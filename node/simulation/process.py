"""One simulated process: how it starts and ends, what comes in, and what becomes of a turn's effects.

The turn itself, between the two, is in `node.simulation.turn_loop`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import assert_never

from consensus.events import (
    Build,
    Commit,
    DropLink,
    Evidence,
    Execute,
    Executed,
    Halt,
    HaltReason,
    LinkDown,
    LinkUp,
    PeerFault,
    Received,
    Send,
    Tick,
)
from consensus.header import block_hash
from consensus.messages import FinalBlock, VoteKind
from consensus.remembered import Voting
from node.engine.core import Core
from node.engine.turn import Turn, Work
from node.ledger.candidates import ExecutionRejection
from node.links.sync import SyncRequest
from node.pool.mempool import DroppedFromPool
from node.simulation.contents import ContentFetch
from node.simulation.ledger import SimulatedLedger
from node.simulation.machine import LedgerThread, Machine
from node.simulation.network import (
    BulkPacket,
    ContentAnswer,
    ContentRequest,
    Packet,
    RangeAnswer,
    RangeRequest,
    TransactionPacket,
)
from node.simulation.pool import Pool
from node.simulation.ranges import RangeFetch
from node.simulation.seat import ProcessSeat
from node.simulation.trace import describe
from node.simulation.turn_loop import Ended, TurnLoop
from registry.primitives.reason import as_clause

RANGE_BLOCKS = 16


class Process(TurnLoop):
    """The process of one validator. Unless ``watched``, it is an attacker's and owes nobody anything."""

    def __init__(self, name: str, seat: ProcessSeat, *, watched: bool = True) -> None:
        super().__init__(name, seat.validator, Machine(), seat.dependencies, watched=watched)
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
            lambda: self.machine.clock.monotonic_ms(self._dependencies.schedule.now_ms),
        )

    # Starting and ending

    def _forget(self) -> None:
        self._begin_loop()
        self._height = 0

    def start(self) -> None:
        """Open the disk, write and flush the boot record, restore the replica from what is durable."""
        machine = self.machine
        machine.disk.open()
        machine.disk.write(())
        machine.fold(machine.disk.flushed())
        self._forget()
        self.running = True
        self.generation += 1
        machine.clock.started_ms = self._dependencies.schedule.now_ms
        self.pool = self._empty_pool()
        self._height = len(machine.durable.chain)
        ledger = self.seat.ledger(machine.durable)
        nonce = self._dependencies.random.randbytes(16) if self.watched else None
        core = self.core = self._open_core(ledger, nonce)
        self.thread = LedgerThread(
            ledger,
            machine,
            self._dependencies,
            core.built,
            self._judged,
            core.executed,
            self._lacks,
            self._rejects,
        )
        peers = self.core.peers
        self.contents = ContentFetch(self._dependencies, peers, self.post, self.thread.hold, self._accuse)
        self.ranges = RangeFetch(self._dependencies, self.core, self.post)
        self._note(f"starts from turn {machine.disk.durable_turns}")
        self._dependencies.network.recheck()
        self._put(Tick())

    def _open_core(self, ledger: SimulatedLedger, nonce: bytes | None) -> Core:
        epochs = self.seat.epochs(self.machine.durable, nonce)
        return Core(epochs, self.pool.backlog, ledger.executed, self._put)

    def end(self, restart_ms: int | None) -> None:
        """End the process as a crash does; start it again after ``restart_ms`` unless None."""
        if not self.running:
            return
        self.running = False
        self._fold(self.machine.disk.crash(self._dependencies.random))
        self.pool = self._empty_pool()
        self.thread.closed = self.ranges.closed = self.contents.closed = True
        torn = ", a torn tail" if self.machine.disk.torn else ""
        self._note(f"ends, keeping turn {self.machine.disk.durable_turns}{torn}")
        self._dependencies.network.stopped(self)
        if restart_ms is not None:
            self._dependencies.schedule.after(restart_ms, self.start_again)

    def lose_disk(self) -> None:
        """Everything stored is gone, the guard with it: from now on the process only follows (R12)."""
        clock = self.machine.clock
        self.machine = Machine(clock=clock)
        self.seat = replace(self.seat, follows=True)
        if self.watched:
            self._dependencies.monitor.forgot(self)

    def copy_disk(self) -> None:
        """An operator makes a copy of the data folder."""
        self.machine.copy_disk()
        if self.watched:
            self._dependencies.monitor.copied(self)

    def put_back(self) -> None:
        """The operator puts the copy back, and takes it for the node as it was."""
        if self.machine.put_back():
            self._is_copy = True
            if self.watched:
                self._dependencies.monitor.put_back(self)

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
    def waiting(self) -> Collection[bytes]:
        """The transactions that wait, oldest first."""
        return self.pool.waiting

    @property
    def height(self) -> int:
        """The height of the last block committed and shown."""
        return self._height

    # What comes in

    def receive(self, sender: int, packet: Packet) -> None:
        """A packet of the endpoint `sender` has arrived."""
        match packet:
            case TransactionPacket(transaction=transaction):
                self._learn(sender, transaction)
            case ContentRequest(asked=asked):
                self.post(sender, ContentAnswer(asked, self.contents_for(sender, asked)))
            case ContentAnswer():
                self.contents.answered(sender, packet)
            case RangeRequest(from_height=height):
                blocks = tuple(self.machine.durable.chain[height - 1 : height - 1 + RANGE_BLOCKS])
                self.post(sender, RangeAnswer(height, _proved(blocks)))
            case RangeAnswer(blocks=blocks):
                self.ranges.answered(sender, blocks)
            case _:
                self._note(f"< {sender} {describe(packet)}")
                self._put(Received(sender, packet))

    def link_changed(self, peer: int, up: bool) -> None:
        """The link to a peer has come up or gone down."""
        peers = self.core.peers
        peer_id = peers.id(peer)
        if peer_id is None:
            return  # its own number: a twin's
        if up:
            peers.link(peer_id)
            for frame in self.pool.backlog.linked():
                self._forward(peer, frame)
        else:
            peers.unlink(peer_id)
        self._put(LinkUp(peer) if up else LinkDown(peer))

    def submit(self, transaction: bytes) -> None:
        """A client hands in a transaction: admitted, then sent to every linked validator."""
        if self._take(transaction):
            for peer in self._linked():
                self._forward(peer, [transaction])
            self.core.pool_changed()

    def take(self, transaction: bytes) -> None:
        """A client hands in a transaction, and all that this process sends of it at once is lost."""
        if self._take(transaction):
            self.core.pool_changed()

    def take_over(self, transaction: bytes) -> None:
        """A transaction comes, with all its attachments, from a node that is gone before others had it."""
        self.thread.hold(transaction)
        self.admit(transaction)

    def _take(self, transaction: bytes) -> bool:
        """Take a client's transaction, with all its attachments, unless it is known or already final."""
        self._note(f"client submits {describe(TransactionPacket(transaction))}")
        self.thread.hold(transaction)
        return self.pool.give(transaction)

    def admit(self, transaction: bytes) -> None:
        """Take another node's transaction, its attachments held, unless it is known or already final."""
        if self.pool.admit(transaction):
            self.core.pool_changed()

    def _learn(self, sender: int, transaction: bytes) -> None:
        """A peer sends a transaction: it is taken once the peer has given its attachments."""
        if not self.thread.ledger.lacks(transaction):
            self.admit(transaction)
            return

        def done(held: bool) -> None:
            if held:
                self.admit(transaction)

        sender_id = self.core.peers.id(sender)
        if sender_id is not None:
            self.contents.for_transaction(transaction, sender_id, done)

    def contents_for(self, asker: int, asked: Sequence[bytes]) -> tuple[bytes, ...]:
        """Of which of these transactions the asker is given the attachments. Attackers do otherwise."""
        return tuple(item for item in asked if not self.thread.ledger.lacks(item))

    def _lacks(self, work: Execute, missing: Sequence[bytes]) -> None:
        """A block cannot be executed: what it lacks is fetched, unless that is under way."""
        wall_ms = self.machine.clock.wall_ms(self._dependencies.schedule.now_ms)
        fetch = self.core.lacks(work, tuple(missing), wall_ms) if missing else None
        if fetch is None:
            return
        others = (*fetch.likely, *self._linked_ids())
        core = self.core
        self.contents.for_block(
            fetch.addresses,
            fetch.named_by,
            others,
            lambda is_held: core.content(fetch.block_hash, is_held=is_held),
        )

    def _accuse(self, peer: int) -> None:
        self._note(f"accuses {peer} of withholding attachments")
        if self.watched:
            self._dependencies.monitor.accused(self, peer)

    def _rejects(self, verdicts: Sequence[ExecutionRejection]) -> None:
        """Execution found waiting transactions invalid: those that no block will hold are given up."""
        self._gave_up(self.pool.set_aside(verdicts))
        self.core.pool_changed()

    def _gave_up(self, dropped: Sequence[DroppedFromPool]) -> None:
        """Whoever waits for these transactions is told that no block will hold them."""
        for one in dropped:
            self._note(f"refuses {describe(TransactionPacket(one.id))}: {one.reason.value}")
            if self.watched:
                self._dependencies.monitor.refused(self, one.id)

    # What goes out

    def begin(self, work: Work) -> None:
        for order in self.core.begin(work):
            match order:
                case Execute():
                    self.thread.execute(order)
                case Build():
                    self._build(order)
                case SyncRequest():
                    self.ranges.ask(order)
                case _:
                    assert_never(order)

    def release(self, turn: Turn) -> None:
        for send in turn.sends:
            self._step()
            self.post(send.peer if isinstance(send, Send) else None, send.message)
        for drop in turn.drops:
            self._step()
            self._drop(drop)
        for failed in turn.failed:
            self._note(f"holds view {failed.view} against {failed.leader}: {failed.failing}")
        for write in turn.durable:
            if isinstance(write, Evidence):
                self._note(f"accuses {write.first.signer}")
            elif isinstance(write, Commit):
                self._settle(write.blocks)
        self._end_of_turn()
        for forward in self.core.end_turn(self._linked_ids()):
            self._forward(self.core.peers.number(forward.peer), forward.transactions)
        if turn.halt is not None:
            self._halt(turn.halt)

    def _settle(self, blocks: Sequence[FinalBlock]) -> None:
        heights = f"{blocks[0].block.header.height}…{blocks[-1].block.header.height}"
        self._note(f"commits {heights} {blocks[-1].candidate.block_hash.hex()[:6]}")
        self._height += len(blocks)
        committed = self.thread.ledger.commit(blocks)
        settled = self.core.settle(committed, blocks[-1].candidate.view)
        self.pool.settled(committed, settled.dropped)
        self._gave_up(settled.dropped)
        if settled.to_judge:
            wall_ms = self.machine.clock.wall_ms(self._dependencies.schedule.now_ms)
            self._rejects(self.thread.ledger.judge(settled.to_judge, wall_ms))

    def _judged(self, executed: Executed) -> None:
        """The ledger has come to a verdict."""
        self._note(f"executes {executed.block_hash.hex()[:6]}: {executed.outcome.value} {executed.reason}")
        if self.watched:
            self._dependencies.monitor.judged(self, executed)

    def _drop(self, drop: DropLink) -> None:
        self._note(f"drops the link to {drop.peer}: {drop.fault}")
        peer_id = self.core.peers.id(drop.peer)
        if drop.fault is PeerFault.INVALID_RANGE and peer_id is not None:
            self.core.lied(peer_id)
        if self.watched:
            self._dependencies.monitor.dropped(self, drop.peer, drop.fault)

    def _halt(self, halt: Halt) -> None:
        """Raises Ended."""
        self._note(f"halts: {as_clause(halt.reason.sentence)} {halt.detail}")
        if self._is_copy and halt.reason is HaltReason.FOREIGN_VOTE:
            self.seat = replace(self.seat, follows=True)  # and is started again without its guard
        else:
            self.halted = True
            if self.watched:
                self._dependencies.monitor.stopped(self, f"{as_clause(halt.reason.sentence)} {halt.detail}")
        raise Ended

    def _build(self, order: Build) -> None:
        open_ids = self.thread.ledger.open_ids(order.parent_hash)
        self.thread.build(order, lambda: self.pool.backlog.queues(open_ids))

    def post(self, peer: int | None, packet: Packet) -> None:
        """Let a packet out to one peer, or to all with None. Attackers do otherwise."""
        self._note(f"> {'all' if peer is None else peer} {describe(packet)}")
        if self.watched and not isinstance(packet, BulkPacket):
            self._dependencies.monitor.sent(self, packet)
        if peer is None:
            self._dependencies.network.broadcast(self, packet)
        else:
            self._dependencies.network.send(self, peer, packet)

    def _linked(self) -> list[int]:
        return sorted(self.core.peers.linked.values())

    def _linked_ids(self) -> list[str]:
        return sorted(self.core.peers.linked, key=self.core.peers.number)

    def _forward(self, peer: int, transactions: Sequence[bytes]) -> None:
        for transaction in transactions:
            self.post(peer, TransactionPacket(transaction))


def _proved(blocks: tuple[FinalBlock, ...]) -> tuple[FinalBlock, ...]:
    """The longest beginning of a range that ends with a finalization."""
    while blocks and blocks[-1].certificate.kind is not VoteKind.FINALIZE:
        blocks = blocks[:-1]
    return blocks
