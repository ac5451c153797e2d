"""M1 to M12: the form that the W3C data model gives a credential."""

from pathlib import Path
from typing import Any

import pytest

from api.credentials.document import Document, load
from api.credentials.flaw import CredentialFlaw
from api.credentials.w3c.claims import W3cClaims
from api.verifier.credential.check import Aspect, Check
from api.verifier.credential.form import MAX_FORM_FLAWS, judge_form

V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
FOREIGN = "https://context.example/v1"
BARE: dict[str, Any] = {
    "@context": [V2],
    "type": ["VerifiableCredential"],
    "issuer": "did:web:university.example",
    "credentialSubject": {"id": "urn:learner:1"},
}
BARE_1: dict[str, Any] = {**BARE, "@context": [V1], "issuanceDate": "2026-01-31T12:00:00Z"}
DIGEST = {"digestSRI": "sha384-oqVuAfXRKap7fdgcCY5uykM6-R9GqQ8K_uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC"}
RESOURCE = {"id": "https://university.example/image.png", **DIGEST}


def form(base: dict[str, Any], **changed: Any) -> tuple[Check, ...]:
    """The checks of a document, some members of which are changed; `...` leaves one out."""
    whole: Document = {name: member for name, member in {**base, **changed}.items() if member is not ...}
    return judge_form(W3cClaims(whole))


GOOD: dict[str, dict[str, Any]] = {
    "the least": {},
    "a context by URL": {"@context": [V2, FOREIGN]},
    "a type that is a URL": {"type": ["https://university.example/#Type", "VerifiableCredential"]},
    "a type alone": {"type": "VerifiableCredential"},
    "two subjects": {"credentialSubject": [{"id": "urn:learner:1"}, {"name": "Zoë"}]},
    "an issuer as an object": {"issuer": {"id": "did:web:university.example", "name": "University"}},
    "an issuer by https": {"issuer": "https://university.example/issuers/1"},
    "an id": {"id": "urn:uuid:0e2a4a10-93bc-4d3e-a1b3-6d8f0f4f2e11"},
    "names in two languages": {
        "name": ["Hydrology", {"@value": "Hydrologie", "@language": "de-AT", "@direction": "ltr"}],
        "description": {"@value": "…"},
    },
    "evidence": {
        "evidence": [{"type": "Evidence", "id": "urn:x:1"}, {"type": ["Evidence", "https://a.example/B"]}]
    },
    "no entries": {"evidence": [], "termsOfUse": [], "credentialStatus": [], "relatedResource": []},
    "terms": {"termsOfUse": {"type": "Policy"}},
    "a status without id": {"credentialStatus": {"type": "Status"}},
    "a schema": {"credentialSchema": {"id": "https://university.example/schema", "type": "JsonSchema"}},
    "a way to show it": {"renderMethod": {"type": "Svg"}, "confidenceMethod": [{"type": "Key"}]},
    "a resource": {"relatedResource": RESOURCE},
    "resources": {
        "relatedResource": [RESOURCE, {"id": "urn:x:1", "digestMultibase": "zQm", "mediaType": "image/png"}]
    },
    "a proof of any kind": {"proof": {"type": "SomeProof", "verificationMethod": "did:key:z6Mk#z6Mk"}},
    "proofs": {"proof": [{"type": "SomeProof", "verificationMethod": "#key-1"}, {"type": "OtherProof"}]},
}


@pytest.mark.parametrize("changed", GOOD.values(), ids=GOOD.keys())
def test_good(changed: dict[str, Any]) -> None:
    assert form(BARE, **changed) == (Check(Aspect.FORM, None, "data model 2.0"),)


C, T, S, U, M = (
    CredentialFlaw.CONTEXT,
    CredentialFlaw.TYPE,
    CredentialFlaw.SUBJECT,
    CredentialFlaw.ISSUER_UNNAMED,
    CredentialFlaw.MEMBER,
)
LANGUAGE = "is not a text, nor an object of @value, @language and @direction alone"
FLAWED: dict[str, tuple[dict[str, Any], CredentialFlaw, str]] = {
    "no context": ({"@context": ...}, C, "/@context is missing"),
    "another context": (
        {"@context": [FOREIGN]},
        C,
        f"/@context/0 names no data model of the W3C: the first is '{FOREIGN}'",
    ),
    "the context second": (
        {"@context": [FOREIGN, V2]},
        C,
        f"/@context/0 names no data model of the W3C: '{V2}' must come first",
    ),
    "both data models": ({"@context": [V2, V1]}, C, "/@context names the data models 2.0 and 1.1 at once"),
    "a term of the data model anew": (
        {"@context": [V2, {"VerifiableCredential": "https://a.example/V"}]},
        C,
        "/@context/1/'VerifiableCredential': the term is protected and cannot be defined anew",
    ),
    "a type that means nothing": (
        {"type": ["VerifiableCredential", "Badge"]},
        C,
        "/type: no context defines 'Badge'",
    ),
    "no type": ({"type": ...}, T, "/type is missing"),
    "no type in it": ({"type": []}, T, "/type is an empty list"),
    "null for a type": ({"type": None}, T, "/type is null"),
    "another type": ({"@context": [V2, FOREIGN], "type": ["Badge"]}, T, "/type is 'Badge'"),
    "a presentation": (
        {"type": ["VerifiablePresentation"]},
        T,
        "it is a presentation: judge the credentials in it",
    ),
    "an Open Badges 2 assertion": (
        {"@context": [V2, FOREIGN], "type": "Assertion"},
        T,
        "it is an assertion of Open Badges 2, which has another form",
    ),
    "a number among the types": (
        {"type": ["VerifiableCredential", 5]},
        M,
        "/type is not a type: a term or a URL: 5",
    ),
    "a type with a space": (
        {"@context": [V2, FOREIGN], "type": ["VerifiableCredential", "A Badge"]},
        M,
        "/type is not a type: a term or a URL: 'A Badge'",
    ),
    "null for an id": ({"id": None}, M, "/id is not one absolute URL: null"),
    "two ids": ({"id": ["urn:x:1", "urn:x:2"]}, M, "/id is not one absolute URL: a list"),
    "a relative id": ({"id": "credentials/1"}, M, "/id is not one absolute URL: 'credentials/1'"),
    "a blank id": ({"id": "_:b0"}, M, "/id is not one absolute URL: '_:b0'"),
    "no issuer": ({"issuer": ...}, U, "/issuer is missing"),
    "null for an issuer": ({"issuer": None}, U, "/issuer is null"),
    "an issuer that is no URL": ({"issuer": "university"}, U, "/issuer is 'university'"),
    "an issuer without id": ({"issuer": {"name": "University"}}, U, "/issuer/id is missing"),
    "an issuer with null for an id": ({"issuer": {"id": None}}, U, "/issuer/id is null"),
    "two issuers": ({"issuer": ["urn:x:1", "urn:x:2"]}, U, "/issuer is a list"),
    "no subject": ({"credentialSubject": ...}, S, "/credentialSubject is missing or an empty list"),
    "no subject in it": ({"credentialSubject": []}, S, "/credentialSubject is missing or an empty list"),
    "an empty subject": ({"credentialSubject": {}}, S, "/credentialSubject is an empty object"),
    "an empty subject beside another": (
        {"credentialSubject": [{"id": "urn:x:1"}, {}]},
        S,
        "/credentialSubject/1 is an empty object",
    ),
    "a text for a subject": (
        {"credentialSubject": "urn:x:1"},
        S,
        "/credentialSubject is 'urn:x:1', not an object",
    ),
    "two ids of a subject": (
        {"credentialSubject": {"id": ["urn:x:1", "urn:x:2"]}},
        M,
        "/credentialSubject/id is not one absolute URL: a list",
    ),
    "a confidence method without type": (
        {"credentialSubject": {"confidenceMethod": {"id": "urn:x:1"}}},
        M,
        "/credentialSubject/confidenceMethod/type is missing",
    ),
    "a name with more": ({"name": {"@value": "A", "url": "urn:x:1"}}, M, f"/name {LANGUAGE}: an object"),
    "a name without text": ({"name": {"@language": "en"}}, M, f"/name {LANGUAGE}: an object"),
    "a name in no language": (
        {"name": {"@value": "A", "@language": "e n"}},
        M,
        f"/name {LANGUAGE}: an object",
    ),
    "a name in a wrong direction": (
        {"name": {"@value": "A", "@direction": "up"}},
        M,
        f"/name {LANGUAGE}: an object",
    ),
    "a number for a description": ({"description": ["A", 5]}, M, f"/description/1 {LANGUAGE}: 5"),
    "an issuer's name with more": (
        {"issuer": {"id": "urn:x:1", "name": {"@value": "A", "x": 1}}},
        M,
        f"/issuer/name {LANGUAGE}: an object",
    ),
    "a schema without id": ({"credentialSchema": {"type": "X"}}, M, "/credentialSchema/id is missing"),
    "a schema whose id is none": (
        {"credentialSchema": [{"type": "X", "id": 5}]},
        M,
        "/credentialSchema/0/id is not one absolute URL: 5",
    ),
    "a status whose type is none": (
        {"credentialStatus": {"type": 2}},
        M,
        "/credentialStatus/type is not a type: a term or a URL: 2",
    ),
    "a resource by its id": (
        {"relatedResource": ["urn:x:1"]},
        M,
        "/relatedResource/0 is not an object: 'urn:x:1'",
    ),
    "a resource without id": ({"relatedResource": DIGEST}, M, "/relatedResource/id is missing"),
    "a resource without digest": (
        {"relatedResource": {"id": "urn:x:1"}},
        M,
        "/relatedResource has neither digestSRI nor digestMultibase",
    ),
    "a resource twice": (
        {"relatedResource": [RESOURCE, RESOURCE]},
        M,
        "/relatedResource/1/id is there twice: 'https://university.example/image.png'",
    ),
    "a digest of another kind": (
        {"relatedResource": {"id": "urn:x:1", "digestSRI": "md5-AAAA"}},
        M,
        "/relatedResource/digestSRI is not a digest: 'md5-AAAA'",
    ),
    "a number for a digest": (
        {"relatedResource": {"id": "urn:x:1", "digestMultibase": 5}},
        M,
        "/relatedResource/digestMultibase is not a digest: 5",
    ),
    "a digest with a blank at its end": (
        {"relatedResource": {"id": "urn:x:1", "digestMultibase": "zQm "}},
        M,
        "/relatedResource/digestMultibase is not a digest: 'zQm '",
    ),
    "an empty digest": (
        {"relatedResource": {"id": "urn:x:1", "digestMultibase": ""}},
        M,
        "/relatedResource/digestMultibase is not a digest: ''",
    ),
    "a type with a blank at its end": (
        {"type": ["VerifiableCredential", "https://university.example/Badge "]},
        M,
        "/type is not a type: a term or a URL: 'https://university.example/Badge '",
    ),
    "a term with a blank that is not U+0020": (
        {"evidence": {"type": "A\u3000Report"}},
        M,
        "/evidence/type is not a type: a term or a URL: 'A\u3000Report'",
    ),
    "a proof without type": ({"proof": {"created": "x"}}, M, "/proof/type is missing"),
    "a text for a proof": ({"proof": ["x"]}, M, "/proof/0 is not an object: 'x'"),
    "null for a proof": ({"proof": None}, M, "/proof is not an object: null"),
    "a method that is no URL": (
        {"proof": {"type": "X", "verificationMethod": "z6Mk"}},
        M,
        "/proof/verificationMethod is not one absolute URL: 'z6Mk'",
    ),
    "an empty fragment for a method": (
        {"proof": {"type": "X", "verificationMethod": "#"}},
        M,
        "/proof/verificationMethod is not one absolute URL: '#'",
    ),
}
TYPED = ("credentialStatus", "termsOfUse", "evidence", "refreshService", "renderMethod", "confidenceMethod")
FLAWED |= {
    f"{name} without type": ({name: {"id": "urn:x:1"}}, M, f"/{name}/type is missing") for name in TYPED
}
FLAWED |= {f"an empty {name}": ({name: [{}]}, M, f"/{name}/0/type is missing") for name in TYPED}
FLAWED |= {f"null for {name}": ({name: None}, M, f"/{name} is not an object: null") for name in TYPED}
FLAWED |= {f"a text for {name}": ({name: ["x"]}, M, f"/{name}/0 is not an object: 'x'") for name in TYPED}
FLAWED |= {
    f"two ids of {name}": (
        {name: {"type": "X", "id": ["urn:x:1"]}},
        M,
        f"/{name}/id is not one absolute URL: a list",
    )
    for name in TYPED
}


@pytest.mark.parametrize(("changed", "flaw", "detail"), FLAWED.values(), ids=FLAWED.keys())
def test_flawed(changed: dict[str, Any], flaw: CredentialFlaw, detail: str) -> None:
    assert form(BARE, **changed) == (Check(Aspect.FORM, flaw, detail),)


GOOD_1: dict[str, dict[str, Any]] = {
    "the least": {},
    "a name of any form": {"name": {"en": "Hydrology"}},
    "a way to show it": {"renderMethod": {"id": "urn:x:1"}},
    "a status": {"credentialStatus": {"id": "urn:x:1", "type": "Status"}},
}


@pytest.mark.parametrize("changed", GOOD_1.values(), ids=GOOD_1.keys())
def test_good_by_the_older_data_model(changed: dict[str, Any]) -> None:
    assert form(BARE_1, **changed) == (Check(Aspect.FORM, None, "data model 1.1"),)


FLAWED_1: dict[str, tuple[dict[str, Any], CredentialFlaw, str]] = {
    "no date": ({"issuanceDate": ...}, M, "/issuanceDate is missing"),
    "a status without id": ({"credentialStatus": {"type": "X"}}, M, "/credentialStatus/id is missing"),
    "a refresh service without id": ({"refreshService": {"type": "X"}}, M, "/refreshService/id is missing"),
    "evidence without type": ({"evidence": {"id": "urn:x:1"}}, M, "/evidence/type is missing"),
    "no subject": ({"credentialSubject": {}}, S, "/credentialSubject is an empty object"),
    "both data models": ({"@context": [V1, V2]}, C, "/@context names the data models 2.0 and 1.1 at once"),
}


@pytest.mark.parametrize(("changed", "flaw", "detail"), FLAWED_1.values(), ids=FLAWED_1.keys())
def test_flawed_by_the_older_data_model(changed: dict[str, Any], flaw: CredentialFlaw, detail: str) -> None:
    assert form(BARE_1, **changed) == (Check(Aspect.FORM, flaw, detail),)


def test_an_open_badge_has_the_form_of_open_badges() -> None:
    """M12; `test_open_badges_form` has the rest."""
    badge = {
        "@context": [V2, FOREIGN],
        "id": "urn:x:1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "validFrom": "2026-01-31T12:00:00Z",
        "credentialSubject": {"type": ["AchievementSubject"]},
    }
    told = "/credentialSubject: achievement is missing"
    assert form(BARE, **badge) == (Check(Aspect.FORM, M, told),)


def test_flaws_are_bounded_in_number() -> None:
    assert len(form(BARE, evidence=[{}] * 1_000)) == MAX_FORM_FLAWS


STRUCTURAL = {
    "simple-err-context.json",
    "simple-err-credential-subject-achievement-result-description-type.json",
    "simple-err-credential-subject-identifier-type.json",
    "simple-err-credential-subject-profile-type.json",
    "simple-err-credential-subject-result-type.json",
    "simple-err-credential-subject-type.json",
    "simple-err-evidence-type.json",
    "simple-err-issued.json",
    "simple-err-issuer-otheridentifier-type.json",
    "simple-err-issuer-parentorg-type.json",
    "simple-err-issuer-type.json",
    "simple-err-issuer.json",
    "simple-err-proof-method-no-scheme.json",
    "simple-err-type.json",
    "simple-noproof.json",
}
"""Two of them, `issued` and `noproof`, have another fault in their names and are about no achievement."""


def test_credentials_in_the_wild(vectors: Path) -> None:
    """Of other people's credentials those are flawed whose names say so, and two more."""
    files = sorted((vectors / "credentials").glob("*/*.json"))
    assert len(files) >= 40
    flawed = {
        file.name for file in files if judge_form(W3cClaims(load(file.read_bytes())))[0].reason is not None
    }
    assert flawed == STRUCTURAL
