"""The replica: Simplex consensus as a function of events. The rules R1 to R19 stand in SPEC.md; code cites
them.

An event changes what is known; then every rule is tried, again and again, until none has anything more to
do. So no rule has to be remembered by the place that makes it applicable, and nothing is lost when its
occasion came early (decision 0020). A rule says itself whether it did anything, and what takes in an event
whether that told anything (decision 0112).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from consensus import arming, certifying, clocks, delivery, fetching, listening, proposing, standstill, voting
from consensus.block_tree import Tip
from consensus.config import ReplicaConfig, Restored
from consensus.events import (
    Built,
    ContentArrived,
    Effect,
    Event,
    Executed,
    FailedView,
    LinkDown,
    LinkUp,
    Now,
    PoolChanged,
    Received,
    Synced,
    Tick,
    Waste,
)
from consensus.guard import Guard
from consensus.header import block_hash
from consensus.messages import (
    BlockMessage,
    CertificateMessage,
    GetBlock,
    GetCertificates,
    GetStatus,
    Message,
    Propose,
    Status,
    VoteKind,
    VoteMessage,
)
from consensus.remembered import ReceivedProposal, Voting
from consensus.state import PAST_VIEWS, VIEW_WINDOW, ReplicaState
from consensus.timing import Timeliness
from consensus.wire import MAX_RANGE_BLOCKS


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a replica stands; `leader` leads its current view. `is_behind`: blocks are known final that
    are not committed yet. `is_at_cap`: the time-outs have grown as long as they get. `voting`: on what
    strength it votes (R12)."""

    leader: int
    final_view: int
    committed_height: int
    is_behind: bool
    is_armed: bool
    is_at_cap: bool
    is_halted: bool
    voting: Voting


_KINDS: Final[Mapping[type[Message], Waste]] = {
    Propose: Waste.PROPOSAL,
    VoteMessage: Waste.VOTE,
    CertificateMessage: Waste.CERTIFICATE,
    GetCertificates: Waste.QUESTION,
    GetBlock: Waste.QUESTION,
    GetStatus: Waste.QUESTION,
    BlockMessage: Waste.BLOCK,
    Status: Waste.STATUS,
}

Rule: TypeAlias = Callable[[ReplicaState], bool]
"""Acts where its occasion has come. False if it did nothing; at the latest when it is tried again."""

_RULES: tuple[Rule, ...] = (
    certifying.assemble_fresh,
    certifying.enter,
    listening.listen,
    delivery.deliver,
    arming.arm,
    voting.finalize,
    voting.notarize,
    proposing.propose,
    voting.nullify,
    fetching.fetch,
)


class Replica:
    """One replica of one epoch. `guard` is None for an observer. What `restored` holds is trusted: it is
    the replica's own store, checked when it was opened."""

    def __init__(self, config: ReplicaConfig, guard: Guard | None, restored: Restored) -> None:
        if (guard is None) != (config.index is None) or (guard is not None and guard.index != config.index):
            raise ValueError("a validator has a guard for its index, an observer has neither")
        self._state = ReplicaState(config, guard)
        self._has_started = False
        self._waste: Waste | None = None
        self._settled: Now | None = None
        self._deadline_ms: int | None = None
        self._knows_deadline = False
        _restore(self._state, restored)

    @property
    def deadline_ms(self) -> int | None:
        """The monotonic time at which the driver owes a Tick; None: no timer runs, for the replica has
        halted. It is worked out once for all who ask between two events."""
        if not self._knows_deadline:
            self._deadline_ms, self._knows_deadline = self._find_deadline_ms(), True
        return self._deadline_ms

    def _find_deadline_ms(self) -> int | None:
        if self._state.is_halted:
            return None
        if not self._has_started:
            return self._state.now_ms
        now_ms = self._state.now_ms
        times_ms = (*arming.deadlines(self._state), *listening.deadlines(self._state))
        return min([due_ms for due_ms in times_ms if due_ms > now_ms], default=None)

    @property
    def is_halted(self) -> bool:
        """Whether it has stopped for good."""
        return self._state.is_halted

    @property
    def view(self) -> int:
        """The current view (R1)."""
        return self._state.view

    @property
    def final_view(self) -> int:
        """The highest view with a finalization."""
        return self._state.final_view

    @property
    def progress(self) -> Progress:
        """Where the replica stands."""
        state = self._state
        return Progress(
            leader=state.leader(state.view),
            final_view=state.final_view,
            committed_height=state.tree.tip.header.height,
            is_behind=state.final_view > state.tip_view,
            is_armed=state.timers.armed_ms is not None,
            is_at_cap=state.timing.at_cap(state.view, state.final_view),
            is_halted=state.is_halted,
            voting=state.voting,
        )

    def clocks(self, now: Now) -> clocks.Comparison:
        """How this replica's wall clock compares with the other validators' at this moment (R15)."""
        return clocks.compare(self._state, now)

    @property
    def silent(self) -> tuple[int, ...]:
        """The validators that are linked and do not vote, as far as their silence tells."""
        return clocks.silent(self._state)

    def take_failed_views(self) -> tuple[FailedView, ...]:
        """The views that failed since this was asked last, at most `failing.MAX_FAILED_VIEWS` of them."""
        failed, self._state.failures.views = tuple(self._state.failures.views), []
        return failed

    def buffers(self) -> dict[str, tuple[int, int]]:
        """The size of every buffer that others can fill, and its cap (R10)."""
        state = self._state
        highest = max(state.view, state.certificates.highest_view)
        open_views = highest - state.tip_view + VIEW_WINDOW
        return {
            "votes": (len(state.pool), 3 * state.n * (open_views + PAST_VIEWS)),
            "proposals": (len(state.proposals), VIEW_WINDOW + 1),
            "blocks": (len(state.tree), 2 * open_views + fetching.SYNC_AHEAD + MAX_RANGE_BLOCKS),
            "fetches": (len(state.lack.fetches), open_views + 8),
        }

    def awaits_block(self, peer: int) -> bool:
        """Whether the peer owes an answer to a GET_BLOCK: any other BLOCK of it need not even be decoded."""
        return self._state.exchanges.awaited_blocks[peer] > 0

    @property
    def waste(self) -> Waste | None:
        """Of which kind the message handled last was, if it told nothing new and was no request that is
        looked at."""
        return self._waste

    def handle(self, now: Now, event: Event) -> tuple[Effect, ...]:
        """Takes one event and returns what is to be done about it, in order. The clocks are those of the
        moment the driver took the event up; the monotonic one never goes back."""
        state = self._state
        if state.is_halted:
            return ()
        self._knows_deadline = False
        state.now = now
        if not self._has_started:
            self._has_started = True
            state.timers.last_final_ms = now.monotonic_ms
            state.clocks.due_ms = now.monotonic_ms + state.timing.clocks_ms
            state.timers.standstill_ms = now.monotonic_ms + state.timing.standstill_ms(
                state.view, state.final_view
            )
            listening.start(state)
        is_news = _apply(state, event)
        self._waste = _KINDS[type(event.message)] if isinstance(event, Received) and not is_news else None
        if not is_news and self._settled == now:
            return self._take_effects()  # nothing is known that was not when the rules were tried last
        self._settled = now
        _settle(state)
        standstill.resend_when_still(state)
        clocks.ask_when_due(state)
        return self._take_effects()

    def _take_effects(self) -> tuple[Effect, ...]:
        effects, self._state.effects = tuple(self._state.effects), []
        return effects


def _apply(state: ReplicaState, event: Event) -> bool:
    """What an event changes of itself; the rules see to the rest. False if it told nothing new, is no
    question that is looked at, and changes nothing that a rule goes by. (Whether time has passed, the caller
    sees.)"""
    match event:
        case Tick():
            return False
        case Received(sender, message):
            return _receive(state, sender, message)
        case LinkUp(peer):
            standstill.link_up(state, peer)
            return True
        case LinkDown(peer):
            standstill.link_down(state, peer)
            return True
        case Executed(block_hash, outcome, _):
            return state.take_outcome(block_hash, outcome)
        case Built(view, block):
            return proposing.take_built(state, view, block)
        case PoolChanged(includable):
            is_news, state.timers.includable = state.timers.includable != includable, includable
            return is_news
        case ContentArrived():
            return fetching.retry_unknown(state)
        case Synced():
            return delivery.take_range(state, event)
        case _:
            assert_never(event)


def _receive(state: ReplicaState, sender: int, message: Message) -> bool:
    match message:
        case Propose():
            return voting.receive_proposal(state, sender, message)
        case VoteMessage(vote):
            return certifying.receive_vote(state, sender, vote).is_news
        case CertificateMessage(certificate):
            return certifying.receive_certificate(state, sender, certificate).is_news
        case GetCertificates():
            return fetching.answer_certificates(state, sender, message)
        case GetBlock(named):
            return fetching.answer_block(state, sender, named)
        case BlockMessage(block):
            return fetching.receive_block(state, sender, block)
        case Status():
            return standstill.receive_status(state, sender, message)
        case GetStatus():
            return standstill.answer_status(state, sender, message)
        case _:
            assert_never(message)


def _settle(state: ReplicaState) -> None:
    """Try every rule, in their order, until none has anything to do."""
    while not state.is_halted:
        acted = [rule for rule in _RULES if rule(state)]
        if not acted:
            return


def _restore(state: ReplicaState, restored: Restored) -> None:
    """Resume from the highest of what was stored, whatever the order it was written in."""
    if restored.tip is not None:
        candidate = restored.tip.candidate
        if restored.tip.certificate.kind is not VoteKind.FINALIZE:
            raise ValueError("a commit ends with a block that has a finalization of its own")
        state.tree.restart_at(Tip(candidate.block_hash, restored.tip.block.header, restored.tip.block))
        state.tip_view = candidate.view
        state.certificates.add(restored.tip.certificate)
        certifying.advance_final(state, restored.tip.certificate)
        for vote in restored.tip.certificate.votes():
            state.count(vote)
    for block in restored.blocks:
        named = block_hash(block.header)
        state.tree.add(named, block)
        state.executions.stored.add(named)
    for certificate in restored.certificates:
        certifying.restore(state, certificate)
    proposal = restored.proposal
    if state.guard is not None and proposal is not None and proposal.candidate.view > state.final_view:
        state.own_turn.proposal = proposal
        state.proposals[proposal.candidate.view] = ReceivedProposal(proposal, Timeliness.TIMELY)
        state.tree.add(proposal.candidate.block_hash, proposal.block)
    if state.guard is not None:
        for vote in state.guard.votes():
            state.count(vote)
    certifying.enter(state)
    if restored.nonce is not None:
        listening.prepare(state, restored.nonce)
