"""K1 to K6: how the checks of a credential add up, and that a draft is judged by the same ones."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.credentials.document import Document
from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.data_integrity import eddsa_jcs
from api.credentials.formats.data_integrity.reading import secured_document
from api.credentials.open_badges import AwardStatus, StatusEntryPurpose
from api.credentials.w3c.claims import W3cClaims
from api.verifier.credential import (
    Aspect,
    Check,
    Facts,
    Needs,
    judge,
    judge_draft,
    needs_of,
    overall,
    report_of,
    shipped_policy,
)
from api.verifier.verdict import Outcome
from registry.kinds.did.record import Purpose
from registry.kinds.status_list.record import MIN_SIZE
from registry.kinds.status_list.record import StatusPurpose as ListPurpose
from registry.primitives.ed25519 import signing_with
from tests.api.credentials.samples import AWARD, SEED
from tests.api.verifier.credential.awarded import (
    BEGIN_MS,
    GOOD,
    ISSUER,
    LIST,
    METHOD,
    NOW_MS,
    UNKNOWN,
    URL,
    bits,
    did,
    draft,
    flaws,
    signed,
)


def test_what_has_to_be_looked_up() -> None:
    needed = Needs((ISSUER,), (LIST,), (), (AWARD.schema_url,))
    assert needs_of(secured_document(signed())) == needed
    assert needs_of(secured_document(draft())) == needed
    assert needs_of(secured_document(draft(issuer=ISSUER))) == needed
    others = URL.replace("university", "other")
    award = replace(AWARD, statuses=(AwardStatus(others, StatusEntryPurpose.REVOCATION, 1),))
    assert needs_of(secured_document(signed(award))) == replace(needed, registry_lists=())


@pytest.mark.parametrize(
    "issuer",
    [
        "did:ion:" + "A" * 2_041,
        "did:web:university.example:",
        "https://university.example/issuers/1",
        "urn:uuid:0e2a4a10-93bc-4d3e-a1b3-6d8f0f4f2e11",
        "university",
        None,
        5,
        {},
        {"id": [ISSUER]},
        [ISSUER],
    ],
)
def test_what_is_no_did_is_not_asked_for(issuer: Any) -> None:
    needs = needs_of(secured_document(signed(issuer=issuer)))
    assert (needs.dids, needs.registry_lists) == ((ISSUER,), ())  # the signer's alone


@pytest.mark.parametrize(
    "issuer",
    [
        "did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi",
        "did:ethr:0xb9c5714089478a327f09197987f16f9e5d936e8a",
        "did:ion:" + "A" * 2_040,
        "did:web:University.Example",
        "did:matricula:short",
    ],
)
def test_a_did_is_looked_up_by_whatever_method(issuer: str) -> None:
    needs = needs_of(secured_document(signed(issuer=issuer)))
    assert (needs.dids, needs.registry_lists) == ((issuer, ISSUER), ())


def test_what_others_keep_is_looked_up_once_and_only_on_the_web() -> None:
    urls = ["https://a.example/1", "https://a.example/1", "ftp://a.example/2", "HTTP://a.example/3"]
    document: Any = draft()
    entries = [{**document["credentialStatus"][0], "statusListCredential": url} for url in urls]
    schemas = [{"id": url, "type": "JsonSchema"} for url in urls]
    needs = needs_of(secured_document(draft(credentialStatus=entries, credentialSchema=schemas)))
    assert needs == Needs((ISSUER,), (), (urls[0], urls[3]), (urls[0], urls[3]))


def test_an_issuer_that_the_registry_does_not_hold_is_indeterminate() -> None:
    """K6, the same for one that it could hold and one that it could not."""
    nothing = Facts({}, {}, 0)
    for issuer in (
        "did:ion:" + "A" * 2_000,
        "did:key:z6Mk",
        "https://university.example/1",
        "did:web:a.example",
    ):
        document = draft(issuer=issuer, credentialStatus=...)
        credential = eddsa_jcs.sign(
            document,
            signing_with(SEED),
            verification_method=f"{issuer}#key-1",
            created="2026-01-31T12:00:00Z",
        )
        assert flaws(credential, nothing) == [(Aspect.ISSUER, CredentialFlaw.UNKNOWN_ISSUER)]
        assert overall(judge(secured_document(credential), nothing, now_ms=NOW_MS)) is Outcome.INDETERMINATE


@pytest.mark.parametrize(
    ("issuer", "detail"),
    [
        ("did:web:a.example", "did:web:a.example"),
        ("did:web:A.example", "did:web:A.example: a host is in lower case"),
        (
            "did:key:z6Mk",
            "did:key:z6Mk: the registry holds DIDs of the methods did:web and did:matricula, not did:key",
        ),
        (
            "did:ion:" + "A" * 200,
            "did:ion:"
            + "A" * 121
            + "…: the registry holds DIDs of the methods did:web and did:matricula, n…",
        ),
        (
            "https://university.example",
            "https://university.example: it is a web address: the DID of https://university.example is"
            " did:web:university.example",
        ),
    ],
)
def test_why_the_registry_has_no_such_issuer(issuer: str, detail: str) -> None:
    document = draft(issuer=issuer, credentialStatus=...)
    checks = judge_draft(W3cClaims(document), Facts({}, {}, 0), now_ms=NOW_MS)
    assert checks[1] == Check(Aspect.ISSUER, CredentialFlaw.UNKNOWN_ISSUER, detail)


def test_a_good_credential() -> None:
    checks = judge(secured_document(signed()), GOOD, now_ms=NOW_MS)
    assert checks == (
        Check(Aspect.FORM, None, "data model 2.0"),
        Check(Aspect.ISSUER, None, ISSUER),
        Check(Aspect.SIGNATURE),
        Check(Aspect.KEY, None, "credentials-1"),
        Check(Aspect.DATES),
        Check(Aspect.STATUS, None, f"revocation, entry 5 of {LIST}"),
    )
    assert overall(checks) is Outcome.VALID


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(GOOD, identities=UNKNOWN), (Aspect.ISSUER, CredentialFlaw.UNKNOWN_ISSUER)),
        (
            replace(GOOD, identities={ISSUER: replace(did(), keys=())}),
            (Aspect.KEY, CredentialFlaw.UNKNOWN_KEY),
        ),
        (
            replace(GOOD, identities={ISSUER: did(seed=bytes(32))}),
            (Aspect.SIGNATURE, CredentialFlaw.WRONG_SIGNATURE),
        ),
        (
            replace(GOOD, identities={ISSUER: did(purpose=Purpose.CAPABILITY_INVOCATION)}),
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
    ("purpose", "expected"),
    [
        (StatusEntryPurpose.SUSPENSION, [(Aspect.STATUS, CredentialFlaw.SUSPENDED)]),
        (StatusEntryPurpose.REFRESH, []),
    ],
)
def test_a_set_bit_says_what_its_purpose_says(
    purpose: StatusEntryPurpose, expected: list[tuple[Aspect, CredentialFlaw]]
) -> None:
    award = replace(AWARD, statuses=(AwardStatus(URL, purpose, 5),))
    held = bits(5, purpose=ListPurpose[purpose.name])
    assert flaws(signed(award), replace(GOOD, lists={LIST: held})) == expected


def test_without_status() -> None:
    assert flaws(signed(replace(AWARD, statuses=()))) == []
    assert flaws(signed(credentialStatus=...)) == []


def test_what_is_no_credential_is_not_valid_whoever_signed_it() -> None:
    bare: Document = {"issuer": ISSUER, "hello": "world"}
    credential = eddsa_jcs.sign(
        bare, signing_with(SEED), verification_method=METHOD, created="2026-01-31T12:00:00Z"
    )
    assert flaws(credential) == [
        (Aspect.FORM, CredentialFlaw.CONTEXT),
        (Aspect.FORM, CredentialFlaw.TYPE),
        (Aspect.FORM, CredentialFlaw.SUBJECT),
    ]
    assert overall(judge(secured_document(credential), GOOD, now_ms=NOW_MS)) is Outcome.INVALID


def test_every_detail_is_bounded() -> None:
    long = "\x1b[2J" + "x" * 10_000
    changes: list[dict[str, Any]] = [
        {"issuer": f"did:web:{long}"},
        {"issuer": f"urn:x:{'y' * 10_000}"},
        {"type": [long, long, long]},
        {"@context": [long, {long: long}]},
        {"validFrom": long, "validUntil": long},
        {"credentialStatus": {"type": long}},
        {"credentialStatus": {"type": "BitstringStatusListEntry", "statusListIndex": long}},
        {
            "credentialStatus": {
                "type": "BitstringStatusListEntry",
                "statusPurpose": long,
                "statusListIndex": "5",
                "statusListCredential": URL,
            }
        },
        {"credentialStatus": [{"type": "X"}] * 1_000},
        {"credentialSubject": [long] * 1_000},
        {"name": [{long: 1}] * 1_000},
        {"relatedResource": [{"id": f"urn:x:{'y' * 1_000}"}] * 1_000},
        {"proof": [{"verificationMethod": long, "type": long, "cryptosuite": long}] * 8},
        {"proof": {**signed()["proof"], "verificationMethod": f"did:web:{'a' * 10_000}#b"}},
        {"proof": {**signed()["proof"], "proofPurpose": long, "created": long, "expires": long}},
    ]
    for changed in changes:
        checks = judge(secured_document({**signed(), **changed}), GOOD, now_ms=NOW_MS)
        assert max(len(check.detail) for check in checks) <= 200
        assert len(checks) <= 8 + 2 + 8 + 3 + 9


DRAFTS: dict[str, tuple[dict[str, Any], list[tuple[Aspect, CredentialFlaw]]]] = {
    "good": ({}, []),
    "an object for a date": ({"validFrom": {"years": 1}}, [(Aspect.DATES, CredentialFlaw.DATES_UNREADABLE)]),
    "a date alone": ({"validFrom": "2026-01-01"}, [(Aspect.DATES, CredentialFlaw.DATES_UNREADABLE)]),
    "for a later day": (
        {"validFrom": "2030-01-01T00:00:00Z"},
        [(Aspect.DATES, CredentialFlaw.NOT_YET_VALID)],
    ),
    "expired": ({"validUntil": "2026-06-01T00:00:00Z"}, [(Aspect.DATES, CredentialFlaw.EXPIRED)]),
    "no type": ({"type": ...}, [(Aspect.FORM, CredentialFlaw.TYPE)]),
    "no context": ({"@context": ...}, [(Aspect.FORM, CredentialFlaw.CONTEXT)]),
    "no subject": ({"credentialSubject": ...}, [(Aspect.FORM, CredentialFlaw.SUBJECT)]),
    "no issuer": (
        {"issuer": ..., "credentialStatus": ...},
        [(Aspect.FORM, CredentialFlaw.ISSUER_UNNAMED)],
    ),
}


@pytest.mark.parametrize(("changed", "expected"), DRAFTS.values(), ids=DRAFTS.keys())
def test_a_draft_is_judged_as_it_will_be_once_signed(
    changed: dict[str, Any], expected: list[tuple[Aspect, CredentialFlaw]]
) -> None:
    document = draft(**changed)
    found = judge_draft(W3cClaims(document), GOOD, now_ms=NOW_MS)
    assert [(check.aspect, check.reason) for check in found if check.reason is not None] == expected
    if "issuer" in document:
        whole = eddsa_jcs.sign(
            document, signing_with(SEED), verification_method=METHOD, created="2026-01-31T12:00:00Z"
        )
        assert flaws(whole) == expected
        proofs = (Aspect.SIGNATURE, Aspect.KEY)
        signed_checks = judge(secured_document(whole), GOOD, now_ms=NOW_MS)
        assert tuple(check for check in signed_checks if check.aspect not in proofs) == found


@pytest.mark.parametrize(
    ("facts", "index", "expected"),
    [
        (GOOD, MIN_SIZE - 1, None),
        (GOOD, MIN_SIZE, CredentialFlaw.STATUS_UNKNOWN),
        (replace(GOOD, lists={LIST: None}), 5, CredentialFlaw.STATUS_UNKNOWN),
        (replace(GOOD, lists={}), 5, CredentialFlaw.STATUS_UNKNOWN),
        (replace(GOOD, lists={LIST: bits(5)}), 5, CredentialFlaw.REVOKED),
    ],
)
def test_a_draft_names_an_entry_that_there_is_and_that_is_free(
    facts: Facts, index: int, expected: CredentialFlaw | None
) -> None:
    award = replace(AWARD, statuses=(AwardStatus(URL, StatusEntryPurpose.REVOCATION, index),))
    found = judge_draft(W3cClaims(draft(award)), facts, now_ms=NOW_MS)
    assert [check.reason for check in found if check.aspect is Aspect.STATUS] == [expected]


def test_a_draft_of_an_issuer_that_is_not_there() -> None:
    found = judge_draft(W3cClaims(draft(credentialStatus=...)), Facts({}, {}, 0), now_ms=NOW_MS)
    assert [check.reason for check in found] == [None, CredentialFlaw.UNKNOWN_ISSUER, None]
    assert overall(found) is Outcome.INDETERMINATE


MEMBERS = [
    *draft(),
    "proof",
    "validUntil",
    "issuanceDate",
    "expirationDate",
    "evidence",
    "relatedResource",
    "termsOfUse",
    "refreshService",
    "confidenceMethod",
    "description",
]
INNER_NAMES = st.sampled_from(
    [
        *("id", "type", "@id", "@value", "@language", "@context", "@protected", "name", "achievement"),
        *("statusPurpose", "statusListIndex", "statusListCredential", "statusSize", "statusMessage"),
        *("statusReference", "created", "expires", "cryptosuite", "proofValue", "proofPurpose"),
        *("verificationMethod", "previousProof", "digestSRI", "digestMultibase"),
    ]
)
TEXTS = st.sampled_from(
    [
        *(ISSUER, METHOD, URL, "#", "#a", "5", "", "\ud800", "did:", "https://[", "x://[/v1/"),
        *("VerifiableCredential", "BitstringStatusListEntry", "DataIntegrityProof", "eddsa-jcs-2022"),
        *("assertionMethod", "2026-01-31T12:00:00Z", "10000-01-01T00:00:00Z"),
        "https://www.w3.org/ns/credentials/v2",
    ]
) | st.text(max_size=5)
SCALARS = (
    st.none() | st.booleans() | st.integers(-5, 10**20) | st.floats(allow_nan=False, allow_infinity=False)
)
JSON = st.recursive(
    SCALARS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(INNER_NAMES | TEXTS, inner, max_size=5),
    max_leaves=20,
)


@settings(derandomize=True, max_examples=200)
@given(st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=8), st.booleans())
def test_any_document_gets_a_verdict(changed: dict[str, Any], is_whole: bool) -> None:
    document = {**signed(), **changed} if is_whole else changed
    needs_of(secured_document(document))
    for checks in (
        judge(secured_document(document), GOOD, now_ms=NOW_MS),
        judge_draft(W3cClaims(document), GOOD, now_ms=NOW_MS),
    ):
        assert overall(checks) in Outcome
        assert all(len(check.detail) <= 200 for check in checks)
    report = report_of(secured_document(document), GOOD, shipped_policy(), now_ms=NOW_MS)
    assert all(len(check.detail) <= 200 for check in report.checks)
    assert report.document()["outcome"] == report.outcome.value
    assert report.outcome is not Outcome.VALID or not changed or is_whole
