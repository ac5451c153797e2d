"""Certificates: how they are assembled, verified and held (R5).

A certificate holds the signatures of at least q *distinct* validators for one content, in index order.
Those of the views above the tip are never evicted; of those at or below it the last finalization stays.
"""

from bisect import bisect_right, insort
from collections.abc import Callable, Iterator
from itertools import pairwise

from consensus.messages import Certificate, Vote, VoteKind
from consensus.signing import vote_bytes
from registry.primitives.ed25519 import Verify
from registry.primitives.validator_set import ValidatorSet


def assemble(votes: tuple[Vote, ...]) -> Certificate:
    """The certificate of votes for one content, given by ascending signer."""
    first = votes[0]
    return Certificate(
        first.kind,
        first.epoch,
        first.view,
        first.candidate,
        tuple(vote.signer for vote in votes),
        tuple(vote.signature for vote in votes),
    )


def verify_certificate(
    certificate: Certificate,
    genesis_hash: bytes,
    validators: ValidatorSet,
    verify: Verify,
    is_known: Callable[[Vote], bool] = lambda vote: False,
) -> bool:
    """Whether a quorum of distinct validators of this set signed it. Votes that `is_known` vouches for have
    been verified before and are not verified again."""
    signers = certificate.signers
    if not validators.quorum <= len(signers) <= validators.n or len(signers) != len(certificate.signatures):
        return False
    if any(later <= earlier for earlier, later in pairwise(signers)):
        return False
    if signers[0] < 0 or signers[-1] >= validators.n:
        return False
    content = vote_bytes(
        genesis_hash, certificate.kind, certificate.epoch, certificate.view, certificate.candidate
    )
    return all(
        is_known(vote) or verify(validators.validators[vote.signer].public_key, content, vote.signature)
        for vote in certificate.votes()
    )


class CertificateStore:
    """The verified certificates of an epoch above the tip's view, by kind and view; the first of each
    stays."""

    def __init__(self) -> None:
        self._held: dict[VoteKind, dict[int, Certificate]] = {kind: {} for kind in VoteKind}
        self._views: dict[VoteKind, list[int]] = {kind: [] for kind in VoteKind}
        self.highest_view = 0

    def add(self, certificate: Certificate) -> None:
        """Hold it, unless one of its kind and view is held."""
        if certificate.view in self._held[certificate.kind]:
            return
        self._held[certificate.kind][certificate.view] = certificate
        insort(self._views[certificate.kind], certificate.view)
        self.highest_view = max(self.highest_view, certificate.view)

    def get(self, kind: VoteKind, view: int) -> Certificate | None:
        """The certificate of this kind and view."""
        return self._held[kind].get(view)

    def naming(self, view: int, block_hash: bytes) -> Certificate | None:
        """The finalization, else the notarization, of this view, if it names this block."""
        for kind in (VoteKind.FINALIZE, VoteKind.NOTARIZE):
            certificate = self._held[kind].get(view)
            if (
                certificate is not None
                and certificate.candidate is not None
                and certificate.candidate.block_hash == block_hash
            ):
                return certificate
        return None

    def skipped(self, parent_view: int, view: int) -> tuple[Certificate, ...] | None:
        """The nullifications of all views strictly between, ascending; None if one is missing."""
        held = self._held[VoteKind.NULLIFY]
        if any(between not in held for between in range(parent_view + 1, view)):
            return None
        return tuple(held[between] for between in range(parent_view + 1, view))

    def views(self, kind: VoteKind, above: int) -> list[int]:
        """The views above `above` with a certificate of this kind, ascending."""
        views = self._views[kind]
        return views[bisect_right(views, above) :]

    def above(self, view: int) -> Iterator[Certificate]:
        """Every certificate of a higher view, by view, then kind."""
        views = sorted({at for kind in VoteKind for at in self.views(kind, view)})
        for at in views:
            for kind in VoteKind:
                if at in self._held[kind]:
                    yield self._held[kind][at]

    def forget(self, view: int) -> None:
        """Drop what is at or below this view, except the finalization of this very view."""
        for kind, held in self._held.items():
            for old in [old for old in held if old <= view]:
                if (kind, old) != (VoteKind.FINALIZE, view):
                    del held[old]
            self._views[kind] = sorted(held)
