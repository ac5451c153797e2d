"""The epochs that a node knows, and its seat in the one that runs.

A block that ends an epoch names the validators of the next. The node's replica of the new epoch votes if the
node's key is among them and its vote guard is whole (R12); three epochs stay linked (R16).
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from consensus.config import Limits, ReplicaConfig, Restored
from consensus.delivery import proves
from consensus.guard import NONCE_BYTES, Guard, GuardState
from consensus.header import Header
from consensus.leaders import leader_order
from consensus.messages import FinalBlock
from consensus.remembered import Voting
from consensus.replica import Replica
from consensus.timing import Timing
from node.ledger.ledger import Written
from node.ledger.opening import Opened
from node.links.network import Links
from node.links.peers import Peers
from node.observing.telemetry import Telemetry
from registry.genesis import GenesisDocument
from registry.primitives.ed25519 import Verify
from registry.primitives.validator_set import ValidatorSet
from registry.ruleset import RULESET


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochSeat:
    """A replica of one epoch, and who is who in it. `leaders` is the order in which validators lead; `index`
    is the node's own number, None where it follows the others; `prove` says whether a range of final blocks
    holds (R17), on any thread."""

    replica: Replica
    peers: Peers
    leaders: tuple[int, ...]
    validators_hash: bytes
    index: int | None
    prove: Callable[[tuple[FinalBlock, ...]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochDependencies:
    """What a seat is made of. `public_key` is the key that the node votes with, None where it never does, and
    `sign` signs with it; `network` is told whom to link to, `telemetry` who the members are."""

    document: GenesisDocument
    peer_id: str
    public_key: bytes | None
    sign: Callable[[bytes], bytes]
    verify: Verify
    timing: Timing
    network: Links
    telemetry: Telemetry


class KnownEpochs:
    """Belongs to the event loop, but for `validators_of`, which the ledger's thread calls as well."""

    def __init__(
        self, dependencies: EpochDependencies, opened: Opened, guard: GuardState | None, restored: Restored
    ) -> None:
        """`guard` is the state of the vote guard as stored, None without a key to vote with; `restored` is
        what the store holds of the epoch that goes on."""
        self._parts = dependencies
        self._validators = opened.epochs
        self._guard_state = guard
        self._guard: Guard | None = None
        self._link(opened.epoch)
        self._seat = self._take_seat(opened.epoch, opened.anchor, _to_start(restored), ())

    @property
    def seat(self) -> EpochSeat:
        """The replica's place in the epoch that runs."""
        return self._seat

    @property
    def validators(self) -> ValidatorSet:
        """The validators of the newest epoch that this node knows."""
        return self._validators[max(self._validators)]

    def validators_of(self, epoch: int) -> ValidatorSet:
        """The validators of an epoch: of the newest, or of the one before."""
        return self._validators[epoch]

    def enter(self, written: Written, linked: Iterable[str]) -> None:
        """The last of these blocks ends the epoch: validators of the next take over. `linked` are linked."""
        boundary, following = written.blocks[-1], written.next_validators
        if following is None:
            raise AssertionError("only the block that ends an epoch begins the next")
        epoch = boundary.header.epoch + 1
        kept = {number: self._validators[number] for number in self._validators if number >= epoch - 1}
        self._validators = {**kept, epoch: following}
        if self._guard is not None:
            self._guard_state = self._guard.state()
        self._link(epoch)
        restored = Restored()
        if self._seat.replica.progress.voting is Voting.LISTENS:
            restored = _to_start(restored)
        self._seat = self._take_seat(epoch, boundary.header, restored, linked)

    def _link(self, epoch: int) -> None:
        beside = [validators for number, validators in self._validators.items() if number != epoch]
        self._parts.network.set_validators(self._validators[epoch], beside)

    def _take_seat(self, epoch: int, anchor: Header, restored: Restored, linked: Iterable[str]) -> EpochSeat:
        """The replica of an epoch, as validator if this node's key is in its set and may vote."""
        validators = self._validators[epoch]
        index = self._index_in(validators)
        config = self._config(epoch, anchor, index)
        self._guard = self._make_guard(index)
        self._parts.telemetry.epoch_entered(epoch, validators, self._guard is not None)
        return EpochSeat(
            replica=Replica(config, self._guard, restored),
            peers=Peers(validators, self._parts.peer_id, linked),
            leaders=leader_order(config.genesis_hash, epoch, validators.n),
            validators_hash=validators.digest(),
            index=index,
            prove=partial(proves, config),
        )

    def _index_in(self, validators: ValidatorSet) -> int | None:
        """The number that this node votes as, None where it follows the others."""
        key = self._parts.public_key
        return None if self._guard_state is None or key is None else validators.index_of(key)

    def _make_guard(self, index: int | None) -> Guard | None:
        if index is None or self._guard_state is None:
            return None
        return Guard(self._parts.sign, self._parts.document.genesis_hash, index, self._guard_state)

    def _config(self, epoch: int, anchor: Header, index: int | None) -> ReplicaConfig:
        parameters = self._parts.document.parameters
        return ReplicaConfig(
            genesis_hash=self._parts.document.genesis_hash,
            epoch=epoch,
            validators=self._validators[epoch],
            index=index,
            anchor=anchor,
            ruleset=RULESET,
            verify=self._parts.verify,
            timing=self._parts.timing,
            limits=Limits(parameters.block_bytes, parameters.block_transactions),
        )


def _to_start(restored: Restored) -> Restored:
    """What a replica starts from that listens to the others before it votes (R12)."""
    return replace(restored, nonce=os.urandom(NONCE_BYTES))
