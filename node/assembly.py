"""One node put together from its parts, without a process around it: the same for a real one and for tests.

Making a `Node` checks what is stored and builds everything; `run` links to the others and takes turns until
it is cancelled or something ends it. Nothing here reads a file but the store, and no clock but the one it is
given.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import thread_time

from structlog.typing import FilteringBoundLogger

from api.ports import Clocks, Follows, View
from consensus.config import Limits, ReplicaConfig, Restored
from consensus.delivery import proves
from consensus.events import HaltReason
from consensus.guard import NONCE_BYTES, Guard, GuardState
from consensus.header import Header
from consensus.leaders import leader_order
from consensus.messages import FinalBlock
from consensus.replica import Replica
from consensus.state import Voting
from consensus.timing import Timing
from node.address_news import AddressNews
from node.admission import Admission
from node.backlog import Backlog
from node.block_time import BlockTime
from node.builder import BlockLimits
from node.clock import Clock
from node.clock_watch import ClockWatch, judge
from node.contents import Contents
from node.decoding import DecodedTransactions
from node.disk_watch import DiskWatch
from node.driver import Driver, Halted, Seat, Surroundings
from node.explained import Explained
from node.failpoints import FailPoints
from node.ledger import Branch, Ledger, Written
from node.mempool import Mempool, PoolLimits
from node.metrics import Metrics
from node.network import Network
from node.opening import open_ledger
from node.peers import Peers
from node.pending import PendingTransactions
from node.service import NodeService, Parts
from node.storage.chain_records import ChainReader, ChainRecords
from node.storage.guard_records import GuardRecords, LostGuard, mark_guard_lost, renew_mark
from node.storage.read_view import ReadView, take_snapshot
from node.storage.store import Store
from node.telemetry import Telemetry
from node.transport.port import Transport
from node.verify_pool import VerifyPool
from node.version import VERSION
from node.vote_watch import VoteWatch
from node.whereabouts import AddressFile, Whereabouts
from registry.genesis import GenesisDocument
from registry.primitives import ed25519
from registry.primitives.validator_set import Validator, ValidatorSet
from registry.rows import Damaged
from registry.ruleset import RULESET


@dataclass(frozen=True, slots=True)
class NodeIdentity:
    """Who this node is. Without a consensus key it follows the others and never votes; without the peer's it
    announces no address. `unused_key` is the public consensus key of a node that was started without it."""

    peer_id: str
    consensus_seed: bytes | None
    peer_seed: bytes | None = None
    unused_key: bytes | None = None

    @property
    def public_key(self) -> bytes | None:
        """The key that validator sets name it by."""
        return None if self.consensus_seed is None else ed25519.public_key(self.consensus_seed)


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """What may differ between nodes of a network. `addresses` says, by peer id, where others really are;
    `announced` is where they reach this node, and `address_file` keeps what is heard of others."""

    timing: Timing = field(default_factory=Timing)
    pool: PoolLimits = field(default_factory=PoolLimits)
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    announced: tuple[str, ...] = ()
    address_file: Path | None = None


class GuardLost(Explained):
    """The vote guard is lost (R12): this node could contradict what it signed before."""

    def __init__(self, lost: LostGuard) -> None:
        super().__init__(
            f"the vote guard is lost, so this node must not vote. {lost.loss.value} {lost.detail}".rstrip(
                ". "
            ),
            do="start it with --no-vote, for good, in its service file too: it follows and answers reads "
            "(docs/operating.md, Lost guard)",
        )
        self.loss = lost.loss


class Node:
    """A node in one process. Opening it checks everything that is stored; `run` makes it live."""

    def __init__(
        self,
        store: Store,
        document: GenesisDocument,
        identity: NodeIdentity,
        settings: NodeSettings,
        clock: Clock,
        failpoints: FailPoints,
        log: FilteringBoundLogger,
    ) -> None:
        """Raises Damage, WrongNetwork and GuardLost."""
        self._store = store
        self._document = document
        self._identity = identity
        self._settings = settings
        self._clock = clock
        self.telemetry = Telemetry(Metrics(VERSION), log, clock.now)
        self._genesis_hash = document.genesis_hash
        self._document_bytes = document.encode()
        guards = None if identity.public_key is None else GuardRecords(store.reader, identity.public_key)
        chain = ChainRecords(store.reader, guards)
        opened = open_ledger(store, chain, document)
        self.telemetry.opened(opened.tip.header)
        self._epochs = opened.epochs
        self._guard_state = None if guards is None else _open_guard(guards)
        if identity.public_key is not None:
            renew_mark(store, identity.public_key)
        self._is_unused_lost = identity.unused_key is not None and isinstance(
            GuardRecords(store.reader, identity.unused_key).state(), LostGuard
        )
        self._guard: Guard | None = None
        self._judge: tuple[View, Admission] | None = None
        self._checks = VerifyPool(ed25519.verify)
        self._decoded = DecodedTransactions()
        self._contents = Contents(store.reader)
        self._ledger = Ledger(
            store,
            chain,
            document,
            opened.tip,
            self._show,
            self._contents.get,
            self._decoded,
            self._checks.verify,
            clock.monotonic_ms,
            settings.timing.delta_ms // 2,
            failpoints,
        )
        whereabouts = Whereabouts(
            self._genesis_hash, identity.peer_id, overrides=settings.addresses, wall_ms=clock.wall_ms
        )
        address_file = AddressFile(settings.address_file, log)
        encoded_finals = ChainReader(store.reader).encoded_finals
        self.network = Network(
            identity.peer_id, self, self._contents, encoded_finals, self.telemetry.conduct, whereabouts
        )
        self._addresses = AddressNews(self.network, whereabouts, address_file, self.telemetry)
        self._set_validators(opened.epoch)
        address_file.read_into(whereabouts)
        if settings.announced and identity.peer_seed is not None:
            whereabouts.announce(settings.announced, identity.peer_seed)
        self._pool = Mempool(settings.pool, opened.tip.hash)
        self._backlog = Backlog(
            self._pool,
            BlockLimits(document.parameters.block_bytes, document.parameters.block_transactions),
            lambda: self._block_time().next_ms,
            clock.monotonic_ms,
        )
        self._pending = self._open_pending(failpoints)
        final = chain.final(chain.height)
        self._disk = DiskWatch(
            lambda: self._ledger.writing_since_ms, clock.monotonic_ms, self.telemetry.metrics.work, log
        )
        self.service = NodeService(self._service_parts(failpoints), self._show(opened.tip, final))
        self._driver = Driver(
            self._seat(opened.epoch, opened.anchor, _to_start(chain.restored(opened.epoch)), ()),
            Surroundings(
                self._ledger,
                self.network,
                self._backlog,
                self._pending,
                self._checks,
                self.telemetry,
                failpoints,
                clock.now,
                thread_time,
                self._pending.forwarded,
                self.service.publish,
                self.service.dropped,
                self._enter_epoch,
                self._watch_others(),
            ),
        )

    async def run(self, transport: Transport) -> None:
        """Links to the others and takes turns until cancelled; raises what ended it.

        The transport's sink is `network`.
        """
        self.network.attach(transport)
        await transport.start()
        self.telemetry.listening(transport.addresses)
        self._driver.spawn(self._addresses.run(announces=bool(self._settings.announced)))
        self._driver.spawn(self._disk.run())
        try:
            await self._driver.run()
        except Halted as halted:
            key = self._identity.public_key
            if halted.reason is HaltReason.FOREIGN_VOTE and key is not None:
                # Or the next start would vote with this guard again, before anybody reminds it (R12).
                mark_guard_lost(self._store, key, halted.detail)
            raise
        except Damaged as damaged:
            raise self._store.condemn(damaged) from damaged
        finally:
            self.service.close()
            self.network.fetching.close()
            await transport.stop()

    def close(self) -> None:
        """Ends the threads and releases the store; after `run`."""
        self._checks.close()
        self._store.close()

    @property
    def validators(self) -> ValidatorSet:
        """The validators of the newest epoch that this node knows."""
        return self._epochs[max(self._epochs)]

    # What the network tells (node.network.Listener)

    async def received(self, peer_id: str, frames: Sequence[bytes]) -> None:
        """See `node.network.Listener`."""
        await self._driver.received(peer_id, frames)

    def link_changed(self, peer_id: str, up: bool) -> None:
        """See `node.network.Listener`."""
        self._driver.link_changed(peer_id, up)
        self.telemetry.link_changed(peer_id, up, len(self.network.linked))
        if up:
            self._pending.linked(peer_id)
            self._driver.spawn(self._addresses.ask(peer_id))

    def failed(self, error: BaseException) -> None:
        """See `node.network.Listener`."""
        self._driver.fail(error)

    # Parts

    def _pool_changed(self) -> None:
        self._driver.pool_changed()

    def _open_pending(self, failpoints: FailPoints) -> PendingTransactions:
        return PendingTransactions(
            self._backlog,
            self._checks,
            self._contents,
            self.network,
            self._admission,
            self._block_time,
            self._pool_changed,
            failpoints,
            lambda: self._clock.monotonic_ms() / 1000,
        )

    def _service_parts(self, failpoints: FailPoints) -> Parts:
        return Parts(
            self._pool,
            self._pending,
            self._contents,
            self.network,
            self.telemetry,
            lambda: self._driver.seat.replica.progress,
            lambda: self._driver.seat.replica.is_halted,
            lambda: self._driver.behind_ms,
            lambda: self._disk.pending_ms,
            self._links_needed,
            self._silent,
            self._follows,
            self._clock.monotonic_ms,
            self._block_time,
            self._compare_clocks,
            self.failed,
            failpoints,
        )

    def _links_needed(self) -> int:
        """Links to validators without which this node cannot be part of, or see, a quorum."""
        seat = self._driver.seat
        return self.validators.quorum - (seat.index is not None)

    def _silent(self) -> Sequence[Validator]:
        """The linked validators that follow and do not vote, as far as their silence tells."""
        return [self.validators.validators[index] for index in self._driver.seat.replica.silent]

    def _follows(self) -> Follows | None:
        """Why this node does not vote."""
        if self._driver.seat.index is not None:
            return None
        key = self._identity.public_key or self._identity.unused_key
        if key is None:
            return Follows.NO_KEY
        if self.validators.index_of(key) is None:
            return Follows.NOT_LISTED
        return Follows.LOST_GUARD if self._is_unused_lost else Follows.BY_CHOICE

    def _watch_others(self) -> Callable[[], None]:
        """What looks after every turn at what the others' answers say."""
        log, service = self.telemetry.log, self.service
        clocks = ClockWatch(self.telemetry.metrics.clocks, log, self._compare_clocks, self._clock.now)
        votes = VoteWatch(log, service.not_voting, service.linked)

        def look() -> None:
            clocks.look()
            votes.look()

        return look

    def _admission(self) -> Admission:
        view = self.service.view()
        if self._judge is None or self._judge[0] is not view:
            self._judge = (
                view,
                Admission(view.reader, view.genesis_hash, self._decoded, self._checks.verify),
            )
        return self._judge[1]

    def _block_time(self) -> BlockTime:
        now = self._clock.now()
        correction_ms = self._driver.seat.replica.clocks(now).correction_ms
        return BlockTime(now.wall_ms, now.wall_ms + correction_ms, self.service.view().header.time_ms)

    def _compare_clocks(self) -> Clocks:
        comparison = self._driver.seat.replica.clocks(self._clock.now())
        return judge(comparison, self.validators.validators, self._block_time())

    def _show(self, tip: Branch, final: FinalBlock | None) -> ReadView:
        """The view of the store as it is now, with `tip` as its last block; on the ledger's thread."""
        return ReadView(
            self._genesis_hash,
            self._document_bytes,
            tip.header,
            None if final is None else final.certificate,
            self._epochs[tip.header.epoch],
            tip.state.map,
            take_snapshot(self._store),
        )

    # Epochs

    def _set_validators(self, epoch: int) -> None:
        beside = [validators for known, validators in self._epochs.items() if known != epoch]
        self.network.set_validators(self._epochs[epoch], beside)

    def _seat(self, epoch: int, anchor: Header, restored: Restored, linked: Iterable[str]) -> Seat:
        """The replica of an epoch, as validator if this node's key is in its set and may vote."""
        validators = self._epochs[epoch]
        parameters = self._document.parameters
        key, state = self._identity.public_key, self._guard_state
        index = None if state is None or key is None else validators.index_of(key)
        config = ReplicaConfig(
            genesis_hash=self._genesis_hash,
            epoch=epoch,
            validators=validators,
            index=index,
            anchor=anchor,
            ruleset=RULESET,
            verify=self._checks.verify,
            timing=self._settings.timing,
            limits=Limits(parameters.block_bytes, parameters.block_transactions),
        )
        guard = None
        if index is not None and state is not None:
            guard = Guard(self._sign, self._genesis_hash, index, state)
        self._guard = guard
        self.telemetry.epoch_entered(epoch, validators, guard is not None)
        return Seat(
            Replica(config, guard, restored),
            Peers(validators, self._identity.peer_id, linked),
            leader_order(self._genesis_hash, epoch, validators.n),
            validators.digest(),
            index,
            partial(proves, config),
        )

    def _sign(self, message: bytes) -> bytes:
        seed = self._identity.consensus_seed
        if seed is None:
            raise AssertionError("only a node that may vote has a guard")
        return ed25519.sign(seed, message)

    def _enter_epoch(self, written: Written, linked: Iterable[str]) -> Seat:
        """The boundary is final: the next epoch's validators take over; three epochs stay linked (R16)."""
        boundary, following = written.blocks[-1], written.next_validators
        if following is None:
            raise AssertionError("only the block that ends an epoch begins the next")
        epoch = boundary.header.epoch + 1
        self._epochs = {known: self._epochs[known] for known in self._epochs if known >= epoch - 1}
        self._epochs[epoch] = following
        if self._guard is not None:
            self._guard_state = self._guard.state()
        self._set_validators(epoch)
        restored = Restored()
        if self._driver.seat.replica.progress.voting is Voting.LISTENS:
            restored = _to_start(restored)
        return self._seat(epoch, boundary.header, restored, linked)


def _to_start(restored: Restored) -> Restored:
    """What a replica starts from that listens to the others before it votes (R12)."""
    return replace(restored, nonce=os.urandom(NONCE_BYTES))


def _open_guard(guards: GuardRecords) -> GuardState:
    state = guards.state()
    if isinstance(state, LostGuard):
        raise GuardLost(state)
    return state
