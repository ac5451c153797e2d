"""A schema in the other draft: the same documents conform, or there is none."""

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.credentials.document import Document
from api.documents.schema_rendition import NoRendition, SchemaDraft, draft_of, rendition, schema_in_draft

NEW, OLD = SchemaDraft.D2020_12, SchemaDraft.D2019_09
VALIDATORS: dict[SchemaDraft, Any] = {
    NEW: jsonschema_rs.Draft202012Validator,
    OLD: jsonschema_rs.Draft201909Validator,
}


def schema(draft: SchemaDraft, **members: Any) -> Document:
    return {"$schema": draft.uri, "$id": "urn:x:s", **members}


def rewritten(draft: SchemaDraft, **members: Any) -> Any:
    other = OLD if draft is NEW else NEW
    made = json.loads(rendition(schema(draft, **members), other))
    assert (made.pop("$schema"), made.pop("$id")) == (other.uri, "urn:x:s")
    return made


def test_r1_lists_are_written_in_the_words_of_the_draft() -> None:
    both: list[tuple[Any, Any]] = [
        ({"prefixItems": [True, {"type": "string"}]}, {"items": [True, {"type": "string"}]}),
        ({"prefixItems": [True], "items": False}, {"items": [True], "additionalItems": False}),
        ({"items": {"type": "string"}}, {"items": {"type": "string"}}),
        (
            {"properties": {"items": {"prefixItems": [{"prefixItems": [True]}]}}},
            {"properties": {"items": {"items": [{"items": [True]}]}}},
        ),
        (
            {"$defs": {"a": {"allOf": [{"not": {"prefixItems": [True], "items": False}}]}}},
            {"$defs": {"a": {"allOf": [{"not": {"items": [True], "additionalItems": False}}]}}},
        ),
    ]
    for new, old in both:
        assert rewritten(NEW, **new) == old
        assert rewritten(OLD, **old) == new


def test_what_the_old_draft_passes_over_is_left_out() -> None:
    assert rewritten(OLD, items={"type": "string"}, additionalItems=False) == {"items": {"type": "string"}}
    assert rewritten(OLD, additionalItems=False) == {}


def test_r3_data_stays() -> None:
    data = {"prefixItems": [1], "$dynamicRef": "#x"}
    members = dict.fromkeys(("const", "default", "x-own"), data)
    assert rewritten(NEW, enum=[data], examples=[data], **members) == {
        "enum": [data],
        "examples": [data],
        **members,
    }


@pytest.mark.parametrize(
    ("draft", "members"),
    [
        (NEW, {"$dynamicRef": "#a"}),
        (NEW, {"properties": {"a": {"$dynamicAnchor": "a"}}}),
        (NEW, {"$vocabulary": {}}),
        (NEW, {"additionalItems": False}),
        (NEW, {"$recursiveRef": "#"}),
        (OLD, {"$recursiveRef": "#"}),
        (OLD, {"$recursiveAnchor": True}),
        (OLD, {"prefixItems": [True]}),
        (NEW, {"contains": True, "unevaluatedItems": False}),
        (OLD, {"allOf": [{"contains": True}], "not": {"unevaluatedItems": False}}),
        (NEW, {"$defs": {"a": {"$schema": OLD.uri}}}),
        (NEW, {"$defs": {"a": {"$id": "urn:x:a"}}}),
        (NEW, {"$anchor": "_a"}),
        (OLD, {"$anchor": "a:b"}),
        (NEW, {"prefixItems": [True], "properties": {"a": {"$ref": "#/prefixItems/0"}}}),
        (NEW, {"prefixItems": [True], "items": True, "not": {"$ref": "#/items"}}),
        (OLD, {"additionalItems": True, "not": {"$ref": "#/additionalItems"}}),
        (NEW, {"x-own": {"a": True}, "$ref": "#/x-own/a"}),
        (NEW, {"$ref": "#/properties"}),
        (NEW, {"$ref": "#/properties/a", "properties": {"b": True}}),
        (NEW, {"$ref": "#/allOf/01x", "allOf": [True]}),
        (NEW, {"$ref": "#/allOf/1", "allOf": [True]}),
        (NEW, {"$ref": "#/allOf/-1", "allOf": [True]}),
        (NEW, {"$ref": "#/allOf/" + "9" * 5000, "allOf": [True]}),
        (NEW, {"$ref": "#/not/", "not": True}),
        (NEW, {"$ref": "#/const/not", "const": {"not": True}}),
        (NEW, {"$ref": "#/%70roperties/a"}),
    ],
)
def test_r1_r2_what_would_mean_something_else_is_refused(draft: SchemaDraft, members: Any) -> None:
    with pytest.raises(NoRendition):
        rewritten(draft, **members)


@pytest.mark.parametrize("pointer", ["#/$defs/a", "#/%24defs/a", "#/$defs/b~1c/items", "#/not", "#", "#name"])
def test_r2_a_pointer_that_keeps_its_aim_stays(pointer: str) -> None:
    members = {"$defs": {"a": True, "b/c": {"items": True}}, "not": {"$ref": pointer}}
    assert rewritten(NEW, **members) == members


def test_a_schema_of_another_draft_has_no_rendition() -> None:
    for named in ("http://json-schema.org/draft-07/schema#", 7, None):
        assert draft_of({"$schema": named}) is None
        with pytest.raises(NoRendition):
            rendition({"$schema": named}, NEW)
    assert draft_of({"$schema": NEW.uri + "#"}) is NEW


def test_its_own_draft_is_its_own_bytes() -> None:
    recorded = json.dumps(schema(NEW, items=True), indent=3).encode()
    assert schema_in_draft(recorded, None) is recorded
    assert schema_in_draft(recorded, NEW) is recorded
    assert json.loads(schema_in_draft(recorded, OLD))["$schema"] == OLD.uri
    assert rendition(schema(NEW), NEW) == b'{"$id":"urn:x:s","$schema":"%s"}' % NEW.uri.encode()


def test_numbers_that_would_change_are_no_reason_to_guess() -> None:
    recorded = b'{"$id":"urn:x:s","$schema":"%s","maximum":1e400}' % NEW.uri.encode()
    assert schema_in_draft(recorded, None) is recorded
    with pytest.raises(NoRendition):
        schema_in_draft(recorded, OLD)


def test_a_deep_schema_is_refused() -> None:
    deep: Any = True
    for _ in range(200):
        deep = {"not": deep}
    with pytest.raises(NoRendition):
        rendition(schema(NEW, **deep), OLD)


LEAVES = st.sampled_from([True, False, {"type": "string"}, {"type": "integer"}, {"const": [1]}])


def _schemas(draft: SchemaDraft, inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    lists = st.lists(inner, min_size=1, max_size=2)
    first, rest = ("prefixItems", "items") if draft is NEW else ("items", "additionalItems")
    return st.one_of(
        st.fixed_dictionaries({"items": inner}),
        st.fixed_dictionaries({first: lists}, optional={rest: inner}),
        st.fixed_dictionaries({"anyOf": lists}),
        st.fixed_dictionaries({"allOf": lists}, optional={"unevaluatedItems": inner}),
        st.fixed_dictionaries({"properties": st.fixed_dictionaries({"a": inner})}),
        st.fixed_dictionaries({"not": inner}),
    )


VALUES = st.recursive(
    st.sampled_from([1, "a", None]),
    lambda inner: st.lists(inner, max_size=3) | st.fixed_dictionaries({"a": inner}),
    max_leaves=6,
)


@pytest.mark.parametrize("draft", list(SchemaDraft))
@settings(max_examples=50)
@given(data=st.data())
def test_r1_the_same_documents_conform(draft: SchemaDraft, data: st.DataObject) -> None:
    other = OLD if draft is NEW else NEW
    made: Any = data.draw(st.recursive(LEAVES, lambda inner: _schemas(draft, inner), max_leaves=6))
    members = made if isinstance(made, dict) else {"allOf": [made]}
    whole = schema(draft, **members)
    there = json.loads(rendition(whole, other))
    value = data.draw(VALUES)
    expected = VALIDATORS[draft](whole).is_valid(value)
    assert VALIDATORS[other](there).is_valid(value) is expected
    back = json.loads(rendition(there, draft))
    assert VALIDATORS[draft](back).is_valid(value) is expected


def test_long_names_and_many_schemas_cost_little() -> None:
    wide = {f"{number}": True for number in range(5_000)}
    held = {"n" * 60_000: {"properties": wide, "$ref": "#/properties/x"}, "x": True}
    assert len(rendition(schema(NEW, properties=held), OLD)) > 60_000
