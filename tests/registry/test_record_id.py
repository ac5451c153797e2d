"""Ids of records: for each kind the texts that the ledger could hold, and no look-alike of one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.names import is_did, own_did
from registry.records.kind import Kind
from registry.records.record_id import fault_of_record_id, is_record_id

DID = "did:web:university.example"
OWN = own_did(bytes(32))
ROOT = "ab" * 32

IDS: dict[Kind, tuple[str, ...]] = {
    Kind.DID: (DID, OWN),
    Kind.MEMBER: (DID, OWN),
    Kind.USAGE: (DID, OWN),
    Kind.PARAMETERS: ("network",),
    Kind.VALIDATORS: ("network",),
    Kind.SCHEMA: (f"{DID}/schemas/diploma", f"{OWN}/schemas/a-1"),
    Kind.STATUS_LIST: (f"{DID}/status-lists/degrees", f"{OWN}/status-lists/{'a' * 64}"),
    Kind.ANCHOR: (f"{DID}/anchors/{ROOT}", f"{OWN}/anchors/{'0' * 64}"),
    Kind.INDEX: (
        "members/network",
        f"dids-by-sponsor/{DID}",
        f"schemas-by-owner/{OWN}",
        f"status-lists-by-issuer/{DID}",
        f"anchors-by-issuer/{DID}",
    ),
}

LOOK_ALIKES = (
    "{} ",
    " {}",
    "{}\n",
    "{}\u200b",
    "\ufeff{}",
    "{}\u00ad",
    "{}\u202e",
    "{}\0",
    "{}.",
    "{}/",
    "{}:",
    "{}#key-1",
    "{}?a",
    "{}\ud800",
    "{}\u0301",
)
"""What each id is put into: the result looks like it, or leads to it in other software."""

OTHERS: dict[Kind, tuple[str, ...]] = {
    Kind.DID: ("", "x", "network", f"{DID}/schemas/a", "did:key:z6Mk", "did:web:Un\u0131.example"),
    Kind.MEMBER: ("network", f"{DID}/"),
    Kind.USAGE: ("network", "*"),
    Kind.PARAMETERS: ("", "Network", "network/", DID, "networ\u043a"),
    Kind.VALIDATORS: ("0", "network/0", DID),
    Kind.SCHEMA: (DID, f"{DID}/schemas", f"{DID}/schemas/", f"{DID}/schemas/A", f"{DID}/schema/a"),
    Kind.STATUS_LIST: (
        f"{DID}/schemas/a",
        f"{DID}//status-lists/a",
        f"{DID}/status-lists/a/b",
        "x/status-lists/a",
    ),
    Kind.ANCHOR: (
        f"{DID}/anchors/{ROOT.upper()}",
        f"{DID}/anchors/{ROOT}a",
        f"{DID}/anchors/{ROOT[1:]}",
        ROOT,
    ),
    Kind.INDEX: (
        "",
        "members",
        "members/",
        f"members/{DID}",
        f"Members/{DID}",
        "dids-by-sponsor/network",
        f"dids-by-owner/{DID}",
        f"/{DID}",
        DID,
    ),
}

SOUND = [(kind, text) for kind, texts in IDS.items() for text in texts]


def test_every_kind_is_in_the_tables() -> None:
    assert set(IDS) == set(OTHERS) == set(Kind)


@pytest.mark.parametrize(("kind", "text"), SOUND)
def test_an_id_that_the_ledger_can_hold(kind: Kind, text: str) -> None:
    assert is_record_id(kind, text)


@pytest.mark.parametrize("pattern", LOOK_ALIKES)
@pytest.mark.parametrize(("kind", "text"), SOUND)
def test_what_looks_like_an_id_is_none(kind: Kind, text: str, pattern: str) -> None:
    assert not is_record_id(kind, pattern.format(text))
    assert not is_record_id(
        kind, text.replace("e", "\u0435", 1).replace("n", "\u0578", 1).replace("did", "d\u0456d")
    )
    assert not is_record_id(kind, text.upper())


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in OTHERS.items() for text in texts])
def test_an_id_of_another_kind_or_none(kind: Kind, text: str) -> None:
    assert not is_record_id(kind, text)


@given(st.sampled_from(SOUND), st.data())
@settings(derandomize=True, max_examples=500, deadline=None)
def test_one_inserted_character_never_makes_a_second_spelling(
    sound: tuple[Kind, str], data: st.DataObject
) -> None:
    """Beyond ASCII nothing is an id, wherever it stands; and a fault is told exactly where there is no id."""
    kind, text = sound
    place = data.draw(st.integers(0, len(text)))
    changed = text[:place] + data.draw(st.characters(min_codepoint=0x80)) + text[place:]
    assert fault_of_record_id(kind, changed)


@given(st.text("didweb:.a%3A80/- \u00e9", max_size=24).map("did:web:".__add__) | st.text(max_size=12))
@settings(derandomize=True, max_examples=1_000, deadline=None)
def test_a_did_has_a_fault_or_is_one(text: str) -> None:
    fault = fault_of_record_id(Kind.DID, text)
    assert (fault is None) == is_did(text)
    assert fault != "no DID is spelled like this"


FAULTS = {
    (Kind.PARAMETERS, DID): "there is only one, and its id is network",
    (Kind.SCHEMA, "did:web:A/schemas/a"): "a host is in lower case",
    (Kind.SCHEMA, DID): "it is written DID/schemas/NAME",
    (Kind.STATUS_LIST, f"{DID}/status-lists/A"): (
        "the name after /status-lists/ has 1 to 64 characters: letters a to z, digits and hyphens"
    ),
    (Kind.ANCHOR, f"{DID}/anchors/1"): (
        "it is written DID/anchors/ROOT, with a root of 64 hexadecimal digits in lower case"
    ),
    (Kind.INDEX, DID): (
        "it is written RELATION/SUBJECT; the relations are members, dids-by-sponsor, schemas-by-owner, "
        "status-lists-by-issuer, anchors-by-issuer"
    ),
    (Kind.INDEX, f"members/{DID}"): "members is a relation to network",
}


@pytest.mark.parametrize(("asked", "fault"), FAULTS.items())
def test_the_fault_says_how_the_id_is_written(asked: tuple[Kind, str], fault: str) -> None:
    assert fault_of_record_id(*asked) == fault
