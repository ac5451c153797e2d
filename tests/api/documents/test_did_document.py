"""DID documents, made of records."""

import json
from typing import Any

import pytest

from api.credentials.multikey import base58_encode
from api.documents.did_document import (
    assertion_keys,
    did_document,
    did_document_bytes,
    is_deactivated,
)
from registry.kinds.did.record import Did, Key, Service
from tests.api.documents.bodies import (
    ACTIVE,
    BASE32,
    COMPROMISED,
    INVOKE,
    RETIRED,
    REVOKED,
    WEB,
    body,
    key,
)
from tests.registry.network import multikey


def method(fragment: str, did: str = WEB) -> dict[str, Any]:
    return {
        "id": f"{did}#{fragment}",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": base58_encode(multikey(fragment)),
    }


def test_the_whole_document() -> None:
    made = did_document(
        WEB,
        body(
            key("a", ACTIVE),
            key("t", ACTIVE, purpose=INVOKE),
            controller=BASE32,
            services=(Service("list", "LinkedDomains", "https://university.example/"),),
        ),
    )
    assert made == {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": WEB,
        "controller": [WEB, BASE32],
        "verificationMethod": [method("a"), method("t")],
        "assertionMethod": [f"{WEB}#a"],
        "capabilityInvocation": [f"{WEB}#t"],
        "service": [
            {
                "id": f"{WEB}#list",
                "type": "LinkedDomains",
                "serviceEndpoint": "https://university.example/",
            }
        ],
    }


@pytest.mark.parametrize("did", [WEB, BASE32, "did:web:localhost%3A8443:faculty"])
def test_every_method_alike(did: str) -> None:
    made = did_document(did, body(key("a", ACTIVE)))
    assert made["verificationMethod"] == [method("a", did)]


@pytest.mark.parametrize(
    ("changed", "is_listed"),
    [
        (key("a", ACTIVE), True),
        (key("a", ACTIVE, RETIRED), True),
        (key("a", ACTIVE, COMPROMISED), False),
        (key("a", ACTIVE, RETIRED, COMPROMISED), False),
        (key("a", ACTIVE, COMPROMISED, RETIRED), False),
        (key("a", ACTIVE, REVOKED), False),
    ],
)
def test_f2_f3_a_retired_key_is_listed_and_a_lost_one_is_gone(changed: Key, is_listed: bool) -> None:
    made = did_document(WEB, body(changed, key("b", ACTIVE)))
    names = ["a", "b"] if is_listed else ["b"]
    assert made["assertionMethod"] == [f"{WEB}#{name}" for name in names]
    assert made["verificationMethod"] == [method(name) for name in names]
    assert list(assertion_keys(WEB, body(changed))) == [f"{WEB}#a"] * is_listed


@pytest.mark.parametrize("states", [(ACTIVE, RETIRED), (ACTIVE, COMPROMISED), (ACTIVE, REVOKED)])
def test_f4_only_an_active_key_signs_transactions(states: tuple[Any, ...]) -> None:
    made = did_document(WEB, body(key("t", *states, purpose=INVOKE), key("u", ACTIVE, purpose=INVOKE)))
    assert made["capabilityInvocation"] == [f"{WEB}#u"]
    assert made["verificationMethod"] == [method("u")]
    assert made["assertionMethod"] == []


def test_f5_no_id_stands_for_two_things() -> None:
    services = (
        Service("a", "Takes the name of a key", "https://a.example/"),
        Service("s", "First", "https://b.example/"),
        Service("s", "Second", "https://c.example/"),
        Service("x", "No URL", "a text"),
        Service("y", "Two lines", "https://d.example/\nq"),
    )
    made: Any = did_document(WEB, body(key("a", ACTIVE), services=services))
    assert [service["type"] for service in made["service"]] == ["First"]
    assert "service" not in did_document(WEB, body(key("a", ACTIVE), services=services[:1]))


def test_a_did_that_controls_itself_names_no_controller() -> None:
    assert "controller" not in did_document(WEB, body(key("a", ACTIVE), controller=WEB))
    assert "controller" not in did_document(WEB, body(key("a", ACTIVE)))


def test_f1_the_bytes_are_one_ascii_form() -> None:
    services = (Service("s", "\u202e\u0007Ü\U0001f600", "https://a.example/"),)
    held = body(key("a", ACTIVE), services=services)
    made = did_document_bytes(WEB, held)
    assert made.isascii()
    assert made.startswith(b'{"@context":["https://www.w3.org/ns/did/v1"')
    assert b'"type":"\\u202e\\u0007\\u00dc\\ud83d\\ude00"' in made
    assert json.loads(made) == did_document(WEB, held)


@pytest.mark.parametrize(
    ("did", "held", "expected"),
    [
        (WEB, body(sponsor=WEB), True),
        (BASE32, body(sponsor=WEB), True),
        ("did:web:other.example", body(sponsor=WEB), False),
        ("did:web:other.example", body(sponsor=WEB, attested_by="did:web:agency.example"), True),
    ],
)
def test_a_name_of_the_web_counts_once_it_is_attested(did: str, held: Did, expected: bool) -> None:
    assert held.name_counts(did) is expected


def test_an_ended_did_is_known() -> None:
    assert is_deactivated(body(ended=True))
    assert not is_deactivated(body())
