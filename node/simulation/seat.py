"""What one validator of a run is given: its identity and key, the network around it, and how to make its
parts."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from consensus.config import BlockBounds, Restored
from consensus.guard import Guard, GuardState
from consensus.leaders import leader_order
from consensus.replica import Replica
from consensus.timing import Timing
from node.engine.epochs import KnownEpochs, SeatTerms, StoredEpoch
from node.simulation.durable import DurableState
from node.simulation.ledger import SimulatedApplication, SimulatedLedger
from node.simulation.monitor import Monitor
from node.simulation.network import SimulatedNetwork
from node.simulation.schedule import Schedule
from node.simulation.signing import KeyRing, SignMessage
from node.simulation.trace import Trace
from registry.primitives.digest import sha256
from registry.primitives.validator_set import Validator, ValidatorSet


@dataclass(frozen=True, slots=True)
class Parts:
    """The code under test. A mutation is run by putting a subclass in the place of one of these."""

    replica: type[Replica] = Replica
    guard: type[Guard] = Guard


AS_THEY_ARE = Parts()


@dataclass(frozen=True, slots=True)
class ProcessDependencies:
    """What all processes of a run share."""

    schedule: Schedule
    random: Random
    network: SimulatedNetwork
    trace: Trace
    monitor: Monitor


@dataclass(frozen=True, slots=True)
class Genesis:
    """What all validators of a run agree on before it starts."""

    application: SimulatedApplication
    validators: ValidatorSet
    ring: KeyRing
    timing: Timing

    @property
    def genesis_hash(self) -> bytes:
        """What every signature of the run is bound to."""
        return self.application.genesis_hash

    def leader(self, view: int) -> int:
        """Who leads a view of epoch 0."""
        order = leader_order(self.genesis_hash, 0, self.validators.n)
        return order[view % len(order)]


@dataclass(frozen=True, slots=True)
class ProcessSeat:
    """The place of one validator; ``sign`` makes its signatures, as nothing else can."""

    validator: int
    sign: SignMessage
    genesis: Genesis
    dependencies: ProcessDependencies
    parts: Parts = AS_THEY_ARE
    follows: bool = False
    """Whether the guard is lost: the replica is then an observer's."""

    def epochs(self, durable: DurableState, nonce: bytes | None) -> KnownEpochs:
        """The seat in epoch 0, with a replica restored from what is durable and the guard that goes with it;
        `nonce` is that of its start, None for one that does not listen first (R12)."""
        epoch = StoredEpoch(
            epoch=0,
            validators={0: self.genesis.validators},
            anchor=self.genesis.application.header,
            guard=None if self.follows else self._guard(durable),
            restored=restored(durable, nonce),
        )
        return KnownEpochs(self._terms, epoch)

    @property
    def _terms(self) -> SeatTerms:
        genesis, validator = self.genesis, self.genesis.validators.validators[self.validator]
        return SeatTerms(
            genesis_hash=genesis.genesis_hash,
            ruleset=genesis.application.header.ruleset,
            limits=BlockBounds(),
            peer_id=validator.peer_id,
            public_key=validator.public_key,
            sign=self.sign,
            verify=genesis.ring.verify,
            timing=genesis.timing,
            make_replica=self.parts.replica,
            make_guard=self.parts.guard,
        )

    def _guard(self, durable: DurableState) -> GuardState:
        incarnation = sha256(b"incarnation" + bytes([self.validator]))[:16]
        return GuardState(incarnation, durable.floor, tuple(durable.votes.values()))

    def ledger(self, durable: DurableState) -> SimulatedLedger:
        """A ledger brought up to what is durable."""
        ledger = self.genesis.application.ledger(self.validator)
        if durable.chain:
            ledger.commit(durable.chain)
        return ledger


def restored(durable: DurableState, nonce: bytes | None = None) -> Restored:
    """What the driver hands to a new replica: everything above the last committed block."""
    tip = durable.chain[-1] if durable.chain else None
    view = tip.candidate.view if tip else 0
    height = tip.block.header.height if tip else 0
    return Restored(
        tip=tip,
        certificates=tuple(item for item in durable.certificates.values() if item.view > view),
        blocks=tuple(item for item in durable.blocks.values() if item.header.height > height),
        proposal=durable.proposal,
        nonce=nonce,
    )


def make_validators(count: int, ring: KeyRing) -> ValidatorSet:
    """``count`` validators with the keys of the ring, each run by a member of its own."""
    return ValidatorSet(
        tuple(
            Validator(ring.public_key(index), f"peer{index}", (), f"did:web:member{index}.example")
            for index in range(count)
        )
    )
