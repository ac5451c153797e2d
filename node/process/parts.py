"""The parts of a node, each built by a function that names what goes into it, from the bottom up."""

import os
from collections.abc import Callable
from dataclasses import replace
from time import thread_time

from consensus.config import Limits
from consensus.guard import NONCE_BYTES
from node.engine.arrivals import Arrivals
from node.engine.driver import Driver, DriverDependencies
from node.engine.epochs import KnownEpochs, SeatTerms, StoredEpoch
from node.ledger.builder import BlockLimits
from node.ledger.ledger import Ledger, LedgerDependencies
from node.links.address_news import AddressNews
from node.links.network import Links
from node.links.whereabouts import AddressFile, Whereabouts
from node.observing.clock_watch import ClockWatch
from node.observing.disk_watch import DiskWatch
from node.observing.vote_watch import VoteWatch
from node.pool.admission import Admissions
from node.pool.backlog import Backlog
from node.pool.mempool import Mempool
from node.pool.pending import PendingDependencies, PendingTransactions
from node.process.ground import Ground, NodeDependencies
from node.serving.service import NodeService, ServiceDependencies
from node.serving.standing import NodeStanding, StandingDependencies
from node.serving.views import NewestView, Views
from node.storage.chain_records import ChainReader
from registry.ruleset import CURRENT


def make_whereabouts(dependencies: NodeDependencies) -> Whereabouts:
    """Where the others are, as far as the settings say."""
    return Whereabouts(
        dependencies.document.genesis_hash,
        dependencies.identity.peer_id,
        overrides=dependencies.settings.addresses,
        wall_ms=dependencies.clock.wall_ms,
    )


def make_network(ground: Ground, whereabouts: Whereabouts) -> Links:
    """The links, which the transport is attached to later."""
    return Links(
        own_id=ground.dependencies.identity.peer_id,
        contents=ground.contents,
        encoded_finals=ChainReader(ground.dependencies.store.reader).encoded_finals,
        conduct=ground.telemetry.conduct,
        whereabouts=whereabouts,
    )


def make_views(ground: Ground, epochs: KnownEpochs) -> Views:
    """What shows the state after each commit."""
    return Views(ground.dependencies.store, ground.dependencies.document, epochs.validators_of)


def make_epochs(ground: Ground, network: Links) -> KnownEpochs:
    """The node's seat in the epoch that goes on, which is shown to those that `show_epoch` names."""
    stored = ground.stored
    opened, restored = stored.opened, stored.chain.restored(stored.opened.epoch)
    epoch = StoredEpoch(
        epoch=opened.epoch,
        validators=opened.epochs,
        anchor=opened.anchor,
        guard=stored.guard,
        restored=replace(restored, nonce=os.urandom(NONCE_BYTES)),
    )
    epochs = KnownEpochs(_seat_terms(ground), epoch)
    show_epoch(ground, network, epochs)
    return epochs


def _seat_terms(ground: Ground) -> SeatTerms:
    dependencies, parameters = ground.dependencies, ground.dependencies.document.parameters
    return SeatTerms(
        genesis_hash=dependencies.document.genesis_hash,
        ruleset=CURRENT.number,
        limits=Limits(parameters.block_bytes, parameters.block_transactions),
        peer_id=dependencies.identity.peer_id,
        public_key=dependencies.identity.public_key,
        sign=dependencies.identity.sign,
        verify=ground.checks.verify,
        timing=dependencies.settings.timing,
    )


def show_epoch(ground: Ground, network: Links, epochs: KnownEpochs) -> None:
    """Tells the links whom to link to, and the operator who the members are."""
    network.set_validators(epochs.validators, epochs.others)
    ground.telemetry.epoch_entered(epochs.epoch, epochs.validators, epochs.seat.index is not None)


def make_address_news(ground: Ground, network: Links, whereabouts: Whereabouts) -> AddressNews:
    """After the epochs, which list those whose addresses are kept; what this node announces comes last."""
    settings, peer_seed = ground.dependencies.settings, ground.dependencies.identity.peer_seed
    file = AddressFile(settings.address_file, ground.dependencies.log)
    file.read_into(whereabouts)
    if settings.announced and peer_seed is not None:
        whereabouts.announce(settings.announced, peer_seed)
    return AddressNews(network, whereabouts, file, ground.telemetry)


def make_newest(ground: Ground, views: Views) -> NewestView:
    """What readers are shown until the first block becomes final here."""
    chain = ground.stored.chain
    return NewestView(views.show(ground.stored.opened.tip, chain.final(chain.height)))


def make_ledger(ground: Ground, views: Views) -> Ledger:
    """The ledger, which stands on the last final block."""
    dependencies = ground.dependencies
    return Ledger(
        LedgerDependencies(
            store=dependencies.store,
            chain=ground.stored.chain,
            document=dependencies.document,
            show=views.show,
            contents=ground.contents.get,
            decoded=ground.decoded,
            verify=ground.checks.verify,
            monotonic_ms=dependencies.clock.monotonic_ms,
            build_ms=dependencies.settings.timing.delta_ms // 2,
            failpoints=dependencies.failpoints,
        ),
        ground.stored.opened.tip,
    )


def make_disk_watch(ground: Ground, ledger: Ledger) -> DiskWatch:
    """Who tells that the disk keeps a write."""
    dependencies = ground.dependencies
    return DiskWatch(
        lambda: ledger.writing_since_ms,
        dependencies.clock.monotonic_ms,
        ground.telemetry.metrics.work,
        dependencies.log,
    )


def make_standing(ground: Ground, epochs: KnownEpochs, newest: NewestView, disk: DiskWatch) -> NodeStanding:
    """What the node says of itself."""
    identity = ground.dependencies.identity
    return NodeStanding(
        StandingDependencies(
            epochs=epochs,
            newest=newest,
            lag=ground.lag,
            disk=disk,
            public_key=identity.public_key or identity.unused_key,
            is_guard_lost=ground.stored.is_unused_guard_lost,
            now=ground.dependencies.clock.now,
        )
    )


def make_backlog(ground: Ground, pool: Mempool, standing: NodeStanding) -> Backlog:
    """What waits here, and who is sent it."""
    dependencies, parameters = ground.dependencies, ground.dependencies.document.parameters
    return Backlog(
        pool,
        BlockLimits(parameters.block_bytes, parameters.block_transactions),
        lambda: standing.block_time().next_ms,
        dependencies.clock.monotonic_ms,
    )


def make_pending(
    ground: Ground,
    *,
    backlog: Backlog,
    network: Links,
    newest: NewestView,
    standing: NodeStanding,
) -> PendingTransactions:
    """The doors of the backlog."""
    dependencies = ground.dependencies

    def wake_for_news() -> None:
        if backlog.has_news:
            ground.inbox.wake()

    return PendingTransactions(
        PendingDependencies(
            backlog=backlog,
            checks=ground.checks,
            contents=ground.contents,
            network=network,
            admission=Admissions(lambda: newest.view, ground.decoded, ground.checks.verify).newest,
            block_time=standing.block_time,
            changed=wake_for_news,
            failpoints=dependencies.failpoints,
            clock_s=lambda: dependencies.clock.monotonic_ms() / 1000,
        )
    )


def make_pool(ground: Ground) -> Mempool:
    """The pool, empty."""
    return Mempool(ground.dependencies.settings.pool, ground.stored.opened.tip.hash)


def make_service(
    ground: Ground,
    *,
    pool: Mempool,
    pending: PendingTransactions,
    network: Links,
    newest: NewestView,
    standing: NodeStanding,
) -> NodeService:
    """The node as its API sees it."""
    return NodeService(
        ServiceDependencies(
            pool=pool,
            pending=pending,
            contents=ground.contents,
            network=network,
            telemetry=ground.telemetry,
            standing=standing,
            newest=newest,
            monotonic_ms=ground.dependencies.clock.monotonic_ms,
            failed=ground.tasks.fail,
            failpoints=ground.dependencies.failpoints,
        )
    )


def make_driver(
    ground: Ground,
    *,
    epochs: KnownEpochs,
    ledger: Ledger,
    network: Links,
    backlog: Backlog,
    pending: PendingTransactions,
    service: NodeService,
    standing: NodeStanding,
) -> Driver:
    """The driver, which has what it drives."""
    return Driver(
        DriverDependencies(
            epochs=epochs,
            inbox=ground.inbox,
            tasks=ground.tasks,
            lag=ground.lag,
            ledger=ledger,
            network=network,
            backlog=backlog,
            pending=pending,
            checks=ground.checks,
            telemetry=ground.telemetry,
            failpoints=ground.dependencies.failpoints,
            entered=lambda: show_epoch(ground, network, epochs),
            now=ground.dependencies.clock.now,
            cpu_s=thread_time,
            publish=service.publish,
            dropped=service.dropped,
            watch_others=_watches(ground, service, standing),
        )
    )


def _watches(ground: Ground, service: NodeService, standing: NodeStanding) -> Callable[[], None]:
    """What looks after every turn at what the others' answers say."""
    dependencies, metrics = ground.dependencies, ground.telemetry.metrics.clocks
    clocks = ClockWatch(metrics, dependencies.log, standing.clocks, dependencies.clock.now)
    votes = VoteWatch(dependencies.log, service.not_voting, service.linked)

    def look() -> None:
        clocks.look()
        votes.look()

    return look


def make_arrivals(
    ground: Ground,
    *,
    driver: Driver,
    pending: PendingTransactions,
    news: AddressNews,
    network: Links,
) -> Arrivals:
    """Who is told what comes over the links."""
    return Arrivals(
        inbox=ground.inbox,
        driver=driver,
        tasks=ground.tasks,
        pending=pending,
        addresses=news,
        network=network,
        telemetry=ground.telemetry,
    )
