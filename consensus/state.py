"""What a replica knows, and the few acts that all rules share: emit an effect, cast a vote, ask for an
execution.

The rules are functions over one `ReplicaState`, a module for each concern; `replica` composes them. Nothing
here decides.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from consensus.block_tree import BlockTree, Tip
from consensus.certificates import CertificateStore
from consensus.config import ReplicaConfig
from consensus.events import (
    Broadcast,
    Effect,
    Evidence,
    Execute,
    FailedView,
    Halt,
    HaltReason,
    LeaderFailing,
    Now,
    Send,
    StoreBlock,
    StoreVote,
    Validity,
    ViewFailure,
)
from consensus.guard import Guard, VoteRefused
from consensus.header import block_hash
from consensus.leaders import leader_order
from consensus.messages import Block, Candidate, Propose, Vote, VoteKind, VoteMessage
from consensus.timing import Timeliness
from consensus.vote_pool import VotePool

VIEW_WINDOW = 16
"""Votes and proposals count up to so many views above the current one (R10)."""

PAST_VIEWS = 16
"""Votes of so many views up to the final one are kept, to be compared with what comes late (R18)."""

MAX_SERVED = 16
"""Points of one peer's requests and statuses that are looked at within Δ (R10): one each, and ANSWERED for
what is answered at length. Who lacks something asks again."""

ANSWERED = 4
"""Points of a request that is answered with a block or with certificates."""

MAX_ASKED = MAX_SERVED // ANSWERED
"""Requests to one peer within Δ: no more than it answers."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The first proposal of a view, and how its time compared with the clock when it was first received
    (R15)."""

    message: Propose
    timeliness: Timeliness


FetchKey = tuple[str, int | bytes]
"""What is missing: its kind, and the first view or the hash that tells it from others of the kind."""


@dataclass(slots=True)
class Fetch:
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
class Clocks:
    """When the clocks of others are asked for next, the questions that are open by validator (nonce, and when
    it was asked), how many questions each was asked since the last thing that it signed, and the last reading
    of each."""

    due_ms: int = 0
    unanswered: dict[int, int] = field(default_factory=dict)
    asked: dict[int, tuple[bytes, Now]] = field(default_factory=dict)
    readings: dict[int, ClockReading] = field(default_factory=dict)


class ReplicaState:
    """The whole mutable state of a replica."""

    def __init__(self, config: ReplicaConfig, guard: Guard | None) -> None:
        self.config = config
        self.guard = guard
        self.timing = config.timing
        self.quorum = config.validators.quorum
        self.n = config.validators.n
        self.validators_hash = config.validators.digest()
        self.order = leader_order(config.genesis_hash, config.epoch, self.n)

        anchor_hash = block_hash(config.anchor)
        self.tree = BlockTree(Tip(anchor_hash, config.anchor, None))
        self.certificates = CertificateStore()
        self.pool = VotePool()
        self.proposals: dict[int, Proposal] = {}
        self.own_proposal: Propose | None = None

        self.view = 1
        self.tip_view = 0
        self.final_view = 0
        self.final_hash = anchor_hash

        self.outcomes: dict[bytes, Validity] = {}
        self.executing: set[bytes] = set()
        self.stored: set[bytes] = set()
        self.building: tuple[int, bytes] | None = None
        self.building_view = 0
        self.given_up_view = 0
        self.given_up: dict[int, ViewFailure] = {}
        self.failed_views: list[FailedView] = []
        self.failures = 0

        self.links: set[int] = set()
        self.heard_ms: dict[int, int] = {}
        self.lapsed_ms: dict[int, int] = {}
        self.records: dict[int, LeaderRecord] = {}
        self.answered_ms: dict[int, int] = {}
        self.served: dict[int, tuple[int, int]] = {}
        self.requested: dict[int, tuple[int, int]] = {}
        self.awaited_blocks: Counter[int] = Counter()
        self.fetches: dict[FetchKey, Fetch] = {}
        self.lacking_since_ms: int | None = None
        self.owed: dict[int, int] = {}
        self.clocks = Clocks()

        self.voting = Voting.OBSERVES if guard is None else Voting.GOES_ON
        self.listening: Listening | None = None
        self.listeners: set[int] = set()
        self.asked: dict[int, bytes] = {}

        self.range_end: bytes | None = None

        self.includable = False
        self.stirred_view = 0
        self.armed_ms: int | None = None
        self.armed_since_ms: int | None = None
        self.last_final_ms = 0
        self.standstill_ms = 0

        self.now = Now(0, 0)
        self.is_news = False
        self.effects: list[Effect] = []
        self.is_halted = False

    @property
    def now_ms(self) -> int:
        """The monotonic time of the event being handled."""
        return self.now.monotonic_ms

    @property
    def own_index(self) -> int | None:
        """This replica's place in the set; None for an observer."""
        return None if self.guard is None else self.guard.index

    def leader(self, view: int) -> int:
        """Who leads a view (R13)."""
        return self.order[view % self.n]

    @property
    def may_vote(self) -> bool:
        """R12, R17: no vote before the others have been heard, nor until everything up to the last final
        block is held; an observer never votes."""
        return self.guard is not None and self.listening is None and self.tree.is_connected(self.final_hash)

    def has_voted(self, kind: VoteKind, view: int) -> bool:
        """Whether the guard holds a vote of this kind in this view."""
        return self.guard is not None and self.guard.given(self.config.epoch, view, kind) is not None

    def emit(self, effect: Effect) -> None:
        """Return this effect from the current turn; nothing more after a Halt."""
        if not self.is_halted:
            self.effects.append(effect)

    def halt(self, reason: HaltReason, detail: str) -> None:
        """Stop for good."""
        self.emit(Halt(reason, detail))
        self.is_halted = True

    def sign(self, kind: VoteKind, view: int, candidate: Candidate | None) -> Vote | None:
        """Have the guard sign, store the vote if it is new, and count it. None if the guard refuses."""
        if self.guard is None:
            return None
        try:
            vote, is_new = self.guard.vote(kind, self.config.epoch, view, candidate)
        except VoteRefused:
            return None
        if is_new:
            self.emit(StoreVote(vote))
        self.count(vote)
        return vote

    def cast(self, kind: VoteKind, view: int, candidate: Candidate | None) -> bool:
        """Sign a vote and send it to all. False if the guard refuses."""
        vote = self.sign(kind, view, candidate)
        if vote is None:
            return False
        self.emit(Broadcast(VoteMessage(vote)))
        return True

    def send_status(self, peer: int, nonce: bytes) -> None:
        """Say where this replica stands; an observer has nothing to say it with."""
        if self.guard is None:
            return
        highest = self.pool.highest(peer)
        status = self.guard.status(self.config.epoch, self.view, self.now.wall_ms, highest, nonce)
        self.emit(Send(peer, status))

    def serves(self, peer: int) -> bool:
        """Whether one more request of this peer is looked at now (R10)."""
        since_ms, points = self._within_delta(self.served, peer)
        self.served[peer] = (since_ms, points + 1)
        if points >= MAX_SERVED:
            return False
        self.is_news = True
        return True

    def answers(self, peer: int) -> None:
        """The request just looked at is answered at length (R10)."""
        since_ms, points = self.served[peer]
        self.served[peer] = (since_ms, points + ANSWERED - 1)

    def may_ask(self, peer: int) -> bool:
        """Whether the peer may be sent one more request now (R10)."""
        _, count = self._within_delta(self.requested, peer)
        return count < MAX_ASKED

    def note_asked(self, peer: int) -> None:
        """The peer is sent a request."""
        since_ms, count = self._within_delta(self.requested, peer)
        self.requested[peer] = (since_ms, count + 1)

    def _within_delta(self, counts: dict[int, tuple[int, int]], peer: int) -> tuple[int, int]:
        """Since when one Δ is counted for the peer, and the count."""
        since_ms, count = counts.get(peer, (self.now_ms, 0))
        return (self.now_ms, 0) if self.now_ms - since_ms >= self.timing.delta_ms else (since_ms, count)

    def count(self, vote: Vote) -> None:
        """Put a verified vote into the pool; a contradiction becomes evidence (R18)."""
        is_counted = self.pool.get(vote.kind, vote.view, vote.signer) is not None
        contradicted = self.pool.add(vote)
        self.clocks.unanswered.pop(vote.signer, None)
        self.is_news |= not is_counted or contradicted is not None
        if contradicted is not None:
            self.emit(Evidence(contradicted, vote))

    def store_block(self, of: bytes, block: Block) -> None:
        """Make a block durable, once."""
        if of not in self.stored:
            self.stored.add(of)
            self.emit(StoreBlock(of, block))

    def execution(self, of: bytes) -> Validity:
        """What executing a connected block gave, ancestors first. What has not been executed yet is asked
        for and UNKNOWN so far; a block on an INVALID one is INVALID."""
        for ancestor in self.tree.path(of):
            outcome = self.outcomes.get(ancestor)
            if outcome is Validity.VALID:
                continue
            if outcome is None and ancestor not in self.executing:
                block = self.tree.get(ancestor)
                if block is None:
                    raise AssertionError("a path holds only blocks of the tree")
                self.executing.add(ancestor)
                self.emit(Execute(ancestor, block))
            return outcome or Validity.UNKNOWN
        return Validity.VALID
