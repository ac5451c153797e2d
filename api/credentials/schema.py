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
from typing import NoReturn

import jsonschema_rs

from api.credentials.document import Document, pointer_step
from api.credentials.excerpt import excerpt, shortened
from api.credentials.violation import MAX_SENTENCE, MICRO_CREDENTIAL_ELEMENTS, sentence
from registry.primitives.reason import Reason

MICRO_CREDENTIAL_FILE = "micro-credential.v1.json"
MAX_VIOLATIONS = 20
_MICRO_CREDENTIAL_ID = "urn:matricula:schema:micro-credential:"
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


class CompiledSchema:
    """A compiled schema."""

    def __init__(self, schema: Document) -> None:
        """Compiles it; raises `SchemaError`."""
        draft = schema.get("$schema")
        compiler = _VALIDATORS.get(draft.removesuffix("#")) if isinstance(draft, str) else None
        if compiler is None:
            raise SchemaError(SchemaFault.UNSUPPORTED_DRAFT, f"$schema is {excerpt(draft)}")
        self._document = schema
        name = schema.get("$id")
        is_micro_credential = isinstance(name, str) and name.startswith(_MICRO_CREDENTIAL_ID)
        self._elements = MICRO_CREDENTIAL_ELEMENTS if is_micro_credential else {}
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
        """What is wrong with a document, at most 20 places; empty where it conforms."""
        found = []
        for error in self._validator.iter_errors(document):
            found.append(
                SchemaViolation(
                    _pointer(error.instance_path),
                    str(error.schema_path[-1]),
                    sentence(error, self._document, self._elements),
                )
            )
            if len(found) == MAX_VIOLATIONS:
                break
        return tuple(found)


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
