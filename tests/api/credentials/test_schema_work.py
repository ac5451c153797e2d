"""What a schema costs (rules W1 to W3)."""

import json
from typing import Any

import pytest

from api.credentials.bounded_schema import BoundedSchema
from api.credentials.schema import SchemaError, SchemaFault, micro_credential_document
from api.credentials.schema_work import MAX_PARTS, MAX_PATTERNS, MAX_WORK, SchemaWork, UnboundedSchema
from tests.api.verifier.credential.awarded import draft

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def doubling(keyword: str, steps: int) -> dict[str, Any]:
    """A schema whose branches refer twice to the next one."""
    parts: dict[str, Any] = {f"a{n}": {keyword: [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(steps)}
    return {"$ref": "#/$defs/a0", "$defs": {**parts, f"a{steps}": {"type": "string"}}}


def nested(steps: int, schema: dict[str, Any]) -> dict[str, Any]:
    """A schema within schemas that go through it again."""
    for _ in range(steps):
        schema = {"allOf": [schema], "unevaluatedProperties": False}
    return schema


DEEP = json.loads('{"a":' * 30 + "1" + "}" * 30)
TWICE = {"properties": {"a": {"$ref": "#"}}}


@pytest.mark.parametrize(
    ("schema", "document", "work"),
    [
        ({}, {}, 1),
        ({"type": "object", "required": ["a", "b", "c"]}, {}, 2),
        ({"properties": {"a": {"type": "string"}, "b": True}}, {"a": "x", "b": 1, "c": 1}, 3),
        ({"items": {"type": "string"}}, ["x", "y"], 3),
        ({"prefixItems": [True], "items": {}}, ["x", "y"], 4),
        ({"pattern": "^x*$"}, "x" * 3200, 101),
        ({"enum": list(range(100))}, 1, 26),
        ({"uniqueItems": True}, list(range(10)), 321),
        (doubling("allOf", 3), "x", 30),
        ({"$id": "https://a.example/s", "$ref": "https://a.example/s#/$defs/b", "$defs": {"b": {}}}, 1, 2),
        ({"$ref": "#b", "$defs": {"b": {"$anchor": "b"}}}, 1, 2),
        ({"$ref": "#/$defs/a~1b%25", "$defs": {"a/b%": {}}}, 1, 2),
        (TWICE, DEEP, 61),
        ({"$recursiveRef": "#/$defs/a", "$defs": {"a": {}}}, 1, 2),
    ],
)
def test_w2_evaluations_are_counted(schema: Any, document: Any, work: int) -> None:
    assert SchemaWork(schema).of(document) == work


@pytest.mark.parametrize(
    ("schema", "document", "told"),
    [
        (doubling("allOf", 40), "x", f"more than {MAX_WORK} evaluations"),
        (doubling("anyOf", 20), 1, f"more than {MAX_WORK} evaluations"),
        (nested(13, {"properties": {"a": True}}), {"a": 1}, f"more than {MAX_WORK} evaluations"),
        ({"allOf": [TWICE, TWICE]}, DEEP, f"more than {MAX_WORK} evaluations"),
        ({"items": {"enum": list(range(10_000))}}, list(range(1000)), f"more than {MAX_WORK} evaluations"),
        ({"items": {"pattern": "a"}}, ["x" * 1_000_000 for _ in range(20)], f"more than {MAX_WORK}"),
        ({"items": {"format": "regex"}}, [str(n) for n in range(10)], f"more than {MAX_WORK} evaluations"),
        ({"uniqueItems": True}, list(range(20_000)), f"more than {MAX_WORK} evaluations"),
        ({"$ref": "#"}, {}, "in a circle"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"not": {"$ref": "#/$defs/a"}}}}, {}, "in a circle"),
        ({"$ref": "https://elsewhere.example/s"}, {}, "outside of itself"),
        ({"$ref": "other.json"}, {}, "outside of itself"),
        ({"$ref": "#/$defs/a"}, {}, "no part of it"),
        ({"$ref": "#a"}, {}, "no part of it"),
        ({"$ref": 5}, {}, "a reference is 5"),
        ({"$dynamicRef": "#a"}, {}, "dynamic"),
        ({"$defs": {"a": {"$id": "https://a.example/"}}}, {}, "an $id of its own"),
        ({"$defs": {"a": {"$anchor": "x"}, "b": {"$anchor": "x"}}}, {}, "anchor"),
        ({"enum": list(range(MAX_PARTS))}, {}, f"{MAX_PARTS} parts"),
        ({"properties": {f"a{n}": {"pattern": "a"} for n in range(MAX_PATTERNS + 1)}}, {}, "patterns"),
        ({"patternProperties": {f"a{n}": {} for n in range(MAX_PATTERNS + 1)}}, {}, "patterns"),
        ({"pattern": "a" * 2000}, {}, "characters"),
        ({"$defs": {f"a{n}": {"$ref": "#"} for n in range(2001)}}, {}, "references"),
        (
            {"$ref": "#/$defs/a0", "$defs": {f"a{n}": {"$ref": f"#/$defs/a{n + 1}"} for n in range(500)}},
            1,
            "too many steps",
        ),
    ],
)
def test_what_takes_too_much_work_is_refused(schema: Any, document: Any, told: str) -> None:
    with pytest.raises(UnboundedSchema, match=told.replace("$", r"\$")):
        SchemaWork(schema).of(document)
    with pytest.raises(SchemaError) as raised:
        BoundedSchema({"$schema": DRAFT, **schema}).violations(document)
    assert raised.value.fault in (SchemaFault.UNBOUNDED, SchemaFault.OUTSIDE_REFERENCE, SchemaFault.INVALID)


def test_a_schema_of_credentials_is_far_from_the_bounds() -> None:
    schema = json.loads(micro_credential_document())
    assert SchemaWork(schema).of(draft()) < MAX_WORK // 100
    assert BoundedSchema(schema).violations(draft()) == ()
    [violation] = BoundedSchema(schema).violations(draft(credentialSubject=5))[:1]
    assert violation.path == "/credentialSubject"


def test_of_a_large_schema_it_is_only_told_that_something_is_wrong() -> None:
    schema = BoundedSchema({"$schema": DRAFT, **doubling("anyOf", 12)})
    document: Any = 1
    [violation] = schema.violations(document)
    assert "too large to tell" in violation.message
