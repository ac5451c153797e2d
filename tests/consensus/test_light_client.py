"""R19: which headers are believed, under real signatures; every other header is refused for its reason."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from consensus.header import Header, block_hash
from consensus.light_client import (
    PRECISION_MS,
    TRUSTING_PERIOD_MS,
    Anchor,
    Distrust,
    Distrusted,
    Trust,
    accept,
    advance,
    is_fresh,
)
from consensus.messages import Candidate, Certificate, VoteKind
from consensus.signing import vote_bytes
from registry.primitives import ed25519
from registry.primitives.validator_set import Validator, ValidatorSet

GENESIS = bytes([7]) * 32
SEEDS = [bytes([number]) * 32 for number in range(1, 5)]
NEXT_SEEDS = [bytes([number]) * 32 for number in range(11, 15)]


def validators(seeds: list[bytes]) -> ValidatorSet:
    return ValidatorSet(
        tuple(
            Validator(ed25519.public_key(seed), f"peer-{seed[0]}", (), "did:web:a.example") for seed in seeds
        )
    )


HEADER = Header(
    version=1,
    ruleset=1,
    genesis_hash=GENESIS,
    epoch=3,
    height=50,
    parent_hash=bytes(32),
    time_ms=1_000_000,
    transactions_root=bytes(32),
    log_root=bytes(32),
    state_root=bytes(32),
    validators_hash=validators(SEEDS).digest(),
    next_validators_hash=validators(NEXT_SEEDS).digest(),
    proposer=0,
)
TRUST = Trust(GENESIS, 3, validators(SEEDS), Anchor.CHECKPOINT, 900_000)


def certificate(
    header: Header,
    signers: tuple[int, ...] = (0, 1, 3),
    kind: VoteKind = VoteKind.FINALIZE,
    seeds: list[bytes] = SEEDS,
    genesis_hash: bytes = GENESIS,
) -> Certificate:
    candidate = Candidate(header.epoch, 9, 8, block_hash(header))
    content = vote_bytes(genesis_hash, kind, header.epoch, 9, candidate)
    signatures = tuple(ed25519.sign(seeds[signer], content) for signer in signers)
    return Certificate(kind, header.epoch, 9, candidate, signers, signatures)


def reason_of(act: Callable[[], object]) -> Distrust | None:
    try:
        act()
    except Distrusted as distrusted:
        return distrusted.reason
    return None


@pytest.mark.parametrize("signers", [(0, 1, 2), (1, 2, 3), (0, 1, 2, 3)])
def test_a_header_that_a_quorum_finalized_is_accepted(signers: tuple[int, ...]) -> None:
    accept(TRUST, HEADER, certificate(HEADER, signers))


OTHER_NETWORK = replace(HEADER, genesis_hash=bytes(32))
OTHER_EPOCH = replace(HEADER, epoch=4)
OTHER_SET = replace(HEADER, validators_hash=bytes(32))
GOOD = certificate(HEADER)
DISTRUSTED: dict[str, tuple[Header, Certificate | None, Distrust]] = {
    "another network": (OTHER_NETWORK, certificate(OTHER_NETWORK), Distrust.WRONG_GENESIS),
    "another epoch": (OTHER_EPOCH, certificate(OTHER_EPOCH), Distrust.OTHER_EPOCH),
    "another set": (OTHER_SET, certificate(OTHER_SET), Distrust.OTHER_VALIDATORS),
    "no certificate": (HEADER, None, Distrust.NOT_FINALIZED),
    "a notarization": (HEADER, certificate(HEADER, kind=VoteKind.NOTARIZE), Distrust.NOT_FINALIZED),
    "the finalization of another header": (replace(HEADER, time_ms=1), GOOD, Distrust.NOT_FINALIZED),
    "of another epoch": (HEADER, replace(GOOD, epoch=4), Distrust.NOT_FINALIZED),
    "a quorum less one": (HEADER, certificate(HEADER, (0, 1)), Distrust.NO_QUORUM),
    "one signer twice": (HEADER, certificate(HEADER, (0, 1, 1)), Distrust.NO_QUORUM),
    "signers out of order": (HEADER, certificate(HEADER, (1, 0, 2)), Distrust.NO_QUORUM),
    "other keys": (HEADER, certificate(HEADER, seeds=NEXT_SEEDS), Distrust.NO_QUORUM),
    "signed for another network": (HEADER, certificate(HEADER, genesis_hash=bytes(32)), Distrust.NO_QUORUM),
    "a signer that is not there": (HEADER, replace(GOOD, signers=(0, 1, 4)), Distrust.NO_QUORUM),
    "a signature too few": (HEADER, replace(GOOD, signatures=GOOD.signatures[:2]), Distrust.NO_QUORUM),
    "a damaged signature": (
        HEADER,
        replace(GOOD, signatures=(*GOOD.signatures[:2], bytes(64))),
        Distrust.NO_QUORUM,
    ),
}


@pytest.mark.parametrize(("header", "finalization", "reason"), DISTRUSTED.values(), ids=DISTRUSTED)
def test_any_other_header_is_refused(
    header: Header, finalization: Certificate | None, reason: Distrust
) -> None:
    assert reason_of(lambda: accept(TRUST, header, finalization)) is reason


def test_a_boundary_hands_trust_over() -> None:
    crossed = advance(TRUST, HEADER, certificate(HEADER), validators(NEXT_SEEDS))
    assert crossed == Trust(GENESIS, 4, validators(NEXT_SEEDS), Anchor.CHECKPOINT, 900_000)
    header = replace(HEADER, epoch=4, validators_hash=validators(NEXT_SEEDS).digest(), height=51)
    accept(crossed, header, certificate(header, seeds=NEXT_SEEDS))
    assert reason_of(lambda: accept(crossed, HEADER, GOOD)) is Distrust.OTHER_EPOCH


def test_nothing_else_does() -> None:
    inner = replace(HEADER, next_validators_hash=None)
    crossing = [
        lambda: advance(TRUST, inner, certificate(inner), validators(NEXT_SEEDS)),
        lambda: advance(TRUST, HEADER, GOOD, validators(NEXT_SEEDS[::-1])),
        lambda: advance(TRUST, HEADER, certificate(HEADER, (0, 1)), validators(NEXT_SEEDS)),
    ]
    assert [reason_of(act) for act in crossing] == [
        Distrust.NO_BOUNDARY,
        Distrust.OTHER_SUCCESSORS,
        Distrust.NO_QUORUM,
    ]


def test_checkpoints_age_and_genesis_says_what_it_is() -> None:
    limit = TRUST.anchored_ms + TRUSTING_PERIOD_MS
    assert not TRUST.has_aged(limit)
    assert TRUST.has_aged(limit + 1)
    assert not replace(TRUST, anchored_by=Anchor.GENESIS).has_aged(limit + 1)


@pytest.mark.parametrize(
    ("header_ms", "fresh"),
    [
        (8_999, False),
        (9_000, True),
        (10_000, True),
        (10_000 + PRECISION_MS, True),
        (10_001 + PRECISION_MS, False),
    ],
)
def test_freshness(header_ms: int, fresh: bool) -> None:
    assert is_fresh(header_ms, now_ms=10_000, max_age_ms=1_000) is fresh
