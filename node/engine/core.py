"""What a node decides around its replica (decision 0107). Pure: whoever drives it does the I/O, and brings
back what came of it.

A driver gives it events and carries out what it orders:

    effects = core.handle(now, event)       one event of the replica
    turn = core.turn(effects)               what a turn's effects ask for, by when it may be done
    orders = core.begin(work)               a piece of the turn's work, to be begun at once
    core.executed(…), core.arrived(…), …    what became of it
    core.settle(…)                          blocks became final and are durable
    core.end_turn(linked)                   what is sent on, now that the turn is over
    core = core.enter(boundary, following)  the last of those blocks ended the epoch

Own events that follow from a decision go to `put`, and are handled in a later turn. The node's driver and the
simulator drive this very code.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from consensus.events import (
    Build,
    Built,
    ContentArrived,
    Effect,
    Event,
    Execute,
    Executed,
    LinkUp,
    Now,
    PoolChanged,
    StoreCertificate,
    Synced,
    Tick,
)
from consensus.events import Sync as Want
from consensus.header import Header
from consensus.messages import Block, Certificate, FinalBlock, VoteKind
from node.engine.epochs import KnownEpochs
from node.engine.turn import Turn, Work, sort_out
from node.ledger.candidates import WaitingTransaction
from node.links.sync import Action, Deliver, RangeSync, SyncRequest
from node.pool.backlog import Backlog, ExecutedBlock
from node.pool.mempool import DroppedFromPool
from registry.primitives.validator_set import ValidatorSet

FRESH_MS: Final = 10_000
"""A younger block was proposed just now: its proposer holds what it names (`node.links.asking`, A6)."""

MAX_JUDGED: Final = 64
"""Waiting transactions that a node tries by itself when a block is final, the oldest ones."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """Get the attachments that a block lacks, then tell `content`. `named_by` is at fault if it lacks them,
    `likely` are those who probably hold them; both are peer ids."""

    block_hash: bytes
    addresses: tuple[bytes, ...]
    named_by: tuple[str, ...]
    likely: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forward:
    """Send these encoded transactions to a peer, by its id."""

    peer: str
    transactions: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """Transactions that no block will hold, and those to be tried by this node itself."""

    dropped: tuple[DroppedFromPool, ...]
    to_judge: tuple[WaitingTransaction, ...]


Order: TypeAlias = Execute | Build | SyncRequest


class Core:
    """The decisions of one epoch: of the one that runs in `epochs`. `executed_block` gives a block that was
    executed here and is not final."""

    def __init__(
        self,
        epochs: KnownEpochs,
        backlog: Backlog,
        executed_block: Callable[[bytes], ExecutedBlock | None],
        put: Callable[[Event], None],
    ) -> None:
        self.seat = epochs.seat
        self.replica = epochs.seat.replica
        self.peers = epochs.seat.peers
        self._epochs = epochs
        self._backlog = backlog
        self._executed_block = executed_block
        self._put = put
        self._ranges = RangeSync()
        self._notarized: dict[bytes, Certificate] = {}
        self._fetching: set[bytes] = set()
        self._view = 0
        self._told_includable = False
        self.is_over = False

    def enter(self, boundary: Header, following: ValidatorSet, nonce: bytes) -> "Core":
        """The block of this header is final and durable, and ends the epoch: the core of the next one, whose
        validators are `following`. What waits for this core is dropped before; what its work still brings
        back is told to nobody. The new replica is told who is linked and whether anything waits; if it has to
        listen first (R12), `nonce` is that of its start."""
        self.is_over = True
        self._epochs.enter(boundary, following, self.peers.linked, nonce)
        self._backlog.tell_anew()
        core = Core(self._epochs, self._backlog, self._executed_block, self._put)
        for number in core.peers.linked.values():
            self._put(LinkUp(number))
        return core

    # A turn

    @property
    def deadline_ms(self) -> int | None:
        """When something is due though nothing happens, by the monotonic clock; None: never."""
        deadlines = (self.replica.deadline_ms, self._backlog.next_change_ms())
        return min((deadline for deadline in deadlines if deadline is not None), default=None)

    def handle(self, now: Now, event: Event) -> Sequence[Effect]:
        """Give the replica an event."""
        if isinstance(event, PoolChanged):
            self._told_includable = event.includable
        return self.replica.handle(now, event)

    def tick(self, now: Now) -> Sequence[Effect]:
        """Time has passed."""
        self.pool_changed()
        deadline_ms = self.replica.deadline_ms
        if deadline_ms is None or deadline_ms > now.monotonic_ms:
            return ()
        return self.replica.handle(now, Tick())

    def turn(self, effects: Iterable[Effect]) -> Turn:
        """What a turn's effects ask for."""
        turn = sort_out(effects)
        for effect in turn.durable:
            if isinstance(effect, StoreCertificate) and effect.certificate.kind is VoteKind.NOTARIZE:
                self._note_notarized(effect.certificate)
        return turn

    def begin(self, work: Work) -> tuple[Order, ...]:
        """What is to be begun for a piece of work."""
        match work:
            case Execute():
                return (work,)
            case Build(view=view):
                if self._told_includable and not self._backlog.includable:
                    # What waited is in a block that was found notarized, or its member rests, and the news of
                    # that goes first: without it an empty block would follow each full one (R14).
                    self.pool_changed()
                    self._tell(Built(view, None))
                    return ()
                return (work,)
            case Want(from_height, peers):
                linked = [peer_id for peer_id in map(self.peers.id, peers) if peer_id is not None]
                return self._act(self._ranges.want(from_height, linked))

    def end_turn(self, linked_validators: Sequence[str]) -> tuple[Forward, ...]:
        """What is sent on when a turn is over: to the leader of a view that has begun (F3), and in silence to
        one validator after the other (F4)."""
        to_leader, silent = self._greet_leader(), self._backlog.silent(linked_validators)
        return (*to_leader, *(() if silent is None else (Forward(*silent),)))

    def _greet_leader(self) -> tuple[Forward, ...]:
        view = self.replica.view
        if view == self._view:
            return ()
        self._view = view
        due = self._backlog.view_began()
        leader = self.peers.id(self.seat.leaders[view % len(self.seat.leaders)])
        return (Forward(leader, due),) if due and leader in self.peers.linked else ()

    # The pool

    def pool_changed(self) -> None:
        """Something of the backlog changed: the replica hears whether a block could take anything of it."""
        news = None if self.is_over else self._backlog.news()
        if news is not None:
            self._tell(PoolChanged(news))

    def settle(self, blocks: Sequence[ExecutedBlock], final_view: int) -> Settled:
        """Blocks became final, the last in that view, and are durable.

        What builders find out about transactions by building, a node that never builds finds out by trying
        them; and a validator too that loses its turns, where the others' blocks leave out what waits here
        alone: else it would have them make empty blocks for as long as the transaction lives.
        """
        self._notarized = {
            block_hash: certificate
            for block_hash, certificate in self._notarized.items()
            if certificate.view > final_view
        }
        dropped = self._backlog.settle(blocks)
        self.pool_changed()
        is_empty = not any(block.receipts for block in blocks)
        return Settled(
            dropped, self._backlog.oldest(MAX_JUDGED) if self.seat.index is None or is_empty else ()
        )

    def _note_notarized(self, certificate: Certificate) -> None:
        assert certificate.candidate is not None
        block_hash = certificate.candidate.block_hash
        self._notarized[block_hash] = certificate
        block = self._executed_block(block_hash)
        if block is not None:
            self._tell_notarized(block)

    def _tell_notarized(self, block: ExecutedBlock) -> None:
        self._backlog.notarized(block)
        self.pool_changed()

    # What became of work

    def executed(self, executed: Executed) -> None:
        """A block was executed, or could not be."""
        if self.is_over:
            return
        block = self._executed_block(executed.block_hash)
        if block is not None and executed.block_hash in self._notarized:
            self._tell_notarized(block)
        self._tell(executed)

    def built(self, order: Build, block: Block) -> None:
        """A block was built, and so executed."""
        self._tell(Built(order.view, block))

    def lacks(self, order: Execute, addresses: tuple[bytes, ...], wall_ms: int) -> Fetch | None:
        """The block cannot be executed for want of attachments; the replica asks for its execution again by
        itself. None where they are being fetched."""
        if self.is_over or order.block_hash in self._fetching:
            return None
        self._fetching.add(order.block_hash)
        header = order.block.header
        proposer = self.peers.id(header.proposer)
        is_fresh = wall_ms - header.time_ms < FRESH_MS
        notarization = self._notarized.get(order.block_hash)
        signers = () if notarization is None else notarization.signers
        likely = (self.peers.id(number) for number in (header.proposer, *signers))
        return Fetch(
            order.block_hash,
            addresses,
            (proposer,) if proposer is not None and is_fresh else (),
            tuple(peer_id for peer_id in likely if peer_id is not None),
        )

    def content(self, block_hash: bytes, *, is_held: bool) -> None:
        """What a block lacked is here, or cannot be had now."""
        self._fetching.discard(block_hash)
        if is_held:
            self._tell(ContentArrived())

    def arrived(
        self, ask: SyncRequest, blocks: tuple[FinalBlock, ...], is_proved: bool | None
    ) -> tuple[SyncRequest, ...]:
        """A peer answered with these final blocks, or with none if it failed; what to ask next."""
        return () if self.is_over else self._act(self._ranges.arrived(ask, blocks, is_proved))

    def lied(self, peer_id: str) -> None:
        """The replica found a range of this peer false."""
        self._ranges.lied(peer_id)

    def _act(self, actions: Iterable[Action]) -> tuple[SyncRequest, ...]:
        asks = []
        for action in actions:
            match action:
                case SyncRequest():
                    asks.append(action)
                case Deliver(peer_id, blocks, is_proved):
                    number = self.peers.number(peer_id) if peer_id else 0
                    self._tell(Synced(number, blocks, is_proved))
                case _:
                    assert_never(action)
        return tuple(asks)

    def _tell(self, event: Event) -> None:
        if not self.is_over:
            self._put(event)
