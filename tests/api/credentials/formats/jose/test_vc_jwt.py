"""Credentials as tokens, judged: what is right, and each thing that may be wrong."""

import json
from typing import Any

import pytest

from api.credentials.formats.jose.reading import SecuredToken
from api.credentials.formats.table import read_credential, read_presented
from api.credentials.multikey import key_text
from api.credentials.secured import StatusEntry, StatusMethod
from api.verifier.credential import Aspect
from registry.primitives import ed25519
from registry.primitives.digest import sha256
from tests.api.credentials.did_methods.keys import ED25519_JWK, P256_JWK
from tests.api.credentials.formats.jose.credentials import (
    BEGIN,
    BEGIN_S,
    END,
    END_S,
    HOLDER,
    inner_1_1,
    of_1_1,
    of_2_0,
)
from tests.api.credentials.formats.jose.minted import (
    ED25519_DID,
    ED25519_KEY,
    P256_DID,
    P256_KEY,
    token,
)
from tests.api.credentials.formats.judged import checks_of, details_in, found_in

OTHER_DID = f"did:key:{key_text(ed25519.public_key(bytes([8]) * 32))}"
FORM, SIGNATURE, KEY, DATES, STATUS = (
    Aspect.FORM,
    Aspect.SIGNATURE,
    Aspect.KEY,
    Aspect.DATES,
    Aspect.STATUS,
)
OB_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


def badge(**changed: Any) -> dict[str, Any]:
    """An open badge as a token: the claims stand beside its members."""
    return of_2_0(
        **{
            "@context": ["https://www.w3.org/ns/credentials/v2", OB_CONTEXT],
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": {"id": ED25519_DID, "type": ["Profile"], "name": "University"},
            "credentialSubject": {
                "id": HOLDER,
                "type": ["AchievementSubject"],
                "achievement": {
                    "id": "https://university.example/a",
                    "type": ["Achievement"],
                    "name": "Hydrology",
                    "description": "Fields",
                    "criteria": {"narrative": "Passed"},
                },
            },
            "iss": ED25519_DID,
            "jti": "urn:uuid:6f1f2a86-4f39-4a7e-9c0e-1f6a2f1f0b78",
            "sub": HOLDER,
            "nbf": BEGIN_S,
            "exp": END_S,
            **changed,
        }
    )


BESIDE = {
    **of_1_1(),
    "@context": inner_1_1()["@context"],
    "type": inner_1_1()["type"],
    "id": of_1_1()["jti"],
    "issuer": {"id": ED25519_DID},
    "issuanceDate": BEGIN.replace("Z", ".000Z"),
    "expirationDate": END,
    "credentialSubject": {"id": HOLDER, "name": "Zoë"},
}
"""A token in which some software leaves the members from which it made the claims."""
GOOD = {
    "2.0, EdDSA": token(of_2_0()),
    "2.0, Ed25519": token(of_2_0(), alg="Ed25519"),
    "2.0, ES256": token(of_2_0(issuer=P256_DID), alg="ES256", kid=P256_KEY),
    "2.0, a draft's type": token(of_2_0(), typ="vc+ld+jwt"),
    "2.0, its type in full": token(of_2_0(), typ="application/vc+jwt", cty="vc"),
    "2.0, a fragment": token(of_2_0(), kid="#" + ED25519_KEY.partition("#")[2]),
    "2.0, a bare fragment": token(of_2_0(), kid=ED25519_KEY.partition("#")[2]),
    "2.0, no key is named": token(of_2_0(), kid=...),
    "2.0, the DID alone is named": token(of_2_0(), kid=ED25519_DID),
    "2.0, an issuer with a name": token(of_2_0(issuer={"id": ED25519_DID, "name": "University"})),
    "2.0, claims beside": token(of_2_0(iss=ED25519_DID, sub=HOLDER, iat=BEGIN_S, exp=END_S)),
    "1.1": token(of_1_1(), typ="JWT"),
    "1.1, no type": token(of_1_1(), typ=...),
    "1.1, all is there twice": token(
        of_1_1(
            inner_1_1(
                id="urn:uuid:6f1f2a86-4f39-4a7e-9c0e-1f6a2f1f0b79",
                issuer={"id": ED25519_DID},
                issuanceDate=BEGIN,
                expirationDate=END.replace("Z", ".5+00:00"),
                credentialSubject=[{"id": HOLDER}],
            )
        ),
        typ="JWT",
    ),
    "1.1, with its members beside": token(BESIDE, typ="JWT"),
    "an open badge": token(badge(), typ="JWT"),
    "an open badge that repeats its dates": token(badge(nbf=BEGIN_S + 0.5, iat=BEGIN_S + 1), typ="JWT"),
}


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD.keys())
def test_a_good_one(data: str) -> None:
    assert found_in(data) == []


@pytest.mark.parametrize("data", ["\n{}\r\n\t ", '"{}"', ' "{}"\n'])
def test_what_a_file_puts_around_a_token(data: str) -> None:
    text = token(of_2_0())
    credential = read_credential(data.format(text).encode())
    assert isinstance(credential, SecuredToken)
    assert credential.digest() == sha256(text.encode())


def test_what_a_token_of_1_1_says() -> None:
    """R1."""
    claims = read_credential(token(of_1_1(), typ="JWT").encode()).claims
    assert claims.id == "urn:uuid:6f1f2a86-4f39-4a7e-9c0e-1f6a2f1f0b79"
    assert claims.issuer == ED25519_DID
    assert claims.holders == (HOLDER,)
    assert claims.data_model == "data model 1.1"
    assert [date.time_ms for date in (*claims.period.begins, *claims.period.ends)] == [
        1_000 * BEGIN_S,
        1_000 * END_S,
    ]


def test_a_token_is_read_and_not_signed() -> None:
    credential = read_credential(token(of_2_0()).encode())
    assert credential.is_signed
    assert credential.unproved is None
    assert credential.unsigned is None
    assert [(proof.place, proof.suite, proof.key) for proof in credential.proofs] == [
        ("signature", "VC-JWT EdDSA", ED25519_KEY)
    ]


ENTRY = {"status_list": {"idx": 412, "uri": "https://status.example/1"}}


def test_a_token_may_name_a_token_status_list() -> None:
    claims = read_credential(token(of_2_0(status=ENTRY)).encode()).claims
    assert claims.statuses == (
        StatusEntry(
            StatusMethod.TOKEN, "https://status.example/1", 412, "status", place="/status/status_list"
        ),
    )


HEADERS: dict[str, tuple[str, list[tuple[Aspect, str]]]] = {
    "none": (token(of_2_0(), alg="none"), [(SIGNATURE, "proof-malformed")]),
    "None": (token(of_2_0(), alg="None", signed_as="none"), [(SIGNATURE, "proof-malformed")]),
    "none with a signature": (
        token(of_2_0(), alg="nOnE", signed_as="EdDSA"),
        [(SIGNATURE, "proof-malformed")],
    ),
    "the public key as a secret": (token(of_2_0(), alg="HS256"), [(SIGNATURE, "proof-malformed")]),
    "no alg": (token(of_2_0(), alg=...), [(SIGNATURE, "proof-malformed")]),
    "a list of algs": (token(of_2_0(), alg=["EdDSA"]), [(SIGNATURE, "proof-malformed")]),
    "an alg in other letters": (token(of_2_0(), alg="eddsa"), [(SIGNATURE, "suite-unsupported")]),
    "another alg": (token(of_2_0(), alg="ES384"), [(SIGNATURE, "suite-unsupported")]),
    "RSA": (token(of_2_0(), alg="RS256"), [(SIGNATURE, "suite-unsupported")]),
    "an alg that does not fit the key": (
        token(of_2_0(), alg="ES256"),
        [(SIGNATURE, "algorithm-mismatch")],
    ),
    "an alg that does not fit the key, the other way round": (
        token(of_2_0(issuer=P256_DID), alg="EdDSA", kid=P256_KEY),
        [(SIGNATURE, "algorithm-mismatch")],
    ),
    "an empty signature": (token(of_2_0(), signed_as="none"), [(SIGNATURE, "proof-malformed")]),
    "a signature of another length": (token(of_2_0(), signed_as="HS256"), [(SIGNATURE, "proof-malformed")]),
    "a kid on the web": (token(of_2_0(), kid="https://a.example/k"), [(SIGNATURE, "proof-malformed")]),
    "a kid that is a path": (token(of_2_0(), kid="../../dev/null"), [(SIGNATURE, "proof-malformed")]),
    "a kid that is a query": (token(of_2_0(), kid="1' or '1'='1"), [(SIGNATURE, "proof-malformed")]),
    "a kid that is a number": (token(of_2_0(), kid=1), [(SIGNATURE, "proof-malformed")]),
    "an empty kid": (token(of_2_0(), kid=""), [(SIGNATURE, "proof-malformed")]),
    "a kid with a path": (
        token(of_2_0(), kid=f"{ED25519_DID}/a#b"),
        [(SIGNATURE, "proof-malformed")],
    ),
    "a kid at a version": (
        token(of_2_0(), kid=f"{ED25519_DID}?versionId=1#b"),
        [(SIGNATURE, "proof-malformed")],
    ),
    "a key that there is not": (token(of_2_0(), kid=f"{ED25519_DID}#b"), [(KEY, "unknown-key")]),
    "a key of somebody else": (
        token(of_2_0(), alg="ES256", kid=P256_KEY),
        [(Aspect.ISSUER, "other-issuer")],
    ),
    "b64": (token(of_2_0(), b64=False), [(SIGNATURE, "proof-malformed")]),
    "b64, and crit": (token(of_2_0(), b64=True, crit=["b64"]), [(SIGNATURE, "proof-malformed")]),
    "crit of something": (token(of_2_0(), crit=["x"], x=1), [(SIGNATURE, "suite-unsupported")]),
    "crit of what is not there": (token(of_2_0(), crit=["x"]), [(SIGNATURE, "proof-malformed")]),
    "crit of what is always there": (token(of_2_0(), crit=["alg"]), [(SIGNATURE, "proof-malformed")]),
    "crit of nothing": (token(of_2_0(), crit=[]), [(SIGNATURE, "proof-malformed")]),
    "crit twice": (token(of_2_0(), crit=["x", "x"], x=1), [(SIGNATURE, "proof-malformed")]),
    "crit as a text": (token(of_2_0(), crit="x", x=1), [(SIGNATURE, "proof-malformed")]),
    "a DID of another method": (
        token(of_2_0(issuer="did:ion:abc"), kid="did:ion:abc#b"),
        [(Aspect.ISSUER, "method-unsupported")],
    ),
    "a malformed DID": (
        token(of_2_0(issuer="did:key:x"), kid="did:key:x#x"),
        [(Aspect.ISSUER, "did-malformed")],
    ),
    "an issuer on the web": (
        token(of_2_0(issuer="https://a.example"), kid=...),
        [(Aspect.ISSUER, "unknown-issuer"), (SIGNATURE, "method-unsupported")],
    ),
    "an issuer and a key on the web": (
        token(of_2_0(issuer="https://a.example"), kid="https://a.example/k"),
        [(Aspect.ISSUER, "unknown-issuer"), (SIGNATURE, "method-unsupported")],
    ),
}


@pytest.mark.parametrize(("data", "found"), HEADERS.values(), ids=HEADERS.keys())
def test_a_header_chooses_no_key_and_no_algorithm(data: str, found: list[tuple[Aspect, str]]) -> None:
    """H1, H2, H4."""
    assert found_in(data) == found


@pytest.mark.parametrize("name", ["jwk", "jku", "x5c", "x5u"])
def test_a_key_in_the_header_is_told_and_not_used(name: str) -> None:
    """H3."""
    header: dict[str, Any] = {name: {"kty": "OKP"}}
    text = token(of_2_0(), **header)
    assert found_in(text) == []
    told = f"the header's {name} is not trusted, and not used"
    assert told in [check.detail for check in checks_of(text)]


@pytest.mark.parametrize("kid", [ED25519_KEY, ED25519_DID, ...])
def test_the_key_in_the_header_does_not_make_its_own_signature_good(kid: Any) -> None:
    """H2, H3: somebody signs as the issuer, and brings the key with which to check it."""
    header: dict[str, Any] = {"alg": "ES256", "typ": "vc+jwt", "kid": kid, "jwk": P256_JWK}
    assert found_in(token(of_2_0(), **header)) == [(SIGNATURE, "algorithm-mismatch")]
    own: dict[str, Any] = {**header, "alg": "EdDSA", "jwk": ED25519_JWK}
    found = found_in(token(of_2_0(issuer=P256_DID), **{**own, "kid": P256_DID if kid is not ... else ...}))
    assert found == [(SIGNATURE, "algorithm-mismatch")]
    stranger = token(of_2_0(issuer=OTHER_DID), **{**own, "kid": ...})
    assert found_in(stranger) == [(SIGNATURE, "wrong-signature")]


TYPES = [
    ("statuslist+jwt", "a status list"),
    ("vp+jwt", "a presentation"),
    ("kb+jwt", "a holder's proof of a key"),
    ("dc+sd-jwt", "vc+jwt or JWT is needed"),
    ("at+jwt", "a key to an interface"),
    ("x", "vc+jwt or JWT is needed"),
    (7, "vc+jwt or JWT is needed"),
    ("", "vc+jwt or JWT is needed"),
]


@pytest.mark.parametrize(("kind", "told"), TYPES)
def test_a_token_for_another_purpose(kind: Any, told: str) -> None:
    text = token(of_2_0(), typ=kind)
    assert found_in(text) == [(FORM, "type")]
    assert told in details_in(text)[0]


NOTHING_SAID = [(FORM, "context"), (FORM, "type"), (FORM, "issuer-unnamed"), (FORM, "subject")]
PAYLOADS: dict[str, tuple[str, list[tuple[Aspect, str]]]] = {
    "no credential": (
        token({"iss": ED25519_DID}, typ="JWT"),
        [*NOTHING_SAID, (Aspect.ISSUER, "other-issuer")],
    ),
    "a presentation": (
        token({"vp": {}, "iss": ED25519_DID}, typ="JWT", kid=...),
        [(FORM, "type"), *NOTHING_SAID, (SIGNATURE, "proof-malformed")],
    ),
    "a credential and a presentation": (token(of_1_1(vp={}), typ="JWT"), [(FORM, "type")]),
    "two credentials": (
        token({**of_2_0(), **of_1_1()}, typ="JWT"),
        [(FORM, "member")],
    ),
    "another subject beside": (
        token({**BESIDE, "credentialSubject": {"id": HOLDER, "name": "Eve"}}, typ="JWT"),
        [(FORM, "member")],
    ),
    "a later end beside": (
        token({**BESIDE, "expirationDate": "2999-01-01T00:00:00Z"}, typ="JWT"),
        [(FORM, "member")],
    ),
    "a status beside alone": (token({**BESIDE, "credentialStatus": {}}, typ="JWT"), [(FORM, "member")]),
    "another issuer beside": (token({**BESIDE, "issuer": HOLDER}, typ="JWT"), [(FORM, "member")]),
    "a named issuer beside": (
        token({**BESIDE, "issuer": {"id": ED25519_DID, "name": "X"}}, typ="JWT"),
        [(FORM, "member")],
    ),
    "vc in a token of 2.0": (token(of_1_1()), [(FORM, "member")]),
    "another iss": (
        token(of_1_1(inner_1_1(issuer=HOLDER)), typ="JWT"),
        [(FORM, "member"), (Aspect.ISSUER, "other-issuer")],
    ),
    "another iss, 2.0": (token(of_2_0(iss=HOLDER)), [(FORM, "member")]),
    "iss is a number": (token(of_2_0(iss=7)), [(FORM, "member")]),
    "another jti": (token(of_1_1(inner_1_1(id="urn:uuid:1")), typ="JWT"), [(FORM, "member")]),
    "another jti, 2.0": (token(of_2_0(jti="urn:uuid:1")), [(FORM, "member")]),
    "another sub": (
        token(of_1_1(inner_1_1(credentialSubject={"id": ED25519_DID})), typ="JWT"),
        [(FORM, "member")],
    ),
    "another sub, 2.0": (token(of_2_0(sub=ED25519_DID)), [(FORM, "member")]),
    "sub of none of several": (
        token(of_1_1(inner_1_1(credentialSubject=[{"id": "urn:a:1"}, {"id": "urn:a:2"}])), typ="JWT"),
        [(FORM, "member")],
    ),
    "another begin": (
        token(of_1_1(inner_1_1(issuanceDate="2023-11-14T22:13:21Z")), typ="JWT"),
        [(FORM, "member")],
    ),
    "a later end": (
        token(of_1_1(inner_1_1(expirationDate="2999-01-01T00:00:00Z")), typ="JWT"),
        [(FORM, "member")],
    ),
    "no begin at all": (token(of_1_1(nbf=...), typ="JWT"), [(FORM, "member")]),
    "expired": (token(of_1_1(exp=BEGIN_S + 1), typ="JWT"), [(DATES, "expired")]),
    "not yet": (token(of_1_1(nbf=END_S - 1), typ="JWT"), [(DATES, "not-yet-valid")]),
    "signed tomorrow": (token(of_1_1(iat=END_S), typ="JWT"), [(SIGNATURE, "proof-not-yet")]),
    "the signature expired": (token(of_2_0(exp=BEGIN_S)), [(SIGNATURE, "proof-expired")]),
    "the signature not yet": (token(of_2_0(nbf=END_S)), [(SIGNATURE, "proof-not-yet")]),
    "an expired badge": (token(badge(validUntil=BEGIN, exp=BEGIN_S), typ="JWT"), [(DATES, "expired")]),
    "expired, 2.0": (token(of_2_0(validUntil=BEGIN)), [(DATES, "expired")]),
    "a date as a text": (token(of_2_0(exp=str(END_S))), [(SIGNATURE, "dates-unreadable")]),
    "a date that is true": (token(of_2_0(exp=True)), [(SIGNATURE, "dates-unreadable")]),
    "a negative date": (token(of_2_0(nbf=-1)), [(SIGNATURE, "dates-unreadable")]),
    "no date": (token(of_2_0(exp=None)), [(SIGNATURE, "dates-unreadable")]),
    "a date beyond all": (token(of_2_0(exp=10**14)), [(SIGNATURE, "dates-unsupported")]),
    "an end of 1.1 as a text": (
        token(of_1_1(exp=str(BEGIN_S)), typ="JWT"),
        [(SIGNATURE, "dates-unreadable")],
    ),
    "vc as a text": (
        token(of_1_1("a text"), typ="JWT", kid=ED25519_KEY),
        [(FORM, "member"), *NOTHING_SAID, (Aspect.ISSUER, "other-issuer")],
    ),
    "an unreadable status": (token(of_2_0(status="x")), [(STATUS, "status-unreadable")]),
    "an empty status": (token(of_2_0(status={})), [(STATUS, "status-unreadable")]),
    "another kind of status": (
        token(of_2_0(status={"assertion": {}})),
        [(STATUS, "status-type-unsupported")],
    ),
}


@pytest.mark.parametrize(("data", "found"), PAYLOADS.values(), ids=PAYLOADS.keys())
def test_a_token_says_one_thing(data: str, found: list[tuple[Aspect, str]]) -> None:
    """R1 to R4."""
    assert found_in(data) == found


@pytest.mark.parametrize(
    ("entry", "is_found"),
    [
        (token(of_2_0()), True),
        ({"type": "EnvelopedVerifiableCredential", "id": f"data:application/vc+jwt,{token(of_2_0())}"}, True),
        ({"type": ["EnvelopedVerifiableCredential"], "id": f"data:application/jwt,{token(of_2_0())}"}, True),
        ({"type": "EnvelopedVerifiableCredential", "id": f"data:text/plain,{token(of_2_0())}"}, False),
        ({"type": "EnvelopedVerifiableCredential", "id": token(of_2_0())}, False),
        ({"type": "EnvelopedVerifiableCredential", "id": 7}, False),
        ("a text", False),
        (f"data:application/vc+jwt,{token(of_2_0())}", True),
    ],
)
def test_a_token_in_a_presentation(entry: Any, *, is_found: bool) -> None:
    """E1 to E3."""
    if is_found:
        assert read_presented(entry).digest() == sha256(token(of_2_0()).encode())
    else:
        with pytest.raises(ValueError, match="no credential of a format"):
            read_presented(entry)


def test_an_envelope_may_be_the_file() -> None:
    envelope = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:application/vc+jwt,{token(of_2_0())}",
    }
    assert found_in(json.dumps(envelope)) == []
