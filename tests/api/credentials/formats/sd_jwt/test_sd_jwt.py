"""Credentials as SD-JWT, judged: what is right, and each thing that may be wrong."""

from typing import Any

import pytest

from api.base64url import to_text
from api.credentials.did_methods.did_jwk import did_jwk_of
from api.credentials.document import DocumentError, DocumentFault
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.sd_jwt.reading import SecuredSdJwt
from api.credentials.formats.sd_jwt.serialization import MAX_DISCLOSURES, digest_text
from api.credentials.formats.table import proved_holder, read_credential, read_presented
from api.credentials.secured import ClaimedNames, StatusEntry, StatusMethod
from api.verifier.credential import Aspect
from registry.primitives.digest import sha256
from tests.api.credentials.did_methods.keys import ED25519_JWK, P256_JWK
from tests.api.credentials.formats.jose.credentials import BEGIN_S, END_S, of_2_0
from tests.api.credentials.formats.jose.minted import ED25519_DID, ED25519_KEY, P256_DID, P256_KEY
from tests.api.credentials.formats.judged import details_in, found_in
from tests.api.credentials.formats.sd_jwt.minted import (
    AUDIENCE,
    DECOY,
    FAMILY,
    GIVEN,
    NONCE,
    disclosure,
    holders,
    payload,
    presented,
    sd_jwt,
)

FORM, SIGNATURE, DATES, STATUS, ISSUER = (
    Aspect.FORM,
    Aspect.SIGNATURE,
    Aspect.DATES,
    Aspect.STATUS,
    Aspect.ISSUER,
)

STREET = disclosure("s3", "street", "Rua 1")
ADDRESS = disclosure("s4", "address", {"_sd": [digest_text(STREET)], "country": "PT"})
GERMAN = disclosure("s5", "DE")
FRENCH = disclosure("s6", ["FR", {"...": digest_text(GERMAN)}])


def read(text: str) -> SecuredSdJwt:
    """The SD-JWT in a text."""
    credential = read_credential(text.encode())
    assert isinstance(credential, SecuredSdJwt)
    return credential


def listing(*digests: str, **changed: Any) -> dict[str, Any]:
    """A payload with these digests."""
    return payload(_sd=list(digests), **changed)


def token_of(text: str) -> dict[str, Any]:
    """What an SD-JWT says, but the claims that all of them have."""
    claims: Any = read(text).claims
    return {name: member for name, member in claims.token.items() if name not in payload()}


NESTED = sd_jwt(listing(digest_text(ADDRESS)), (STREET, ADDRESS))
IN_ARRAYS = sd_jwt(
    payload(_sd=..., nationalities=[{"...": digest_text(FRENCH)}, {"...": DECOY}, "PT"]), (GERMAN, FRENCH)
)
W3C = of_2_0(
    credentialSubject=..., _sd=[digest_text(disclosure("s", "credentialSubject", {"id": "urn:a:b"}))]
)

GOOD = {
    "all is disclosed": sd_jwt(),
    "in another order": sd_jwt(disclosures=(FAMILY, GIVEN)),
    "one is kept back": sd_jwt(disclosures=(FAMILY,)),
    "nothing is disclosed": sd_jwt(disclosures=()),
    "nothing can be disclosed": sd_jwt(payload(_sd=..., _sd_alg=...), ()),
    "the type of a draft": sd_jwt(typ="vc+sd-jwt"),
    "within one another": NESTED,
    "in arrays": IN_ARRAYS,
    "ES256": sd_jwt(payload(iss=P256_DID), alg="ES256", kid=P256_KEY),
    "with a holder's proof": presented(),
    "with a holder's proof by an Ed25519 key": presented(
        sd_jwt(payload(cnf={"jwk": ED25519_JWK})), alg="EdDSA"
    ),
    "the W3C data model": sd_jwt(
        W3C, (disclosure("s", "credentialSubject", {"id": "urn:a:b"}),), typ="vc+sd-jwt"
    ),
    "not yet anything but a subject": sd_jwt(payload(sub="did:key:z6Mk", cnf=...)),
}


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD.keys())
def test_a_good_one(data: str) -> None:
    assert found_in(data) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (sd_jwt(), {"given_name": "Zoë", "family_name": "Example"}),
        (sd_jwt(disclosures=(FAMILY,)), {"family_name": "Example"}),
        (sd_jwt(disclosures=()), {}),
        (NESTED, {"address": {"country": "PT", "street": "Rua 1"}}),
        (IN_ARRAYS, {"nationalities": [["FR", "DE"], "PT"]}),
    ],
)
def test_it_says_what_is_disclosed(data: str, said: dict[str, Any]) -> None:
    """D1, D2."""
    assert token_of(data) == said


def test_what_it_claims() -> None:
    entry = {"status_list": {"idx": 7, "uri": "https://status.example/1"}}
    claims = read(sd_jwt(payload(status=entry, sub="urn:learner:1", jti="urn:uuid:1"))).claims
    assert (claims.id, claims.issuer, claims.issuer_as_written) == ("urn:uuid:1", ED25519_DID, ED25519_DID)
    assert claims.statuses == (
        StatusEntry(StatusMethod.TOKEN, "https://status.example/1", 7, "status", place="/status/status_list"),
    )
    assert claims.holders == (did_jwk_of(P256_JWK), "urn:learner:1")
    assert claims.names == ClaimedNames("", "", "Zoë Example", "https://university.example/hydrology")
    assert (claims.schemas, claims.data_model) == ((), "SD-JWT VC")
    assert [date.time_ms for date in claims.period.ends] == [1_000 * END_S]


def test_an_anchor_is_the_same_for_each_selection() -> None:
    """R2."""
    issued = sd_jwt().partition("~")[0]
    for text in (sd_jwt(), sd_jwt(disclosures=()), presented()):
        assert read(text).digest() == sha256(issued.encode())


def test_it_names_how_it_is_signed() -> None:
    (proof,) = read(sd_jwt()).proofs
    assert (proof.place, proof.suite, proof.key) == ("signature", "SD-JWT EdDSA", ED25519_KEY)
    assert read(sd_jwt()).unsigned is None


RESERVED = [disclosure("s", name, 1) for name in ("_sd", "...", "_sd_alg")]
DEEP: Any = "x"
for _ in range(28):
    DEEP = [DEEP]
DEEPER = disclosure("s", "deeper", DEEP)
DEEPEST = disclosure("s", "deepest", {"a": {"b": {"c": {"_sd": [digest_text(DEEPER)]}}}})

UNFITTING: dict[str, tuple[str, str]] = {
    "named by nobody": (sd_jwt(listing(digest_text(GIVEN))), "disclosure 2 is named by no digest"),
    "changed": (
        sd_jwt(disclosures=(disclosure("s1", "given_name", "Eve"),)),
        "disclosure 1 is named by no digest",
    ),
    "the same with other white space": (
        sd_jwt(disclosures=(to_text('["s1","given_name","Zoë"]'.encode()),)),
        "disclosure 1 is named by no digest",
    ),
    "twice": (sd_jwt(disclosures=(GIVEN, GIVEN)), "disclosure 2 is there twice"),
    "a digest twice": (sd_jwt(listing(DECOY, DECOY), ()), "stands in two places"),
    "a digest here and in a disclosure": (
        sd_jwt(listing(digest_text(ADDRESS), digest_text(STREET)), (ADDRESS, STREET)),
        "stands in two places",
    ),
    "a digest that is no text": (sd_jwt(payload(_sd=[7]), ()), "a digest is 7"),
    "_sd that is no list": (sd_jwt(payload(_sd="x"), ()), "_sd is 'x'"),
    "_sd_alg deeper": (sd_jwt(payload(inner={"_sd_alg": "sha-256"})), "_sd_alg where none may stand"),
    "an element where a member stands": (
        sd_jwt(listing(digest_text(GERMAN)), (GERMAN,)),
        "disclosure 1 has no name, and stands for a member",
    ),
    "a member where an element stands": (
        sd_jwt(payload(_sd=..., a=[{"...": digest_text(GIVEN)}]), (GIVEN,)),
        "disclosure 1 has a name, and stands for an element",
    ),
    "an element beside others": (sd_jwt(payload(a=[{"...": DECOY, "b": 1}])), "stands beside other members"),
    "an element in an object": (sd_jwt(payload(a={"...": DECOY})), "a member ... where none may stand"),
    "a name that is taken": (
        sd_jwt(payload(given_name="Eve")),
        "disclosure 1 discloses 'given_name', which is taken",
    ),
    "a name twice": (
        sd_jwt(
            listing(digest_text(GIVEN), digest_text(disclosure("s", "given_name", 1))),
            (GIVEN, disclosure("s", "given_name", 1)),
        ),
        "disclosure 2 discloses 'given_name', which is taken",
    ),
    "_sd as a name": (sd_jwt(listing(digest_text(RESERVED[0])), (RESERVED[0],)), "discloses '_sd'"),
    "... as a name": (sd_jwt(listing(digest_text(RESERVED[1])), (RESERVED[1],)), "discloses '...'"),
    "_sd_alg as a name": (sd_jwt(listing(digest_text(RESERVED[2])), (RESERVED[2],)), "discloses '_sd_alg'"),
    "too deep together": (
        sd_jwt(listing(digest_text(DEEPEST)), (DEEPER, DEEPEST)),
        "nested more than 32 levels deep",
    ),
}


@pytest.mark.parametrize(("data", "told"), UNFITTING.values(), ids=UNFITTING.keys())
def test_disclosures_fit_the_token_or_the_whole_is_refused(data: str, told: str) -> None:
    """D3, D4, D6."""
    assert (SIGNATURE, "proof-malformed") in found_in(data)
    assert any(told in detail for detail in details_in(data))


@pytest.mark.parametrize("algorithm", ["sha-384", "sha-512", "md5", "SHA-256", "", None, 7])
def test_another_hash_leaves_the_question_open(algorithm: Any) -> None:
    """D5."""
    assert found_in(sd_jwt(payload(_sd_alg=algorithm))) == [(SIGNATURE, "suite-unsupported")]


WRONG: dict[str, tuple[str, list[tuple[Aspect, str]]]] = {
    "no vct": (sd_jwt(payload(vct=...)), [(FORM, "type")]),
    "an empty vct": (sd_jwt(payload(vct="")), [(FORM, "type")]),
    "a list of vct": (sd_jwt(payload(vct=["a"])), [(FORM, "type")]),
    "no iss": (
        sd_jwt(payload(iss=...)),
        [(FORM, "issuer-unnamed"), (ISSUER, "other-issuer")],
    ),
    "no iss and no key": (
        sd_jwt(payload(iss=...), kid=...),
        [(FORM, "issuer-unnamed"), (SIGNATURE, "proof-malformed")],
    ),
    "a certificate": (
        sd_jwt(payload(iss=...), kid=..., x5c=["MIIB"]),
        [(FORM, "method-unsupported"), (SIGNATURE, "method-unsupported")],
    ),
    "iss on the web": (
        sd_jwt(payload(iss="https://university.example"), kid="1"),
        [(ISSUER, "unknown-issuer"), (SIGNATURE, "method-unsupported")],
    ),
    "no type": (sd_jwt(typ=...), [(FORM, "type")]),
    "a token's type": (sd_jwt(typ="vc+jwt"), [(FORM, "type")]),
    "a presentation's type": (sd_jwt(typ="vp+sd-jwt"), [(FORM, "type")]),
    "a type of nothing": (sd_jwt(typ="JWT"), [(FORM, "type")]),
    "cnf as a text": (sd_jwt(payload(cnf="x")), [(FORM, "member")]),
    "a disclosed vct": (
        sd_jwt(
            payload(vct=..., _sd=[digest_text(disclosure("s", "vct", "a"))]), (disclosure("s", "vct", "a"),)
        ),
        [(FORM, "type"), (FORM, "member")],
    ),
    "a disclosed status": (
        sd_jwt(payload(_sd=[digest_text(disclosure("s", "status", {}))]), (disclosure("s", "status", {}),)),
        [(FORM, "member")],
    ),
    "expired": (sd_jwt(payload(exp=BEGIN_S)), [(DATES, "expired")]),
    "not yet": (sd_jwt(payload(nbf=END_S)), [(DATES, "not-yet-valid")]),
    "signed tomorrow": (sd_jwt(payload(iat=END_S)), [(SIGNATURE, "proof-not-yet")]),
    "a date as a text": (sd_jwt(payload(exp="x")), [(DATES, "dates-unreadable")]),
    "a negative date": (sd_jwt(payload(nbf=-1)), [(DATES, "dates-unreadable")]),
    "an unreadable status": (
        sd_jwt(payload(status={"status_list": {"idx": "7", "uri": "https://a.example"}})),
        [(STATUS, "status-unreadable")],
    ),
    "a status without a list": (
        sd_jwt(payload(status={"status_list": {"idx": 7}})),
        [(STATUS, "status-unreadable")],
    ),
    "a status below zero": (
        sd_jwt(payload(status={"status_list": {"idx": -1, "uri": "https://a.example"}})),
        [(STATUS, "status-unreadable")],
    ),
    "a status that is true": (
        sd_jwt(payload(status={"status_list": {"idx": True, "uri": "https://a.example"}})),
        [(STATUS, "status-unreadable")],
    ),
    "the status of a draft": (
        sd_jwt(payload(status={"status_attestation": {}})),
        [(STATUS, "status-type-unsupported")],
    ),
    "another alg": (sd_jwt(alg="none"), [(SIGNATURE, "proof-malformed")]),
    "a secret": (sd_jwt(alg="HS256"), [(SIGNATURE, "proof-malformed")]),
}


@pytest.mark.parametrize(("data", "found"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong(data: str, found: list[tuple[Aspect, str]]) -> None:
    """V1 to V4."""
    assert found_in(data) == found


UNBOUND: dict[str, tuple[str, str]] = {
    "another selection": (
        sd_jwt(disclosures=(GIVEN,)) + presented().rpartition("~")[2],
        "holder-proof-wrong",
    ),
    "another type": (presented(typ="JWT"), "holder-proof-wrong"),
    "no type": (presented(typ=...), "holder-proof-wrong"),
    "another key": (presented(alg="EdDSA"), "holder-proof-wrong"),
    "nobody signed": (presented(alg="none"), "holder-proof-wrong"),
    "a secret": (presented(alg="HS256"), "holder-proof-wrong"),
    "no audience": (presented(claims={"aud": ...}), "holder-proof-wrong"),
    "an empty nonce": (presented(claims={"nonce": ""}), "holder-proof-wrong"),
    "no date": (presented(claims={"iat": ...}), "holder-proof-wrong"),
    "no sd_hash": (presented(claims={"sd_hash": ...}), "holder-proof-wrong"),
    "no key in the token": (presented(sd_jwt(payload(cnf=...))), "holder-proof-wrong"),
    "a key by its thumbprint": (presented(sd_jwt(payload(cnf={"jkt": "x"}))), "holder-proof-wrong"),
    "a private key": (presented(sd_jwt(payload(cnf={"jwk": {**P256_JWK, "d": "AA"}}))), "holder-proof-wrong"),
}


@pytest.mark.parametrize(("data", "code"), UNBOUND.values(), ids=UNBOUND.keys())
def test_a_holders_proof_that_does_not_fit(data: str, code: str) -> None:
    """B1, B2, B4."""
    assert found_in(data) == [(FORM, code)]
    assert read(data).binding is None


UNREADABLE = {
    "another algorithm": presented(alg="ES384"),
    "an extension": presented(crit=["x"], x=1),
    "a key of another algorithm": presented(sd_jwt(payload(cnf={"jwk": {"kty": "EC", "crv": "P-384"}}))),
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_holders_proof_that_cannot_be_checked_is_as_good_as_none(data: str) -> None:
    assert found_in(data) == []
    assert proved_holder(read(data), audience=AUDIENCE, nonce=NONCE) is None


@pytest.mark.parametrize(
    ("audience", "nonce", "found"),
    [
        (AUDIENCE, NONCE, did_jwk_of(P256_JWK)),
        (None, NONCE, CredentialFlaw.HOLDER_UNPROVED),
        (AUDIENCE, None, CredentialFlaw.HOLDER_UNPROVED),
        ("https://other.example", NONCE, CredentialFlaw.HOLDER_PROOF_WRONG),
        (AUDIENCE, "", CredentialFlaw.HOLDER_PROOF_WRONG),
    ],
)
def test_a_holders_proof_is_for_whoever_asked(
    audience: str | None, nonce: str | None, found: str | CredentialFlaw
) -> None:
    """B3."""
    credential = read(presented())
    proved = proved_holder(credential, audience=audience, nonce=nonce)
    assert (proved.reason if isinstance(proved, Flaw) else proved) == found
    assert credential.claims.holders == (did_jwk_of(P256_JWK),)
    assert credential.binding is not None
    assert credential.binding.issued.time_ms == 1_000 * (BEGIN_S + 60)


def test_without_a_holders_proof_nobody_has_proved_anything() -> None:
    assert proved_holder(read(sd_jwt()), audience=AUDIENCE, nonce=NONCE) is None


DAMAGED: dict[str, str] = {
    "no closing ~": sd_jwt()[:-1],
    "an empty disclosure": sd_jwt() + "~",
    "a disclosure that is no base64url": sd_jwt(disclosures=("$",)),
    "a disclosure with padding": sd_jwt(disclosures=(GIVEN + "=",)),
    "a disclosure that is no list": sd_jwt(disclosures=("e30",)),
    "a disclosure of four": sd_jwt(disclosures=(disclosure("s", "a", 1, 2),)),
    "a disclosure of one": sd_jwt(disclosures=(disclosure("s"),)),
    "a salt that is a number": sd_jwt(disclosures=(disclosure(7, "a", 1),)),
    "a name that is a number": sd_jwt(disclosures=(disclosure("s", 7, 1),)),
    "a member twice": sd_jwt(disclosures=("WyJzIiwiYSIseyJhIjoxLCJhIjoyfV0",)),
    "a line's end": sd_jwt().replace("~", "~\n", 1),
    "a holder's proof that is no token": sd_jwt() + "abc",
    "two holders' proofs": presented() + "~" + holders(sd_jwt()),
    "too many": sd_jwt(disclosures=(GIVEN,) * (MAX_DISCLOSURES + 1)),
    "a token that is none": "eyJhbGciOiJFUzI1NiJ9.e30~",
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_one_is_called_damaged(data: str) -> None:
    """T1 to T3."""
    with pytest.raises(DocumentError) as caught:
        read_credential(data.encode())
    assert caught.value.fault in (
        DocumentFault.NOT_A_TOKEN,
        DocumentFault.NOT_JSON,
        DocumentFault.TOO_LARGE,
        DocumentFault.DUPLICATE_NAME,
    )


def test_one_in_a_presentation() -> None:
    text = sd_jwt()
    envelope: Any = {"type": "EnvelopedVerifiableCredential", "id": f"data:application/dc+sd-jwt,{text}"}
    quoted = {**envelope, "id": f"data:application/vc+sd-jwt,{text.replace('~', '%7E')}"}
    for entry in (text, envelope, quoted):
        assert read_presented(entry).digest() == read(text).digest()
