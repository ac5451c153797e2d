"""JSON Schema in JavaScript: what conforms, and that no schema is passed over that cannot be judged by."""

import json
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from tests.answers.javascript import node

JUDGE: Final = Path(__file__).with_name("schemas.mjs")
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
NO_SCHEMA: Final = "it is no JSON Schema"
TOO_MUCH: Final = "judging by it takes too much work"
DOCUMENT: Final = {"b": 1, "x": "aaaa", "list": [1, 2], "inner": {"y": None}}

CASES: Final[list[tuple[dict[str, Any], str]]] = [
    ({"required": ["b"]}, "conforms"),
    ({"required": ["a"]}, "violates"),
    ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, "conforms"),
    ({"oneOf": [{"required": ["x"]}, {"required": ["b"]}]}, "violates"),
    ({"not": {"required": ["b"]}}, "violates"),
    ({"properties": {"list": {"items": {"type": "integer"}, "maxItems": 1}}}, "violates"),
    ({"properties": {"x": {"pattern": "^a{4}$"}, "list": {"contains": {"const": 2}}}}, "conforms"),
    ({"properties": {"b": True}, "additionalProperties": False}, "violates"),
    ({"$ref": "#/$defs/c", "$defs": {"c": {"type": "object"}}}, "conforms"),
    ({"$ref": "#"}, TOO_MUCH),
    ({"$ref": "https://example.org/other"}, "it refers to something outside of itself"),
    ({"$ref": "#/$defs/none"}, "it refers to what it does not hold"),
    ({"required": 5}, NO_SCHEMA),
    ({"properties": []}, NO_SCHEMA),
    ({"allOf": [5]}, NO_SCHEMA),
    ({"constructor": 1}, "the keyword constructor is not known here"),
    ({"unevaluatedProperties": False}, "the keyword unevaluatedProperties is not known here"),
    ({"properties": {"x": {"format": "toString"}}}, "the format toString is not known here"),
    ({"properties": {"x": {"pattern": "(a+)+$"}}}, "a pattern in it may take too much work"),
    ({"properties": {"x": {"pattern": "["}}}, "a pattern in it cannot be read here"),
    ({"$schema": "http://json-schema.org/draft-07/schema#"}, "its draft is not supported"),
]


@pytest.fixture(scope="module")
def outcomes() -> list[str]:
    tasks = [{"schema": {"$schema": DRAFT, **schema}, "document": DOCUMENT} for schema, _ in CASES]
    lines = "".join(f"{json.dumps(task)}\n" for task in tasks)
    run = subprocess.run([node(), str(JUDGE)], input=lines.encode(), capture_output=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_schema(number: int, outcomes: list[str]) -> None:
    assert outcomes[number] == CASES[number][1], CASES[number]
