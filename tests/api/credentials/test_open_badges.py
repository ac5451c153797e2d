"""The credential as issued, and the schema that says what it must hold."""

import copy
from pathlib import Path

import jsonschema_rs
import pytest

from api.credentials import schema
from api.credentials.document import Document, Json, load
from api.credentials.formats.data_integrity.eddsa_jcs import sign
from api.credentials.formats.data_integrity.proof import proofs, read_proof
from api.credentials.formats.data_integrity.proving import verify
from api.credentials.formats.data_integrity.signed_bytes import SignedBytes
from api.credentials.open_badges import OWN_CONTEXT, credit_text
from api.credentials.public_key import KeyAlgorithm, PublicKey
from api.credentials.schema import CompiledSchema, SchemaError, SchemaFault, SchemaViolation
from registry.primitives.ed25519 import signing_with
from tests.api.credentials.samples import (
    BODY,
    CREATED,
    LIST_URL,
    METHOD,
    PUBLIC_KEY,
    SEED,
    credential,
    smallest,
)

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def test_the_whole_document() -> None:
    assert credential() == {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            OWN_CONTEXT,
        ],
        "id": "urn:uuid:6f1f2a86-4f39-4a7e-9c0e-1f6a2f1f0b77",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Applied hydrology",
        "issuer": {
            "id": BODY.did,
            "type": ["Profile"],
            "name": "University of Porto Alto",
            "address": {"type": ["Address"], "addressCountryCode": "PT", "addressRegion": "PT-13"},
            "url": "https://porto-alto.example",
        },
        "validFrom": "2026-01-31T12:00:00Z",
        "validUntil": "2031-01-31T12:00:00Z",
        "credentialSubject": {
            "id": "did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi",
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityHash": "Zoë Example",
                    "identityType": "name",
                    "hashed": False,
                }
            ],
            "result": [{"type": ["Result"], "value": "17"}],
            "achievement": {
                "id": "https://porto-alto.example/offerings/hydrology-1",
                "type": ["Achievement"],
                "achievementType": "MicroCredential",
                "name": "Applied hydrology",
                "description": "Field methods for small catchments.",
                "criteria": {"narrative": "Passing the field report and the oral examination."},
                "alignment": [
                    {
                        "type": ["Alignment"],
                        "targetName": "EQF level 6",
                        "targetUrl": "http://data.europa.eu/snb/eqf/6",
                        "targetFramework": "European Qualifications Framework",
                        "targetCode": "6",
                    }
                ],
                "creditPoint": {
                    "framework": "http://data.europa.eu/snb/education-credit/6fcec5c5af",
                    "point": "2.5",
                },
                "learningOutcome": [
                    "Measures discharge by three methods",
                    "Judges the uncertainty of a rating curve",
                ],
                "assessment": {"id": "urn:example:assessment:oral", "name": "Oral examination"},
                "participation": {"id": "urn:example:participation:blended", "name": "Blended"},
                "qualityAssurance": {
                    "id": "urn:example:quality:institutional",
                    "name": "Institutional accreditation",
                },
                "prerequisite": ["Calculus"],
                "supervision": {
                    "id": "urn:example:supervision:onsite",
                    "name": "Supervised on site, identity checked",
                },
                "stackability": "Counts towards the master's degree in water engineering",
                "furtherInformation": "https://porto-alto.example/offerings/hydrology-1/more",
            },
        },
        "credentialSchema": [
            {"id": "https://registry.example/v1/schemas/micro-credential/1.0.0", "type": "JsonSchema"}
        ],
        "credentialStatus": [
            {
                "id": f"{LIST_URL}#1023",
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": "1023",
                "statusListCredential": LIST_URL,
            }
        ],
    }


def test_both_forms_conform_and_verify() -> None:
    for unsigned in (credential(), smallest()):
        signed = sign(unsigned, signing_with(SEED), verification_method=METHOD, created=CREATED)
        assert schema.micro_credential().violations(signed) == ()
        (proof,) = proofs(signed)
        verify(SignedBytes(signed), read_proof(proof), PublicKey(KeyAlgorithm.ED25519, PUBLIC_KEY))


@pytest.mark.parametrize(("tenths", "text"), [(0, "0"), (5, "0.5"), (25, "2.5"), (30, "3"), (600, "60")])
def test_credits_are_exact(tenths: int, text: str) -> None:
    assert credit_text(tenths) == text


# The eleven mandatory elements of Annex I: where each lies, and the place at which the schema misses it.
MANDATORY = {
    "learner": (("credentialSubject", "id"), "/credentialSubject"),
    "title": (("credentialSubject", "achievement", "name"), "/credentialSubject/achievement"),
    "country": (("issuer", "address", "addressCountryCode"), "/issuer/address"),
    "awarding body": (("issuer", "name"), "/issuer"),
    "date": (("validFrom",), ""),
    "learning outcomes": (
        ("credentialSubject", "achievement", "learningOutcome"),
        "/credentialSubject/achievement",
    ),
    "workload": (("credentialSubject", "achievement", "creditPoint"), "/credentialSubject/achievement"),
    "level": (("credentialSubject", "achievement", "alignment"), "/credentialSubject/achievement"),
    "assessment": (("credentialSubject", "achievement", "assessment"), "/credentialSubject/achievement"),
    "participation": (
        ("credentialSubject", "achievement", "participation"),
        "/credentialSubject/achievement",
    ),
    "quality assurance": (
        ("credentialSubject", "achievement", "qualityAssurance"),
        "/credentialSubject/achievement",
    ),
}


@pytest.mark.parametrize(("place", "path"), MANDATORY.values(), ids=MANDATORY.keys())
def test_each_mandatory_element_is_missed(place: tuple[str, ...], path: str) -> None:
    document = smallest()
    parent: Document = document
    for step in place[:-1]:
        inner = parent[step]
        assert isinstance(inner, dict)
        parent = inner
    del parent[place[-1]]
    (violation,) = schema.micro_credential().violations(document)
    assert violation.path == path
    assert violation.keyword in ("required", "anyOf")


WRONG: dict[str, tuple[tuple[str, ...], Json, str]] = {
    "a country as free text": (("issuer", "address", "addressCountryCode"), "Portugal", "pattern"),
    "an issuer without DID": (("issuer", "id"), "https://porto-alto.example", "pattern"),
    "credits as a number": (("credentialSubject", "achievement", "creditPoint", "point"), 2.5, "type"),
    "a level outside of the frameworks": (
        ("credentialSubject", "achievement", "alignment"),
        [{"type": ["Alignment"], "targetName": "Level 9", "targetUrl": "http://data.europa.eu/snb/eqf/9"}],
        "contains",
    ),
    "a date that does not exist": (("validFrom",), "2026-02-30T00:00:00Z", "format"),
    "a date without zone": (("validFrom",), "2026-02-01T00:00:00", "pattern"),
    "an empty title": (("credentialSubject", "achievement", "name"), " ", "pattern"),
    "no outcomes": (("credentialSubject", "achievement", "learningOutcome"), [], "minItems"),
    "no status": (("credentialStatus",), [], "minItems"),
    "the old context": (("@context",), ["https://www.w3.org/2018/credentials/v1", "x"], "const"),
}


@pytest.mark.parametrize(("place", "value", "keyword"), WRONG.values(), ids=WRONG.keys())
def test_wrong_values_are_named(place: tuple[str, ...], value: Json, keyword: str) -> None:
    document = copy.deepcopy(smallest())
    parent: Document = document
    for step in place[:-1]:
        inner = parent[step]
        assert isinstance(inner, dict)
        parent = inner
    parent[place[-1]] = value
    found = schema.micro_credential().violations(document)
    assert keyword in {violation.keyword for violation in found}
    assert all(violation.path.startswith("/" + place[0]) for violation in found)


def test_violations_are_bounded() -> None:
    bounded = CompiledSchema({"$schema": DRAFT, "items": {"type": "object"}, "additionalProperties": False})
    document: Document = {f"a/{number}~": 1 for number in range(100)}
    assert bounded.violations({"a/b~": 1})[0].keyword == "additionalProperties"
    many = CompiledSchema({"$schema": DRAFT, "additionalProperties": {"type": "string"}})
    found = many.violations(document)
    assert len(found) == 20
    assert found[0] == SchemaViolation("/a~10~0", "type", "a/0~ must be a text, not 1")


REFUSED: dict[str, tuple[Document, SchemaFault]] = {
    "no draft": ({"type": "object"}, SchemaFault.UNSUPPORTED_DRAFT),
    "an old draft": ({"$schema": "http://json-schema.org/draft-07/schema#"}, SchemaFault.UNSUPPORTED_DRAFT),
    "a draft that is no text": ({"$schema": 5}, SchemaFault.UNSUPPORTED_DRAFT),
    "a long draft": ({"$schema": "x" * 100_000}, SchemaFault.UNSUPPORTED_DRAFT),
    "a reference to the web": (
        {"$schema": DRAFT, "$ref": "https://a.example/s"},
        SchemaFault.OUTSIDE_REFERENCE,
    ),
    "a reference to a file": (
        {"$schema": DRAFT, "$ref": "file:///etc/passwd"},
        SchemaFault.OUTSIDE_REFERENCE,
    ),
    "a wrong keyword": ({"$schema": DRAFT, "type": "thing"}, SchemaFault.INVALID),
    "a look-behind": ({"$schema": DRAFT, "pattern": "(?<=a)b"}, SchemaFault.INVALID),
    "a regular expression too large": (
        {"$schema": DRAFT, "pattern": "((a{999}){999}){999}"},
        SchemaFault.INVALID,
    ),
}


@pytest.mark.parametrize(("document", "fault"), REFUSED.values(), ids=REFUSED.keys())
def test_schemas_refused(document: Document, fault: SchemaFault) -> None:
    with pytest.raises(SchemaError) as caught:
        CompiledSchema(document)
    assert caught.value.fault is fault
    assert len(caught.value.detail) <= 256


def test_both_published_drafts_compile() -> None:
    for draft in (DRAFT, "https://json-schema.org/draft/2019-09/schema"):
        assert CompiledSchema({"$schema": draft, "required": ["a"]}).violations({}) != ()


def test_the_schema_file_is_itself_valid() -> None:
    document = load(schema.micro_credential_document())
    assert jsonschema_rs.meta.is_valid(document)
    assert document["$schema"] == DRAFT


def test_open_badges_in_the_wild_lack_the_european_elements(vectors: Path) -> None:
    """Real Open Badges hold no workload, level or quality assurance: the schema says so."""
    document = load((vectors / "credentials" / "open-badges" / "complete.json").read_bytes())
    found = schema.micro_credential().violations(document)
    missed = " ".join(violation.message for violation in found)
    for element in ("learningOutcome", "creditPoint", "qualityAssurance", "participation"):
        assert element in missed


def test_own_terms_shadow_no_open_badges_term(vectors: Path) -> None:
    name = "https%3A%2F%2Fpurl.imsglobal.org%2Fspec%2Fob%2Fv3p0%2Fcontext-3.0.3.json.json"
    context = load((vectors / "contexts" / name).read_bytes())["@context"]
    assert isinstance(context, dict)
    achievement = context["Achievement"]
    assert isinstance(achievement, dict)
    inner = achievement["@context"]
    assert isinstance(inner, dict)
    assert not set(OWN_CONTEXT) & (set(context) | set(inner))
