"""How a node stands: what its replica, its clock and its links say of it, as its API and its log tell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.ports import ClockComparison, Follows
from consensus.events import Now
from consensus.replica import Progress
from node.engine.epochs import KnownEpochs
from node.engine.lag import Lag
from node.ledger.block_time import BlockTime
from node.observing.clock_watch import judge
from node.observing.disk_watch import DiskWatch
from node.serving.views import NewestView
from registry.primitives.validator_set import Validator


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingDependencies:
    """What a node's standing is read from. `public_key` is its consensus key, also where it was started
    without it, and None where it has none; `is_guard_lost` says that of the guard of a key not used."""

    epochs: KnownEpochs
    newest: NewestView
    lag: Lag
    disk: DiskWatch
    public_key: bytes | None
    is_guard_lost: bool
    now: Callable[[], Now]


class NodeStanding:
    """All members belong to the event loop, and read what is so now."""

    def __init__(self, dependencies: StandingDependencies) -> None:
        self._parts = dependencies

    @property
    def progress(self) -> Progress:
        """How far the replica is."""
        return self._parts.epochs.seat.replica.progress

    @property
    def is_halted(self) -> bool:
        """Whether the replica has stopped for good."""
        return self._parts.epochs.seat.replica.is_halted

    @property
    def behind_ms(self) -> int:
        """For how long the replica has lacked final blocks without a break."""
        return self._parts.lag.ms(self._parts.now().monotonic_ms)

    @property
    def write_pending_ms(self) -> int:
        """For how long the disk has kept the write under way."""
        return self._parts.disk.pending_ms

    @property
    def links_needed(self) -> int:
        """Links to validators without which this node cannot be part of, or see, a quorum."""
        return self._parts.epochs.validators.quorum - (self._parts.epochs.seat.index is not None)

    @property
    def silent(self) -> Sequence[Validator]:
        """The linked validators that follow and do not vote, as far as their silence tells."""
        validators = self._parts.epochs.validators.validators
        return [validators[index] for index in self._parts.epochs.seat.replica.silent]

    @property
    def follows(self) -> Follows | None:
        """Why this node does not vote; None where it does."""
        if self._parts.epochs.seat.index is not None:
            return None
        key = self._parts.public_key
        if key is None:
            return Follows.NO_KEY
        if self._parts.epochs.validators.index_of(key) is None:
            return Follows.NOT_LISTED
        return Follows.LOST_GUARD if self._parts.is_guard_lost else Follows.BY_CHOICE

    def block_time(self) -> BlockTime:
        """The time that transactions are judged by."""
        now = self._parts.now()
        correction_ms = self._parts.epochs.seat.replica.clocks(now).correction_ms
        return BlockTime(now.wall_ms, now.wall_ms + correction_ms, self._parts.newest.view.header.time_ms)

    def clocks(self) -> ClockComparison:
        """Whose clock stands apart, and whether the ledger is dated ahead."""
        comparison = self._parts.epochs.seat.replica.clocks(self._parts.now())
        return judge(comparison, self._parts.epochs.validators.validators, self.block_time())
