"""The parts of a node, each built by a function that names what goes into it, from the bottom up."""

import os
from collections.abc import Callable
from dataclasses import replace
from time import thread_time

from consensus.config import BlockBounds
from consensus.guard import NONCE_BYTES
from node.engine.arrivals import Arrivals
from node.engine.driver import Driver, DriverDependencies
from node.engine.epochs import KnownEpochs, SeatTerms, StoredEpoch
from node.ledger.builder import BlockLimits
from node.ledger.ledger import Ledger, LedgerDependencies, Written
from node.links.address_news import AddressNews
from node.links.network import Links
from node.links.publication_exchange import PublicationExchange
from node.links.whereabouts import AddressFile, Whereabouts
from node.observing.clock_watch import ClockWatch
from node.observing.disk_watch import DiskWatch
from node.observing.vote_watch import VoteWatch
from node.pool.admission import Admissions
from node.pool.backlog import Backlog
from node.pool.mempool import DroppedFromPool, Mempool
from node.pool.waiting import BacklogDoors, DoorDependencies
from node.process.shared_parts import NodeDependencies, SharedParts
from node.serving.publishing import Publishing
from node.serving.service import NodeService, ServiceDependencies
from node.serving.standing import NodeStanding, StandingDependencies
from node.serving.views import NewestView, Views
from node.storage.chain_records import ChainReader
from node.storage.publication_records import PublicationRecords
from registry.ruleset import CURRENT


def make_whereabouts(dependencies: NodeDependencies) -> Whereabouts:
    """Where the others are, as far as the settings say."""
    return Whereabouts(
        dependencies.document.genesis_hash,
        dependencies.identity.peer_id,
        overrides=dependencies.settings.addresses,
        wall_ms=dependencies.clock.wall_ms,
    )


def make_links(shared: SharedParts, whereabouts: Whereabouts) -> Links:
    """The links, which the transport is attached to later."""
    return Links(
        own_id=shared.dependencies.identity.peer_id,
        contents=shared.contents,
        encoded_finals=ChainReader(shared.dependencies.store.reader).encoded_finals,
        conduct=shared.telemetry.conduct,
        whereabouts=whereabouts,
    )


def make_views(shared: SharedParts, epochs: KnownEpochs) -> Views:
    """What shows the state after each commit."""
    return Views(shared.dependencies.store, shared.dependencies.document, epochs.validators_of)


def make_epochs(shared: SharedParts, links: Links) -> KnownEpochs:
    """The node's seat in the epoch that goes on, which is shown to those that `show_epoch` names."""
    stored = shared.stored
    opened, restored = stored.opened, stored.chain.restored(stored.opened.epoch)
    epoch = StoredEpoch(
        epoch=opened.epoch,
        validators=opened.epochs,
        anchor=opened.anchor,
        guard=stored.guard,
        restored=replace(restored, nonce=os.urandom(NONCE_BYTES)),
    )
    epochs = KnownEpochs(_seat_terms(shared), epoch)
    show_epoch(shared, links, epochs)
    return epochs


def _seat_terms(shared: SharedParts) -> SeatTerms:
    dependencies, parameters = shared.dependencies, shared.dependencies.document.parameters
    return SeatTerms(
        genesis_hash=dependencies.document.genesis_hash,
        ruleset=CURRENT.number,
        limits=BlockBounds(parameters.block_bytes, parameters.block_transactions),
        peer_id=dependencies.identity.peer_id,
        public_key=dependencies.identity.public_key,
        sign=dependencies.identity.sign,
        verify=shared.checks.verify,
        timing=dependencies.settings.timing,
    )


def show_epoch(shared: SharedParts, links: Links, epochs: KnownEpochs) -> None:
    """Tells the links whom to link to, and the operator who the members are."""
    links.set_validators(epochs.validators, epochs.others)
    shared.telemetry.epoch_entered(epochs.epoch, epochs.validators, epochs.seat.index is not None)


def make_address_news(shared: SharedParts, links: Links, whereabouts: Whereabouts) -> AddressNews:
    """After the epochs, which list those whose addresses are kept; what this node announces comes last."""
    settings, peer_seed = shared.dependencies.settings, shared.dependencies.identity.peer_seed
    file = AddressFile(settings.address_file, shared.dependencies.log)
    file.read_into(whereabouts)
    if settings.announced and peer_seed is not None:
        whereabouts.announce(settings.announced, peer_seed)
    return AddressNews(links, whereabouts, file, shared.telemetry)


def make_newest(shared: SharedParts, views: Views) -> NewestView:
    """What readers are shown until the first block becomes final here."""
    chain = shared.stored.chain
    return NewestView(views.show(shared.stored.opened.tip, chain.final(chain.height)))


def make_ledger(shared: SharedParts, views: Views) -> Ledger:
    """The ledger, which stands on the last final block."""
    dependencies = shared.dependencies
    return Ledger(
        LedgerDependencies(
            store=dependencies.store,
            chain=shared.stored.chain,
            document=dependencies.document,
            show=views.show,
            contents=shared.contents.get,
            decoded=shared.decoded,
            verify=shared.checks.verify,
            monotonic_ms=dependencies.clock.monotonic_ms,
            build_ms=dependencies.settings.timing.delta_ms // 2,
            failpoints=dependencies.failpoints,
        ),
        shared.stored.opened.tip,
    )


def make_publishing(shared: SharedParts, newest: NewestView) -> Publishing:
    """The publications that are stored; it is attached to the driver and to the exchange later."""
    records = PublicationRecords(shared.dependencies.store.reader)
    return Publishing(records, lambda: newest.view, shared.telemetry)


def make_exchange(links: Links, publishing: Publishing, newest: NewestView) -> PublicationExchange:
    """How publications come from other nodes and go to them."""
    exchange = PublicationExchange(links, publishing, lambda: newest.view.header.height)
    links.publish_from(exchange)
    return exchange


def attach_publications(
    shared: SharedParts, publishing: Publishing, exchange: PublicationExchange, driver: Driver
) -> None:
    """Joins the publications to the driver, which makes them durable and charges peers."""
    publishing.attach(driver.keep, exchange.announce)
    exchange.attach(driver.charge, lambda peer_id: shared.tasks.spawn(exchange.pull(peer_id)))


def make_disk_watch(shared: SharedParts, ledger: Ledger) -> DiskWatch:
    """Who tells that the disk keeps a write."""
    dependencies = shared.dependencies
    return DiskWatch(
        lambda: ledger.writing_since_ms,
        dependencies.clock.monotonic_ms,
        shared.telemetry.metrics.work,
        dependencies.log,
    )


def make_standing(
    shared: SharedParts, epochs: KnownEpochs, newest: NewestView, disk: DiskWatch
) -> NodeStanding:
    """What the node says of itself."""
    identity = shared.dependencies.identity
    return NodeStanding(
        StandingDependencies(
            epochs=epochs,
            newest=newest,
            lag=shared.lag,
            disk=disk,
            public_key=identity.public_key or identity.unused_key,
            is_guard_lost=shared.stored.is_unused_guard_lost,
            now=shared.dependencies.clock.now,
        )
    )


def make_backlog(shared: SharedParts, pool: Mempool, standing: NodeStanding) -> Backlog:
    """What waits here, and who is sent it."""
    dependencies, parameters = shared.dependencies, shared.dependencies.document.parameters
    return Backlog(
        pool,
        BlockLimits(parameters.block_bytes, parameters.block_transactions),
        lambda: standing.block_time().next_ms,
        dependencies.clock.monotonic_ms,
    )


def make_waiting(
    shared: SharedParts,
    *,
    backlog: Backlog,
    links: Links,
    newest: NewestView,
    standing: NodeStanding,
) -> BacklogDoors:
    """The doors of the backlog."""
    dependencies = shared.dependencies

    def wake_for_news() -> None:
        if backlog.has_news:
            shared.inbox.wake()

    return BacklogDoors(
        DoorDependencies(
            backlog=backlog,
            checks=shared.checks,
            contents=shared.contents,
            links=links,
            admission=Admissions(lambda: newest.view, shared.decoded, shared.checks.verify).newest,
            block_time=standing.block_time,
            changed=wake_for_news,
            failpoints=dependencies.failpoints,
            clock_s=lambda: dependencies.clock.monotonic_ms() / 1000,
        )
    )


def make_pool(shared: SharedParts) -> Mempool:
    """The pool, empty."""
    return Mempool(shared.dependencies.settings.pool, shared.stored.opened.tip.hash)


def make_service(
    shared: SharedParts,
    *,
    pool: Mempool,
    waiting: BacklogDoors,
    links: Links,
    newest: NewestView,
    standing: NodeStanding,
    publishing: Publishing,
) -> NodeService:
    """The node as its API sees it."""
    return NodeService(
        ServiceDependencies(
            pool=pool,
            waiting=waiting,
            contents=shared.contents,
            links=links,
            telemetry=shared.telemetry,
            standing=standing,
            newest=newest,
            publications=publishing,
            monotonic_ms=shared.dependencies.clock.monotonic_ms,
            failed=shared.tasks.fail,
            failpoints=shared.dependencies.failpoints,
        )
    )


def make_driver(
    shared: SharedParts,
    *,
    epochs: KnownEpochs,
    ledger: Ledger,
    links: Links,
    backlog: Backlog,
    waiting: BacklogDoors,
    service: NodeService,
    standing: NodeStanding,
    exchange: PublicationExchange,
) -> Driver:
    """The driver, which has what it drives."""

    def publish(written: Written, dropped: tuple[DroppedFromPool, ...]) -> None:
        service.publish(written, dropped)
        exchange.advanced()

    return Driver(
        DriverDependencies(
            epochs=epochs,
            inbox=shared.inbox,
            tasks=shared.tasks,
            lag=shared.lag,
            ledger=ledger,
            links=links,
            backlog=backlog,
            waiting=waiting,
            checks=shared.checks,
            telemetry=shared.telemetry,
            failpoints=shared.dependencies.failpoints,
            entered=lambda: show_epoch(shared, links, epochs),
            now=shared.dependencies.clock.now,
            cpu_s=thread_time,
            publish=publish,
            dropped=service.dropped,
            watch_others=_watches(shared, service, standing),
            news=exchange.heard,
        )
    )


def _watches(shared: SharedParts, service: NodeService, standing: NodeStanding) -> Callable[[], None]:
    """What looks after every turn at what the others' answers say."""
    dependencies, metrics = shared.dependencies, shared.telemetry.metrics.clocks
    clocks = ClockWatch(metrics, dependencies.log, standing.clocks, dependencies.clock.now)
    votes = VoteWatch(dependencies.log, service.not_voting, service.linked)

    def look() -> None:
        clocks.look()
        votes.look()

    return look


def make_arrivals(
    shared: SharedParts,
    *,
    driver: Driver,
    waiting: BacklogDoors,
    news: AddressNews,
    links: Links,
    exchange: PublicationExchange,
) -> Arrivals:
    """Who is told what comes over the links."""
    return Arrivals(
        inbox=shared.inbox,
        driver=driver,
        tasks=shared.tasks,
        waiting=waiting,
        addresses=news,
        links=links,
        publications=exchange,
        telemetry=shared.telemetry,
    )
