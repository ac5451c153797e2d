"""What a replica remembers beside blocks, votes and certificates, by concern."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from consensus.events import FailedView, LeaderFailing, Now, Validity, ViewFailure
from consensus.messages import Propose
from consensus.timing import Timeliness


@dataclass(frozen=True, slots=True)
class ReceivedProposal:
    """The first proposal of a view, and how its time compared with the clock when it was first received
    (R15)."""

    message: Propose
    timeliness: Timeliness


FetchKey = tuple[str, int | bytes]
"""What is missing: its kind, and the first view or the hash that tells it from others of the kind."""


@dataclass(slots=True)
class FetchAttempts:
    """A thing that is missing: when to ask next, how often it has been asked for, and whom last."""

    next_ms: int
    attempt: int = 0
    asked: int | None = None


@dataclass(slots=True)
class LeaderRecord:
    """What is remembered of one leader (R13). `lost_until` is the last view in which it loses its turn.

    The rest is this replica's own impression: how long its latest view took in milliseconds (None: none was
    timed yet), whether that was slow, how many of its blocks in a row were dated ahead of most clocks, and
    how it last kept the others waiting."""

    demerits: int = 0
    good_turns: int = 0
    lost_until: int = 0
    took_ms: int | None = None
    is_slow: bool = False
    dated_ahead: int = 0
    failing: LeaderFailing = LeaderFailing.SILENT


class Voting(StrEnum):
    """On what strength a replica votes (R12)."""

    OBSERVES = "it has no vote guard and follows"
    LISTENS = "it has started, asks the others where they stand, and does not vote yet"
    CONFIRMED = "a quorum of the others has said where they stand"
    RELIES = "it goes by its own record of what it signed: too few of the others answered when it started"
    GOES_ON = "its vote guard has been in use since before this epoch"


@dataclass(slots=True)
class Listening:
    """What a start has heard so far (R12): `answers` are views by validator, `restored_view` is the highest
    view that the replica's own records speak of, `floor` is fixed by the first q answers that count.
    `moved_ms` is when the replica last came nearer to it, into `seen_view`."""

    nonce: bytes
    restored_view: int
    began_ms: int = 0
    ask_ms: int = 0
    answers: dict[int, int] = field(default_factory=dict)
    floor: int | None = None
    seen_view: int = 0
    moved_ms: int = 0


@dataclass(frozen=True, slots=True)
class ClockReading:
    """Another validator's clock: its wall time less this replica's monotonic time, up to `error_ms` more or
    less, and when it was read by the monotonic clock."""

    lead_ms: int
    error_ms: int
    read_ms: int


@dataclass(slots=True)
class ClockProbes:
    """When the clocks of others are asked for next, the questions that are open by validator (nonce, and when
    it was asked), how many questions each was asked since the last thing that it signed, and the last reading
    of each."""

    due_ms: int = 0
    unanswered: dict[int, int] = field(default_factory=dict)
    asked: dict[int, tuple[bytes, Now]] = field(default_factory=dict)
    readings: dict[int, ClockReading] = field(default_factory=dict)


@dataclass(slots=True)
class Executions:
    """Blocks by their hash: what executing them gave, which are with the ledger, and which are durable."""

    outcomes: dict[bytes, Validity] = field(default_factory=dict)
    """UNKNOWN: it lacks something, and is executed again."""
    under_way: set[bytes] = field(default_factory=set)
    stored: set[bytes] = field(default_factory=set)


@dataclass(slots=True)
class OwnTurn:
    """This replica's own block, of the latest view in which it led (R2)."""

    view: int = 0
    """The view that a block was ordered for; 0 where one may be ordered anew."""
    parent: tuple[int, bytes] | None = None
    """View and hash of the parent of the block that is being built; None where none is."""
    proposal: Propose | None = None
    """What was proposed last: said again while its view lasts (R8)."""
    given_up_view: int = 0
    """The view that was passed on at once, because its block would have been untimely to a quorum (R15)."""


@dataclass(slots=True)
class Failures:
    """Views that were given up (R4), and what that says of them and of the network."""

    given_up: dict[int, ViewFailure] = field(default_factory=dict)
    """Why this replica gave a view up that is not over."""
    views: list[FailedView] = field(default_factory=list)
    """Those that failed, until somebody takes them."""
    count: int = 0
    """One more with each view that failed, one less with each finalization: blocks are made smaller by it."""


@dataclass(slots=True)
class Silence:
    """When each validator was heard last, and since when it owes a word for a view that it let lapse (R13);
    monotonic milliseconds. Links that go down change nothing of it."""

    heard_ms: dict[int, int] = field(default_factory=dict)
    lapsed_ms: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Exchanges:
    """What is between this replica and each peer for as long as their link is up."""

    links: set[int] = field(default_factory=set)
    """The linked peers."""
    answered_ms: dict[int, int] = field(default_factory=dict)
    """When the peer, which spoke of a view that is over, was last sent the finalization (R14)."""
    served: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Since when the peer's requests are counted, and their points (R10)."""
    requested: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Since when requests to the peer are counted, and how many there were (R10)."""
    awaited_blocks: Counter[int] = field(default_factory=Counter)
    """Answers to a GET_BLOCK that the peer may still send."""
    owed: dict[int, int] = field(default_factory=dict)
    """Blocks that the peer was asked for in vain since it last sent one."""
    listeners: set[int] = field(default_factory=set)
    """Peers that listen and do not vote yet (R12)."""
    asked: dict[int, bytes] = field(default_factory=dict)
    """The nonces of peers that asked for a status while this replica listened itself."""

    def forget(self, peer: int) -> None:
        """The link is down: whatever was under way with the peer is lost."""
        self.links.discard(peer)
        self.listeners.discard(peer)
        for kept in (self.answered_ms, self.served, self.requested, self.owed, self.asked):
            kept.pop(peer, None)
        del self.awaited_blocks[peer]


@dataclass(slots=True)
class Lack:
    """What is missing, and asked for (R9, R17)."""

    fetches: dict[FetchKey, FetchAttempts] = field(default_factory=dict)
    since_ms: int | None = None
    """Since when the last final block has been out of reach without a break."""
    range_end: bytes | None = None
    """The last block of the latest range that came."""


@dataclass(slots=True)
class Timers:
    """What arms the current view, and since when (R14); monotonic milliseconds."""

    includable: bool = False
    """Whether a transaction waits that a block could take."""
    stirred_view: int = 0
    """The highest view that another validator has spoken of."""
    armed_ms: int | None = None
    """Since when the timers of this view run; None where they do not."""
    armed_since_ms: int | None = None
    """Since when this replica has been armed, over all views."""
    last_final_ms: int = 0
    """When the last finalization came: a heartbeat counts from then."""
    standstill_ms: int = 0
    """When everything is said again, if nothing becomes final before (R8)."""
