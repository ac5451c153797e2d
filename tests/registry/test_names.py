"""Identifiers: the one spelling of each."""

import pytest

from registry.names import (
    anchor_id,
    is_did,
    is_fragment,
    is_name,
    own_did,
    owner_of,
    schema_id,
    status_list_id,
)

DIDS = [
    "did:web:university.example",
    "did:web:localhost",
    "did:web:localhost%3A8443",
    "did:web:university.example:faculty:Of_Arts.2",
    "did:web:a-b.c1",
    own_did(bytes(32)),
    own_did(b"\xff" * 32),
]
NOT_DIDS = [
    "",
    "did:web:",
    "did:key:z6Mk",
    "DID:web:university.example",
    "did:web:University.example",
    "did:web:university.example.",
    "did:web:-a.example",
    "did:web:a-.example",
    "did:web:a..b",
    "did:web:a%3a8443",
    "did:web:a%3A08443",
    "did:web:a%3A",
    "did:web:a%3A123456",
    "did:web:a:",
    "did:web:a::b",
    "did:web:a/b",
    "did:web:a#b",
    "did:web:a:é",
    "did:web:a" + ":b" * 9,
    "did:web:" + "a" * 64,
    "did:web:" + ".".join(["a" * 60] * 3),
    "did:matricula:",
    own_did(bytes(32)).upper(),
    own_did(bytes(32))[:-1],
    own_did(bytes(32)) + "a",
    own_did(bytes(32))[:-1] + "b",
    own_did(bytes(32))[:-1] + "1",
]


@pytest.mark.parametrize("text", DIDS)
def test_a_did_is_one(text: str) -> None:
    assert is_did(text)


@pytest.mark.parametrize("text", NOT_DIDS)
def test_another_spelling_is_none(text: str) -> None:
    assert not is_did(text)


def test_a_hash_has_one_did_of_52_characters() -> None:
    assert own_did(bytes(32)) == "did:matricula:" + "a" * 52
    assert own_did(b"\xff" * 32) == "did:matricula:" + "7" * 51 + "q"


def test_fragments_and_names() -> None:
    assert [is_fragment(text) for text in ("key-1", "A.b_c", "a" * 64)] == [True] * 3
    assert [is_fragment(text) for text in ("", "a" * 65, "a b", "a#", "é")] == [False] * 5
    assert [is_name(text) for text in ("diploma-2024", "a" * 64)] == [True] * 2
    assert [is_name(text) for text in ("", "a" * 65, "Diploma", "a/b", "a_b", "a.b")] == [False] * 6


def test_a_records_id_begins_with_its_owner() -> None:
    did = "did:web:university.example"
    assert schema_id(did, "diploma") == "did:web:university.example/schemas/diploma"
    assert status_list_id(did, "diplomas") == "did:web:university.example/status-lists/diplomas"
    assert anchor_id(did, b"\xab" * 32) == "did:web:university.example/anchors/" + "ab" * 32
    assert owner_of(schema_id(did, "diploma")) == owner_of(did) == did
