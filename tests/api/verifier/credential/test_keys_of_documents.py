"""The keys of a DID document, judged: which count for a token, and until when."""

from typing import Any

import pytest

from api.credentials.did_methods.did_document import read_did_document
from api.credentials.document import Document
from api.credentials.formats.table import read_credential
from api.credentials.timestamp import second_text
from api.verifier.credential import Aspect, Facts, judge
from tests.api.credentials.did_methods.keys import ED25519_TEXT, P256_TEXT
from tests.api.credentials.formats.jose.credentials import of_2_0
from tests.api.credentials.formats.jose.minted import token
from tests.api.verifier.credential.awarded import NOW_MS

DID = "did:web:other.example"
BEFORE, AFTER = second_text(NOW_MS - 1_000), second_text(NOW_MS + 1_000)


def document(**changed: Any) -> Document:
    """A document with two keys, the first one changed."""
    first = {"id": "#1", "type": "Multikey", "controller": DID, "publicKeyMultibase": ED25519_TEXT, **changed}
    second: Document = {"id": "#2", "type": "Multikey", "controller": DID, "publicKeyMultibase": P256_TEXT}
    return {"id": DID, "verificationMethod": [first, second], "assertionMethod": ["#2", "#1"]}


def found(whole: Document, anchored_ms: int | None = None, **header: Any) -> list[tuple[Aspect, str | None]]:
    """What is found against a token of that DID, but that nobody registered it."""
    facts = Facts(
        {DID: read_did_document(whole, DID)}, {}, NOW_MS, anchored_ms is not None, anchored_ms=anchored_ms
    )
    text = token(of_2_0(issuer=DID), **{"kid": "#1", **header})
    checks = judge(read_credential(text.encode()), facts, now_ms=NOW_MS)
    return [(check.aspect, check.code) for check in checks if check.code not in (None, "unregistered")]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, None),
        ({"expires": AFTER}, None),
        ({"expires": BEFORE}, "key-ended"),
        ({"revoked": BEFORE}, "key-ended"),
        ({"revoked": BEFORE, "expires": AFTER}, "key-ended"),
        ({"revoked": "yes"}, "key-ended"),
        ({"revoked": None}, "key-ended"),
        ({"controller": "did:web:elsewhere.example"}, "unknown-key"),
    ],
)
def test_a_key_counts_until_its_document_ends_it(changed: dict[str, Any], reason: str | None) -> None:
    assert found(document(**changed)) == ([] if reason is None else [(Aspect.KEY, reason)])


def test_what_was_anchored_before_a_key_ended_counts() -> None:
    ended = document(revoked=BEFORE)
    assert found(ended, anchored_ms=NOW_MS - 2_000) == []
    assert found(ended, anchored_ms=NOW_MS - 500) == [(Aspect.KEY, "key-ended")]


def test_a_token_that_names_no_key_is_tried_with_all() -> None:
    assert found(document(), kid=...) == []
    assert found(document(), kid=DID) == []
    assert found(document(expires=BEFORE), kid=...) == [(Aspect.KEY, "key-ended")]


def test_a_key_that_nothing_lists_is_none() -> None:
    unlisted: Any = {**document(), "assertionMethod": ["#2"]}
    assert found(unlisted) == [(Aspect.KEY, "unknown-key")]
    for_login: Any = {**unlisted, "authentication": ["#1"]}
    assert (Aspect.KEY, "key-purpose") in found(for_login)
