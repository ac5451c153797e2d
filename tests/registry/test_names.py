"""Identifiers: the one spelling of each."""

import pytest

from registry.kinds.anchor.entry import Anchor, entry_id
from registry.kinds.schema.record import schema_id
from registry.kinds.status_list.record import status_list_id
from registry.names import fault_of_did, is_did, is_fragment, is_name, own_did, owner_of

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


FAULTS = {
    "": "it is empty",
    "did:web:a ": "character 10 (U+0020) is a space or a line's end, and a DID has none",
    "did:web:a\u200b": "character 10 (U+200B) cannot be seen: take it out",
    "\ufeffdid:web:a": "character 1 (U+FEFF) cannot be seen: take it out",
    "did:web:a\0": "character 10 (U+0000) cannot be seen: take it out",
    "did:web:\u0430.example": (
        "character 9 (U+0430) is not of a to z: a name in another script is written in punycode (xn--…)"
    ),
    "https://university.example": (
        "it is a web address: the DID of https://university.example is did:web:university.example"
    ),
    "university.example": "it does not begin with did:web: or did:matricula:",
    "DID:web:a": "did: and the method are in lower case",
    "did:web": "a colon and a name follow did:web",
    "did:key:z6Mk": "the registry holds DIDs of the methods did:web and did:matricula, not did:key",
    "did:<b>:x": "the registry holds DIDs of the methods did:web and did:matricula",
    "did:web:" + "a" * 173: "it has 181 characters, more than the 180 allowed",
    "did:web:a#key-1": "it is the name of a key: a DID ends before the #",
    "did:web:a?x=1": "a DID has no query: it ends before the ?",
    own_did(bytes(32))[:-1]: "a did:matricula has 52 characters after its method, not 51",
    own_did(bytes(32))[:-1] + "b": "a did:matricula ends in a or q: a character was mistyped or left out",
    own_did(bytes(32))[:-1] + "1": "a did:matricula uses the letters a to z and the digits 2 to 7",
    own_did(bytes(32))[:-1] + "A": "a did:matricula is in lower case",
    "did:web:": "a host follows did:web:",
    "did:web:University.example": "a host is in lower case",
    "did:web://a": "it has no slashes: colons set the parts of a path apart, as in did:web:host:faculty",
    "did:web:a:b/c": "it has no slashes: colons set the parts of a path apart, as in did:web:host:faculty",
    "did:web:a_b": "a host uses the letters a to z, digits, hyphens and dots",
    "did:web:a..b": "a host has a name before, between and after its dots",
    "did:web:a.": "a host has a name before, between and after its dots",
    "did:web:a-.b": "no part of a host begins or ends with a hyphen",
    "did:web:" + "a" * 64: "a part of a host has at most 63 characters",
    "did:web:a%3a8443": (
        "a port is written %3A8443: %3A with a capital A, then 1 to 5 digits that do not begin with 0"
    ),
    "did:web:a%253A8443": (
        "a port is written %3A8443: %3A with a capital A, then 1 to 5 digits that do not begin with 0"
    ),
    "did:web:a:": "no part of its path is empty: it does not end in a colon, nor has two in a row",
    "did:web:a:b%20c": "a path uses letters, digits, dots, hyphens and underscores",
    "did:web:a" + ":b" * 9: "its path has 9 parts, more than the 8 allowed",
}


@pytest.mark.parametrize(("text", "fault"), FAULTS.items())
def test_the_fault_of_a_did_says_how_it_is_written(text: str, fault: str) -> None:
    assert fault_of_did(text) == fault


@pytest.mark.parametrize("text", [*DIDS, *NOT_DIDS])
def test_a_did_has_a_fault_exactly_where_it_is_none(text: str) -> None:
    assert (fault_of_did(text) is None) == is_did(text)


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
    assert entry_id(Anchor(b"\xab" * 32, 16)) == "ab" * 32 + "/16"
    assert owner_of(schema_id(did, "diploma")) == owner_of(did) == did
