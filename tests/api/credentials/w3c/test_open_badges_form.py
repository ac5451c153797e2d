"""M12: what calls itself an open badge has objects of the types of Open Badges 3.0."""

from typing import Any

import pytest

from api.credentials.w3c.open_badges_form import wrong_types


def badge(name: str = "OpenBadgeCredential", **changed: Any) -> dict[str, Any]:
    """An open badge, its subject changed."""
    return {
        "type": ["VerifiableCredential", name],
        "issuer": {"id": "did:web:university.example", "type": "Profile"},
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "achievement": {"type": "Achievement"},
            **changed,
        },
    }


SUBJECT = "/credentialSubject"
WRONG: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "a subject": (badge(type=["Person"]), [(SUBJECT, "AchievementSubject")]),
    "an achievement": (badge(achievement={"id": "urn:x:1"}), [(f"{SUBJECT}/achievement", "Achievement")]),
    "an identifier": (
        badge(identifier=[{"type": "IdentityObject"}, {"type": "Other"}]),
        [(f"{SUBJECT}/identifier/1", "IdentityObject")],
    ),
    "a result": (badge(result=[{"type": 5}]), [(f"{SUBJECT}/result/0", "Result")]),
    "a source": (badge(source={"type": None}), [(f"{SUBJECT}/source", "Profile")]),
    "levels": (
        badge(achievement=[{"type": "Achievement", "alignment": [{}, {"type": ["Alignment"]}, {}]}]),
        [
            (f"{SUBJECT}/achievement/0/alignment/0", "Alignment"),
            (f"{SUBJECT}/achievement/0/alignment/2", "Alignment"),
        ],
    ),
    "the second of two subjects": (
        {**badge(), "credentialSubject": [{"type": "AchievementSubject"}, {}]},
        [(f"{SUBJECT}/1", "AchievementSubject")],
    ),
    "an issuer, its parent and another name of it": (
        {**badge(), "issuer": {"type": ["Person"], "parentOrg": {}, "otherIdentifier": [{}]}},
        [
            ("/issuer", "Profile"),
            ("/issuer/otherIdentifier/0", "IdentifierEntry"),
            ("/issuer/parentOrg", "Profile"),
        ],
    ),
    "evidence": ({**badge(), "evidence": [{"type": "Other"}]}, [("/evidence/0", "Evidence")]),
}


@pytest.mark.parametrize(("document", "expected"), WRONG.values(), ids=WRONG.keys())
def test_objects_of_other_types(document: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert list(wrong_types(document)) == expected
    by_its_other_name = {**document, "type": "AchievementCredential"}
    assert list(wrong_types(by_its_other_name)) == expected
    other = {**document, "type": ["VerifiableCredential", "OtherCredential"]}
    assert list(wrong_types(other)) == []


def test_a_good_badge() -> None:
    assert list(wrong_types(badge())) == []
    urls: dict[str, Any] = badge(source="did:web:university.example")
    assert list(wrong_types({**urls, "issuer": "did:web:university.example", "evidence": []})) == []


@pytest.mark.parametrize("named", [None, 5, [], [5, {}], {"a": 1}, "openbadgecredential"])
def test_what_does_not_call_itself_a_badge(named: Any) -> None:
    assert list(wrong_types({**badge(type=["Person"]), "type": named})) == []
