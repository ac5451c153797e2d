"""Judging credentials: each reason once, and how they add up."""

from dataclasses import replace
from typing import Any

import pytest

from api.credentials import eddsa_jcs
from api.credentials.document import Document
from api.credentials.open_badges import Award, StatusEntry, StatusPurpose, open_badge
from api.verifier.credential import (
    Aspect,
    Check,
    CredentialFlaw,
    Facts,
    Needs,
    judge,
    needs_of,
    overall,
)
from api.verifier.verdict import Outcome, StatusBits
from registry.checking import Found
from registry.primitives import ed25519
from registry.record_log import VersionLeaf
from registry.records.did import Did, DidState, Key, KeyPeriod, KeyState, Purpose
from registry.records.status_list import MIN_SIZE, StatusList
from registry.records.status_list import StatusPurpose as ListPurpose
from tests.api.credentials.samples import AWARD, BODY, MICRO_CREDENTIAL, SEED

NOW_MS = 1_800_000_000_000
BEGIN_MS = NOW_MS - 10_000
ISSUER = "did:web:university.example"
METHOD = f"{ISSUER}#credentials-1"
LIST = f"{ISSUER}/status-lists/degrees"
URL = f"https://node.example/v1/status-lists/{LIST}"
AWARDED = replace(AWARD, statuses=(StatusEntry(URL, StatusPurpose.REVOCATION, 5),))


def signed(award: Award = AWARDED, **changed: Any) -> Any:
    """A credential of the issuer, changed before it is signed."""
    document = {**open_badge(replace(BODY, did=ISSUER), MICRO_CREDENTIAL, award), **changed}
    return eddsa_jcs.sign(document, SEED, verification_method=METHOD, created="2026-01-31T12:00:00Z")


def did(*periods: KeyPeriod, purpose: Purpose = Purpose.ASSERTION_METHOD, seed: bytes = SEED) -> Did:
    """The issuer's record, whose key has these periods after its first."""
    multikey = ed25519.to_multikey(ed25519.public_key(seed))
    key = Key("credentials-1", purpose, multikey, (KeyPeriod(KeyState.ACTIVE, BEGIN_MS), *periods))
    return Did(ISSUER, None, (key,), (), (), None, ((DidState.ACTIVE, BEGIN_MS),))


def bits(*ones: int, purpose: ListPurpose = ListPurpose.REVOCATION) -> StatusBits:
    """A status list with these entries set."""
    data = bytearray(MIN_SIZE // 8)
    for index in ones:
        data[index >> 3] |= 0x80 >> (index & 7)
    body = StatusList(purpose, MIN_SIZE, bytes(32), len(ones), 0, 0, BEGIN_MS)
    found = Found(0, VersionLeaf(1, 1, BEGIN_MS, bytes(32)), b"", None)
    return StatusBits(found, body, 0, bytes(data))


GOOD = Facts(did(), {LIST: bits()}, NOW_MS)


def flaws(credential: Any, facts: Facts = GOOD, now_ms: int = NOW_MS) -> list[tuple[Aspect, CredentialFlaw]]:
    """What is wrong with a credential."""
    checks = judge(credential, facts, now_ms=now_ms)
    return [(check.aspect, check.reason) for check in checks if check.reason is not None]


def test_what_has_to_be_looked_up() -> None:
    assert needs_of(signed()) == Needs(ISSUER, (LIST,))
    encoded = replace(AWARD, statuses=(StatusEntry(URL.replace(":web", "%3Aweb"), StatusPurpose.REFRESH, 1),))
    assert needs_of(signed(encoded)) == Needs(ISSUER, (LIST,))
    assert needs_of({"id": "unsigned"}) is None
    unsigned = {name: member for name, member in signed().items() if name != "proof"}
    assert needs_of(unsigned) == Needs(ISSUER, (LIST,))


def test_a_good_credential() -> None:
    checks = judge(signed(), GOOD, now_ms=NOW_MS)
    assert checks == (
        Check(Aspect.FORM, None, "data model 2.0"),
        Check(Aspect.ISSUER, None, ISSUER),
        Check(Aspect.SIGNATURE),
        Check(Aspect.KEY, None, "credentials-1"),
        Check(Aspect.DATES),
        Check(Aspect.STATUS, None, f"revocation, entry 5 of {LIST}"),
    )
    assert overall(checks) is Outcome.VALID
    assert overall(()) is Outcome.INDETERMINATE


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(GOOD, did=None), (Aspect.ISSUER, CredentialFlaw.UNKNOWN_ISSUER)),
        (replace(GOOD, did=replace(did(), keys=())), (Aspect.KEY, CredentialFlaw.UNKNOWN_KEY)),
        (replace(GOOD, did=did(seed=bytes(32))), (Aspect.SIGNATURE, CredentialFlaw.WRONG_SIGNATURE)),
        (
            replace(GOOD, did=did(purpose=Purpose.CAPABILITY_INVOCATION)),
            (Aspect.KEY, CredentialFlaw.KEY_PURPOSE),
        ),
        (replace(GOOD, as_of_ms=BEGIN_MS - 1), (Aspect.KEY, CredentialFlaw.KEY_NOT_YET)),
        (replace(GOOD, has_anchor_proof=True), (Aspect.ANCHOR, CredentialFlaw.ANCHOR_UNPROVED)),
        (replace(GOOD, lists={LIST: bits(5)}), (Aspect.STATUS, CredentialFlaw.REVOKED)),
        (replace(GOOD, lists={LIST: None}), (Aspect.STATUS, CredentialFlaw.STATUS_UNKNOWN)),
        (
            replace(GOOD, lists={LIST: bits(purpose=ListPurpose.SUSPENSION)}),
            (Aspect.STATUS, CredentialFlaw.STATUS_OF_OTHER),
        ),
    ],
)
def test_what_the_registry_holds_against_it(facts: Facts, expected: tuple[Aspect, CredentialFlaw]) -> None:
    assert flaws(signed(), facts) == [expected]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"validFrom": "2027-01-15T08:05:01Z"}, (Aspect.DATES, CredentialFlaw.NOT_YET_VALID)),
        ({"validUntil": "2027-01-15T07:59:59Z"}, (Aspect.DATES, CredentialFlaw.EXPIRED)),
        ({"validUntil": "2027-01-15T07:59:59"}, (Aspect.DATES, CredentialFlaw.DATES_UNREADABLE)),
        ({"validFrom": 5}, (Aspect.DATES, CredentialFlaw.DATES_UNREADABLE)),
        ({"credentialStatus": {"type": "Other"}}, (Aspect.STATUS, CredentialFlaw.STATUS_UNSUPPORTED)),
    ],
)
def test_what_it_says_against_itself(changed: Any, expected: tuple[Aspect, CredentialFlaw]) -> None:
    assert flaws(signed(**changed)) == [expected]


@pytest.mark.parametrize(
    ("url", "index", "expected"),
    [
        ("https://elsewhere.example/list", 5, CredentialFlaw.STATUS_ELSEWHERE),
        (URL, MIN_SIZE, CredentialFlaw.STATUS_UNKNOWN),
        (URL.replace("university", "other"), 5, CredentialFlaw.STATUS_OF_OTHER),
    ],
)
def test_status_lists_that_do_not_count(url: str, index: int, expected: CredentialFlaw) -> None:
    award = replace(AWARD, statuses=(StatusEntry(url, StatusPurpose.REVOCATION, index),))
    lists = {LIST: bits(), LIST.replace("university", "other"): bits()}
    assert flaws(signed(award), replace(GOOD, lists=lists)) == [(Aspect.STATUS, expected)]


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        (StatusPurpose.SUSPENSION, [(Aspect.STATUS, CredentialFlaw.SUSPENDED)]),
        (StatusPurpose.REFRESH, []),
    ],
)
def test_a_set_bit_says_what_its_purpose_says(
    purpose: StatusPurpose, expected: list[tuple[Aspect, CredentialFlaw]]
) -> None:
    award = replace(AWARD, statuses=(StatusEntry(URL, purpose, 5),))
    held = bits(5, purpose=ListPurpose[purpose.name])
    assert flaws(signed(award), replace(GOOD, lists={LIST: held})) == expected


def test_without_status_or_with_nothing_to_read() -> None:
    assert flaws(signed(replace(AWARD, statuses=()))) == []
    unsigned: Document = {name: member for name, member in signed().items() if name != "proof"}
    assert flaws(unsigned) == [(Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF)]
    other_suite: Document = {**unsigned, "proof": {"type": "DataIntegrityProof", "cryptosuite": "other"}}
    assert flaws(other_suite) == [(Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF)]
    assert overall(judge(other_suite, GOOD, now_ms=NOW_MS)) is Outcome.INDETERMINATE


def test_a_changed_credential() -> None:
    tampered = {**signed(), "name": "Another title"}
    assert flaws(tampered) == [(Aspect.SIGNATURE, CredentialFlaw.WRONG_SIGNATURE)]
    assert overall(judge(tampered, GOOD, now_ms=NOW_MS)) is Outcome.INVALID


@pytest.mark.parametrize(
    ("state", "anchored_ms", "outcome"),
    [
        (KeyState.COMPROMISED, None, Outcome.INVALID),
        (KeyState.COMPROMISED, NOW_MS - 5_000, Outcome.INVALID),
        (KeyState.COMPROMISED, NOW_MS - 5_001, Outcome.VALID),
        (KeyState.RETIRED, None, Outcome.INDETERMINATE),
        (KeyState.RETIRED, NOW_MS - 5_000, Outcome.INDETERMINATE),
        (KeyState.RETIRED, NOW_MS - 5_001, Outcome.VALID),
        (KeyState.REVOKED, None, Outcome.INDETERMINATE),
    ],
)
def test_a_key_that_ended_counts_for_what_was_anchored_before(
    state: KeyState, anchored_ms: int | None, outcome: Outcome
) -> None:
    ended = did(KeyPeriod(state, NOW_MS - 5_000))
    facts = replace(GOOD, did=ended, has_anchor_proof=anchored_ms is not None, anchored_ms=anchored_ms)
    assert overall(judge(signed(), facts, now_ms=NOW_MS)) is outcome
