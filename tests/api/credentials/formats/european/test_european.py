"""European Digital Credentials: which are recognised, and what is said of them."""

import json
from base64 import urlsafe_b64encode

import pytest

from api.credentials.document import Document
from api.credentials.formats.european.reading import EuropeanDigital
from api.credentials.formats.table import read_credential
from api.verifier.credential import Aspect, overall
from api.verifier.verdict import Outcome
from tests.api.credentials.formats.judged import checks_of

DOCUMENT: Document = {
    "@context": [
        "https://www.w3.org/2018/credentials/v1",
        "http://data.europa.eu/snb/model/context/edc-ap",
    ],
    "id": "urn:credential:1",
    "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
    "issuer": {"id": "urn:epass:org:1", "type": "Organisation"},
    "validFrom": "2026-01-31T12:00:00Z",
    "credentialSubject": {"id": "urn:epass:person:1", "type": "Person"},
}
NAMESPACE = "http://data.europa.eu/snb/model/elm/"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"


def part(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def payload(document: Document = DOCUMENT) -> str:
    return part(json.dumps(document).encode())


def token(header: Document) -> str:
    return f"{part(json.dumps(header).encode())}.{payload()}.{part(bytes(64))}"


def xml(seal: str, root: str = "europassCredential", namespace: str = NAMESPACE) -> str:
    return f'<?xml version="1.0"?><{root} xmlns="{namespace}"><title>A</title>{seal}</{root}>'


SEAL = f'<s:Signature xmlns:s="{XMLDSIG}"><x:QualifyingProperties xmlns:x="{XADES}"/></s:Signature>'
RECOGNISED = {
    "in XML": (xml(SEAL), "an XAdES seal"),
    "with an XML signature alone": (xml(f'<Signature xmlns="{XMLDSIG}"/>'), "an XML signature"),
    "in XML without a seal": (xml(""), "no seal is in it"),
    "in XML that is damaged": (
        xml(SEAL)[:-5],
        "its XML: The picture or document around the credential is damaged. "
        "(line 1, column 244: unclosed token)",
    ),
    "a JWS in JSON": (
        json.dumps({"payload": payload(), "signatures": [{"protected": "e30", "signature": "AA"}]}),
        "a JAdES seal",
    ),
    "a JWS in JSON with two seals": (
        json.dumps({"payload": payload(), "signatures": [{"signature": "AA"}, {"signature": "AA"}]}),
        "2 JAdES seals",
    ),
    "a flattened JWS": (json.dumps({"payload": payload(), "signature": "AA"}), "a JAdES seal"),
    "a compact JWS with a certificate": (token({"alg": "ES256", "x5c": ["AA=="]}), "a JAdES seal"),
    "a document without a seal": (json.dumps(DOCUMENT), "no seal is in it"),
}


@pytest.mark.parametrize(("text", "told"), RECOGNISED.values(), ids=RECOGNISED.keys())
def test_what_was_not_checked_is_told(text: str, told: str) -> None:
    checks = checks_of(text)
    unchecked = [(check.aspect, check.detail) for check in checks if check.code == "seal-unchecked"]
    assert unchecked == [
        (Aspect.FORM, "nor is its form, that of the European Learning Model"),
        (Aspect.SIGNATURE, told),
    ]
    assert overall(checks) is Outcome.INDETERMINATE


OTHERS = {
    "a token with a key of a DID": token({"alg": "ES256", "kid": "did:web:a.example#1"}),
    "a document with a proof": json.dumps({**DOCUMENT, "proof": {"type": "DataIntegrityProof"}}),
    "another XML document": xml("", namespace="http://example.com/"),
    "an XML document of another kind": xml("", root="report"),
    "a JWS in JSON of something else": json.dumps({"payload": payload({"a": 1}), "signature": "AA"}),
    "a JWS in JSON of no JSON": json.dumps({"payload": "!", "signature": "AA"}),
    "a token that is damaged": "eyJhbGciOiJFUzI1NiJ9.e30.AA.AA",
    "another credential": json.dumps({"type": "VerifiableCredential"}),
    "text": "hello",
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS.keys())
def test_what_is_left_to_other_formats(text: str) -> None:
    assert EuropeanDigital().read(text.encode()) is None


def test_in_a_presentation() -> None:
    european = EuropeanDigital()
    assert european.read_presented(DOCUMENT) == european.read(json.dumps(DOCUMENT).encode())
    compact = token({"alg": "ES256", "x5c": ["AA=="]})
    assert european.read_presented(compact) == european.read(compact.encode())
    assert european.read_presented(5) is None


def test_an_anchor_commits_to_what_is_handed_over() -> None:
    texts = [text.encode() for text, _ in RECOGNISED.values()]
    digests = [read_credential(text).digest() for text in texts]
    assert len(set(digests)) == len(texts)
