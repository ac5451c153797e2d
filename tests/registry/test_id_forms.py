"""Ids of records: for each kind the texts that the ledger could hold, and no look-alike of one."""

from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.index import INDEX_RECORD, EntryType
from registry.kinds.anchor.entry import ANCHOR_ENTRY
from registry.kinds.did.record import DID_RECORD
from registry.kinds.parameters.record import PARAMETERS_RECORD
from registry.kinds.schema.record import SCHEMA_RECORD
from registry.kinds.status_list.record import STATUS_LIST_RECORD
from registry.names import is_did
from registry.record_type import RecordType
from registry.ruleset import CURRENT
from tests.registry.kinds import DID, all_examples

AnyType: TypeAlias = RecordType[Any] | EntryType
"""A kind's, whether it has records or not."""

IDS = {examples.kind.record: examples.ids for examples in all_examples()}
OTHERS = {examples.kind.record: examples.others for examples in all_examples()}

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


def is_record_id(kind: AnyType, text: str) -> bool:
    return CURRENT.fault_of_id(kind.name, text) is None


SOUND = [(kind, text) for kind, texts in IDS.items() for text in texts]


def test_every_kind_is_in_the_tables() -> None:
    assert set(IDS) == {kind.record for kind in CURRENT.kinds}
    assert all(ids and OTHERS[record] for record, ids in IDS.items())


@pytest.mark.parametrize(("kind", "text"), SOUND)
def test_an_id_that_the_ledger_can_hold(kind: AnyType, text: str) -> None:
    assert is_record_id(kind, text)


@pytest.mark.parametrize("pattern", LOOK_ALIKES)
@pytest.mark.parametrize(("kind", "text"), SOUND)
def test_what_looks_like_an_id_is_none(kind: AnyType, text: str, pattern: str) -> None:
    assert not is_record_id(kind, pattern.format(text))
    assert not is_record_id(
        kind, text.replace("e", "\u0435", 1).replace("n", "\u0578", 1).replace("did", "d\u0456d")
    )
    assert not is_record_id(kind, text.upper())


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in OTHERS.items() for text in texts])
def test_an_id_of_another_kind_or_none(kind: AnyType, text: str) -> None:
    assert not is_record_id(kind, text)


@given(st.sampled_from(SOUND), st.data())
@settings(derandomize=True, max_examples=500, deadline=None)
def test_one_inserted_character_never_makes_a_second_spelling(
    sound: tuple[AnyType, str], data: st.DataObject
) -> None:
    """Beyond ASCII nothing is an id, wherever it stands; and a fault is told exactly where there is no id."""
    kind, text = sound
    place = data.draw(st.integers(0, len(text)))
    changed = text[:place] + data.draw(st.characters(min_codepoint=0x80)) + text[place:]
    assert CURRENT.fault_of_id(kind.name, changed)


@given(st.text("didweb:.a%3A80/- \u00e9", max_size=24).map("did:web:".__add__) | st.text(max_size=12))
@settings(derandomize=True, max_examples=1_000, deadline=None)
def test_a_did_has_a_fault_or_is_one(text: str) -> None:
    fault = CURRENT.fault_of_id(DID_RECORD.name, text)
    assert (fault is None) == is_did(text)
    assert fault != "no DID is spelled like this"


FAULTS = {
    (PARAMETERS_RECORD, DID): "there is only one, and its id is network",
    (SCHEMA_RECORD, "did:web:A/schemas/a"): "a host is in lower case",
    (SCHEMA_RECORD, DID): "it is written DID/schemas/NAME",
    (STATUS_LIST_RECORD, f"{DID}/status-lists/A"): (
        "the name after /status-lists/ has 1 to 64 characters: letters a to z, digits and hyphens"
    ),
    (ANCHOR_ENTRY, f"{DID}/anchors/1"): (
        "it is written ROOT/COUNT, with a root of 64 hexadecimal digits in lower case and a count of 1 to "
        "4294967296"
    ),
    (INDEX_RECORD, DID): (
        "it is written RELATION/SUBJECT; the relations are "
        + ", ".join(relation.name for relation in CURRENT.relations)
    ),
    (INDEX_RECORD, f"members/{DID}"): "members is a relation to network",
}


@pytest.mark.parametrize(("asked", "fault"), FAULTS.items())
def test_the_fault_says_how_the_id_is_written(asked: tuple[AnyType, str], fault: str) -> None:
    kind, text = asked
    assert CURRENT.fault_of_id(kind.name, text) == fault


def test_the_networks_relations_are_told_first() -> None:
    first = ["members", "dids-by-sponsor", "schemas-by-owner", "status-lists-by-issuer", "anchors-by-issuer"]
    assert [relation.name for relation in CURRENT.relations][: len(first)] == first
