"""What a credential calls itself and others, and the schemas that it names (G1, G2)."""

from base64 import b64encode, urlsafe_b64encode
from typing import Any

import pytest

from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.multikey import base58_encode
from api.credentials.secured import MAX_SCHEMAS, ClaimedNames, SchemaReference
from api.credentials.w3c.claims import W3cClaims
from tests.api.credentials.samples import credential

DIGEST = bytes(range(32))
MULTIHASH = b"\x12\x20" + DIGEST
URL = "https://a.example/schema.json"


def test_the_names_of_a_badge() -> None:
    claims = W3cClaims(credential())
    assert claims.names == ClaimedNames(
        "University of Porto Alto", "Applied hydrology", "Zoë Example", "OpenBadgeCredential"
    )
    assert claims.holders == ("did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi",)


NAMED: dict[str, tuple[dict[str, Any], ClaimedNames]] = {
    "nothing": ({}, ClaimedNames()),
    "nothing of use": (
        {"issuer": [7, {"name": 7}], "credentialSubject": [None, "x"], "type": 5, "name": {"@value": 5}},
        ClaimedNames(),
    ),
    "language values": (
        {
            "issuer": {"name": [{"@value": "Universidade", "@language": "pt"}, "University"]},
            "name": {"@value": "Hydrology"},
        },
        ClaimedNames("Universidade", "Hydrology"),
    ),
    "an achievement before the whole": (
        {"name": "Whole", "credentialSubject": {"achievement": [{"name": "Part"}], "name": "Zoë"}},
        ClaimedNames("", "Part", "Zoë"),
    ),
    "a hashed name": (
        {"credentialSubject": {"identifier": {"identityType": "name", "identityHash": "x", "hashed": True}}},
        ClaimedNames(),
    ),
    "a name of 10,000 characters": (
        {"issuer": {"name": "x" * 10_000}},
        ClaimedNames("x" * 199 + "…"),
    ),
}


@pytest.mark.parametrize(("document", "names"), NAMED.values(), ids=NAMED.keys())
def test_what_it_calls_itself(document: dict[str, Any], names: ClaimedNames) -> None:
    assert W3cClaims(document).names == names


def test_whom_it_is_about() -> None:
    subjects: list[Any] = [{"id": f"urn:x:{number}"} for number in range(20)]
    assert len(W3cClaims({"credentialSubject": subjects}).holders) == 8
    assert W3cClaims({"credentialSubject": [{"id": "urn:x:1"}] * 3}).holders == ("urn:x:1",)
    assert W3cClaims({"credentialSubject": [{"id": "Zoë"}, {"id": 5}, {}, 7]}).holders == ()


DIGESTS: dict[str, tuple[dict[str, Any], bytes | None]] = {
    "none": ({}, None),
    "SRI": ({"digestSRI": f"sha256-{b64encode(DIGEST).decode()}"}, DIGEST),
    "SRI of another hash": ({"digestSRI": "sha384-AAAA"}, None),
    "SRI that is damaged": ({"digestSRI": "sha256-!!!!"}, None),
    "SRI that is too short": ({"digestSRI": "sha256-AAAA"}, None),
    "base64url": ({"digestMultibase": f"u{urlsafe_b64encode(MULTIHASH).decode().rstrip('=')}"}, DIGEST),
    "base58": ({"digestMultibase": base58_encode(MULTIHASH)}, DIGEST),
    "another multihash": ({"digestMultibase": base58_encode(b"\x13" + MULTIHASH[1:])}, None),
    "damaged base58": ({"digestMultibase": "z0OIl"}, None),
    "another base": ({"digestMultibase": "f1220"}, None),
    "long": ({"digestMultibase": "u" + "A" * 10_000}, None),
    "a number": ({"digestSRI": 5, "digestMultibase": []}, None),
}


@pytest.mark.parametrize(("members", "digest"), DIGESTS.values(), ids=DIGESTS.keys())
def test_a_digest_of_a_schema(members: dict[str, Any], digest: bytes | None) -> None:
    """G2."""
    claims = W3cClaims({"credentialSchema": {"id": URL, "type": "JsonSchema", **members}})
    assert claims.schemas == (SchemaReference("JsonSchema", URL, "/credentialSchema", digest),)


def test_what_names_no_schema_is_told_as_a_flaw_of_the_form_alone() -> None:
    """G1."""
    entries: list[Any] = [7, {"id": URL}, {"type": "JsonSchema"}, {"id": "x", "type": "y"}]
    assert W3cClaims({"credentialSchema": entries}).schemas == ()


def test_schemas_beyond_the_bound_are_told() -> None:
    entries: list[Any] = [{"id": URL, "type": ["JsonSchema"]}] * 5
    *read, beyond = W3cClaims({"credentialSchema": entries}).schemas
    assert len(read) == MAX_SCHEMAS
    told = "/credentialSchema has 5 entries, of which 4 are looked up"
    assert beyond == Flaw(CredentialFlaw.SCHEMA_UNSUPPORTED, told)
