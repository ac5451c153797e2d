"""M12: what calls itself an open badge, an endorsement or a learner record has its form."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from api.credentials.document import Json
from api.credentials.flaw import CredentialFlaw
from api.credentials.w3c.base_context import V2_CONTEXT
from api.credentials.w3c.open_badges_form import BADGE_CONTEXTS, structure_flaws

SUBJECT = "/credentialSubject"
ACHIEVEMENT = f"{SUBJECT}/achievement"
PROFILE: dict[str, Any] = {"id": "did:web:university.example", "type": "Profile"}


def badge(**changed: Any) -> dict[str, Any]:
    """An open badge, its subject changed."""
    return {
        "@context": [V2_CONTEXT, f"{BADGE_CONTEXTS}context-3.0.3.json"],
        "id": "urn:x:1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": PROFILE,
        "validFrom": "2026-01-31T12:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "urn:x:2",
                "type": "Achievement",
                "name": "Rope work",
                "description": "Knots and splices.",
                "criteria": {"narrative": "Tie ten knots."},
            },
            **changed,
        },
    }


def achievement(**changed: Any) -> dict[str, Any]:
    """A badge, its achievement changed."""
    return badge(achievement={**badge()["credentialSubject"]["achievement"], **changed})


def record(**changed: Any) -> dict[str, Any]:
    """A learner record, its subject changed."""
    return {
        "@context": [V2_CONTEXT],
        "id": "urn:x:3",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Transcript",
        "issuer": PROFILE,
        "validFrom": "2026-01-31T12:00:00Z",
        "credentialSubject": {"type": "ClrSubject", "verifiableCredential": [badge()], **changed},
    }


ALIGNMENT = {"type": "Alignment", "targetName": "EQF 6", "targetUrl": "http://data.europa.eu/snb/eqf/6"}
LINK = {"type": "Association", "associationType": "isPartOf", "sourceId": "urn:x:1", "targetId": "urn:x:2"}

WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a subject of another type": (
        badge(type=["Person"]),
        [f"{SUBJECT}/type: type must have the entry 'AchievementSubject'"],
    ),
    "a subject without an achievement": (
        {**badge(), "credentialSubject": {"type": "AchievementSubject"}},
        [f"{SUBJECT}: achievement is missing"],
    ),
    "an achievement in name only": (
        badge(achievement="urn:x:2"),
        [f"{ACHIEVEMENT}: achievement must be an object, not 'urn:x:2'"],
    ),
    "two members of an achievement": (
        achievement(name=5, criteria="Tie ten knots."),
        [
            f"{ACHIEVEMENT}/criteria: criteria must be an object, not 'Tie ten knots.'",
            f"{ACHIEVEMENT}/name: name must be a text, not 5",
        ],
    ),
    "a credit in words": (
        achievement(creditsAvailable="two"),
        [f"{ACHIEVEMENT}/creditsAvailable: creditsAvailable must be a number, not 'two'"],
    ),
    "the second of two alignments": (
        achievement(alignment=[ALIGNMENT, {**ALIGNMENT, "type": "Alinement"}]),
        [f"{ACHIEVEMENT}/alignment/1/type: type must be 'Alignment', not 'Alinement'"],
    ),
    "an alignment to nowhere": (
        achievement(alignment={**ALIGNMENT, "targetUrl": "eqf 6"}),
        [
            f"{ACHIEVEMENT}/alignment/targetUrl: targetUrl must be a URL, such as https://university.example/x,"
            " not 'eqf 6'"
        ],
    ),
    "a result of no status": (
        badge(result={"type": "Result", "status": "Passed"}),
        [
            f"{SUBJECT}/result/status: status must be 'Completed' or 'Enrolled' or 'Failed' or 'InProgress'"
            " or 'OnHold' or 'Provisional' or 'Withdrew', not 'Passed'"
        ],
    ),
    "an identifier of another type": (
        badge(
            identifier=[
                {"type": "Other", "hashed": False, "identityHash": "Ada", "identityType": "name"},
            ]
        ),
        [f"{SUBJECT}/identifier/0/type: type must be 'IdentityObject', not 'Other'"],
    ),
    "an issuer, its parent and another name of it": (
        {
            **badge(),
            "issuer": {
                **PROFILE,
                "type": ["Person"],
                "parentOrg": {"type": "Profile"},
                "otherIdentifier": [
                    {"type": "Entry", "identifier": "1", "identifierType": "sourcedId"},
                ],
            },
        },
        [
            "/issuer/otherIdentifier/0/type: type must be 'IdentifierEntry', not 'Entry'",
            "/issuer/parentOrg: id is missing",
            "/issuer/type: type must have the entry 'Profile'",
        ],
    ),
    "evidence": (
        {**badge(), "evidence": [{"type": "Other"}]},
        ["/evidence/0/type: type must be 'Evidence', not 'Other'"],
    ),
    "an endorsement of nothing": (
        {
            **badge(),
            "endorsement": {
                "type": ["VerifiableCredential", "EndorsementCredential"],
                "issuer": PROFILE,
                "credentialSubject": {"type": "EndorsementSubject"},
            },
        },
        ["/endorsement/credentialSubject: id is missing"],
    ),
    "no date": (
        {name: member for name, member in badge().items() if name != "validFrom"},
        ["/validFrom is missing"],
    ),
    "a record of nothing": (
        record(verifiableCredential=[]),
        [
            f"{SUBJECT}/verifiableCredential: verifiableCredential must have 1 entry or more,"
            " not an empty list"
        ],
    ),
    "an association of no kind": (
        record(association=[LINK, {**LINK, "associationType": "isNear"}]),
        [
            f"{SUBJECT}/association/1/associationType: associationType must be 'exactMatchOf' or 'isChildOf'"
            " or 'isParentOf' or 'isPartOf' or 'isPeerOf' or 'isRelatedTo' or 'precedes' or 'replacedBy',"
            " not…"
        ],
    ),
}


@pytest.mark.parametrize(("document", "expected"), WRONG.values(), ids=WRONG.keys())
def test_what_falls_short(document: dict[str, Any], expected: list[str]) -> None:
    found = list(structure_flaws(document))
    assert sorted(flaw.detail for flaw in found) == expected
    assert {flaw.reason for flaw in found} == {CredentialFlaw.MEMBER}


@pytest.mark.parametrize("name", ["OpenBadgeCredential", "AchievementCredential"])
def test_a_badge_by_both_of_its_names(name: str) -> None:
    types: list[Json] = ["VerifiableCredential", name]
    assert list(structure_flaws({**badge(), "type": types})) == []
    assert [flaw.detail for flaw in structure_flaws({**badge(role=1), "type": types})] == [
        f"{SUBJECT}/role: role must be a text, not 1"
    ]


GOOD = {
    "a badge": badge(),
    "two subjects": {**badge(), "credentialSubject": [badge()["credentialSubject"]] * 2},
    "an issuer by its URL": {**badge(source="did:web:university.example"), "issuer": "did:web:a.example"},
    "what the tables do not have": {**achievement(learningOutcome=["Ties knots"]), "termsOfUse": []},
    "an identity of no vocabulary": badge(
        identifier={"type": "IdentityObject", "hashed": False, "identityHash": "Ada", "identityType": "email"}
    ),
    "a vocabulary that is extended": achievement(alignment={**ALIGNMENT, "targetType": "ext:Skill"}),
    "a record": record(association=[LINK], achievement=[badge()["credentialSubject"]["achievement"]]),
    "a record of an envelope": record(
        verifiableCredential=[
            {"type": "EnvelopedVerifiableCredential", "id": "data:application/vc+jwt,e.y.j"}
        ]
    ),
}


@pytest.mark.parametrize("document", GOOD.values(), ids=GOOD.keys())
def test_what_has_its_form(document: dict[str, Any]) -> None:
    assert list(structure_flaws(document)) == []


def test_what_a_record_holds_is_judged_elsewhere() -> None:
    assert list(structure_flaws(record(verifiableCredential=[badge(type="Person")]))) == []


def test_a_subject_of_open_badges_in_what_is_no_badge() -> None:
    other = {**badge(), "type": ["VerifiableCredential", "OtherCredential"]}
    (flaw,) = structure_flaws(other)
    assert (flaw.reason, flaw.detail) == (
        CredentialFlaw.TYPE,
        "/type names neither AchievementCredential nor OpenBadgeCredential",
    )
    assert list(structure_flaws({**other, "@context": [V2_CONTEXT]})) == []


@pytest.mark.parametrize("named", [None, 5, [], [5, {}], {"a": 1}, "openbadgecredential"])
def test_what_does_not_call_itself_a_badge(named: Any) -> None:
    assert list(structure_flaws({**badge(type=["Person"]), "type": named})) == []


def test_of_very_many_faults_the_first_is_told() -> None:
    many = {**badge(), "evidence": [{"type": "Other"} for _ in range(100_000)]}
    assert [flaw.detail for flaw in structure_flaws(many)] == [
        "/evidence/0/type: type must be 'Evidence', not 'Other'"
    ]


NOT_A_CREDENTIAL_OF_A_BADGE = "simple-noproof.json"
"""Its subject has no achievement, which every open badge has; its name speaks of the proof alone."""
OF_THE_FORM = ("-type.json", "err-issuer.json", "err-issued.json", "err-context.json")


def test_public_badges(vectors: Path) -> None:
    """Of those with `err` in their names, the ones whose fault is of the form; of the others none but one."""
    files = sorted((vectors / "credentials" / "open-badges").glob("*.json"))
    assert len(files) >= 30
    refused = {file.name for file in files if any(structure_flaws(json.loads(file.read_bytes())))}
    expected = {file.name for file in files if "err" in file.name and file.name.endswith(OF_THE_FORM)}
    assert refused == expected | {NOT_A_CREDENTIAL_OF_A_BADGE}


def test_each_fault_of_a_type_is_told_in_its_place(vectors: Path) -> None:
    files = sorted((vectors / "credentials" / "open-badges").glob("simple-err-*-type.json"))
    places = {
        file.name: [flaw.detail.partition(":")[0] for flaw in structure_flaws(json.loads(file.read_bytes()))]
        for file in files
    }
    assert places == {
        "simple-err-credential-subject-achievement-result-description-type.json": [
            f"{ACHIEVEMENT}/resultDescription/2/type"
        ],
        "simple-err-credential-subject-identifier-type.json": [f"{SUBJECT}/identifier/0/type"],
        "simple-err-credential-subject-profile-type.json": [f"{SUBJECT}/source/type"],
        "simple-err-credential-subject-result-type.json": [f"{SUBJECT}/result/1/type"],
        "simple-err-credential-subject-type.json": [f"{SUBJECT}/type"],
        "simple-err-evidence-type.json": ["/evidence/1/type"],
        "simple-err-issuer-otheridentifier-type.json": ["/issuer/otherIdentifier/1/type"],
        "simple-err-issuer-parentorg-type.json": ["/issuer/parentOrg/type"],
        "simple-err-issuer-type.json": ["/issuer/type"],
    }


def test_public_credentials_of_the_consortium(vectors: Path) -> None:
    files = sorted((vectors / "credentials" / "dcc").glob("*.json"))
    assert len(files) >= 15
    assert {file.name: list(structure_flaws(json.loads(file.read_bytes()))) for file in files} == {
        file.name: [] for file in files
    }


def test_judging_changes_nothing() -> None:
    document = record()
    before = deepcopy(document)
    list(structure_flaws(document))
    assert document == before
