"""Which headers to believe, for whoever holds no chain (R19).

1. *Trust* is an epoch and its validator set, under one genesis hash. A header is accepted if its
   finalization carries the valid signatures of a quorum of that set, for that epoch, names the header's
   hash, and the header names the set.
2. Epochs are crossed only over boundary headers: the last header of an epoch, accepted under rule 1, names
   the hash of the next epoch's set. Nothing else ever changes trust.
3. Trust that begins at the genesis document alone is weak for old epochs: keys that leak years later can
   sign another history. So trust remembers what it is anchored by and since when, and a checkpoint ages.

There is no clock here: `now_ms` comes from whoever asks.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeGuard

from consensus.certificates import verify_certificate
from consensus.header import Header, block_hash
from consensus.messages import Certificate, VoteKind
from registry.primitives import ed25519
from registry.primitives.ed25519 import Verify
from registry.primitives.validator_set import ValidatorSet

TRUSTING_PERIOD_MS: Final = 180 * 24 * 60 * 60 * 1_000
"""How long a checkpoint serves: consensus keys are destroyed after their epochs, and leaks take time."""

PRECISION_MS: Final = 500
"""How far two honest clocks may differ."""


class Anchor(StrEnum):
    """What trust rests on in the end."""

    GENESIS = "genesis only"
    """The genesis document; see rule 3."""
    CHECKPOINT = "checkpoint"
    """An epoch and its validator set from a source outside the network, not older than the trusting
    period.
    """
    WITNESSES = "witnesses"
    """Cosignatures of enough witnesses."""


class Distrust(StrEnum):
    """Why a header is not believed; `description` is its sentence."""

    description: str

    def __new__(cls, value: str, description: str) -> "Distrust":
        """A member is its name, with the sentence beside it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member

    WRONG_GENESIS = "wrong-genesis", "The header belongs to another network."
    OTHER_EPOCH = "other-epoch", "The header is of another epoch than the one whose validators are trusted."
    OTHER_VALIDATORS = "other-validators", "The header names another validator set than the trusted one."
    NOT_FINALIZED = "not-finalized", "No finalization of this very header comes with it."
    NO_QUORUM = "no-quorum", "The finalization lacks the valid signatures of a quorum of distinct validators."
    NO_BOUNDARY = "no-boundary", "The header does not end its epoch."
    OTHER_SUCCESSORS = "other-successors", "The header names another validator set for the next epoch."


class Distrusted(Exception):
    """Raised where a header is not to be believed."""

    def __init__(self, reason: Distrust) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason.description


@dataclass(frozen=True, slots=True)
class Trust:
    """The epoch whose headers can be accepted, and its validators.

    `anchored_by` and `anchored_ms` (the time of the genesis document, the checkpoint or the youngest
    witness) stay the same when an epoch is crossed, for trust is as old as what it began with.
    """

    genesis_hash: bytes
    epoch: int
    validators: ValidatorSet
    anchored_by: Anchor
    anchored_ms: int

    def has_aged(self, now_ms: int) -> bool:
        """Whether the checkpoint or the witnesses are older than the trusting period."""
        return self.anchored_by is not Anchor.GENESIS and now_ms - self.anchored_ms > TRUSTING_PERIOD_MS


def accept(
    trust: Trust, header: Header, finalization: Certificate | None, verify: Verify = ed25519.verify
) -> None:
    """Return if the header is to be believed, by rule 1. Raises `Distrusted`."""
    if header.genesis_hash != trust.genesis_hash:
        raise Distrusted(Distrust.WRONG_GENESIS)
    if header.epoch != trust.epoch:
        raise Distrusted(Distrust.OTHER_EPOCH)
    if header.validators_hash != trust.validators.digest():
        raise Distrusted(Distrust.OTHER_VALIDATORS)
    if not _finalizes(finalization, header):
        raise Distrusted(Distrust.NOT_FINALIZED)
    if not verify_certificate(finalization, trust.genesis_hash, trust.validators, verify):
        raise Distrusted(Distrust.NO_QUORUM)


def advance(
    trust: Trust,
    boundary: Header,
    finalization: Certificate,
    next_validators: ValidatorSet,
    verify: Verify = ed25519.verify,
) -> Trust:
    """Trust in the next epoch, by rule 2. Raises `Distrusted`."""
    accept(trust, boundary, finalization, verify)
    if boundary.next_validators_hash is None:
        raise Distrusted(Distrust.NO_BOUNDARY)
    if boundary.next_validators_hash != next_validators.digest():
        raise Distrusted(Distrust.OTHER_SUCCESSORS)
    return Trust(trust.genesis_hash, trust.epoch + 1, next_validators, trust.anchored_by, trust.anchored_ms)


def is_fresh(header_ms: int, now_ms: int, max_age_ms: int) -> bool:
    """Whether a header's time lies between `max_age_ms` ago and now, for clocks that differ by the
    precision.
    """
    return now_ms - max_age_ms <= header_ms <= now_ms + PRECISION_MS


def _finalizes(certificate: Certificate | None, header: Header) -> TypeGuard[Certificate]:
    return (
        certificate is not None
        and certificate.kind is VoteKind.FINALIZE
        and certificate.epoch == header.epoch
        and certificate.candidate is not None
        and certificate.candidate.block_hash == block_hash(header)
    )
