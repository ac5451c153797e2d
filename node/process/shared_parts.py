"""What a node is made of, and what most of its parts stand on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from consensus.guard import GuardState
from consensus.timing import Timing
from node.engine.inbox import Inbox
from node.engine.lag import Lag
from node.engine.tasks import Tasks
from node.ledger.decoding import DecodedTransactions
from node.ledger.opening import Opened, open_ledger
from node.ledger.verify_pool import VerifyPool
from node.links.contents import Contents
from node.observing.metrics import Metrics
from node.observing.telemetry import Telemetry
from node.pool.mempool import PoolLimits
from node.process.clock import Clock
from node.process.identity import GuardLost, NodeIdentity
from node.process.version import VERSION
from node.storage.chain_records import ChainRecords
from node.storage.failpoints import FailPoints
from node.storage.guard_records import GuardRecords, LostGuard, renew_mark
from node.storage.store import Store
from registry.genesis import GenesisDocument
from registry.primitives import ed25519


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """What may differ between nodes of a network. `addresses` says, by peer id, where others really are;
    `announced` is where they reach this node, and `address_file` keeps what is heard of others."""

    timing: Timing = field(default_factory=Timing)
    pool: PoolLimits = field(default_factory=PoolLimits)
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    announced: tuple[str, ...] = ()
    address_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeDependencies:
    """What a node is made of. The store is open, and the node closes it."""

    store: Store
    document: GenesisDocument
    identity: NodeIdentity
    settings: NodeSettings
    clock: Clock
    failpoints: FailPoints
    log: FilteringBoundLogger


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the store holds. `guard` is the state of the vote guard, None without a key to vote with;
    `is_unused_guard_lost` says that of the guard of a key that the node was started without."""

    chain: ChainRecords
    opened: Opened
    guard: GuardState | None
    is_unused_guard_lost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedParts:
    """What most parts of a node stand on: its dependencies, what is stored, and what they share."""

    dependencies: NodeDependencies
    stored: Stored
    telemetry: Telemetry
    checks: VerifyPool
    decoded: DecodedTransactions
    contents: Contents
    tasks: Tasks
    inbox: Inbox
    lag: Lag


def make_shared_parts(dependencies: NodeDependencies) -> SharedParts:
    """Checks what is stored. Raises Damage, WrongNetwork and GuardLost."""
    telemetry = Telemetry(Metrics(VERSION), dependencies.log, dependencies.clock.now)
    stored = _read_stored(dependencies)
    telemetry.opened(stored.opened.tip.header)
    return SharedParts(
        dependencies=dependencies,
        stored=stored,
        telemetry=telemetry,
        checks=VerifyPool(ed25519.verify),
        decoded=DecodedTransactions(),
        contents=Contents(dependencies.store.reader),
        tasks=Tasks(),
        inbox=Inbox(lambda: dependencies.clock.monotonic_ms() / 1000),
        lag=Lag(),
    )


def _read_stored(dependencies: NodeDependencies) -> Stored:
    """What the store holds; the guard gets a new mark, by which copies made before are known (R12)."""
    store, key, unused_key = (
        dependencies.store,
        dependencies.identity.public_key,
        dependencies.identity.unused_key,
    )
    guards = None if key is None else GuardRecords(store.reader, key)
    chain = ChainRecords(store.reader, guards)
    opened = open_ledger(store, chain, dependencies.document)
    guard = None if guards is None else _guard_state(guards)
    if key is not None:
        renew_mark(store, key)
    unused = None if unused_key is None else GuardRecords(store.reader, unused_key).state()
    return Stored(chain=chain, opened=opened, guard=guard, is_unused_guard_lost=isinstance(unused, LostGuard))


def _guard_state(guards: GuardRecords) -> GuardState:
    state = guards.state()
    if isinstance(state, LostGuard):
        raise GuardLost(state)
    return state
