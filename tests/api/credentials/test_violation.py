"""What a schema misses, in the words of those who issue micro-credentials."""

import copy
import re
from typing import Any

import pytest

from api.credentials import schema
from api.credentials.document import Document
from api.credentials.schema import CompiledSchema, SchemaViolation
from tests.api.credentials.samples import smallest

DRAFT = "https://json-schema.org/draft/2020-12/schema"
ACHIEVEMENT = "/credentialSubject/achievement"
MISSED: dict[str, tuple[str, str, str]] = {
    f"{ACHIEVEMENT}/alignment": (ACHIEVEMENT, "required", "the level (alignment)"),
    f"{ACHIEVEMENT}/creditPoint": (ACHIEVEMENT, "required", "the workload (creditPoint)"),
    f"{ACHIEVEMENT}/learningOutcome": (ACHIEVEMENT, "required", "the learning outcomes (learningOutcome)"),
    f"{ACHIEVEMENT}/name": (ACHIEVEMENT, "required", "the title (name)"),
    f"{ACHIEVEMENT}/assessment": (ACHIEVEMENT, "required", "the type of assessment (assessment)"),
    f"{ACHIEVEMENT}/participation": (ACHIEVEMENT, "required", "the form of participation (participation)"),
    f"{ACHIEVEMENT}/qualityAssurance": (
        ACHIEVEMENT,
        "required",
        "the type of quality assurance (qualityAssurance)",
    ),
    "/credentialSubject/id": ("/credentialSubject", "anyOf", "the learner"),
    "/issuer/name": ("/issuer", "required", "the name of the awarding body (name)"),
    "/issuer/address/addressCountryCode": (
        "/issuer/address",
        "required",
        "the country of the awarding body (addressCountryCode)",
    ),
    "/validFrom": ("", "required", "the date of issuing (validFrom)"),
    "/credentialStatus": ("", "required", "the status of the credential (credentialStatus)"),
}
"""What is left out: the place and the keyword that are told, and the element by its name."""
CHANGED: dict[str, tuple[str, Any, str, str, str]] = {
    "no level": (f"{ACHIEVEMENT}/alignment", [], "contains", "the level (alignment)", ""),
    "credits as a number": (
        f"{ACHIEVEMENT}/creditPoint/point",
        2.5,
        "type",
        "the number of credits (point)",
        "not 2.5",
    ),
    "credits in words": (
        f"{ACHIEVEMENT}/creditPoint/point",
        "three",
        "pattern",
        "the number of credits (point)",
        "not 'three'",
    ),
    "no outcomes": (
        f"{ACHIEVEMENT}/learningOutcome",
        [],
        "minItems",
        "the learning outcomes (learningOutcome)",
        "not an empty list",
    ),
    "an assessment in words": (
        f"{ACHIEVEMENT}/assessment",
        "oral",
        "type",
        "the type of assessment (assessment)",
        "not 'oral'",
    ),
    "an empty title": (f"{ACHIEVEMENT}/name", " ", "pattern", "the title (name)", "not ' '"),
    "a country in words": (
        "/issuer/address/addressCountryCode",
        "Portugal",
        "pattern",
        "the country of the awarding body (addressCountryCode)",
        "not 'Portugal'",
    ),
    "a day that there is not": (
        "/validFrom",
        "2026-02-30T00:00:00Z",
        "format",
        "the date of issuing (validFrom)",
        "not '2026-02-30T00:00:00Z'",
    ),
    "an id that is no URL": (
        "/id",
        "1 2 3",
        "pattern",
        "the identifier of the credential (id)",
        "not '1 2 3'",
    ),
    "another type": ("/type", ["VerifiableCredential"], "contains", "type", ""),
    "a purpose that there is not": (
        "/credentialStatus/0/statusPurpose",
        "x",
        "enum",
        "statusPurpose",
        "not 'x'",
    ),
}
"""What stands at a place: the keyword, the element by its name, and how what stands there is shown."""


def at(document: Any, place: str) -> tuple[Any, Any]:
    """The holder of a place, and its last step."""
    *steps, last = (int(step) if step.isdecimal() else step for step in place.split("/")[1:])
    for step in steps:
        document = document[step]
    return document, last


def only_violation(document: Document) -> SchemaViolation:
    (found,) = schema.micro_credential().violations(document)
    return found


@pytest.mark.parametrize(("place", "expected"), MISSED.items())
def test_what_is_missing_is_named(place: str, expected: tuple[str, str, str]) -> None:
    document = copy.deepcopy(smallest())
    holder, last = at(document, place)
    del holder[last]
    told = only_violation(document)
    element = re.split(" (?:is|are) missing", told.message)[0]
    assert (told.path, told.keyword, element) == expected


@pytest.mark.parametrize(
    ("place", "found", "keyword", "element", "shown"), CHANGED.values(), ids=CHANGED.keys()
)
def test_what_is_wrong_is_named_and_shown(
    place: str, found: Any, keyword: str, element: str, shown: str
) -> None:
    document = copy.deepcopy(smallest())
    holder, last = at(document, place)
    holder[last] = found
    told = only_violation(document)
    assert (told.path, told.keyword) == (place, keyword)
    assert told.message.startswith(f"{element} ")
    assert told.message.endswith(shown)
    assert (", not " in told.message) is bool(shown)


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
    assert CompiledSchema({"$schema": DRAFT, **rules}).violations(document) == (expected,)


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
        (found,) = CompiledSchema({"$schema": DRAFT, **rule}).violations({f"y{long}": "z"})
        assert (found.keyword, found.message) == (keyword, expected)
