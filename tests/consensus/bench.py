"""One replica on a bench: events in by hand, effects out to compare, and the blocks and votes of the
others ready made."""

from collections.abc import Iterable

from consensus.config import Restored
from consensus.events import Broadcast, Build, Effect, Event, Executed, LinkUp, Now, Received, Validity
from consensus.guard import Guard, GuardState
from consensus.header import block_hash
from consensus.leaders import leader_order
from consensus.messages import (
    Block,
    Candidate,
    Certificate,
    CertificateMessage,
    Message,
    Propose,
    Vote,
    VoteKind,
    VoteMessage,
)
from consensus.replica import Replica
from consensus.timing import Timing
from tests.consensus.network import GENESIS_HASH, WALL_MS, configuration, signer, toy_block
from tests.consensus.votes import finalization, notarization, notarize, nullification

N = 4
ORDER = leader_order(GENESIS_HASH, 0, N)
INCARNATION = b"bench incarnation"[:16]
QUIET = Timing(clocks_ms=3_600_000)
"""Nobody's clock is asked for within a test."""
CONFIG = configuration(N, 0, QUIET)
ANCHOR = block_hash(CONFIG.anchor)


def leader(view: int) -> int:
    """Who leads a view among the bench's four."""
    return ORDER[view % N]


def others(*without: int) -> tuple[int, ...]:
    """The validators but these."""
    return tuple(index for index in range(N) if index not in without)


def block(
    view: int,
    parent: bytes = ANCHOR,
    height: int = 1,
    time_ms: int | None = None,
    transactions: tuple[bytes, ...] = (b"a transaction",),
) -> Block:
    """The block that the leader of this view would build; dated at the bench's start plus its height."""
    dated = WALL_MS + height if time_ms is None else time_ms
    return toy_block(CONFIG, Build(0, view, parent, height, dated, 16), leader(view), transactions)


def chain(views: Iterable[int]) -> list[tuple[Candidate, Block]]:
    """Blocks of these ascending views, each on the one before, the first on the anchor."""
    made: list[tuple[Candidate, Block]] = []
    for view in views:
        parent_view, parent = (made[-1][0].view, made[-1][0].block_hash) if made else (0, ANCHOR)
        of = block(view, parent, len(made) + 1)
        made.append((Candidate(0, view, parent_view, block_hash(of.header)), of))
    return made


def proposal(of: Candidate, body: Block, justification: tuple[Certificate, ...] = ()) -> Propose:
    """The leader's proposal of a candidate."""
    return Propose(of, notarize(leader(of.view), of).signature, body, justification)


class Bench:
    """A replica of four (or of `validators`), started at time 0 with links to all others; `index` None makes
    an observer."""

    def __init__(
        self,
        index: int | None,
        restored: Restored = Restored(),  # noqa: B008  # immutable
        state: GuardState | None = None,
        *,
        is_linked: bool = True,
        validators: int = N,
        timing: Timing = QUIET,
    ) -> None:
        self.index = index
        self.now_ms = 0
        guard = None
        if index is not None:
            guard = Guard(signer(index), GENESIS_HASH, index, state or GuardState.newborn(INCARNATION))
        self.replica = Replica(configuration(validators, index, timing), guard, restored)
        if is_linked:
            for peer in range(validators):
                if peer != index:
                    self.give(LinkUp(peer))

    def give(self, event: Event, at_ms: int | None = None) -> tuple[Effect, ...]:
        """Hand the replica an event, now or at a later time; the wall clock runs along."""
        if at_ms is not None:
            self.now_ms = at_ms
        return self.replica.handle(Now(self.now_ms, WALL_MS + self.now_ms), event)

    def hear(self, sender: int, message: Message) -> tuple[Effect, ...]:
        """A message of a peer."""
        return self.give(Received(sender, message))

    def hear_votes(self, votes: Iterable[Vote]) -> tuple[Effect, ...]:
        """Each vote from its signer; the effects of all."""
        return tuple(effect for vote in votes for effect in self.hear(vote.signer, VoteMessage(vote)))

    def hear_certificate(self, certificate: Certificate, sender: int | None = None) -> tuple[Effect, ...]:
        """A certificate from one of its signers."""
        source = certificate.signers[0] if sender is None else sender
        return self.hear(source, CertificateMessage(certificate))

    def propose(self, of: Candidate, body: Block, *justification: Certificate) -> tuple[Effect, ...]:
        """The leader's proposal from the leader."""
        return self.hear(leader(of.view), proposal(of, body, justification))

    def executed(self, of: Candidate, outcome: Validity = Validity.VALID) -> tuple[Effect, ...]:
        """The ledger's answer."""
        return self.give(Executed(of.block_hash, outcome))

    def skip(self, view: int) -> tuple[Effect, ...]:
        """Have the others nullify a view."""
        without = () if self.index is None else (self.index,)
        return self.hear_certificate(nullification(others(*without), view))

    def notarized(self, of: Candidate) -> Certificate:
        """The others' notarization."""
        return notarization(others(*(() if self.index is None else (self.index,))), of)

    def finalized(self, of: Candidate) -> Certificate:
        """The others' finalization."""
        return finalization(others(*(() if self.index is None else (self.index,))), of)

    def learn_final(self, of: Candidate, body: Block) -> None:
        """Let the replica commit a block on its tip."""
        self.propose(of, body)
        self.executed(of)
        self.hear_certificate(self.finalized(of))


def kinds(effects: Iterable[Effect]) -> list[str]:
    """The names of the effects, in order."""
    return [type(effect).__name__ for effect in effects]


def votes_cast(effects: Iterable[Effect]) -> list[tuple[VoteKind, int]]:
    """Kind and view of each vote that was sent."""
    return [
        (effect.message.vote.kind, effect.message.vote.view)
        for effect in effects
        if isinstance(effect, Broadcast) and isinstance(effect.message, VoteMessage)
    ]
