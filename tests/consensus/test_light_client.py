"""R19: what a verifier without a chain believes, and each way to be refused."""

from dataclasses import replace

import pytest

from consensus.header import Header, block_hash
from consensus.light_client import (
    MAX_AGE_MS,
    TRUSTING_PERIOD_MS,
    AnchoredBy,
    Boundary,
    FinalHeader,
    Freshness,
    HeaderRefusal,
    HeaderRefused,
    Trust,
    VerifiedHeader,
    accept_header,
    advance,
    conflict,
    freshness,
    verify_header,
)
from consensus.messages import Candidate
from consensus.timing import PRECISION_MS
from registry.primitives.validator_set import ValidatorSet
from tests.consensus.network import GENESIS_HASH, WALL_MS, anchor, validator_set
from tests.consensus.votes import finalization, notarization, nullification

VALIDATORS = validator_set(4)
NEXT = validator_set(7)
HEADER = replace(anchor(VALIDATORS), genesis_hash=GENESIS_HASH, height=12, time_ms=WALL_MS)
TRUST = Trust(GENESIS_HASH, 0, VALIDATORS, WALL_MS - 1_000, AnchoredBy.CHECKPOINT)


def candidate(header: Header, epoch: int = 0) -> Candidate:
    return Candidate(epoch, 20, 19, block_hash(header))


def final(header: Header, signers: tuple[int, ...] = (0, 1, 3), epoch: int = 0) -> FinalHeader:
    return FinalHeader(header, finalization(signers, candidate(header, epoch)))


def reason(trust: Trust, header: FinalHeader) -> HeaderRefusal:
    with pytest.raises(HeaderRefused) as refused:
        accept_header(trust, header)
    return refused.value.reason


def test_a_header_finalized_by_a_quorum_is_believed_as_of_its_time() -> None:
    assert verify_header(TRUST, final(HEADER), WALL_MS + 5) == VerifiedHeader(
        HEADER, block_hash(HEADER), WALL_MS, Freshness.FRESH, AnchoredBy.CHECKPOINT
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"version": 2}, HeaderRefusal.UNKNOWN_VERSION),
        ({"genesis_hash": bytes(32)}, HeaderRefusal.WRONG_GENESIS),
        ({"epoch": 1}, HeaderRefusal.WRONG_EPOCH),
        ({"validators_hash": NEXT.digest()}, HeaderRefusal.WRONG_VALIDATORS),
    ],
)
def test_a_header_of_elsewhere_is_refused(changes: dict[str, object], expected: HeaderRefusal) -> None:
    assert reason(TRUST, final(replace(HEADER, **changes))) is expected  # type: ignore[arg-type]


def test_a_certificate_of_another_epoch_is_refused() -> None:
    assert reason(TRUST, final(HEADER, epoch=1)) is HeaderRefusal.WRONG_EPOCH


def test_only_a_finalization_of_this_very_block_counts() -> None:
    of = candidate(HEADER)
    assert reason(TRUST, FinalHeader(HEADER, notarization((0, 1, 3), of))) is HeaderRefusal.NOT_A_FINALIZATION
    assert (
        reason(TRUST, FinalHeader(HEADER, nullification((0, 1, 3), 20))) is HeaderRefusal.NOT_A_FINALIZATION
    )
    changed = replace(HEADER, state_root=b"\1" * 32)
    assert reason(TRUST, FinalHeader(changed, final(HEADER).certificate)) is HeaderRefusal.OTHER_BLOCK


def test_forged_and_missing_and_repeated_signatures_make_no_quorum() -> None:
    good = final(HEADER).certificate
    forged = replace(good, signatures=(*good.signatures[:2], good.signatures[0]))
    few = replace(good, signers=(0, 1), signatures=good.signatures[:2])
    repeated = replace(good, signers=(0, 1, 1), signatures=(*good.signatures[:2], good.signatures[1]))
    disordered = replace(good, signers=(1, 0, 3), signatures=tuple(good.signatures[at] for at in (1, 0, 2)))
    outside = replace(good, signers=(0, 1, 4))
    uneven = replace(good, signatures=good.signatures[:2])
    as_notarization = replace(good, signatures=notarization((0, 1, 3), candidate(HEADER)).signatures)
    for certificate in (forged, few, repeated, disordered, outside, uneven, as_notarization):
        assert reason(TRUST, FinalHeader(HEADER, certificate)) is HeaderRefusal.NO_QUORUM


def test_another_set_with_its_own_quorum_is_not_believed() -> None:
    outsiders = ValidatorSet(validator_set(8).validators[4:])
    trust = replace(TRUST, validators=outsiders)
    header = replace(HEADER, validators_hash=outsiders.digest())
    assert reason(trust, final(header)) is HeaderRefusal.NO_QUORUM


def test_trust_crosses_an_epoch_over_its_boundary_only() -> None:
    boundary = replace(HEADER, next_validators_hash=NEXT.digest())
    after = advance(TRUST, [Boundary(final(boundary), NEXT)])
    assert after == replace(TRUST, epoch=1, validators=NEXT)
    header = replace(HEADER, epoch=1, validators_hash=NEXT.digest())
    assert accept_header(after, final(header, (0, 1, 2, 5, 6), epoch=1)) == block_hash(header)
    with pytest.raises(HeaderRefused) as refused:
        advance(TRUST, [Boundary(final(HEADER), NEXT)])
    assert refused.value.reason is HeaderRefusal.NO_BOUNDARY
    with pytest.raises(HeaderRefused) as refused:
        advance(TRUST, [Boundary(final(boundary), VALIDATORS)])
    assert refused.value.reason is HeaderRefusal.WRONG_NEXT_VALIDATORS
    with pytest.raises(HeaderRefused) as refused:
        advance(TRUST, [Boundary(final(boundary, (0, 1)), NEXT)])
    assert refused.value.reason is HeaderRefusal.NO_QUORUM


@pytest.mark.parametrize(
    ("age_ms", "expected"),
    [
        (MAX_AGE_MS + 1, Freshness.STALE),
        (MAX_AGE_MS, Freshness.FRESH),
        (0, Freshness.FRESH),
        (-PRECISION_MS, Freshness.FRESH),
        (-PRECISION_MS - 1, Freshness.FROM_FUTURE),
    ],
)
def test_freshness_at_its_edges(age_ms: int, expected: Freshness) -> None:
    assert freshness(WALL_MS, WALL_MS + age_ms) is expected


def test_an_anchor_beyond_the_trusting_period_is_refused() -> None:
    edge = TRUST.checkpoint_time_ms + TRUSTING_PERIOD_MS
    assert verify_header(TRUST, final(HEADER), edge).freshness is Freshness.STALE
    with pytest.raises(HeaderRefused) as refused:
        verify_header(TRUST, final(HEADER), edge + 1)
    assert refused.value.reason is HeaderRefusal.ANCHOR_TOO_OLD


def test_two_final_blocks_of_one_height_are_a_fork() -> None:
    other = replace(HEADER, state_root=b"\1" * 32)
    assert conflict(HEADER, other)
    assert not conflict(HEADER, replace(HEADER))
    assert not conflict(HEADER, replace(other, height=13))
