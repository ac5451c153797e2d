"""What a schema misses, in the words of those who issue micro-credentials."""

import copy
from typing import Any

import pytest

from api.credentials import schema
from api.credentials.document import Document
from api.credentials.schema import Schema, SchemaViolation
from tests.api.credentials.samples import smallest

DRAFT = "https://json-schema.org/draft/2020-12/schema"
ACHIEVEMENT = "/credentialSubject/achievement"
URL = "must be a URL, such as https://university.example/x"
MISSED: dict[str, tuple[str, str]] = {
    f"{ACHIEVEMENT}/alignment": (ACHIEVEMENT, "the level (alignment) is missing"),
    f"{ACHIEVEMENT}/creditPoint": (ACHIEVEMENT, "the workload (creditPoint) is missing"),
    f"{ACHIEVEMENT}/learningOutcome": (ACHIEVEMENT, "the learning outcomes (learningOutcome) are missing"),
    f"{ACHIEVEMENT}/name": (ACHIEVEMENT, "the title (name) is missing"),
    f"{ACHIEVEMENT}/assessment": (ACHIEVEMENT, "the type of assessment (assessment) is missing"),
    f"{ACHIEVEMENT}/participation": (ACHIEVEMENT, "the form of participation (participation) is missing"),
    f"{ACHIEVEMENT}/qualityAssurance": (
        ACHIEVEMENT,
        "the type of quality assurance (qualityAssurance) is missing",
    ),
    "/credentialSubject/id": (
        "/credentialSubject",
        "the learner is missing: give an id or a name (identifier)",
    ),
    "/issuer/name": ("/issuer", "the name of the awarding body (name) is missing"),
    "/issuer/address/addressCountryCode": (
        "/issuer/address",
        "the country of the awarding body (addressCountryCode) is missing",
    ),
    "/validFrom": ("", "the date of issuing (validFrom) is missing"),
    "/credentialStatus": ("", "the status of the credential (credentialStatus) is missing"),
}
CHANGED: dict[str, tuple[str, Any, str]] = {
    "no level": (
        f"{ACHIEVEMENT}/alignment",
        [],
        "the level (alignment) is missing: no entry names a level of the EQF or the QF-EHEA by its targetUrl,"
        " such as http://data.europa.eu/snb/eqf/6",
    ),
    "credits as a number": (
        f"{ACHIEVEMENT}/creditPoint/point",
        2.5,
        'the number of credits (point) is a text with at most one decimal, such as "2.5", not 2.5',
    ),
    "credits in words": (
        f"{ACHIEVEMENT}/creditPoint/point",
        "three",
        "the number of credits (point) is a text with at most one decimal, such as \"2.5\", not 'three'",
    ),
    "no outcomes": (
        f"{ACHIEVEMENT}/learningOutcome",
        [],
        "the learning outcomes (learningOutcome) must have 1 entry or more, not an empty list",
    ),
    "an assessment in words": (
        f"{ACHIEVEMENT}/assessment",
        "oral",
        "the type of assessment (assessment) must be an object, not 'oral'",
    ),
    "an empty title": (
        f"{ACHIEVEMENT}/name",
        " ",
        "the title (name) must be a text of 1 to 10000 characters, not of spaces alone, not ' '",
    ),
    "a country in words": (
        "/issuer/address/addressCountryCode",
        "Portugal",
        "the country of the awarding body (addressCountryCode) is a code of two capital letters, such as PT,"
        " not 'Portugal'",
    ),
    "a day that there is not": (
        "/validFrom",
        "2026-02-30T00:00:00Z",
        "the date of issuing (validFrom) must be a date that exists, such as 2026-01-31T12:00:00Z,"
        " not '2026-02-30T00:00:00Z'",
    ),
    "an id that is no URL": ("/id", "1 2 3", f"the identifier of the credential (id) {URL}, not '1 2 3'"),
    "another type": (
        "/type",
        ["VerifiableCredential"],
        "type must have an entry that is 'OpenBadgeCredential' or 'AchievementCredential'",
    ),
    "a purpose that there is not": (
        "/credentialStatus/0/statusPurpose",
        "x",
        "statusPurpose must be 'revocation' or 'suspension' or 'refresh', not 'x'",
    ),
}


def at(document: Any, place: str) -> tuple[Any, Any]:
    """The holder of a place, and its last step."""
    *steps, last = (int(step) if step.isdecimal() else step for step in place.split("/")[1:])
    for step in steps:
        document = document[step]
    return document, last


def sentences(document: Document) -> list[tuple[str, str]]:
    return [(found.path, found.message) for found in schema.micro_credential().violations(document)]


@pytest.mark.parametrize(("place", "expected"), MISSED.items())
def test_what_is_missing_is_named(place: str, expected: tuple[str, str]) -> None:
    document = copy.deepcopy(smallest())
    holder, last = at(document, place)
    del holder[last]
    assert sentences(document) == [expected]


@pytest.mark.parametrize(("place", "found", "expected"), CHANGED.values(), ids=CHANGED.keys())
def test_what_is_wrong_is_named_with_what_is_asked_for(place: str, found: Any, expected: str) -> None:
    document = copy.deepcopy(smallest())
    holder, last = at(document, place)
    holder[last] = found
    assert (place, expected) in sentences(document)


OTHERS: dict[str, tuple[Document, Document, SchemaViolation]] = {
    "a type": (
        {"properties": {"a": {"type": ["string", "null"]}}},
        {"a": 5},
        SchemaViolation("/a", "type", "a must be null or a text, not 5"),
    ),
    "a member that must not be there": (
        {"properties": {"a": {}}, "additionalProperties": False},
        {"\x1b": 1},
        SchemaViolation("", "additionalProperties", "the document has what the schema does not know: '\x1b'"),
    ),
    "a member with a long name": (
        {"required": ["x" * 100]},
        {},
        SchemaViolation("", "required", "x" * 59 + "… is missing"),
    ),
    "an entry": (
        {"properties": {"a": {"contains": {"const": "x"}}}},
        {"a": ["y"]},
        SchemaViolation("/a", "contains", "a must have the entry 'x'"),
    ),
    "an entry of a form": (
        {"properties": {"a": {"contains": {"type": "string"}}}},
        {"a": []},
        SchemaViolation(
            "/a", "contains", "a must have an entry of the form that the schema asks for, not an empty list"
        ),
    ),
    "a dependency": (
        {"dependentRequired": {"a": ["b"]}},
        {"a": 1},
        SchemaViolation("", "dependentRequired", "b is missing"),
    ),
    "a rule without a sentence": (
        {"properties": {"a": {"multipleOf": 2}}},
        {"a": 3},
        SchemaViolation("/a", "multipleOf", "a breaks a rule of the schema: 3 is not a multiple of 2"),
    ),
    "the names of another schema": (
        {"required": ["validFrom"]},
        {},
        SchemaViolation("", "required", "validFrom is missing"),
    ),
}


@pytest.mark.parametrize(("rules", "document", "expected"), OTHERS.values(), ids=OTHERS.keys())
def test_any_schema(rules: Document, document: Document, expected: SchemaViolation) -> None:
    assert Schema({"$schema": DRAFT, **rules}).violations(document) == (expected,)


def test_sentences_are_bounded() -> None:
    long = "x" * 10_000
    shown = f"'{'x' * 60}…"
    rules: dict[str, tuple[Document, str]] = {
        "required": ({"required": [long]}, f"{'x' * 59}… is missing"),
        "enum": (
            {"additionalProperties": {"enum": [long] * 20}},
            f"y{'x' * 58}… must be {shown} or {shown} or {shown}"[:255] + "…",
        ),
    }
    for keyword, (rule, expected) in rules.items():
        (found,) = Schema({"$schema": DRAFT, **rule}).violations({f"y{long}": "z"})
        assert (found.keyword, found.message) == (keyword, expected)
