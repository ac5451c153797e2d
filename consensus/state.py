"""What a replica knows, and the few acts that all rules share: emit an effect, cast a vote, ask for an
execution.

The rules are functions over one `ReplicaState`, a module for each concern; `replica` composes them. A rule
returns whether it did anything, and what takes in an event whether that told anything: the acts here say so
themselves. Nothing here decides.
"""

from consensus.block_tree import BlockTree, Tip
from consensus.certificates import CertificateStore
from consensus.config import ReplicaConfig
from consensus.events import (
    Broadcast,
    Effect,
    Evidence,
    Execute,
    Halt,
    HaltReason,
    Now,
    Send,
    StoreBlock,
    StoreVote,
    Validity,
)
from consensus.guard import Guard, VoteRefused
from consensus.header import block_hash
from consensus.leaders import leader_order
from consensus.messages import Block, Candidate, Vote, VoteKind, VoteMessage
from consensus.remembered import (
    ClockProbes,
    Exchanges,
    Executions,
    Failures,
    Lack,
    LeaderRecord,
    Listening,
    OwnTurn,
    ReceivedProposal,
    Silence,
    Timers,
    Voting,
)
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


class ReplicaState:
    """The whole mutable state of a replica."""

    def __init__(self, config: ReplicaConfig, guard: Guard | None) -> None:
        self.config = config
        self.timing = config.timing
        self.quorum = config.validators.quorum
        self.n = config.validators.n
        self.validators_hash = config.validators.digest()
        self.order = leader_order(config.genesis_hash, config.epoch, self.n)
        """Who leads: the validator at the place of the view, modulo n (R13)."""

        self.guard = guard
        """What may be signed; None for an observer, and for good where it was lost (R12)."""
        self.voting = Voting.OBSERVES if guard is None else Voting.GOES_ON
        """On what strength this replica votes."""
        self.listening: Listening | None = None
        """What a start has heard so far; None where this replica does not listen."""

        anchor_hash = block_hash(config.anchor)
        self.tree = BlockTree(Tip(anchor_hash, config.anchor, None))
        """The final tip, and the blocks above it that are held."""
        self.certificates = CertificateStore()
        """Of the views above the tip, and the last finalization (R5)."""
        self.pool = VotePool()
        """Verified votes of the views above the final one, and of some below it (R10, R18)."""
        self.proposals: dict[int, ReceivedProposal] = {}
        """The first proposal of each view from the current one on (R10)."""

        self.view = 1
        """The current view (R1)."""
        self.final_view = 0
        self.final_hash = anchor_hash
        """The highest view that has a finalization, and its block."""
        self.tip_view = 0
        """The view of the tree's tip: below `final_view` while blocks are missing or not executed yet."""

        self.executions = Executions()
        self.own_turn = OwnTurn()
        self.timers = Timers()
        self.silence = Silence()
        self.failures = Failures()
        self.records: dict[int, LeaderRecord] = {}
        """What is remembered of each leader (R13)."""
        self.exchanges = Exchanges()
        self.lack = Lack()
        self.clocks = ClockProbes()

        self.now = Now(0, 0)
        """Both clocks, as of the event being handled."""
        self.effects: list[Effect] = []
        """What the current turn asks for, in order."""
        self.is_halted = False
        """Whether this replica has stopped for good."""

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
        since_ms, points = self._within_delta(self.exchanges.served, peer)
        self.exchanges.served[peer] = (since_ms, points + 1)
        return points < MAX_SERVED

    def answers(self, peer: int) -> None:
        """The request just looked at is answered at length (R10)."""
        since_ms, points = self.exchanges.served[peer]
        self.exchanges.served[peer] = (since_ms, points + ANSWERED - 1)

    def may_ask(self, peer: int) -> bool:
        """Whether the peer may be sent one more request now (R10)."""
        _, count = self._within_delta(self.exchanges.requested, peer)
        return count < MAX_ASKED

    def note_asked(self, peer: int) -> None:
        """The peer is sent a request."""
        since_ms, count = self._within_delta(self.exchanges.requested, peer)
        self.exchanges.requested[peer] = (since_ms, count + 1)

    def _within_delta(self, counts: dict[int, tuple[int, int]], peer: int) -> tuple[int, int]:
        """Since when one Δ is counted for the peer, and the count."""
        since_ms, count = counts.get(peer, (self.now_ms, 0))
        return (self.now_ms, 0) if self.now_ms - since_ms >= self.timing.delta_ms else (since_ms, count)

    def count(self, vote: Vote) -> bool:
        """Put a verified vote into the pool; a contradiction becomes evidence (R18). False if the vote says
        nothing new."""
        is_counted = self.pool.get(vote.kind, vote.view, vote.signer) is not None
        contradicted = self.pool.add(vote)
        self.clocks.unanswered.pop(vote.signer, None)
        if contradicted is not None:
            self.emit(Evidence(contradicted, vote))
        return not is_counted or contradicted is not None

    def store_block(self, block_hash: bytes, block: Block) -> bool:
        """Make a block durable, once. False if it was before."""
        if block_hash in self.executions.stored:
            return False
        self.executions.stored.add(block_hash)
        self.emit(StoreBlock(block_hash, block))
        return True

    def execution(self, block_hash: bytes) -> Validity:
        """What executing a connected block gave, ancestors first: a block on an INVALID one is INVALID, and
        UNKNOWN what has not been executed yet."""
        ancestor = self._not_valid(block_hash)
        if ancestor is None:
            return Validity.VALID
        return self.executions.outcomes.get(ancestor, Validity.UNKNOWN)

    def execute(self, block_hash: bytes) -> bool:
        """Ask for the next execution that a connected block waits for. False if that is under way, or it
        waits for none."""
        ancestor = self._not_valid(block_hash)
        if ancestor is None or ancestor in self.executions.outcomes or ancestor in self.executions.under_way:
            return False
        block = self.tree.get(ancestor)
        if block is None:
            raise AssertionError("a path holds only blocks of the tree")
        self.executions.under_way.add(ancestor)
        self.emit(Execute(ancestor, block))
        return True

    def take_outcome(self, block_hash: bytes, outcome: Validity) -> bool:
        """Executing a block gave this. False if it was not asked for, or the block has lost meanwhile."""
        if block_hash not in self.executions.under_way:
            return False
        self.executions.under_way.discard(block_hash)
        self.executions.outcomes[block_hash] = outcome
        return True

    def _not_valid(self, block_hash: bytes) -> bytes | None:
        """The lowest of a connected block and its ancestors that is not known to be valid."""
        outcomes = self.executions.outcomes
        path = self.tree.path(block_hash)
        return next((ancestor for ancestor in path if outcomes.get(ancestor) is not Validity.VALID), None)
