"""R15: how this replica's wall clock compares with those of the other validators (decision 0026).

Every validator with a link is asked for its STATUS now and then, which carries its clock. Half of the round
trip is what the answer leaves open. A reading is kept against the monotonic clock: a step of this replica's
own wall clock shows at once in all of them, a step of another's with its next answer.

The questions also tell who does not vote: only a validator with a vote guard can sign a STATUS, so one that
is linked and never answers follows the others, or is stuck.

No clock is taken to be right. The median of all clocks says which ones stand apart, as long as more than
half of them agree with it; that the many are right is for an outside source to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from consensus.events import Now, Send
from consensus.listening import LISTEN_TIMES
from consensus.messages import GetStatus, Status
from consensus.remembered import ClockReading
from consensus.state import ReplicaState
from consensus.timing import PRECISION_MS, Timeliness
from registry.primitives.digest import Domain, tagged

MAX_ROUND_TRIP_MS = 2_000
"""An answer that took longer says too little of a clock."""
LASTING = 4
"""A reading counts until so many times the pause between two questions after it."""
MIN_CLOCKS = 3
"""Of two clocks that differ nobody can tell which one stands apart."""

SILENT_QUESTIONS = 6
"""Who leaves so many questions in a row unanswered, for the whole pause after each, does not vote; more where
that would be sooner than the longest start (R12) is over."""

_NONCE = Domain.CONSENSUS + b"/clocks"


@dataclass(frozen=True, slots=True)
class Offset:
    """Another validator's clock less this replica's, and how much more or less it may be; milliseconds."""

    ms: int
    error_ms: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The other validators' clocks by index, and `median_ms`, the median of all clocks less this replica's:
    None while fewer than three clocks are known, or while no more than half of them agree with it.
    """

    others: Mapping[int, Offset]
    median_ms: int | None

    @property
    def own_is_apart(self) -> bool:
        """Whether this replica's clock differs from the median by more than clocks may (R15)."""
        return self.median_ms is not None and abs(self.median_ms) > PRECISION_MS + self._median_error_ms()

    def is_apart(self, index: int) -> bool:
        """Whether another's clock differs from the median by more than clocks may."""
        offset = self.others.get(index)
        return offset is not None and self.median_ms is not None and not _agree(offset, self.median_ms)

    @property
    def correction_ms(self) -> int:
        """What is to be added to this replica's clock where it stands apart; 0 where it does not."""
        return self.median_ms if self.median_ms is not None and self.own_is_apart else 0

    @property
    def latest_ms(self) -> int:
        """The upper median of all clocks, and as much more as its reading leaves open: with an even number of
        clocks one that lies pulls the lower median below all honest ones."""
        clocks = sorted([Offset(0, 0), *self.others.values()], key=lambda offset: offset.ms)
        upper = clocks[len(clocks) // 2]
        return upper.ms + upper.error_ms

    def agreeing(self) -> int:
        """How many others agree with the median."""
        return sum(not self.is_apart(index) for index in self.others) if self.median_ms is not None else 0

    def _median_error_ms(self) -> int:
        return min(
            (offset.error_ms for offset in self.others.values() if offset.ms == self.median_ms), default=0
        )


def compare(state: ReplicaState, now: Now) -> Comparison:
    """The comparison at this moment, from the readings that still count."""
    others = {
        index: Offset(reading.lead_ms - _lead_ms(now), reading.error_ms)
        for index, reading in sorted(state.clocks.readings.items())
        if now.monotonic_ms - reading.read_ms <= LASTING * state.timing.clocks_ms
    }
    clocks = sorted([Offset(0, 0), *others.values()], key=lambda offset: offset.ms)
    median_ms = clocks[(len(clocks) - 1) // 2].ms
    agreeing = sum(_agree(offset, median_ms) for offset in clocks)
    if len(clocks) < MIN_CLOCKS or 2 * agreeing <= len(clocks):
        return Comparison(others, None)
    return Comparison(others, median_ms)


def ask_when_due(state: ReplicaState) -> None:
    """Ask every validator with a link for its clock, now and then."""
    clocks = state.clocks
    if state.now_ms < clocks.due_ms:
        return
    clocks.due_ms = state.now_ms + state.timing.clocks_ms
    for peer in sorted(state.exchanges.links):
        if peer < state.n:
            nonce = tagged(_NONCE, state.now_ms.to_bytes(8, "big"), peer.to_bytes(2, "big"))[:16]
            clocks.asked[peer] = nonce, state.now
            clocks.unanswered[peer] = clocks.unanswered.get(peer, 0) + 1
            state.emit(Send(peer, GetStatus(nonce)))


def link_up(state: ReplicaState) -> None:
    """Ask soon: a clock that is off is best known before it does harm."""
    state.clocks.due_ms = min(state.clocks.due_ms, state.now_ms + state.timing.clocks_ms // 5)


def link_down(state: ReplicaState, peer: int) -> None:
    """An answer that is under way is lost; what was read before counts on for a while."""
    state.clocks.asked.pop(peer, None)
    state.clocks.unanswered.pop(peer, None)


def silent(state: ReplicaState) -> tuple[int, ...]:
    """The linked validators that have left too many questions in a row unanswered and signed nothing
    meanwhile. Questions are counted, not time: a replica that stood still for long has asked once."""
    least = max(SILENT_QUESTIONS, LISTEN_TIMES * state.timing.listen_ms // state.timing.clocks_ms + 1)
    return tuple(sorted(peer for peer, count in state.clocks.unanswered.items() if count > least))


def learn(state: ReplicaState, status: Status) -> None:
    """A genuine STATUS: read its signer's clock if it answers the question that is open."""
    nonce, asked = state.clocks.asked.get(status.signer, (b"", state.now))
    if nonce != status.nonce:
        return
    del state.clocks.asked[status.signer]
    round_trip_ms = state.now_ms - asked.monotonic_ms
    if round_trip_ms > MAX_ROUND_TRIP_MS:
        return
    error_ms = (round_trip_ms + 1) // 2
    lead_ms = status.time_ms - (asked.monotonic_ms + error_ms)
    state.clocks.readings[status.signer] = ClockReading(lead_ms, error_ms, state.now_ms)


def is_untimely_to_a_quorum(state: ReplicaState, block_ms: int, parent_ms: int) -> bool:
    """Whether a block of the current view that is dated so would be untimely to q others, by their clocks:
    then at least q − f ≥ f + 1 honest ones refuse it, and no quorum can notarize it."""
    refusing = 0
    for offset in compare(state, state.now).others.values():
        theirs_ms = state.now.wall_ms + offset.ms
        margin_ms = offset.error_ms + PRECISION_MS  # the way there gives a block that is ahead some time
        latest = state.timing.timeliness(block_ms, theirs_ms + margin_ms, state.view, state.final_view)
        earliest = state.timing.timeliness(
            block_ms, theirs_ms - offset.error_ms, state.view, state.final_view
        )
        is_ahead = latest is Timeliness.AHEAD and block_ms != parent_ms + 1
        refusing += is_ahead or earliest is Timeliness.LATE
    return refusing >= state.quorum


def _agree(offset: Offset, median_ms: int) -> bool:
    return abs(offset.ms - median_ms) <= PRECISION_MS + offset.error_ms


def _lead_ms(now: Now) -> int:
    return now.wall_ms - now.monotonic_ms
