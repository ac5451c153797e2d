"""The epochs that a node knows, and its seat in the one that runs. Pure: the node and the simulator take
their seats here (decision 0112).

A block that ends an epoch names the validators of the next. The node's replica of the new epoch votes if the
node's key is among them and its vote guard is whole (R12); three epochs stay linked (R16).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from consensus.config import BlockBounds, ReplicaConfig, Restored
from consensus.delivery import proves
from consensus.guard import Guard, GuardState
from consensus.header import Header
from consensus.leaders import leader_order
from consensus.messages import FinalBlock
from consensus.remembered import Voting
from consensus.replica import Replica
from consensus.timing import Timing
from node.links.peers import Peers
from registry.primitives.ed25519 import Sign, Verify
from registry.primitives.validator_set import ValidatorSet


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
class SeatTerms:
    """What is the same in each epoch. `public_key` is the key that the node votes with, None where it never
    does, and `sign` signs with it. Replicas and vote guards are made by `make_replica` and `make_guard`."""

    genesis_hash: bytes
    ruleset: int
    limits: BlockBounds
    peer_id: str
    public_key: bytes | None
    sign: Sign
    verify: Verify
    timing: Timing
    make_replica: Callable[[ReplicaConfig, Guard | None, Restored], Replica] = Replica
    make_guard: Callable[[Sign, bytes, int, GuardState], Guard] = Guard


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEpoch:
    """The epoch that goes on when a node starts. `validators` holds those of that epoch and of the one
    before; `anchor` is the header that its views stand on; `guard` is the state of the vote guard, None
    without a key to vote with. `restored` is what the store holds of the epoch, and the start's nonce."""

    epoch: int
    validators: Mapping[int, ValidatorSet]
    anchor: Header
    guard: GuardState | None
    restored: Restored


class KnownEpochs:
    """One thread changes it; `validators_of` may be called on any."""

    def __init__(self, terms: SeatTerms, stored: StoredEpoch) -> None:
        self._terms = terms
        self._validators = dict(stored.validators)
        self._guard_state = stored.guard
        self._guard: Guard | None = None
        self.epoch = stored.epoch
        self.seat = self._take_seat(stored.anchor, stored.restored, ())

    @property
    def validators(self) -> ValidatorSet:
        """The validators of the epoch that runs."""
        return self._validators[self.epoch]

    @property
    def others(self) -> Sequence[ValidatorSet]:
        """The validators of the other epochs that stay linked."""
        return [validators for epoch, validators in self._validators.items() if epoch != self.epoch]

    def validators_of(self, epoch: int) -> ValidatorSet:
        """The validators of an epoch: of the newest, or of the one before."""
        return self._validators[epoch]

    def enter(self, boundary: Header, following: ValidatorSet, linked: Iterable[str], nonce: bytes) -> None:
        """The block of this header ends the epoch: validators of the next take over. `linked` are the ids of
        the peers that are linked. A replica that still listens begins to listen anew, under `nonce`."""
        if self._guard is not None:
            self._guard_state = self._guard.state()
        is_listening = self.seat.replica.progress.voting is Voting.LISTENS
        kept = {epoch: self._validators[epoch] for epoch in self._validators if epoch >= self.epoch}
        self.epoch = boundary.epoch + 1
        self._validators = {**kept, self.epoch: following}
        self.seat = self._take_seat(boundary, Restored(nonce=nonce if is_listening else None), linked)

    def _take_seat(self, anchor: Header, restored: Restored, linked: Iterable[str]) -> EpochSeat:
        """The replica of the epoch, as validator if this node's key is in its set and may vote."""
        index = self._index()
        config = self._config(anchor, index)
        self._guard = self._make_guard(index)
        return EpochSeat(
            replica=self._terms.make_replica(config, self._guard, restored),
            peers=Peers(self.validators, self._terms.peer_id, linked),
            leaders=leader_order(config.genesis_hash, self.epoch, self.validators.n),
            validators_hash=self.validators.digest(),
            index=index,
            prove=partial(proves, config),
        )

    def _index(self) -> int | None:
        """The number that this node votes as, None where it follows the others."""
        key = self._terms.public_key
        return None if self._guard_state is None or key is None else self.validators.index_of(key)

    def _make_guard(self, index: int | None) -> Guard | None:
        if index is None or self._guard_state is None:
            return None
        return self._terms.make_guard(self._terms.sign, self._terms.genesis_hash, index, self._guard_state)

    def _config(self, anchor: Header, index: int | None) -> ReplicaConfig:
        return ReplicaConfig(
            genesis_hash=self._terms.genesis_hash,
            epoch=self.epoch,
            validators=self.validators,
            index=index,
            anchor=anchor,
            ruleset=self._terms.ruleset,
            verify=self._terms.verify,
            timing=self._terms.timing,
            limits=self._terms.limits,
        )
