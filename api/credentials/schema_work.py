"""How much work a schema makes of a document, known before the work is done.

A schema comes from somebody else, and a short one can take for ever: branches that refer to branches double
with each step, and `unevaluatedProperties` goes through them again. A time-out is no answer, since the same
credential must have the same verdict everywhere. So the evaluations are counted first, each pair of a part of
the schema and a part of the document once.

- W1 **Of a schema alone**: its parts, references and patterns and the longest text of one are bounded.
  Compiling costs that much.
- W2 **Of a schema and a document**: evaluations are counted as if no branch ever ended another early.
  Patterns and formats weigh by the text that they go through, `uniqueItems`, `enum` and `const` by what they
  compare, `unevaluated…` threefold.
- W3 What cannot be followed is refused: a reference that is none of the schema's own, a circle that stays at
  one part of the document, dynamic references, an `$id` within the schema, from which others would begin.

Source: JSON Schema 2019-09 and 2020-12, Core §8 to §11.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urljoin

from api.credentials.document import Document, Json
from api.credentials.excerpt import excerpt

MAX_PARTS: Final = 20_000
"""JSON values in a schema."""
MAX_PATTERNS: Final = 128
MAX_PATTERN: Final = 1_024
MAX_REFERENCES: Final = 2_000
"""Compiling takes the square of them."""
MAX_WORK: Final = 400_000
"""Evaluations; a million take about half a second."""
_MAX_PAIRS: Final = 40_000
_MAX_STEPS: Final = 160

_IN_PLACE: Final = ("not", "if", "then", "else")
_IN_PLACE_LISTS: Final = ("allOf", "anyOf", "oneOf")
_OF_MEMBERS: Final = ("additionalProperties", "unevaluatedProperties")
_OF_ENTRIES: Final = ("items", "additionalItems", "contains", "unevaluatedItems")
_DYNAMIC: Final = ("$dynamicRef", "$dynamicAnchor", "$recursiveAnchor")
_REFERENCES: Final = ("$ref", "$recursiveRef")
_TEXT_PER_EVALUATION: Final = 32
_PER_UNIQUE_ENTRY: Final = 32
_REGEX_FORMAT: Final = 50_000
_UNEVALUATED: Final = 3


class UnboundedSchema(ValueError):
    """The schema takes too much work, or how much cannot be told; the text is a clause for people."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the schema, with what it applies and what it weighs."""

    weight: int
    per_text: int
    per_entry: int
    factor: int
    in_place: tuple[Json, ...]
    properties: Mapping[str, Json]
    of_members: tuple[Json, ...]
    of_names: tuple[Json, ...]
    first_entries: tuple[Json, ...]
    of_entries: tuple[Json, ...]


class SchemaWork:
    """What a schema costs. Raises UnboundedSchema where it is too large, or cannot be followed."""

    def __init__(self, schema: Document) -> None:
        self._schema = schema
        self._base = schema.get("$id") if isinstance(schema.get("$id"), str) else ""
        self._anchors = _anchors(schema)
        self._parts: dict[int, _Part] = {}

    def of(self, document: Json) -> int:
        """Evaluations that it takes to judge a document. Raises UnboundedSchema."""
        return _Counting(self).of(self._schema, document, 0)

    def part(self, schema: Document) -> _Part:
        """A part as it is counted."""
        found = self._parts.get(id(schema))
        if found is None:
            found = self._parts[id(schema)] = self._read(schema)
        return found

    def _read(self, schema: Document) -> _Part:
        referred = [self._referred(schema[name]) for name in _REFERENCES if name in schema]
        in_place = [*referred, *(schema[name] for name in _IN_PLACE if name in schema)]
        for name in _IN_PLACE_LISTS:
            in_place += _list(schema.get(name))
        in_place += _map(schema.get("dependentSchemas")).values()
        patterns = _map(schema.get("patternProperties"))
        items = schema.get("items")
        first = [*_list(schema.get("prefixItems")), *_list(items)]
        of_entries = [schema[name] for name in _OF_ENTRIES if isinstance(schema.get(name), dict)]
        has_pattern = "pattern" in schema or "format" in schema
        is_unevaluated = "unevaluatedProperties" in schema or "unevaluatedItems" in schema
        compared = sum(_size(schema.get(name)) for name in ("enum", "const", "required", "dependentRequired"))
        return _Part(
            1 + compared // 4 + (_REGEX_FORMAT if schema.get("format") == "regex" else 0),
            1 if has_pattern else 0,
            (_PER_UNIQUE_ENTRY if schema.get("uniqueItems") is True else 0) + len(patterns),
            _UNEVALUATED if is_unevaluated else 1,
            tuple(in_place),
            _map(schema.get("properties")),
            (*patterns.values(), *(schema[name] for name in _OF_MEMBERS if name in schema)),
            (schema["propertyNames"],) if "propertyNames" in schema else (),
            tuple(first),
            tuple(of_entries),
        )

    def _referred(self, reference: Json) -> Json:
        """What a reference leads to (W3)."""
        if not isinstance(reference, str):
            raise UnboundedSchema(f"a reference is {excerpt(reference)}")
        url, _, fragment = urljoin(str(self._base), reference).partition("#")
        if not reference.startswith("#") and url != str(self._base).partition("#")[0]:
            raise UnboundedSchema(f"it refers to {excerpt(reference)}, which is outside of itself")
        found = self._at(unquote(fragment))
        if not isinstance(found, dict | bool):
            raise UnboundedSchema(f"it refers to {excerpt(reference)}, which is no part of it")
        return found

    def _at(self, fragment: str) -> Json:
        """What stands at a JSON Pointer, or under an anchor."""
        if fragment and not fragment.startswith("/"):
            return self._anchors.get(fragment)
        found: Json = self._schema
        for step in fragment.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict):
                found = found.get(name)
            elif isinstance(found, list) and name.isascii() and name.isdecimal() and len(name) < 7:
                found = found[int(name)] if int(name) < len(found) else None
            else:
                return None
        return found


@dataclass(slots=True)
class _Counting:
    """The evaluations of one document."""

    schema: SchemaWork
    costs: dict[tuple[int, int], int | None] = field(default_factory=dict)

    def of(self, schema: Json, found: Json, steps: int) -> int:
        """The evaluations of a part of the schema at a part of the document."""
        if not isinstance(schema, dict):
            return 1
        place = id(schema), id(found)
        if place in self.costs:
            known = self.costs[place]
            if known is None:
                raise UnboundedSchema("it refers to itself in a circle")
            return known
        if steps > _MAX_STEPS or len(self.costs) > _MAX_PAIRS:
            raise UnboundedSchema("it has too many steps")
        self.costs[place] = None
        cost = self._count(self.schema.part(schema), found, steps + 1)
        if cost > MAX_WORK:
            raise UnboundedSchema(f"it takes more than {MAX_WORK} evaluations")
        self.costs[place] = cost
        return cost

    def _count(self, part: _Part, found: Json, steps: int) -> int:
        cost = part.weight
        for inner in part.in_place:
            cost += self.of(inner, found, steps)
        if isinstance(found, str):
            return cost + part.per_text * len(found) // _TEXT_PER_EVALUATION
        if isinstance(found, dict):
            cost += self._members(part, found, steps)
        elif isinstance(found, list):
            cost += self._entries(part, found, steps)
        return cost * part.factor

    def _members(self, part: _Part, found: Document, steps: int) -> int:
        cost = len(found) * part.per_entry
        properties = part.properties
        for name in found if len(found) < len(properties) else properties:
            if name in found and name in properties:
                cost += self.of(properties[name], found[name], steps)
        for inner in part.of_members:
            for member in found.values():
                cost += self.of(inner, member, steps)
        for inner in part.of_names:
            for name in found:
                cost += self.of(inner, name, steps)
        return cost

    def _entries(self, part: _Part, found: list[Json], steps: int) -> int:
        cost = len(found) * part.per_entry
        for inner, entry in zip(part.first_entries, found, strict=False):
            cost += self.of(inner, entry, steps)
        for inner in part.of_entries:
            for entry in found:
                cost += self.of(inner, entry, steps)
        return cost


def _anchors(schema: Document) -> Mapping[str, Json]:
    """The parts that have an anchor; checks the bounds of a schema on the way (W1, W3)."""
    anchors: dict[str, Json] = {}
    count = patterns = references = 0
    for found in _values(schema):
        count += 1
        if count > MAX_PARTS:
            raise UnboundedSchema(f"it has more than {MAX_PARTS} parts")
        if not isinstance(found, dict):
            continue
        patterns += len(_map(found.get("patternProperties"))) + isinstance(found.get("pattern"), str)
        references += any(name in found for name in _REFERENCES)
        if patterns > MAX_PATTERNS or references > MAX_REFERENCES:
            told = f"{MAX_PATTERNS} patterns, or {MAX_REFERENCES} references"
            raise UnboundedSchema(f"it has more than {told}")
        _require_followed(found, is_root=found is schema)
        anchor = found.get("$anchor")
        if isinstance(anchor, str) and anchors.setdefault(anchor, found) is not found:
            raise UnboundedSchema(f"two parts have the anchor {excerpt(anchor)}")
    return anchors


def _require_followed(found: Document, *, is_root: bool) -> None:
    if any(name in found for name in _DYNAMIC):
        raise UnboundedSchema("it has a dynamic reference")
    if not is_root and isinstance(found.get("$id"), str):
        raise UnboundedSchema("a part of it has an $id of its own")
    patterns = [found.get("pattern"), *_map(found.get("patternProperties"))]
    if any(isinstance(text, str) and len(text) > MAX_PATTERN for text in patterns):
        raise UnboundedSchema(f"a pattern has more than {MAX_PATTERN} characters")


def _values(schema: Json) -> Iterator[Json]:
    """All values in a schema, itself first. Its nesting is bounded where it is read."""
    waiting: list[Json] = [schema]
    while waiting:
        found = waiting.pop()
        yield found
        if isinstance(found, dict):
            waiting += found.values()
        elif isinstance(found, list):
            waiting += found


def _size(found: Json) -> int:
    """How many values there are in one that is compared; 0 where there is none."""
    return 0 if found is None else sum(1 for _ in _values(found))


def _list(found: Json) -> list[Json]:
    return found if isinstance(found, list) else []


def _map(found: Json) -> Document:
    return found if isinstance(found, dict) else {}
