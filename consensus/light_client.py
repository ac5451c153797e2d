"""What a verifier that holds no chain may believe (R19): a header, if a quorum of the set it trusts
finalized it.

The trust state is an epoch, its validator set and how both came to be known. Trust moves to the next
epoch only over a boundary header, one that names the next set. Nothing here says "now": a header holds
as of the time in the header, and the verifier compares that with its own clock.

A genesis document alone is a weak anchor for an old epoch: keys leaked years later can sign another
history. So what is believed says what anchored it, and an anchor older than the trusting period is refused.

What a header commits to means what its ruleset says. Which rulesets are known is the caller's to say:
consensus reads none.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from consensus.certificates import verify_certificate
from consensus.header import VERSION, Header, block_hash
from consensus.messages import Certificate, VoteKind
from consensus.timing import PRECISION_MS
from registry.primitives.ed25519 import Verify, verify
from registry.primitives.reason import REFUTED, Reason
from registry.primitives.validator_set import ValidatorSet

DAY_MS: Final = 86_400_000
TRUSTING_PERIOD_MS: Final = 180 * DAY_MS
MAX_AGE_MS: Final = 120_000
"""How old a header may be by default: at least two heartbeats and f + 1 failed views."""


class AnchoredBy(StrEnum):
    """How the trusted set came to be known."""

    GENESIS = "genesis only"
    CHECKPOINT = "checkpoint"


_INSTALL = "Install the version of Matricula that the network's nodes run. Its operators know which one."


class HeaderRefusal(Reason):
    """Why a header is not believed. A verifier meets it."""

    UNKNOWN_VERSION = (
        "unknown-version",
        "The header has a version that this software does not know, so it can be neither believed nor "
        "refuted.",
        _INSTALL,
    )
    WRONG_GENESIS = (
        "wrong-genesis",
        "The header belongs to another network than the genesis document.",
        "Name a node of your network (--node), or the genesis document of the node's network (--genesis). "
        "`matricula fingerprint FILE` shows which network a genesis document is of.",
    )
    WRONG_EPOCH = (
        "wrong-epoch",
        "The header or its certificate is of another epoch than the trusted validators.",
        REFUTED,
    )
    WRONG_VALIDATORS = (
        "wrong-validators",
        "The header names other validators than the trusted ones.",
        REFUTED,
    )
    NOT_A_FINALIZATION = "not-a-finalization", "The certificate is no finalization.", REFUTED
    OTHER_BLOCK = "other-block", "The certificate finalizes another block.", REFUTED
    NO_QUORUM = (
        "no-quorum",
        "The certificate lacks valid signatures of a quorum of distinct validators.",
        REFUTED,
    )
    UNKNOWN_RULESET = (
        "unknown-ruleset",
        "The network follows a ruleset that this version does not know.",
        _INSTALL,
    )
    NO_BOUNDARY = "no-boundary", "The header does not end its epoch.", REFUTED
    WRONG_NEXT_VALIDATORS = (
        "wrong-next-validators",
        "The next validators are not those that the last header of the epoch names.",
        REFUTED,
    )
    ANCHOR_TOO_OLD = (
        "anchor-too-old",
        "The trust in the validators began more than 180 days ago.",
        "Ask the network's operators for a newer checkpoint. Checkpoints are not published yet. Until they "
        "are, nobody can conclude more from this answer.",
    )


class HeaderRefused(Exception):
    """The header is not believed; `reason` says why."""

    def __init__(self, reason: HeaderRefusal) -> None:
        super().__init__(reason.sentence)
        self.reason = reason


class Freshness(StrEnum):
    """How a header's time compares with the verifier's clock."""

    FRESH = "the header is recent"
    STALE = "the header is older than the greatest age asked for"
    FROM_FUTURE = "the header is dated after the verifier's clock"


@dataclass(frozen=True, slots=True)
class FinalHeader:
    """A header and the finalization of its block."""

    header: Header
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Boundary:
    """The last block of an epoch and the set of the next one."""

    final: FinalHeader
    next_validators: ValidatorSet


@dataclass(frozen=True, slots=True)
class Trust:
    """The set believed for an epoch. `checkpoint_time_ms` dates the anchor: when the checkpoint was
    taken or cosigned, or the genesis document's time; it does not move with the epochs."""

    genesis_hash: bytes
    epoch: int
    validators: ValidatorSet
    checkpoint_time_ms: int
    anchored_by: AnchoredBy


@dataclass(frozen=True, slots=True)
class VerifiedHeader:
    """A header that is believed: what it shows held as of `as_of_ms`, not now."""

    header: Header
    block_hash: bytes
    as_of_ms: int
    freshness: Freshness
    anchored_by: AnchoredBy


def accept_header(
    trust: Trust, final: FinalHeader, rulesets: Container[int], verify: Verify = verify
) -> bytes:
    """The hash of a header that a quorum of the trusted set finalized, under one of the `rulesets` that the
    caller knows. Raises HeaderRefused; what refutes the header comes before what leaves it undecided.
    """
    named = _finalized(trust, final, verify)
    _require_known_ruleset(final.header, rulesets)
    return named


def _finalized(trust: Trust, final: FinalHeader, verify: Verify) -> bytes:
    header, certificate = final.header, final.certificate
    if header.version != VERSION:
        raise HeaderRefused(HeaderRefusal.UNKNOWN_VERSION)
    if header.genesis_hash != trust.genesis_hash:
        raise HeaderRefused(HeaderRefusal.WRONG_GENESIS)
    if header.epoch != trust.epoch or certificate.epoch != trust.epoch:
        raise HeaderRefused(HeaderRefusal.WRONG_EPOCH)
    if header.validators_hash != trust.validators.digest():
        raise HeaderRefused(HeaderRefusal.WRONG_VALIDATORS)
    if certificate.kind is not VoteKind.FINALIZE or certificate.candidate is None:
        raise HeaderRefused(HeaderRefusal.NOT_A_FINALIZATION)
    named = block_hash(header)
    if certificate.candidate.block_hash != named:
        raise HeaderRefused(HeaderRefusal.OTHER_BLOCK)
    if not verify_certificate(certificate, trust.genesis_hash, trust.validators, verify):
        raise HeaderRefused(HeaderRefusal.NO_QUORUM)
    return named


def _require_known_ruleset(header: Header, rulesets: Container[int]) -> None:
    if header.ruleset not in rulesets:
        raise HeaderRefused(HeaderRefusal.UNKNOWN_RULESET)


def advance(
    trust: Trust, boundaries: Iterable[Boundary], rulesets: Container[int], verify: Verify = verify
) -> Trust:
    """The trust state after these epochs' last blocks, in order, each under one of the `rulesets`. Raises
    HeaderRefused."""
    for boundary in boundaries:
        header = boundary.final.header
        _finalized(trust, boundary.final, verify)
        if header.next_validators_hash is None:
            raise HeaderRefused(HeaderRefusal.NO_BOUNDARY)
        if header.next_validators_hash != boundary.next_validators.digest():
            raise HeaderRefused(HeaderRefusal.WRONG_NEXT_VALIDATORS)
        _require_known_ruleset(header, rulesets)
        trust = replace(trust, epoch=trust.epoch + 1, validators=boundary.next_validators)
    return trust


def verify_header(
    trust: Trust,
    final: FinalHeader,
    rulesets: Container[int],
    now_ms: int,
    max_age_ms: int = MAX_AGE_MS,
    verify: Verify = verify,
) -> VerifiedHeader:
    """A header of the trusted epoch that is believed, under one of the `rulesets` that the caller knows,
    `now_ms` being the verifier's clock. Raises HeaderRefused."""
    named = accept_header(trust, final, rulesets, verify)
    if now_ms - trust.checkpoint_time_ms > TRUSTING_PERIOD_MS:
        raise HeaderRefused(HeaderRefusal.ANCHOR_TOO_OLD)
    time_ms = final.header.time_ms
    fresh = freshness(time_ms, now_ms, max_age_ms)
    return VerifiedHeader(final.header, named, time_ms, fresh, trust.anchored_by)


def freshness(time_ms: int, now_ms: int, max_age_ms: int = MAX_AGE_MS) -> Freshness:
    """Fresh iff now − max_age ≤ time ≤ now + precision."""
    if time_ms > now_ms + PRECISION_MS:
        return Freshness.FROM_FUTURE
    return Freshness.FRESH if time_ms >= now_ms - max_age_ms else Freshness.STALE


def conflict(first: Header, second: Header) -> bool:
    """Whether two headers that are both believed prove a fork: stop and report both."""
    return first.height == second.height and block_hash(first) != block_hash(second)
