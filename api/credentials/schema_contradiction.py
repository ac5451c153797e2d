"""Whether a JSON Schema contradicts itself, or what every credential holds: seen without an example.

    contradiction(schema, held=SIGNED)

gives the place and the reason where no JSON value at all satisfies the schema together with `held`.

Rules:

- C1 It is never wrong about a contradiction. Where it finds none, nothing is said.
- C2 A place is judged by all schemas that apply to it at once: its own, those of `allOf`, those that `$ref`
  leads to. Each may forbid what another asks for.
- C3 What is not looked into allows everything: `if`, `dependentSchemas`, a `not` that is more than `true` or
  `{}`, references by name (`#name`, `$dynamicRef`), schemas with an `$id` of their own within this one, and
  of an array all but its first entry and `contains`.
- C4 The search ends after a fixed number of steps: schemas may refer to themselves.

Source: JSON Schema 2020-12, Core §10 and §11, Validation §6.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.credentials.document import Document, Json, as_list, pointer_step
from api.credentials.excerpt import shortened
from api.credentials.formats.data_integrity.suites import EDDSA_JCS
from api.credentials.schema import CompiledSchema, SchemaError
from api.credentials.w3c.base_context import BASE_CONTEXTS

_CREDENTIAL: Final[Document] = {
    "type": "object",
    "required": ["@context", "type", "issuer", "credentialSubject"],
    "properties": {
        "@context": {"type": "array", "minItems": 1, "prefixItems": [{"enum": [*BASE_CONTEXTS]}]},
        "type": {
            "anyOf": [
                {"type": "array", "contains": {"const": "VerifiableCredential"}},
                {"const": "VerifiableCredential"},
            ]
        },
        "issuer": {"type": ["string", "object"]},
        "credentialSubject": {"type": ["object", "array"]},
    },
}
UNSIGNED: Final[Document] = {"allOf": [_CREDENTIAL], "properties": {"proof": False}}
"""What every credential holds before it is signed: no proof yet."""
SIGNED: Final[Document] = {
    "allOf": [_CREDENTIAL],
    "required": ["proof"],
    "properties": {
        "proof": {
            "type": "object",
            "required": [
                "type",
                "cryptosuite",
                "created",
                "verificationMethod",
                "proofPurpose",
                "proofValue",
            ],
            "properties": {name: {"const": member} for name, member in EDDSA_JCS.head().items()},
        }
    },
}
"""What every credential holds once it is signed with eddsa-jcs-2022."""

_TYPES: Final = frozenset({"null", "boolean", "object", "array", "number", "string"})
_BOUNDS: Final = {
    "object": ("minProperties", "maxProperties"),
    "array": ("minItems", "maxItems"),
    "string": ("minLength", "maxLength"),
    "number": ("minimum", "maximum"),
}
_IN_PLACE: Final = ("allOf", "anyOf", "oneOf", "if", "then", "else", "not", "$ref")
_OPEN: Final = (
    "patternProperties",
    "additionalProperties",
    "dependentSchemas",
    "$dynamicRef",
    "$recursiveRef",
)
_OLDER_DRAFT: Final = (
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2019-09/schema#",
)
_ALL: Final[Document] = {"additionalProperties": True}
_MAX_STEPS: Final = 20_000
_STEPS_TO_COMPILE: Final = 50
_MAX_DEPTH: Final = 48


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Where nothing can satisfy a schema (a JSON Pointer into the credential; empty: the whole), and why."""

    path: str
    reason: str


def contradiction(schema: Document, *, held: Document) -> Contradiction | None:
    """The first contradiction that is found between a schema, itself, and what is `held`; None where none is.

    The schema is one that compiles (`api.credentials.schema.CompiledSchema`).
    """
    root = _without_prefix_items(schema) if schema.get("$schema") in _OLDER_DRAFT else schema
    try:
        return _Search(root).impossible((root, held), "", 0)
    except _Unseen:
        return None


class _Unseen(Exception):
    """The search took too many steps (C4)."""


class _Search:
    def __init__(self, root: Document) -> None:
        self._root = root
        self._steps = 0

    def impossible(self, schemas: Sequence[Json], path: str, depth: int) -> Contradiction | None:
        """Why nothing satisfies all the schemas at once; None where that is not seen."""
        return self._judged((), schemas, path, depth)

    def _judged(
        self, before: Sequence[Document], schemas: Sequence[Json], path: str, depth: int
    ) -> Contradiction | None:
        """The same for parts that apply as well, and whose alternatives are looked at elsewhere."""
        if depth > _MAX_DEPTH:
            return None
        applied = list(self._applied(schemas))
        if any(schema is False or _negates_all(schema) for schema in applied):
            return Contradiction(path, "nothing is allowed here")
        added = [schema for schema in applied if isinstance(schema, dict)]
        parts = [*before, *added]
        return (
            self._no_choice(parts, path)
            or self._no_branch(parts, added, path, depth)
            or self._no_type(parts, path, depth)
        )

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise _Unseen

    def _applied(self, schemas: Sequence[Json]) -> Iterator[Json]:
        """C2."""
        pending, seen = list(reversed(schemas)), set[str]()
        while pending:
            self._step()
            schema = pending.pop()
            if self._is_embedded(schema):
                continue
            yield schema
            if not isinstance(schema, dict):
                continue
            pending += _listed(schema, "allOf")
            reference = schema.get("$ref")
            if isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                pending.append(self._resolved(reference))

    def _no_choice(self, parts: Sequence[Document], path: str) -> Contradiction | None:
        """Of the values that `const` or `enum` names, none satisfies all parts."""
        named = [[part["const"]] for part in parts if "const" in part]
        named += [_listed(part, "enum") for part in parts if "enum" in part]
        if not named:
            return None
        choices = min(named, key=len)
        together = self._compiled(parts)
        if together is None or any(not together.violations({"it": choice}) for choice in choices):
            return None
        written = ", ".join(shortened(str(choice), 64) for choice in choices[:3]) or "none"
        return Contradiction(path, f"of the allowed values ({written}) each is ruled out")

    def _compiled(self, parts: Sequence[Document]) -> CompiledSchema | None:
        """A schema for the member `it` that all the parts apply to; None where it cannot be said."""
        for _ in range(_STEPS_TO_COMPILE + len(parts)):
            self._step()
        root: Document = {
            name: within for name, within in self._root.items() if name in ("$schema", "$defs", "definitions")
        }
        unnamed: list[Json] = [_without(part, "$id", "$schema") for part in parts]
        try:
            return CompiledSchema({**root, "properties": {"it": {"allOf": unnamed}}})
        except SchemaError:
            return None

    def _no_branch(
        self, parts: Sequence[Document], added: Sequence[Document], path: str, depth: int
    ) -> Contradiction | None:
        """A list of alternatives holds none that goes with the rest."""
        for part in added:
            for alternatives in (_listed(part, "anyOf"), _listed(part, "oneOf")):
                found = [self._judged(parts, (branch,), path, depth + 1) for branch in alternatives]
                if found and all(found):
                    return found[0]
        return None

    def _no_type(self, parts: Sequence[Document], path: str, depth: int) -> Contradiction | None:
        """Each type of value is either not allowed or impossible."""
        allowed = _TYPES.intersection(*map(_types, parts))
        if not allowed:
            return Contradiction(path, "two parts of the schema ask for different types")
        reasons = [self._no_value(kind, parts, path, depth) for kind in sorted(allowed)]
        return reasons[0] if all(reasons) else None

    def _no_value(self, kind: str, parts: Sequence[Document], path: str, depth: int) -> Contradiction | None:
        """Why there is no value of that type."""
        least_name, most_name = _BOUNDS.get(kind, ("", ""))
        least, most = _bounds(parts, least_name), _bounds(parts, most_name)
        if least and most and max(least) > min(most):
            return Contradiction(path, f"{least_name} {max(least)} is above {most_name} {min(most)}")
        if kind == "object":
            return self._no_object(parts, path, depth)
        return self._no_array(parts, path, depth) if kind == "array" else None

    def _no_array(self, parts: Sequence[Document], path: str, depth: int) -> Contradiction | None:
        if max(_bounds(parts, "minItems"), default=0) >= 1:
            first = [_first_entry(part) for part in parts]
            if found := self.impossible(first, f"{path}/0", depth + 1):
                return found
        if any("prefixItems" in part or isinstance(part.get("items"), list) for part in parts):
            return None
        every = [part["items"] for part in parts if "items" in part]
        for part in parts:
            if "contains" in part and part.get("minContains") != 0:
                found = self.impossible((*every, part["contains"]), path, depth + 1)
                if found:
                    return found
        return None

    def _no_object(self, parts: Sequence[Document], path: str, depth: int) -> Contradiction | None:
        required = dict.fromkeys(
            name for part in parts for name in _listed(part, "required") if isinstance(name, str)
        )
        most = min(_bounds(parts, "maxProperties"), default=len(required))
        if len(required) > most:
            return Contradiction(path, f"{len(required)} members are needed and {most} allowed")
        for name in required:
            if found := self._no_member(name, parts, path, depth):
                return found
        return None

    def _no_member(self, name: str, parts: Sequence[Document], path: str, depth: int) -> Contradiction | None:
        """Why a member that must be there cannot be."""
        place = f"{path}/{pointer_step(name)}"
        within = [members[name] for part in parts if name in (members := _members(part))]
        names = [part["propertyNames"] for part in parts if "propertyNames" in part]
        if (
            False in within
            or any(self._shuts_out(part, name) for part in parts)
            or self.impossible((*names, {"const": name}), place, depth + 1)
        ):
            return Contradiction(place, "the member must be there and is not allowed")
        return self.impossible(within, place, depth + 1)

    def _shuts_out(self, part: Document, name: str) -> bool:
        """Whether a schema allows certain members only, and this is none of them."""
        if part.get("additionalProperties") is False:
            return name not in _members(part) and not part.get("patternProperties")
        return part.get("unevaluatedProperties") is False and not self._evaluates(part, name, 0)

    def _evaluates(self, part: Json, name: str, depth: int) -> bool:
        """Whether the member may be evaluated by a schema, or by one that it applies in place."""
        self._step()
        if not isinstance(part, dict):
            return False
        if self._is_embedded(part):
            return True
        opened = any(part.get(keyword) not in (None, False) for keyword in _OPEN)
        if depth > _MAX_DEPTH or opened or name in _members(part):
            return True
        if depth and part.get("unevaluatedProperties") not in (None, False):
            return True
        return any(self._evaluates(each, name, depth + 1) for each in self._in_place(part))

    def _in_place(self, part: Document) -> Iterator[Json]:
        for keyword in _IN_PLACE:
            within = part.get(keyword)
            if isinstance(within, str):
                yield self._resolved(within)
            elif isinstance(within, list):
                yield from within
            elif within is not None:
                yield within

    def _is_embedded(self, schema: Json) -> bool:
        """Whether it is a schema of another name within this one, where references mean other things (C3)."""
        return isinstance(schema, dict) and "$id" in schema and schema is not self._root

    def _resolved(self, reference: str) -> Json:
        """What a JSON Pointer within the schema leads to; for any other reference what allows all (C3)."""
        found: Json = self._root
        steps = reference.split("/")
        for step in steps[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, dict) else None
            if found is None or self._is_embedded(found):
                return _ALL
        return found if steps[0] == "#" else _ALL


def _without_prefix_items(found: Json) -> Any:
    """The schema as draft 2019-09 reads it, which knows no `prefixItems`."""
    if isinstance(found, list):
        return [_without_prefix_items(entry) for entry in found]
    if isinstance(found, dict):
        return {
            name: _without_prefix_items(within) for name, within in found.items() if name != "prefixItems"
        }
    return found


def _negates_all(schema: Json) -> bool:
    return isinstance(schema, dict) and "not" in schema and schema["not"] in (True, {})


def _types(part: Document) -> frozenset[str]:
    named = part.get("type")
    if named is None:
        return _TYPES
    return frozenset("number" if name == "integer" else str(name) for name in as_list(named))


def _bounds(parts: Sequence[Document], keyword: str) -> list[int | float]:
    return [bound for part in parts if isinstance(bound := part.get(keyword), int | float)]


def _first_entry(part: Document) -> Json:
    """The schema of an array's first entry."""
    for keyword in ("prefixItems", "items"):
        if listed := _listed(part, keyword):
            return listed[0]
    every = part.get("items", True)
    return True if isinstance(every, list) else every


def _listed(part: Document, keyword: str) -> list[Json]:
    found = part.get(keyword)
    return found if isinstance(found, list) else []


def _members(part: Document) -> Document:
    found = part.get("properties")
    return found if isinstance(found, dict) else {}


def _without(part: Document, *keywords: str) -> Document:
    return {keyword: within for keyword, within in part.items() if keyword not in keywords}
