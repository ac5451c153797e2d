"""Votes and certificates of the test validators, with real signatures."""

from collections.abc import Iterable

from consensus.certificates import assemble
from consensus.messages import Candidate, Certificate, Vote, VoteKind
from consensus.signing import vote_bytes
from tests.consensus.network import GENESIS_HASH, signer


def candidate(view: int, parent_view: int = 0, name: int = 0, epoch: int = 0) -> Candidate:
    """A candidate whose block hash is made of a small number."""
    return Candidate(epoch, view, parent_view, bytes([name]) * 32)


def notarize(index: int, of: Candidate) -> Vote:
    """A NOTARIZE vote."""
    return _vote(VoteKind.NOTARIZE, index, of.epoch, of.view, of)


def finalize(index: int, of: Candidate) -> Vote:
    """A FINALIZE vote."""
    return _vote(VoteKind.FINALIZE, index, of.epoch, of.view, of)


def nullify(index: int, view: int, epoch: int = 0) -> Vote:
    """A NULLIFY vote."""
    return _vote(VoteKind.NULLIFY, index, epoch, view, None)


def notarization(signers: Iterable[int], of: Candidate) -> Certificate:
    """A notarization by these signers, given ascending."""
    return assemble(tuple(notarize(index, of) for index in signers))


def finalization(signers: Iterable[int], of: Candidate) -> Certificate:
    """A finalization by these signers, given ascending."""
    return assemble(tuple(finalize(index, of) for index in signers))


def nullification(signers: Iterable[int], view: int, epoch: int = 0) -> Certificate:
    """A nullification by these signers, given ascending."""
    return assemble(tuple(nullify(index, view, epoch) for index in signers))


def _vote(kind: VoteKind, index: int, epoch: int, view: int, of: Candidate | None) -> Vote:
    signature = signer(index)(vote_bytes(GENESIS_HASH, kind, epoch, view, of))
    return Vote(kind, epoch, view, of, index, signature)
