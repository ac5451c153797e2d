"""Proofs of records: what they show at each K, and every way to lie with them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.checking import Absent, Found, NotYet, ProofFlaw, Unproved, check_index, check_record
from registry.primitives.merkle import range_proof
from registry.proofs import (
    AbsenceProof,
    RecordProof,
)
from tests.registry.proved import (
    COMMITTED,
    MANY,
    NONE,
    ONE,
    REGISTRY,
    TIMES,
    VERSIONS,
    check_many,
    example,
    flaw_of,
    found_at,
    prove_many,
)
from tests.registry.recorded import Registry


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("later_ms", [0, 1, 999])
def test_the_version_known_at_each_time(number: int, later_ms: int) -> None:
    known_at = TIMES[number] + later_ms
    found = check_record(prove_many(known_at), "did", MANY, known_at, COMMITTED)
    assert found == found_at(number)


def test_without_k_the_last_version_counts() -> None:
    found = check_record(prove_many(), "did", MANY, None, COMMITTED)
    assert found == Found(4, VERSIONS[4], b"version 4", None)


def test_before_its_first_version_a_record_was_not_yet_known() -> None:
    known_at = TIMES[0] - 1
    assert check_record(prove_many(known_at), "did", MANY, known_at, COMMITTED) == NotYet(VERSIONS[0])


def test_a_record_that_never_was_is_absent_at_every_time() -> None:
    proof = REGISTRY.prove_record("did", NONE)
    assert check_record(proof, "did", NONE, None, COMMITTED) == Absent()
    assert check_record(proof, "did", NONE, 0, COMMITTED) == Absent()


def test_two_versions_in_one_block_are_told_apart_by_their_number() -> None:
    registry = Registry()
    for body in (b"first", b"second", b"third"):
        registry.write("did", ONE, body, 5_000_000)
    proof = registry.prove_record("did", ONE, 5_000_000)
    found = check_record(proof, "did", ONE, 5_000_000, registry.committed())
    assert isinstance(found, Found)
    assert (found.number, found.body) == (2, b"third")
    with pytest.raises(Unproved) as caught:
        check_record(shown(registry, 0, 2), "did", ONE, 5_000_000, registry.committed())
    assert caught.value.flaw is ProofFlaw.SUPERFLUOUS


def shown(registry: Registry, first: int, end: int, record_id: str = ONE) -> RecordProof:
    """What a liar can truthfully show: other neighbours of the same log."""
    log = registry.logs["did", record_id]
    proof = registry.prove_record("did", record_id)
    assert isinstance(proof, RecordProof)
    return replace(
        proof,
        body=registry.bodies["did", record_id][first],
        first=first,
        versions=tuple(log.leaves[first:end]),
        path=range_proof(first, end, log.frontier.size, log.node),
    )


OLDER = example(versions=4)

LIES: dict[str, tuple[RecordProof | AbsenceProof, int | None, ProofFlaw]] = {
    "an old version, its successor left out": (
        shown(REGISTRY, 2, 3, MANY),
        None,
        ProofFlaw.SUCCESSOR_LEFT_OUT,
    ),
    "an old version, its successor known as well": (shown(REGISTRY, 2, 4, MANY), None, ProofFlaw.SUPERFLUOUS),
    "an old version at a time when another was known": (
        shown(REGISTRY, 1, 2, MANY),
        TIMES[3],
        ProofFlaw.SUCCESSOR_LEFT_OUT,
    ),
    "a version from later": (shown(REGISTRY, 3, 4, MANY), TIMES[2], ProofFlaw.NOT_YET_KNOWN),
    "the first version where it was not known": (
        replace(shown(REGISTRY, 0, 1, MANY)),
        TIMES[0] - 1,
        ProofFlaw.SUPERFLUOUS,
    ),
    "two versions where none was known": (
        replace(shown(REGISTRY, 0, 2, MANY), body=None),
        TIMES[0] - 1,
        ProofFlaw.SUPERFLUOUS,
    ),
    "another body": (replace(prove_many(), body=b"version 3"), None, ProofFlaw.BODY),
    "no body": (replace(prove_many(), body=None), None, ProofFlaw.BODY),
    "a smaller count": (replace(shown(REGISTRY, 2, 3, MANY), count=3), None, ProofFlaw.IMPOSSIBLE),
    "an older head": (shown(OLDER, 3, 4, MANY), None, ProofFlaw.STATE_ROOT),
    "another number": (replace(prove_many(), first=3), None, ProofFlaw.IMPOSSIBLE),
    "another time": (
        replace(prove_many(), versions=(replace(VERSIONS[4], time_ms=1),)),
        TIMES[0],
        ProofFlaw.STATE_ROOT,
    ),
    "another record's proof": (REGISTRY.prove_record("did", ONE), None, ProofFlaw.STATE_ROOT),
    "absence of a record that is there": (AbsenceProof(prove_many().map_path), None, ProofFlaw.STATE_ROOT),
    "absence by an impossible path": (
        AbsenceProof(replace(prove_many().map_path, siblings=())),
        None,
        ProofFlaw.IMPOSSIBLE,
    ),
    "a question about the future": (prove_many(), COMMITTED.time_ms + 1, ProofFlaw.KNOWN_AT_AHEAD),
}


@pytest.mark.parametrize(("proof", "known_at_ms", "flaw"), LIES.values(), ids=LIES)
def test_a_lie_about_a_record_fails(
    proof: RecordProof | AbsenceProof, known_at_ms: int | None, flaw: ProofFlaw
) -> None:
    assert check_many(proof, known_at_ms) is flaw


def test_absence_says_nothing_about_the_time_after_the_header() -> None:
    """What is absent under a header may have been recorded by then."""
    later_ms = COMMITTED.time_ms + 1
    record = REGISTRY.prove_record("did", NONE)
    index = REGISTRY.prove_index("dids/none", None, 0, 1_000)
    assert isinstance(record, AbsenceProof) and isinstance(index, AbsenceProof)
    assert check_record(record, "did", NONE, COMMITTED.time_ms, COMMITTED) == Absent()
    assert flaw_of(lambda: check_record(record, "did", NONE, later_ms, COMMITTED)) is ProofFlaw.KNOWN_AT_AHEAD
    assert (
        flaw_of(lambda: check_index(index, "dids/none", 0, later_ms, COMMITTED)) is ProofFlaw.KNOWN_AT_AHEAD
    )


def test_an_old_proof_fails_once_there_is_a_later_version() -> None:
    """The liar keeps the proof of yesterday and sends it with the header of today."""
    registry = example()
    old = registry.prove_record("did", MANY)
    registry.write("did", MANY, b"revoked")
    assert flaw_of(lambda: check_record(old, "did", MANY, None, registry.committed())) is ProofFlaw.STATE_ROOT


@given(st.integers(TIMES[0] - 2_000, COMMITTED.time_ms), st.integers(0, 4), st.integers(1, 2))
@settings(derandomize=True, max_examples=300)
def test_no_true_neighbours_make_a_wrong_version_pass(known_at: int, first: int, size: int) -> None:
    end = min(first + size, 5)
    right = max((n for n in range(5) if TIMES[n] <= known_at), default=None)
    for body in (REGISTRY.bodies["did", MANY][first], None):
        proof = replace(shown(REGISTRY, first, end, MANY), body=body)
        try:
            finding = check_record(proof, "did", MANY, known_at, COMMITTED)
        except Unproved:
            continue
        assert finding == (NotYet(VERSIONS[0]) if right is None else found_at(right))
