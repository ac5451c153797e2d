"""A did:web document beside the ledger."""

import json
from typing import Any

import pytest

from api.credentials.did_methods.fault import DidFault
from api.credentials.document import DocumentFault
from api.documents.did_comparison import (
    DidComparison,
    DidMismatch,
    KeyDifference,
    compare_document,
    compare_keys,
)
from api.documents.did_document import did_document, did_document_bytes
from registry.primitives.reason import Reason
from tests.api.documents.bodies import ACTIVE, COMPROMISED, RETIRED, WEB, body, key

A, B, C = b"a", b"b", b"c"


def test_the_same_keys_differ_in_nothing() -> None:
    assert compare_keys({}, {}) == ()
    assert compare_keys({"#x": A, "#y": B}, {"#y": B, "#x": A}) == ()


def test_every_difference_is_told_by_the_keys_name() -> None:
    recorded = {"#gone": A, "#same": B, "#changed": C}
    served = {"#same": B, "#changed": A, "#added": C, "#unknown": None}
    assert compare_keys(recorded, served) == (
        KeyDifference(DidMismatch.EXTRA, "#added"),
        KeyDifference(DidMismatch.DIFFERENT, "#changed"),
        KeyDifference(DidMismatch.MISSING, "#gone"),
        KeyDifference(DidMismatch.EXTRA, "#unknown"),
    )


def test_a_key_of_an_unknown_algorithm_is_not_the_recorded_one() -> None:
    assert compare_keys({"#x": A}, {"#x": None}) == (KeyDifference(DidMismatch.DIFFERENT, "#x"),)


RECORDED = body(key("a", ACTIVE), key("b", ACTIVE, RETIRED), key("c", ACTIVE, COMPROMISED))


def served(**changed: Any) -> bytes:
    return json.dumps({**did_document(WEB, RECORDED), **changed}).encode()


def test_the_document_that_is_made_of_the_record_agrees_with_it() -> None:
    compared = compare_document(WEB, RECORDED, did_document_bytes(WEB, RECORDED))
    assert compared == DidComparison(WEB)
    assert compared.agrees


def test_an_older_document_has_a_stolen_key_still() -> None:
    older = did_document_bytes(WEB, body(key("a", ACTIVE), key("c", ACTIVE)))
    compared = compare_document(WEB, RECORDED, older)
    assert compared.differences == (
        KeyDifference(DidMismatch.MISSING, f"{WEB}#b"),
        KeyDifference(DidMismatch.EXTRA, f"{WEB}#c"),
    )
    assert not compared.agrees


def test_a_key_that_is_only_listed_does_not_count() -> None:
    compared = compare_document(WEB, RECORDED, served(assertionMethod=[f"{WEB}#a"]))
    assert compared.differences == (KeyDifference(DidMismatch.MISSING, f"{WEB}#b"),)


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (b"", DocumentFault.NOT_JSON),
        (b"<html>", DocumentFault.NOT_JSON),
        (b"[]", DocumentFault.NOT_AN_OBJECT),
        (b'{"id": "a", "id": "b"}', DocumentFault.DUPLICATE_NAME),
        (b"\xff\xfe{\x00}\x00", DocumentFault.NOT_UTF8),
        (b"[" * 5000, DocumentFault.TOO_DEEP),
        (served(id="did:web:other.example"), DidFault.OTHER_DOCUMENT),
        (served(id=None), DidFault.OTHER_DOCUMENT),
        (served(verificationMethod=7), DidFault.DOCUMENT_MALFORMED),
    ],
)
def test_what_cannot_be_compared_does_not_agree(document: bytes, fault: Reason) -> None:
    compared = compare_document(WEB, RECORDED, document)
    assert compared.fault is fault
    assert not compared.agrees
