"""What holds for a credential holds in every format: dates, status entries, form and changes are judged
alike, however it is secured, and each is told with the member that is named.
"""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest

from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.data_integrity import proving
from api.credentials.formats.data_integrity.suite import Suite
from api.credentials.formats.data_integrity.suites import SUITES
from api.credentials.formats.table import read_credential
from api.credentials.public_key import KeyAlgorithm
from api.verifier.credential import (
    Aspect,
    CredentialReport,
    Facts,
    Policy,
    needs_of,
    overall,
    report_of,
)
from api.verifier.verdict import Outcome
from tests.api.credentials.formats.jose.minted import (
    ED25519_DID,
    ED25519_KEY,
    P256_DID,
    P256_KEY,
    signature,
    token,
)
from tests.api.credentials.formats.judged import identity
from tests.api.verifier.credential.awarded import NOW_MS

ANY: Final = Policy("any", frozenset())
V1: Final = "https://www.w3.org/2018/credentials/v1"
V2: Final = "https://www.w3.org/ns/credentials/v2"
OWN_CONTEXTS: Final = {
    "Ed25519Signature2020": "https://w3id.org/security/suites/ed25519-2020/v1",
}
Document = dict[str, Any]
Write = Callable[[Document], bytes]


def by_suite(suite: Suite) -> Write:
    """Writes a document with a proof of a suite."""
    is_p256 = suite.algorithm is KeyAlgorithm.P256
    did, key = (P256_DID, P256_KEY) if is_p256 else (ED25519_DID, ED25519_KEY)

    def write(document: Document) -> bytes:
        contexts = [*document["@context"], *filter(None, [OWN_CONTEXTS.get(suite.name)])]
        if V1 in contexts and not suite.has_own_type:
            contexts.append("https://w3id.org/security/data-integrity/v2")
        whole = {**document, "@context": contexts, "issuer": did}
        signed = proving.sign(
            whole,
            lambda data: signature("ES256" if is_p256 else "EdDSA", data),
            suite=suite,
            verification_method=key,
            created="2026-01-31T12:00:00Z",
        )
        return json.dumps(signed).encode()

    return write


def as_token(algorithm: str) -> Write:
    """Writes a document as a token."""
    did, key = (P256_DID, P256_KEY) if algorithm == "ES256" else (ED25519_DID, ED25519_KEY)
    return lambda document: token({**document, "issuer": did}, alg=algorithm, kid=key).encode()


def as_sd_jwt(document: Document) -> bytes:
    """Writes a document as an SD-JWT that keeps nothing back."""
    return f"{token({**document, 'issuer': ED25519_DID}, typ='vc+sd-jwt')}~".encode()


FORMATS: Final[dict[str, Write]] = {
    **{suite.name: by_suite(suite) for suite in SUITES},
    "VC-JWT EdDSA": as_token("EdDSA"),
    "VC-JWT ES256": as_token("ES256"),
    "SD-JWT": as_sd_jwt,
}


def credential(**changed: Any) -> Document:
    """A small credential of data model 2.0, changed; a member that is changed to `...` is left out."""
    whole = {
        "@context": [V2],
        "id": "urn:uuid:6f1f2a86-4f39-4a7e-9c0e-1f6a2f1f0b78",
        "type": ["VerifiableCredential"],
        "validFrom": "2026-01-31T12:00:00Z",
        "credentialSubject": {"id": "did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"},
        **changed,
    }
    return {name: member for name, member in whole.items() if member is not ...}


def old(**changed: Any) -> Document:
    """One of data model 1.1."""
    dates = {"validFrom": ..., "issuanceDate": "2020-01-01T00:00:00Z"}
    return credential(**{"@context": [V1], **dates, **changed})


def entry(**changed: Any) -> Document:
    """A credential with a status entry, changed."""
    members = {
        "id": "https://a.example/lists/1#5",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "5",
        "statusListCredential": "https://a.example/lists/1",
        **changed,
    }
    return credential(credentialStatus=members)


def reported(data: bytes) -> CredentialReport:
    """The report on some bytes, by what the issuer's DID says of itself."""
    read = read_credential(data)
    identities = {did: identity(did) for did in needs_of(read).dids}
    return report_of(read, Facts(identities, {}, NOW_MS), ANY, now_ms=NOW_MS)


DATES, STATUS = Aspect.DATES, Aspect.STATUS
INVALID, OPEN = Outcome.INVALID, Outcome.INDETERMINATE
C = CredentialFlaw
KINDS: Final[dict[str, tuple[Document, Outcome, Aspect, CredentialFlaw, str]]] = {
    "1.1, expired": (
        old(expirationDate="2021-01-01T00:00:00Z"),
        INVALID,
        DATES,
        C.EXPIRED,
        "/expirationDate: '2021-01-01T00:00:00Z'",
    ),
    "2.0, expired": (
        credential(validUntil="2026-06-01T00:00:00+02:00"),
        INVALID,
        DATES,
        C.EXPIRED,
        "/validUntil",
    ),
    "not begun": (
        credential(validFrom="2030-01-01T00:00:00Z"),
        INVALID,
        DATES,
        C.NOT_YET_VALID,
        "/validFrom",
    ),
    "a week date": (
        credential(validUntil="2030-W01-1T00:00:00Z"),
        INVALID,
        DATES,
        C.DATES_UNREADABLE,
        "/validUntil: '2030-W01-1T00:00:00Z'",
    ),
    "without hyphens": (
        credential(validUntil="20300101T000000Z"),
        INVALID,
        DATES,
        C.DATES_UNREADABLE,
        "/validUntil: '20300101T000000Z'",
    ),
    "a space for the T": (
        credential(validUntil="2030-01-01 00:00:00Z"),
        INVALID,
        DATES,
        C.DATES_UNREADABLE,
        "/validUntil",
    ),
    "without a zone": (
        credential(validUntil="2030-01-01T00:00:00"),
        INVALID,
        DATES,
        C.DATES_UNREADABLE,
        "/validUntil",
    ),
    "the year 10000": (
        credential(validUntil="10000-01-01T00:00:00Z"),
        OPEN,
        DATES,
        C.DATES_UNSUPPORTED,
        "/validUntil: '10000-01-01T00:00:00Z'",
    ),
    "an end before the beginning": (
        credential(validUntil="2026-01-31T11:59:59Z"),
        INVALID,
        DATES,
        C.DATES_CONTRADICT,
        "/validUntil",
    ),
    "an index with zeros before it": (
        entry(statusListIndex="0005"),
        INVALID,
        STATUS,
        C.STATUS_UNREADABLE,
        "/credentialStatus/statusListIndex is '0005'",
    ),
    "an index that is a number": (
        entry(statusListIndex=5),
        INVALID,
        STATUS,
        C.STATUS_UNREADABLE,
        "/credentialStatus/statusListIndex is 5",
    ),
    "a status of an unknown type": (
        credential(credentialStatus={"id": "urn:example:1", "type": "https://example.org/NoSuchEntry"}),
        OPEN,
        STATUS,
        C.STATUS_TYPE_UNSUPPORTED,
        "https://example.org/NoSuchEntry",
    ),
    "a list that nobody looked up": (entry(), OPEN, STATUS, C.STATUS_ELSEWHERE, "https://a.example/lists/1"),
    "a member without its type": (
        credential(termsOfUse={"id": "urn:example:terms"}),
        INVALID,
        Aspect.FORM,
        C.MEMBER,
        "/termsOfUse",
    ),
    "no subject": (credential(credentialSubject=...), INVALID, Aspect.FORM, C.SUBJECT, "/credentialSubject"),
}
"""What is wrong, what follows, and what the detail names."""
IN_EVERY_FORMAT = pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS.keys())


@IN_EVERY_FORMAT
@pytest.mark.parametrize(
    "document",
    [
        credential(),
        old(),
        credential(validUntil="2030-12-31T24:00:00Z"),
        credential(validFrom="2026-01-31T12:00:00.123456789-03:30"),
    ],
    ids=["2.0", "1.1", "midnight at the end of a day", "a fraction and an offset"],
)
def test_a_good_one(write: Write, document: Document) -> None:
    report = reported(write(document))
    assert report.outcome is Outcome.VALID, [check for check in report.checks if check.reason]
    assert [answered.outcome for answered in report.answers] == [
        Outcome.VALID,
        Outcome.VALID,
        OPEN,
        Outcome.VALID,
    ]


@IN_EVERY_FORMAT
@pytest.mark.parametrize(
    ("document", "outcome", "aspect", "reason", "told"), KINDS.values(), ids=KINDS.keys()
)
def test_each_kind_of_flaw(
    write: Write, document: Document, outcome: Outcome, aspect: Aspect, reason: CredentialFlaw, told: str
) -> None:
    report = reported(write(document))
    found = [check for check in report.checks if check.reason is reason]
    assert [check.aspect for check in found] == [aspect], [check for check in report.checks if check.reason]
    assert told in found[0].detail
    assert report.outcome is outcome
    assert "still good" not in report.sentence
    assert overall(report.checks) is not Outcome.VALID


@IN_EVERY_FORMAT
def test_what_was_changed_after_it_was_signed(write: Write) -> None:
    """In each format another signature is put in the place of the right one."""
    first, second = (write(credential(validUntil=f"203{year}-01-01T00:00:00Z")) for year in (0, 1))
    if first.startswith(b"{"):
        proof = json.loads(second)["proof"]
        changed = json.dumps({**json.loads(first), "proof": proof}).encode()
    else:
        parts = first.rstrip(b"~").split(b".")[:2]
        ending = b"~" if first.endswith(b"~") else b""
        changed = b".".join([*parts, second.rstrip(b"~").split(b".")[2]]) + ending
    report = reported(changed)
    assert report.outcome is INVALID
    assert [answered.outcome for answered in report.answers] == [INVALID, None, None, None]
    assert {check.reason for check in report.checks} == {C.WRONG_SIGNATURE}
    assert (report.claims, report.document()["names"]) == (None, None)
