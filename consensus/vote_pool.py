"""The verified votes of the views above the last final one, and of some below it.

The first vote of each (kind, signer, view) counts and is never replaced (R10); a later one that contradicts
it, or a vote of another kind that no honest validator gives beside it, is evidence (R18), reported once for
a signer and view: also one that comes when the view is over already. At most three votes a validator and
view are kept. Of every validator the highest vote
ever seen stays (one each), for statuses.
"""

from consensus.messages import Candidate, Vote, VoteKind

_KINDS = tuple(VoteKind)


class VotePool:
    """Votes by view, kind and signer."""

    def __init__(self) -> None:
        self._views: dict[int, dict[tuple[VoteKind, int], Vote]] = {}
        self._accused: set[tuple[int, int]] = set()
        self._highest: dict[int, Vote] = {}
        self._fresh: list[Vote] = []

    def get(self, kind: VoteKind, view: int, signer: int) -> Vote | None:
        """The vote that counts."""
        return self._views.get(view, {}).get((kind, signer))

    def highest(self, signer: int) -> Vote | None:
        """The signer's vote of the highest view, and in it of the highest kind."""
        return self._highest.get(signer)

    def is_accused(self, view: int, signer: int) -> bool:
        """Whether evidence of the signer has been reported for this view."""
        return (signer, view) in self._accused

    def add(self, vote: Vote) -> Vote | None:
        """Count a verified vote unless its signer's first stands. Returns an earlier vote that it
        contradicts, once for the signer and view."""
        votes = self._views.setdefault(vote.view, {})
        contradicted = self._contradicted(vote)
        if (vote.kind, vote.signer) not in votes:
            votes[vote.kind, vote.signer] = vote
            self._fresh.append(vote)
        highest = self._highest.get(vote.signer)
        if highest is None or (vote.view, vote.kind) > (highest.view, highest.kind):
            self._highest[vote.signer] = vote
        if contradicted is None or self.is_accused(vote.view, vote.signer):
            return None
        self._accused.add((vote.signer, vote.view))
        return contradicted

    def convicts(self, vote: Vote) -> bool:
        """Whether this vote, if it is genuine, is evidence that has not been reported."""
        return self._contradicted(vote) is not None and not self.is_accused(vote.view, vote.signer)

    def _contradicted(self, vote: Vote) -> Vote | None:
        votes = self._views.get(vote.view, {})
        for kind in _KINDS:  # a plain loop: a range of final blocks brings thousands of votes at once
            earlier = votes.get((kind, vote.signer))
            if earlier is not None and contradicts(earlier, vote):
                return earlier
        return None

    def matching(self, kind: VoteKind, view: int, candidate: Candidate | None) -> tuple[Vote, ...]:
        """The counted votes for one content, by signer."""
        votes = self._views.get(view, {})
        found = [vote for (of, _), vote in votes.items() if of is kind and vote.candidate == candidate]
        return tuple(sorted(found, key=lambda vote: vote.signer))

    def nullifying(self, view: int) -> int:
        """How many validators nullify a view."""
        return sum(1 for kind, _ in self._views.get(view, ()) if kind is VoteKind.NULLIFY)

    def take_fresh(self) -> tuple[Vote, ...]:
        """The votes that came to count since this was last asked."""
        fresh, self._fresh = tuple(self._fresh), []
        return fresh

    def forget(self, view: int) -> None:
        """Drop all votes at or below this view."""
        for old in [old for old in self._views if old <= view]:
            del self._views[old]
        self._accused = {(signer, at) for signer, at in self._accused if at > view}

    def __len__(self) -> int:
        return sum(map(len, self._views.values()))


def contradicts(first: Vote, second: Vote) -> bool:
    """Whether no honest validator signs both (R18): two NOTARIZE or two FINALIZE of different candidates,
    NULLIFY with FINALIZE, NOTARIZE(a) with FINALIZE(b); of one signer, epoch and view."""
    if (first.signer, first.epoch, first.view) != (second.signer, second.epoch, second.view):
        return False
    kinds = {first.kind, second.kind}
    if VoteKind.NULLIFY in kinds:
        return VoteKind.FINALIZE in kinds
    return first.candidate != second.candidate
