"""A recorded JSON Schema in the other of the two drafts that verifiers in use understand (decision 0131).

Some read 2020-12 alone, some 2019-09 alone, and fail on the other by its `$schema`. What both drafts say in
the same way stays as it is; the one thing that they write differently is rewritten:

    2020-12                         2019-09
    prefixItems: [A, B]             items: [A, B]
    prefixItems: [A, B], items: C   items: [A, B], additionalItems: C
    items: C                        items: C

- R1 **The same documents conform**, or there is no rendition. What the other draft reads differently, and
  has no word for, is refused with its name: dynamic and recursive references, vocabularies,
  `unevaluatedItems` beside `contains` (2020-12 counts what `contains` matched as evaluated), and every word
  that the schema's own draft passes over and the other one would act upon.
- R2 **Pointers keep their aim.** A `$ref` by a path is refused where the path goes through a word that is
  rewritten, or does not end at a schema. So is a part with an `$id` of its own, from which paths would begin.
- R3 Only schemas are rewritten: what stands in `const`, `enum`, `default` and `examples` is data, and so is
  whatever stands under a word that neither draft knows.
- R4 `$id` stays: it is the same schema.

Source: JSON Schema 2019-09 and 2020-12, Core §8–§11 and the release notes of 2020-12.
"""

import re
from collections.abc import Callable
from enum import Enum
from typing import Final
from urllib.parse import unquote

from api.credentials.document import Document, DocumentError, Json, load
from api.documents.ascii_json import ascii_json

_SUB_SCHEMAS: Final = frozenset(
    {
        "additionalItems",
        "additionalProperties",
        "contains",
        "contentSchema",
        "else",
        "if",
        "not",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
)
_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_MAPS: Final = frozenset({"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"})
_MAX_DEPTH: Final = 64
_MAX_DIGITS: Final = 9
_ANCHOR: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")


class SchemaDraft(Enum):
    """A draft of JSON Schema: its short name, and the URI of its meta-schema."""

    D2019_09 = ("2019-09", "https://json-schema.org/draft/2019-09/schema")
    D2020_12 = ("2020-12", "https://json-schema.org/draft/2020-12/schema")

    def __init__(self, short_name: str, uri: str) -> None:
        self.short_name = short_name
        self.uri = uri


class NoRendition(ValueError):
    """The schema has no faithful form in that draft; the text is a clause that says what is in the way."""


_OF_ONE_DRAFT: Final = (
    "$dynamicAnchor",
    "$dynamicRef",
    "$recursiveAnchor",
    "$recursiveRef",
    "$vocabulary",
)
_REFUSED: Final = {
    SchemaDraft.D2020_12: frozenset({*_OF_ONE_DRAFT, "additionalItems"}),
    SchemaDraft.D2019_09: frozenset({*_OF_ONE_DRAFT, "prefixItems"}),
}
"""R1: words of a schema in that draft that cannot be carried over."""
_MOVED: Final = frozenset({"additionalItems", "prefixItems"})
_REWRITTEN: Final = frozenset({"additionalItems", "items", "prefixItems"})


def draft_of(schema: Document) -> SchemaDraft | None:
    """The draft that a schema names; None where it is another."""
    named = schema.get("$schema")
    if not isinstance(named, str):
        return None
    return next((draft for draft in SchemaDraft if named.removesuffix("#") == draft.uri), None)


def schema_in_draft(recorded: bytes, wanted: SchemaDraft | None) -> bytes:
    """The recorded bytes where no draft is wanted, or their own; else their rendition in the wanted draft.
    Raises `NoRendition`.
    """
    if wanted is None:
        return recorded
    try:
        schema = load(recorded)
    except DocumentError as error:
        raise NoRendition(f"its JSON has no one reading: {error}") from None
    return recorded if draft_of(schema) is wanted else rendition(schema, wanted)


def rendition(schema: Document, wanted: SchemaDraft) -> bytes:
    """The schema in the wanted draft, in bytes (`api.documents.ascii_json`); raises `NoRendition`."""
    draft = draft_of(schema)
    if draft is None:
        raise NoRendition("its own draft is neither 2020-12 nor 2019-09")
    rewritten = schema if draft is wanted else _Rewriting(draft).whole(schema)
    return ascii_json({**rewritten, "$schema": wanted.uri})


class _Rewriting:
    """One pass over a schema of one draft, into the other one."""

    def __init__(self, draft: SchemaDraft) -> None:
        self._draft = draft
        self._words: set[str] = set()
        self._pointers: set[str] = set()

    def whole(self, schema: Document) -> Document:
        """The whole schema, rewritten."""
        rewritten = self._object(schema, 0)
        if {"contains", "unevaluatedItems"} <= self._words:
            raise NoRendition("unevaluatedItems beside contains means another thing in the other draft")
        for pointer in self._pointers:
            self._require_in_place(schema, pointer)
        return rewritten

    def _require_in_place(self, schema: Document, pointer: str) -> None:
        """R2."""
        steps = pointer.split("/")[1:]
        moves = "prefixItems" in self._words or not _MOVED.isdisjoint(steps)
        if (moves and not _REWRITTEN.isdisjoint(steps)) or not _leads_to_schema(schema, steps):
            raise NoRendition(
                "a $ref goes through a word that the other draft does not read as this one does"
            )

    def _schema(self, found: Json, depth: int) -> Json:
        return self._object(found, depth) if isinstance(found, dict) else found

    def _object(self, found: Document, depth: int) -> Document:
        if depth > _MAX_DEPTH:
            raise NoRendition(f"a schema in it is more than {_MAX_DEPTH} schemas deep")
        for word, part in found.items():
            self._look_at(word, part, depth)
        within = {word: self._under(word, part, depth + 1) for word, part in found.items()}
        return _TO_OTHER[self._draft](within, self._words)

    def _look_at(self, word: str, part: Json, depth: int) -> None:
        """R1: refuses a word that cannot be carried over, and notes the others."""
        if word in _REFUSED[self._draft]:
            raise NoRendition(f"{word} has no counterpart in the other draft")
        if word in ("$id", "$schema") and depth:
            raise NoRendition(f"a part of it has {word} of its own")
        if word == "$anchor" and not (isinstance(part, str) and _ANCHOR.fullmatch(part)):
            raise NoRendition("the drafts spell an $anchor like this one differently")
        if word == "$ref" and isinstance(part, str) and part.startswith("#/"):
            self._pointers.add(unquote(part.removeprefix("#")))  # any other fragment is an anchor
        self._words.add(word)

    def _under(self, word: str, part: Json, depth: int) -> Json:
        if word in _MAPS and isinstance(part, dict):
            return {name: self._schema(schema, depth) for name, schema in part.items()}
        if (word in _LISTS or word == "items") and isinstance(part, list):
            return [self._schema(schema, depth) for schema in part]
        return self._schema(part, depth) if word in _SUB_SCHEMAS or word == "items" else part


def _leads_to_schema(schema: Document, steps: list[str]) -> bool:
    """Whether a pointer's steps lead from schema to schema, and end at one."""
    found: Json = schema
    left = list(reversed(steps))
    while left and isinstance(found, dict):
        word = left.pop()
        part = found.get(word)
        if word in _MAPS and isinstance(part, dict) and left:
            found = part.get(left.pop().replace("~1", "/").replace("~0", "~"))
        elif (word in _LISTS or word == "items") and isinstance(part, list) and left:
            found = _entry(part, left.pop())
        elif word in _SUB_SCHEMAS or word == "items":
            found = part
        else:
            return False
    return not left and isinstance(found, dict | bool)


def _entry(entries: list[Json], step: str) -> Json:
    is_number = step.isascii() and step.isdecimal() and len(step) <= _MAX_DIGITS
    return entries[int(step)] if is_number and int(step) < len(entries) else None


def _to_2019_09(found: Document, _: set[str]) -> Document:
    if "prefixItems" not in found:
        return found
    rest = {word: part for word, part in found.items() if word not in ("items", "prefixItems")}
    rest["items"] = found["prefixItems"]
    if "items" in found:
        rest["additionalItems"] = found["items"]
    return rest


def _to_2020_12(found: Document, words: set[str]) -> Document:
    """A list in `items` is `prefixItems` there. Beside any other `items` the draft passes over
    `additionalItems`.
    """
    rest = {word: part for word, part in found.items() if word != "additionalItems"}
    if isinstance(found.get("items"), list):
        words.add("prefixItems")
        rest["prefixItems"] = rest.pop("items")
        if "additionalItems" in found:
            rest["items"] = found["additionalItems"]
    return rest


_TO_OTHER: Final[dict[SchemaDraft, Callable[[Document, set[str]], Document]]] = {
    SchemaDraft.D2020_12: _to_2019_09,
    SchemaDraft.D2019_09: _to_2020_12,
}
