"""The keys in a DID document, rule by rule."""

from typing import Any

import pytest

from api.credentials.did_methods.did_document import read_did_document
from api.credentials.did_methods.fault import DidError, DidFault
from api.credentials.did_methods.keys import DidKeys, VerificationKey
from api.credentials.multikey import base58_encode
from tests.api.credentials.did_methods.keys import (
    ED25519_JWK,
    ED25519_MULTIKEY,
    ED25519_TEXT,
    P256_JWK,
    P256_MULTIKEY,
    P256_TEXT,
)
from tests.api.credentials.samples import PUBLIC_KEY

DID = "did:web:university.example"
KEY = f"{DID}#key-1"


def method(**changed: Any) -> Any:
    """A verification method, changed; a member that is changed to `...` is left out."""
    whole = {
        "id": KEY,
        "type": "Multikey",
        "controller": DID,
        "publicKeyMultibase": ED25519_TEXT,
        **changed,
    }
    return {name: member for name, member in whole.items() if member is not ...}


def document(*methods: Any, **changed: Any) -> Any:
    """A document with these methods, all for assertion unless changed."""
    listed = [entry.get("id", "#") for entry in methods if isinstance(entry, dict)]
    return {"id": DID, "verificationMethod": list(methods), "assertionMethod": listed, **changed}


def multikeys(found: DidKeys) -> list[tuple[str, bytes | None]]:
    """The keys for assertion."""
    return [(key.id, key.multikey) for key in found.assertion]


@pytest.mark.parametrize(
    ("material", "multikey", "algorithm"),
    [
        ({}, ED25519_MULTIKEY, "Ed25519"),
        ({"publicKeyMultibase": P256_TEXT}, P256_MULTIKEY, "P-256"),
        ({"type": "Ed25519VerificationKey2020"}, ED25519_MULTIKEY, "Ed25519"),
        ({"type": "JsonWebKey", "publicKeyMultibase": ..., "publicKeyJwk": P256_JWK}, P256_MULTIKEY, "P-256"),
        (
            {"type": "JsonWebKey2020", "publicKeyMultibase": ..., "publicKeyJwk": ED25519_JWK},
            ED25519_MULTIKEY,
            "Ed25519",
        ),
        (
            {
                "type": "Ed25519VerificationKey2018",
                "publicKeyMultibase": ...,
                "publicKeyBase58": base58_encode(PUBLIC_KEY)[1:],
            },
            ED25519_MULTIKEY,
            "Ed25519",
        ),
    ],
)
def test_each_type_of_key(material: dict[str, Any], multikey: bytes, algorithm: str) -> None:
    found = read_did_document(document(method(**material)), DID)
    assert found == DidKeys(DID, (VerificationKey(KEY, multikey, algorithm, DID),), ())


@pytest.mark.parametrize(
    "material",
    [
        {"type": "EcdsaSecp256k1VerificationKey2019"},
        {"type": "multikey"},
        {"publicKeyMultibase": ...},
        {"publicKeyMultibase": 7},
        {"publicKeyMultibase": ED25519_TEXT[:-1]},
        {"publicKeyMultibase": "u" + ED25519_TEXT},
        {"publicKeyJwk": ED25519_JWK},
        {"publicKeyBase58": "2"},
        {"secretKeyMultibase": "z2"},
        {"type": "Ed25519VerificationKey2020", "publicKeyMultibase": P256_TEXT},
        {"type": "JsonWebKey", "publicKeyMultibase": ..., "publicKeyJwk": {**ED25519_JWK, "d": "AA"}},
        {"type": "JsonWebKey", "publicKeyMultibase": ..., "publicKeyJwk": {**P256_JWK, "alg": "EdDSA"}},
        {"type": "JsonWebKey", "publicKeyMultibase": ..., "publicKeyJwk": ED25519_TEXT},
        {"type": "Ed25519VerificationKey2018", "publicKeyMultibase": ..., "publicKeyBase58": "2222"},
    ],
)
def test_a_key_that_cannot_be_read_is_listed_without_its_bytes(material: dict[str, Any]) -> None:
    """D4."""
    other = f"{DID}#key-2"
    found = read_did_document(document(method(**material), method(id=other)), DID)
    assert multikeys(found) == [(KEY, None), (other, ED25519_MULTIKEY)]


def test_only_what_lists_a_key_makes_it_count() -> None:
    """D2."""
    embedded = method(id="#embedded", publicKeyMultibase=P256_TEXT)
    agreement = method(id="#agreement")
    whole = document(
        method(),
        method(id=f"{DID}#unlisted"),
        assertionMethod=["#key-1", embedded, KEY, "#agreement", f"{DID}#nowhere"],
        authentication="#key-1",
        keyAgreement=[agreement],
    )
    found = read_did_document(whole, DID)
    assert multikeys(found) == [(KEY, ED25519_MULTIKEY), (f"{DID}#embedded", P256_MULTIKEY)]
    assert [key.id for key in found.authentication] == [KEY]


def test_a_document_without_keys_gives_none() -> None:
    assert read_did_document({"id": DID}, DID) == DidKeys(DID, (), ())


def test_a_key_under_another_did_is_that_ones_to_give() -> None:
    """D3."""
    other = "did:web:other.example#key-1"
    found = read_did_document(
        document(method(id=other), assertionMethod=[other, method(id=f"{other}2")]), DID
    )
    assert found.assertion == ()


def test_the_controller_and_the_dates_that_end_a_key_are_told() -> None:
    """D6."""
    ended = method(controller="did:web:other.example", revoked="2026-01-31T12:00:00Z", expires="tomorrow")
    (key,) = read_did_document(document(ended), DID).assertion
    assert key.controller == "did:web:other.example"
    assert [end.time_ms for end in key.period.ends] == [1_769_860_800_000]
    assert len(key.period.unreadable) == 1


@pytest.mark.parametrize("did", [None, 7, "", DID + "#", DID.upper(), "did:web:other.example", [DID]])
def test_a_document_of_another_did(did: Any) -> None:
    """D1."""
    with pytest.raises(DidError) as caught:
        read_did_document(document(method(), id=did), DID)
    assert caught.value.fault is DidFault.OTHER_DOCUMENT


@pytest.mark.parametrize(
    ("whole", "fault"),
    [
        (document(method(), method()), DidFault.KEY_TWICE),
        (document(method(), method(id="#key-1")), DidFault.KEY_TWICE),
        (document(method(), assertionMethod=[method()]), DidFault.KEY_TWICE),
        (document(method(), keyAgreement=[method(id="#key-1")]), DidFault.KEY_TWICE),
        (document(*(method(id=f"#{n}") for n in range(65))), DidFault.TOO_MANY_KEYS),
        (document(method(id=...), assertionMethod=[]), DidFault.DOCUMENT_MALFORMED),
        (document(method(id=7)), DidFault.DOCUMENT_MALFORMED),
        (document(method(id="")), DidFault.DOCUMENT_MALFORMED),
        (document(method(id="#")), DidFault.DOCUMENT_MALFORMED),
        (document(method(id=DID)), DidFault.DOCUMENT_MALFORMED),
        (document(method(id="key-1")), DidFault.DOCUMENT_MALFORMED),
        (document(method(id="#key 1")), DidFault.DOCUMENT_MALFORMED),
        (document(method(id="https://university.example/#key-1")), DidFault.DOCUMENT_MALFORMED),
        (document(method(type=...)), DidFault.DOCUMENT_MALFORMED),
        (document(method(type=["Multikey"])), DidFault.DOCUMENT_MALFORMED),
        (document(method(controller=...)), DidFault.DOCUMENT_MALFORMED),
        (document(method(controller=[DID])), DidFault.DOCUMENT_MALFORMED),
        (document("a text"), DidFault.DOCUMENT_MALFORMED),
        (document(None), DidFault.DOCUMENT_MALFORMED),
        (document(method(), assertionMethod=[7]), DidFault.DOCUMENT_MALFORMED),
        (document(method(), authentication=[None]), DidFault.DOCUMENT_MALFORMED),
    ],
)
def test_what_is_refused(whole: Any, fault: DidFault) -> None:
    """D3, D5."""
    with pytest.raises(DidError) as caught:
        read_did_document(whole, DID)
    assert caught.value.fault is fault
    assert len(caught.value.detail) <= 200
