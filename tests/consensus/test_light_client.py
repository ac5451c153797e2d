"""R19: what a verifier without a chain believes, and each way to be refused."""

from dataclasses import replace
from typing import Any

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
KNOWN = frozenset({HEADER.ruleset})
TRUST = Trust(GENESIS_HASH, 0, VALIDATORS, WALL_MS - 1_000, AnchoredBy.CHECKPOINT)


def candidate(header: Header, epoch: int = 0) -> Candidate:
    return Candidate(epoch, 20, 19, block_hash(header))


def final(header: Header, signers: tuple[int, ...] = (0, 1, 3), epoch: int = 0) -> FinalHeader:
    return FinalHeader(header, finalization(signers, candidate(header, epoch)))


def reason(trust: Trust, header: FinalHeader) -> HeaderRefusal:
    with pytest.raises(HeaderRefused) as refused:
        accept_header(trust, header, KNOWN)
    return refused.value.reason


def test_a_header_finalized_by_a_quorum_is_believed_as_of_its_time() -> None:
    assert verify_header(TRUST, final(HEADER), KNOWN, WALL_MS + 5) == VerifiedHeader(
        HEADER, block_hash(HEADER), WALL_MS, Freshness.FRESH, AnchoredBy.CHECKPOINT
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"version": 2}, HeaderRefusal.UNKNOWN_VERSION),
        ({"genesis_hash": bytes(32)}, HeaderRefusal.WRONG_GENESIS),
        ({"epoch": 1}, HeaderRefusal.WRONG_EPOCH),
        ({"validators_hash": NEXT.digest()}, HeaderRefusal.WRONG_VALIDATORS),
        ({"ruleset": HEADER.ruleset + 1}, HeaderRefusal.UNKNOWN_RULESET),
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
    after = advance(TRUST, [Boundary(final(boundary), NEXT)], KNOWN)
    assert after == replace(TRUST, epoch=1, validators=NEXT)
    header = replace(HEADER, epoch=1, validators_hash=NEXT.digest())
    assert accept_header(after, final(header, (0, 1, 2, 5, 6), epoch=1), KNOWN) == block_hash(header)
    with pytest.raises(HeaderRefused) as refused:
        advance(TRUST, [Boundary(final(HEADER), NEXT)], KNOWN)
    assert refused.value.reason is HeaderRefusal.NO_BOUNDARY
    with pytest.raises(HeaderRefused) as refused:
        advance(TRUST, [Boundary(final(boundary), VALIDATORS)], KNOWN)
    assert refused.value.reason is HeaderRefusal.WRONG_NEXT_VALIDATORS
    with pytest.raises(HeaderRefused) as refused:
        advance(TRUST, [Boundary(final(boundary, (0, 1)), NEXT)], KNOWN)
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
    assert verify_header(TRUST, final(HEADER), KNOWN, edge).freshness is Freshness.STALE
    with pytest.raises(HeaderRefused) as refused:
        verify_header(TRUST, final(HEADER), KNOWN, edge + 1)
    assert refused.value.reason is HeaderRefusal.ANCHOR_TOO_OLD


def test_the_caller_says_which_rulesets_are_known() -> None:
    later = final(replace(HEADER, ruleset=7))
    assert accept_header(TRUST, later, {6, 7}) == block_hash(later.header)
    with pytest.raises(HeaderRefused) as refused:
        accept_header(TRUST, later, {6})
    assert refused.value.reason is HeaderRefusal.UNKNOWN_RULESET


def test_no_epoch_is_crossed_under_an_unknown_ruleset() -> None:
    boundary = replace(HEADER, next_validators_hash=NEXT.digest(), ruleset=HEADER.ruleset + 1)
    lies = {
        HeaderRefusal.UNKNOWN_RULESET: Boundary(final(boundary), NEXT),
        HeaderRefusal.WRONG_NEXT_VALIDATORS: Boundary(final(boundary), VALIDATORS),
        HeaderRefusal.NO_BOUNDARY: Boundary(final(replace(boundary, next_validators_hash=None)), NEXT),
        HeaderRefusal.NO_QUORUM: Boundary(final(boundary, (0, 1)), NEXT),
    }
    for expected, given in lies.items():
        with pytest.raises(HeaderRefused) as refused:
            advance(TRUST, [given], KNOWN)
        assert refused.value.reason is expected


FLAWS: dict[HeaderRefusal, dict[str, Any]] = {
    HeaderRefusal.UNKNOWN_VERSION: {"version": 2},
    HeaderRefusal.WRONG_GENESIS: {"genesis_hash": bytes(32)},
    HeaderRefusal.WRONG_EPOCH: {"epoch": 1},
    HeaderRefusal.WRONG_VALIDATORS: {"validators_hash": NEXT.digest()},
    HeaderRefusal.NOT_A_FINALIZATION: {},
    HeaderRefusal.OTHER_BLOCK: {},
    HeaderRefusal.NO_QUORUM: {},
    HeaderRefusal.UNKNOWN_RULESET: {"ruleset": 2},
    HeaderRefusal.ANCHOR_TOO_OLD: {},
}
"""In the order in which they are looked for; for the header's own the fields that show them."""


def flawed(flaws: set[HeaderRefusal]) -> tuple[FinalHeader, int]:
    """A header and a clock with all of these flaws at once."""
    changes = {field: given for flaw in flaws for field, given in FLAWS[flaw].items()}
    header = replace(HEADER, **changes)
    named = replace(header, state_root=b"\1" * 32) if HeaderRefusal.OTHER_BLOCK in flaws else header
    signers = (0, 1) if HeaderRefusal.NO_QUORUM in flaws else (0, 1, 3)
    kind = notarization if HeaderRefusal.NOT_A_FINALIZATION in flaws else finalization
    late = TRUSTING_PERIOD_MS + 1 if HeaderRefusal.ANCHOR_TOO_OLD in flaws else 0
    return FinalHeader(header, kind(signers, candidate(named))), TRUST.checkpoint_time_ms + late


@pytest.mark.parametrize("first", FLAWS)
@pytest.mark.parametrize("second", FLAWS)
def test_the_first_of_several_flaws_is_named(first: HeaderRefusal, second: HeaderRefusal) -> None:
    """What refutes a header comes before what leaves it undecided, the unknown version alone excepted."""
    header, now_ms = flawed({first, second})
    with pytest.raises(HeaderRefused) as refused:
        verify_header(TRUST, header, KNOWN, now_ms)
    order = list(FLAWS)
    assert refused.value.reason is order[min(order.index(first), order.index(second))]


def test_two_final_blocks_of_one_height_are_a_fork() -> None:
    other = replace(HEADER, state_root=b"\1" * 32)
    assert conflict(HEADER, other)
    assert not conflict(HEADER, replace(HEADER))
    assert not conflict(HEADER, replace(other, height=13))
