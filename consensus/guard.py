"""The vote guard: the only thing that signs with a validator's consensus key.

Above its floor it keeps, for every view, at most one vote of each kind, and refuses whatever an honest
validator never signs: two NOTARIZE or two FINALIZE of different candidates in one view, NULLIFY together
with FINALIZE, NOTARIZE(a) with FINALIZE(b), NOTARIZE after NULLIFY. (NULLIFY after NOTARIZE is allowed.) At
or below the floor it signs nothing. The same request again gives the stored vote, so a replayed vote is
never refused.

The guard relies on nothing around it: the rules of the replica may be wrong, and still no contradiction is
signed. It relies on one thing below it: a vote it returns is on disk before it leaves the process (R11).

A guard is born in one act with its key (`GuardState.newborn`), and carries an incarnation for ever. A key
without its guard state, or with one from a backup, is a *lost guard* and never votes again (R12).
"""

from dataclasses import dataclass

from consensus.messages import Candidate, Status, Vote, VoteKind
from consensus.signing import status_bytes, vote_bytes
from registry.primitives.ed25519 import Sign
from registry.primitives.reason import Reason

INCARNATION_BYTES = 16
NONCE_BYTES = 16
NO_NONCE = bytes(NONCE_BYTES)

_SIGNS_NOTHING = "Do nothing. The replica goes on without a vote of its own in this view."


class VoteRefusal(Reason):
    """Why the guard does not sign. The replica meets it, and goes on."""

    BELOW_FLOOR = "below-floor", "The view is at or below the floor.", _SIGNS_NOTHING
    NOTARIZED_OTHER = "notarized-other", "Another candidate of the view was notarized.", _SIGNS_NOTHING
    NULLIFIED = "nullified", "The view was nullified.", _SIGNS_NOTHING
    FINALIZED = "finalized", "The view was finalized.", _SIGNS_NOTHING
    FINALIZED_OTHER = "finalized-other", "Another candidate of the view was finalized.", _SIGNS_NOTHING


class VoteRefused(Exception):
    """The guard does not sign; `reason` says why."""

    def __init__(self, reason: VoteRefusal) -> None:
        super().__init__(reason.sentence)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class GuardState:
    """What is durable of a guard. `floor` is (epoch, view); `votes` may include some at or below it."""

    incarnation: bytes
    floor: tuple[int, int]
    votes: tuple[Vote, ...]

    @classmethod
    def newborn(cls, incarnation: bytes) -> "GuardState":
        """The empty guard that is created together with a fresh key; `incarnation` is 16 random bytes."""
        if len(incarnation) != INCARNATION_BYTES:
            raise ValueError(f"an incarnation has {INCARNATION_BYTES} bytes")
        return cls(incarnation, (0, 0), ())


class Guard:
    """Signs votes and statuses of one validator. `sign` makes the Ed25519 signature of the key; `index` is
    the validator's place in the set of the epoch it votes in."""

    def __init__(self, sign: Sign, genesis_hash: bytes, index: int, state: GuardState) -> None:
        self._sign = sign
        self._genesis_hash = genesis_hash
        self.index = index
        self.incarnation = state.incarnation
        self.floor = state.floor
        self._votes: dict[tuple[int, int], dict[VoteKind, Vote]] = {}
        for vote in state.votes:
            if (vote.epoch, vote.view) > self.floor:
                self._votes.setdefault((vote.epoch, vote.view), {})[vote.kind] = vote

    def vote(self, kind: VoteKind, epoch: int, view: int, candidate: Candidate | None) -> tuple[Vote, bool]:
        """The vote, and whether it is new and has yet to be stored. Raises VoteRefused."""
        if (epoch, view) <= self.floor:
            raise VoteRefused(VoteRefusal.BELOW_FLOOR)
        given = self._votes.get((epoch, view), {})
        earlier = given.get(kind)
        if earlier is not None and earlier.candidate == candidate:
            return earlier, False
        refusal = _refusal(kind, candidate, given)
        if refusal is not None:
            raise VoteRefused(refusal)
        signature = self._sign(vote_bytes(self._genesis_hash, kind, epoch, view, candidate))
        vote = Vote(kind, epoch, view, candidate, self.index, signature)
        self._votes.setdefault((epoch, view), {})[kind] = vote
        return vote, True

    def status(
        self, epoch: int, view: int, time_ms: int, highest: Vote | None, nonce: bytes = NO_NONCE
    ) -> Status:
        """A signed status of a replica in this view at this wall time: it promises nothing, so nothing need
        be stored before it is sent. Its view is never below the floor (R12)."""
        if self.floor[0] == epoch:
            view = max(view, self.floor[1])
        signed = status_bytes(self._genesis_hash, epoch, view, self.incarnation, nonce, time_ms, highest)
        return Status(epoch, self.index, self.incarnation, nonce, view, time_ms, highest, self._sign(signed))

    def raise_floor(self, epoch: int, view: int) -> bool:
        """Never sign at or below this view again, and forget the votes there. False if the floor was there
        already."""
        if (epoch, view) <= self.floor:
            return False
        self.floor = (epoch, view)
        for place in [place for place in self._votes if place <= self.floor]:
            del self._votes[place]
        return True

    def given(self, epoch: int, view: int, kind: VoteKind) -> Vote | None:
        """The vote of this kind it has signed in a view above the floor."""
        return self._votes.get((epoch, view), {}).get(kind)

    def votes(self) -> tuple[Vote, ...]:
        """All votes above the floor, by view and kind."""
        return tuple(vote for _, votes in sorted(self._votes.items()) for _, vote in sorted(votes.items()))

    def state(self) -> GuardState:
        """What must be durable for this guard to go on after a restart."""
        return GuardState(self.incarnation, self.floor, self.votes())

    def is_foreign(self, vote: Vote) -> bool:
        """Whether this vote, validly signed with the guard's key, is one that the guard should hold and
        does not: its records are stale, or another holder of the key signs too (R12)."""
        if (vote.epoch, vote.view) <= self.floor:
            return False
        held = self.given(vote.epoch, vote.view, vote.kind)
        return held is None or held.candidate != vote.candidate


def _refusal(kind: VoteKind, candidate: Candidate | None, given: dict[VoteKind, Vote]) -> VoteRefusal | None:
    """Which earlier vote of the view forbids this one; an equal one has been answered already."""
    notarized, finalized = given.get(VoteKind.NOTARIZE), given.get(VoteKind.FINALIZE)
    if kind is VoteKind.NULLIFY:
        return VoteRefusal.FINALIZED if finalized is not None else None
    if VoteKind.NULLIFY in given:
        return VoteRefusal.NULLIFIED
    if notarized is not None and notarized.candidate != candidate:
        return VoteRefusal.NOTARIZED_OTHER
    if finalized is not None and finalized.candidate != candidate:
        return VoteRefusal.FINALIZED_OTHER
    return None
