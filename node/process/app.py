"""One node as a process: from a settings file to a node that runs until it is told to stop.

- Everything is checked before anything listens: settings, genesis document, keys, store, guard, clock.
- SIGTERM and SIGINT end it in order; the store is closed, the ports are free.
- An error that nobody expected, on whatever thread, ends the process: a node never runs on without a part.
- A failed write ends it at once (R11): nothing is drained, nothing is tried again.
"""

import asyncio
import gc
import os
import signal
import sys
import threading
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from aiohttp import web
from structlog.typing import FilteringBoundLogger

from api.limits import ServerLimits
from api.server import runner
from consensus.timing import Timing
from node.files.contexts import use_imported
from node.files.keystore import KeyPurpose, KeystoreError, Passphrase, least_cost, open_key, public_key_of
from node.links.whereabouts import ADDRESS_FILE
from node.observing.log_output import LogOutput, writer_to
from node.observing.logs import library_logs, lines_lost, open_log
from node.pool.mempool import PoolLimits
from node.process.assembly import Node
from node.process.clock import CLOCK
from node.process.documents import compares_documents, groups_for, make_did_watch
from node.process.identity import NodeIdentity
from node.process.shared_parts import NodeDependencies, NodeSettings
from node.serving.descriptors import ARRIVING, Shares, raise_limit, share_out
from node.setup.config import LoadedConfig
from node.setup.genesis_file import read_genesis
from node.setup.listed import doubts_about_addresses, require_listed
from node.storage.failpoints import FailPoints
from node.storage.failure import WRITE_FAILED, WriteFailed
from node.storage.store import Store
from node.transport.identity import PeerIdentity
from node.transport.libp2p import Libp2pTransport
from node.transport.listening import listening_at
from node.transport.peer_id import peer_id_of
from node.wording.hosts import host_port, host_port_to_listen_at
from registry.genesis import GenesisDocument

SWITCH_INTERVAL_S = 0.001
"""How long a thread may keep the interpreter from the others; the default 5 ms would delay every vote."""

LOG_CLOSE_S = 1.0
"""How long the end of the process waits for a log that is not being read."""
LAST_LINE_S = 0.2
"""The same after a failed write, which ends it at once."""

GC_THRESHOLDS = (50_000, 20, 20)
"""A block is thousands of objects without a cycle that live until it is final: looking at them after each 700
allocations, the default, took a twelfth of a busy node's time, and a third of building the map at start."""


async def run_node(config: LoadedConfig, passphrase: Passphrase, *, vote: bool = True) -> None:
    """Runs the node until SIGTERM or SIGINT. Raises what ended it otherwise.

    With `vote` False it follows the others and never signs: what a lost guard still allows (R12).
    """
    settings = config.settings
    log_to = partial(
        open_log,
        level=settings.log.level,
        format_=settings.log.format,
        institution=settings.institution.did,
        wall_ms=CLOCK.wall_ms,
    )
    output = LogOutput(writer_to(sys.stdout), partial(lines_lost, log_to))
    log = log_to(output)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.set_threshold(*GC_THRESHOLDS)
    use_imported(os.environ)
    try:
        with library_logs(log):
            node, transport, shares = _open(config, passphrase, vote, log, output)
            output.count_with(node.telemetry.metrics.service.log_lines_dropped.inc)
            for doubt in doubts_about_addresses(node.epochs.validators, settings.network.overrides):
                log.warning(doubt.what, do=doubt.do)
            try:
                await _serve(node, transport, config, shares, log)
            finally:
                node.close()
        log.info("stopped")
    finally:
        output.close(LOG_CLOSE_S)


def _open(
    config: LoadedConfig, passphrase: Passphrase, vote: bool, log: FilteringBoundLogger, output: LogOutput
) -> tuple[Node, Libp2pTransport, Shares]:
    """Checks and opens everything that the node stands on."""
    settings = config.settings
    keys = config.path(settings.keys.directory)
    document = read_genesis(config.path(settings.network.genesis))
    shares = share_out(raise_limit(), document.validators.n)
    _require_listed_keys(document, config, vote, log)
    least = least_cost(document.kind)
    peer_seed = open_key(keys / "peer.key", KeyPurpose.PEER, passphrase, least=least)
    consensus_seed = (
        open_key(keys / "consensus.key", KeyPurpose.CONSENSUS, passphrase, least=least) if vote else None
    )
    failpoints = FailPoints.from_environment(os.environ)
    store = Store.open(
        config.path(settings.storage.directory),
        open_tables=shares.tables,
        failpoints=failpoints,
        on_failure=lambda failure: _end_at_once(log, output, failure),
    )
    with ExitStack() as undo:
        undo.callback(store.close)
        node = Node(
            NodeDependencies(
                store=store,
                document=document,
                identity=NodeIdentity(
                    PeerIdentity.from_seed(peer_seed).peer_id,
                    consensus_seed,
                    peer_seed,
                    None if vote else _consensus_key(keys, needed=False),
                ),
                settings=_node_settings(config, document),
                clock=CLOCK,
                failpoints=failpoints,
                log=log,
            )
        )
        undo.pop_all()
    gc.collect()
    gc.freeze()  # the map's leaves live as long as the process: no collection need ever look at them
    random = Random(int.from_bytes(os.urandom(16), "big"))
    transport = Libp2pTransport(peer_seed, (settings.network.listen,), node.links, random=random)
    return node, transport, shares


def _node_settings(config: LoadedConfig, document: GenesisDocument) -> NodeSettings:
    settings = config.settings
    return NodeSettings(
        timing=Timing(delta_ms=settings.consensus.delta_ms, heartbeat_ms=document.parameters.heartbeat_ms),
        pool=PoolLimits(count=settings.pool.transactions, bytes=settings.pool.bytes),
        addresses=settings.network.overrides,
        announced=tuple(settings.network.announce),
        address_file=config.path(settings.storage.directory) / ADDRESS_FILE,
    )


def _require_listed_keys(
    document: GenesisDocument, config: LoadedConfig, vote: bool, log: FilteringBoundLogger
) -> None:
    """Raises KeysNotListed where the network lists other keys for this node, KeystoreError where there are
    none; says in the log where it lists nobody's.

    It looks at the public halves, before a passphrase is tried: that of another institution's key is another
    one. The genesis document's list is the whole list as long as the ledger has no change of validators.
    """
    keys = config.path(config.settings.keys.directory)
    peer_id = peer_id_of(public_key_of(keys / "peer.key", KeyPurpose.PEER))
    consensus_key = _consensus_key(keys, needed=vote)
    did = config.settings.institution.did
    fault = require_listed(document.validators, did, consensus_key, peer_id, where=keys, votes=vote)
    if fault is not None:
        log.error(fault.what, do=fault.do)


def _consensus_key(keys: Path, *, needed: bool) -> bytes | None:
    """The public one. Where it cannot be read: KeystoreError if it is `needed`, else None."""
    try:
        return public_key_of(keys / "consensus.key", KeyPurpose.CONSENSUS)
    except KeystoreError:
        if needed:
            raise
        return None


async def _serve(
    node: Node, transport: Libp2pTransport, config: LoadedConfig, shares: Shares, log: FilteringBoundLogger
) -> None:
    """Runs the node and its HTTP side until a signal; raises what ended either."""
    host, port = host_port_to_listen_at(config.settings.api.listen)
    stop = _stop_on_signals()
    _watch_everything(node)
    running = asyncio.create_task(node.run(transport))
    node.telemetry.metrics.service.descriptors_limit.set(shares.limit)
    limits = ServerLimits(
        requests_per_second=config.settings.api.requests_per_s,
        connections=shares.clients,
        connections_per_client=shares.one_client,
    )
    groups = groups_for(config.settings)
    api = runner(node.service, limits, CLOCK.wall_ms, node.telemetry.clients, groups)
    try:
        await api.setup()
        await _until_listening(running, transport)
        with listening_at(config.settings.api.listen):
            await web.TCPSite(api, host, port, backlog=ARRIVING).start()
        log.info(
            "serving",
            api=", ".join(host_port(*bound[:2]) for bound in api.addresses),
            height=node.service.view().header.height,
            descriptors=shares.limit,
            clients=shares.clients,
        )
        if compares_documents(config.settings, node.document.kind):
            node.tasks.spawn(make_did_watch(node, config.settings, log).run())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait((running, stopped), return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if running.done():
            await running
        log.info("stopping")
    finally:
        node.service.close()
        await api.cleanup()
        running.cancel()
        await asyncio.wait((running,))


async def _until_listening(running: asyncio.Task[None], transport: Libp2pTransport) -> None:
    """Returns when the node listens for its peers; raises what ended it before."""
    listening = asyncio.create_task(transport.listening.wait())
    await asyncio.wait((running, listening), return_when=asyncio.FIRST_COMPLETED)
    listening.cancel()
    if running.done():
        await running


def _end_at_once(log: FilteringBoundLogger, output: LogOutput, failure: WriteFailed) -> None:
    """Nothing is sent, answered or written after a failed write (R11), not even if the log cannot be."""
    try:
        obstacle = failure.obstacle
        log.critical(
            "a write failed; the process ends at once",
            why=obstacle.sentence,
            error=str(failure),
            do=obstacle.remedy,
        )
        output.drain(LAST_LINE_S)
    finally:
        os._exit(WRITE_FAILED)


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def _watch_everything(node: Node) -> None:
    """Whatever fails where nobody awaits it ends the node: other threads, callbacks, forgotten tasks."""
    loop = asyncio.get_running_loop()

    def in_thread(failure: threading.ExceptHookArgs) -> None:
        error = failure.exc_value or SystemError("a thread ended without an error")
        loop.call_soon_threadsafe(node.tasks.fail, error)

    def in_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        node.tasks.fail(context.get("exception") or SystemError(context["message"]))

    threading.excepthook = in_thread
    loop.set_exception_handler(in_loop)
