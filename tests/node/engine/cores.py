"""Cores of nodes in the network of the consensus tests (`tests.consensus.network`), not started yet."""

from collections.abc import Callable

from consensus.config import BlockBounds, Restored
from consensus.events import Event
from consensus.guard import GuardState
from node.engine.core import Core
from node.engine.epochs import KnownEpochs, SeatTerms, StoredEpoch
from node.ledger.builder import BlockLimits
from node.pool.backlog import Backlog, ExecutedBlock
from node.pool.mempool import Mempool, PoolLimits
from registry.primitives import ed25519
from tests.consensus.network import configuration, seed, signer

LIMITS = BlockLimits(1_000_000, 1_000)


def epochs(validators: int, index: int | None) -> KnownEpochs:
    """The first epoch, with a seat for the validator of this index, or for one that follows."""
    config, key = configuration(validators, index), 0 if index is None else index
    terms = SeatTerms(
        genesis_hash=config.genesis_hash,
        ruleset=config.ruleset,
        limits=BlockBounds(),
        peer_id="an observer" if index is None else f"peer-{index}",
        public_key=None if index is None else ed25519.public_key(seed(index)),
        sign=signer(key),
        verify=config.verify,
        timing=config.timing,
    )
    first = StoredEpoch(
        epoch=0,
        validators={0: config.validators},
        anchor=config.anchor,
        guard=None if index is None else GuardState.newborn(bytes(16)),
        restored=Restored(),
    )
    return KnownEpochs(terms, first)


def empty_backlog(clock_ms: Callable[[], int]) -> Backlog:
    """Nothing waits yet."""
    return Backlog(Mempool(PoolLimits()), LIMITS, lambda: 0, clock_ms)


def core(validators: int, index: int | None) -> Core:
    """A core to which nothing waits and no block was executed; what it puts is lost."""
    own: list[Event] = []
    executed: dict[bytes, ExecutedBlock] = {}
    return Core(epochs(validators, index), empty_backlog(lambda: 0), executed.get, own.append)
