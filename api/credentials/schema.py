"""JSON Schema for credentials: what a micro-credential must hold, and validation that reaches for nothing.

A schema is compiled with a retriever that refuses every reference outside of itself, and with the regex
engine whose time is linear in its input: a schema comes from someone else as often as the document does. A
draft other than 2020-12 and 2019-09 is refused as unsupported, which a verifier reports as indeterminate.

Source: JSON Schema 2020-12; W3C VC JSON Schema §4.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any, NoReturn

import jsonschema_rs

from api.credentials.document import Document, has_more_values_than, pointer_step
from api.credentials.excerpt import excerpt, shortened
from api.credentials.violation import MAX_SENTENCE, sentence
from registry.primitives.reason import Reason

MICRO_CREDENTIAL_FILE = "micro-credential.v1.json"
MAX_VIOLATIONS = 20
MAX_TOLD_VALUES = 5_000
"""Values of a document in which all places are told that violate a schema: each costs about 25 µs."""
_MAX_REGEX_BYTES = 1 << 18

_VALIDATORS = {
    "https://json-schema.org/draft/2020-12/schema": jsonschema_rs.Draft202012Validator,
    "https://json-schema.org/draft/2019-09/schema": jsonschema_rs.Draft201909Validator,
}


class SchemaFault(Reason):
    """Why a schema cannot be used. Its publisher meets it."""

    UNSUPPORTED_DRAFT = (
        "unsupported-draft",
        "Its draft is not supported.",
        "Write it in draft 2020-12 or 2019-09. For the first, `$schema` is "
        "https://json-schema.org/draft/2020-12/schema.",
    )
    OUTSIDE_REFERENCE = (
        "outside-reference",
        "It refers to something outside of itself.",
        "Copy what it refers to into its `$defs`. A verifier fetches nothing from elsewhere.",
    )
    INVALID = "invalid-schema", "It is no JSON Schema.", "Correct what is named."
    UNBOUNDED = (
        "unbounded-schema",
        "Judging by it takes more work than is permitted, or nobody can tell how much.",
        "Write it shorter, with fewer branches and patterns, and without dynamic references.",
    )


class SchemaError(ValueError):
    """A schema refused, with the reason."""

    def __init__(self, fault: SchemaFault, detail: str) -> None:
        super().__init__(f"{fault.code}: {detail}")
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class SchemaViolation:
    """A place in a document (a JSON Pointer; empty for the whole) and the schema keyword that it violates.

    `message` is a clause without a full stop, for people; it may hold foreign text.
    """

    path: str
    keyword: str
    message: str


_NOT_UNICODE = SchemaViolation("", "", "it holds a text that is not well-formed Unicode")


class CompiledSchema:
    """A compiled schema."""

    def __init__(self, schema: Document) -> None:
        """Compiles it; raises `SchemaError`."""
        draft = schema.get("$schema")
        compiler = _VALIDATORS.get(draft.removesuffix("#")) if isinstance(draft, str) else None
        if compiler is None:
            raise SchemaError(SchemaFault.UNSUPPORTED_DRAFT, f"$schema is {excerpt(draft)}")
        self._document = schema
        outside: list[str] = []

        def refuse(uri: str) -> NoReturn:
            outside.append(uri)
            raise ValueError(f"a schema may not refer to {uri}")

        try:
            self._validator = compiler(
                schema,
                validate_formats=True,
                retriever=refuse,
                pattern_options=jsonschema_rs.RegexOptions(
                    size_limit=_MAX_REGEX_BYTES, dfa_size_limit=_MAX_REGEX_BYTES
                ),
            )
        except ValueError as error:
            if outside:
                raise SchemaError(
                    SchemaFault.OUTSIDE_REFERENCE, shortened(outside[0], MAX_SENTENCE)
                ) from None
            raise SchemaError(SchemaFault.INVALID, shortened(_told(error), MAX_SENTENCE)) from None

    def violations(self, document: Document) -> tuple[SchemaViolation, ...]:
        """What is wrong with a document, at most 20 places, and the first alone where it has very many
        values; empty where it conforms.
        """
        try:
            if has_more_values_than(document, MAX_TOLD_VALUES):
                return self._first_violation(document)
            errors = islice(self._validator.iter_errors(document), MAX_VIOLATIONS)
            return tuple(self._violation(error) for error in errors)
        except UnicodeEncodeError:  # the document was put together, and not read: rule D3 of `document`
            return (_NOT_UNICODE,)

    def _first_violation(self, document: Document) -> tuple[SchemaViolation, ...]:
        """The library gathers all errors before it gives one, unless only the first is asked for."""
        try:
            self._validator.validate(document)
        except jsonschema_rs.ValidationError as error:
            return (self._violation(error),)
        return ()

    def _violation(self, error: Any) -> SchemaViolation:
        told = sentence(error, self._document)
        return SchemaViolation(_pointer(error.instance_path), str(error.schema_path[-1]), told)


def micro_credential_document() -> bytes:
    """The exact bytes of the micro-credential schema, as institutions register them."""
    return (resources.files(__package__) / "schemas" / MICRO_CREDENTIAL_FILE).read_bytes()


@cache
def micro_credential() -> CompiledSchema:
    """The compiled schema of the EU Annex I elements on Open Badges 3.0."""
    return CompiledSchema(json.loads(micro_credential_document()))


def _told(error: ValueError) -> str:
    """What is wrong with a schema, and where in it."""
    if not isinstance(error, jsonschema_rs.ValidationError):
        return str(error)
    place = _pointer(error.instance_path)
    return f"{error.message} (at {place})" if place else str(error.message)


def _pointer(path: list[str | int]) -> str:
    return "".join(f"/{pointer_step(step)}" for step in path)
