"""C1 to C4: contradictions are found, and what some credential satisfies is never called one."""

import json
from typing import Any

import pytest

from api.credentials.document import Document, Json
from api.credentials.formats.data_integrity import eddsa_jcs
from api.credentials.schema import CompiledSchema, micro_credential_document
from api.credentials.schema_contradiction import (
    SIGNED,
    UNSIGNED,
    Contradiction,
    contradiction,
)
from api.credentials.w3c.base_context import BASE_CONTEXTS
from registry.primitives.ed25519 import signing_with
from tests.api.credentials.samples import CREATED, METHOD, SEED, credential, smallest

DRAFT = "https://json-schema.org/draft/2020-12/schema"
OLDER_DRAFT = "https://json-schema.org/draft/2019-09/schema"
GIVEN: Document = {"@context": {}, "type": {}, "issuer": {}, "credentialSubject": {}}
NOT_ALLOWED = "the member must be there and is not allowed"
TYPES = "two parts of the schema ask for different types"


def schema(**keywords: Any) -> Document:
    """A schema with these keywords."""
    document = {"$schema": DRAFT, "$id": "urn:example:schema", **keywords}
    CompiledSchema(document)
    return document


def of_subject(**keywords: Any) -> Document:
    """A schema of a credentialSubject that is an object."""
    return schema(properties={"credentialSubject": {"type": "object", **keywords}})


def of_grade(**keywords: Any) -> Document:
    """A schema of a grade that the subject must have."""
    return of_subject(required=["grade"], properties={"grade": keywords})


SUBJECT = "/credentialSubject"
LOW: Document = {"properties": {"grade": {"type": "integer", "maximum": 3}}}
EVERY: dict[str, tuple[Document, Contradiction]] = {
    "a list": (schema(type="array"), Contradiction("", TYPES)),
    "false within all": (schema(allOf=[{}, False]), Contradiction("", "nothing is allowed here")),
    "not anything": (schema(**{"not": {}}), Contradiction("", "nothing is allowed here")),
    "another type": (
        schema(properties={"type": {"const": "Diploma"}}),
        Contradiction("/type", "of the allowed values (Diploma) each is ruled out"),
    ),
    "types of a closed list": (
        schema(properties={"type": {"type": "array", "items": {"enum": ["A", "B"]}}}),
        Contradiction("/type", "of the allowed values (VerifiableCredential) each is ruled out"),
    ),
    "another context": (
        schema(properties={"@context": {"prefixItems": [{"const": "https://w3id.org/openbadges/v2"}]}}),
        Contradiction(
            "/@context/0", "of the allowed values (https://w3id.org/openbadges/v2) each is ruled out"
        ),
    ),
    "no context": (schema(propertyNames={"pattern": "^[a-z]+$"}), Contradiction("/@context", NOT_ALLOWED)),
    "no issuer": (schema(properties={"issuer": False}), Contradiction("/issuer", NOT_ALLOWED)),
    "a subject that is a text": (
        schema(properties={"credentialSubject": {"type": "string"}}),
        Contradiction(SUBJECT, TYPES),
    ),
    "required and forbidden": (
        of_subject(required=["grade"], properties={"grade": False}),
        Contradiction(f"{SUBJECT}/grade", NOT_ALLOWED),
    ),
    "required and closed": (
        of_subject(required=["grade"], properties={"mark": {}}, additionalProperties=False),
        Contradiction(f"{SUBJECT}/grade", NOT_ALLOWED),
    ),
    "required and unevaluated": (
        of_subject(required=["a/b"], allOf=[{"properties": {"mark": {}}}], unevaluatedProperties=False),
        Contradiction(f"{SUBJECT}/a~1b", NOT_ALLOWED),
    ),
    "bounds crossed in two places": (
        schema(
            **{
                "properties": {
                    "credentialSubject": {"type": "object", "allOf": [{"$ref": "#/$defs/a"}, LOW]}
                },
                "$defs": {"a": {"required": ["grade"], "properties": {"grade": {"minimum": 5}}}},
            }
        ),
        Contradiction(f"{SUBJECT}/grade", "minimum 5 is above maximum 3"),
    ),
    "more members than may be": (
        schema(maxProperties=3),
        Contradiction("", "4 members are needed and 3 allowed"),
    ),
    "a choice of the wrong type": (
        of_grade(type="integer", enum=["A", "B"]),
        Contradiction(f"{SUBJECT}/grade", "of the allowed values (A, B) each is ruled out"),
    ),
    "no branch": (
        of_subject(
            required=["grade"], properties={"grade": {"type": "string", "oneOf": [{"type": "null"}, False]}}
        ),
        Contradiction(f"{SUBJECT}/grade", TYPES),
    ),
    "an empty list of one": (
        of_subject(
            required=["marks"], properties={"marks": {"type": "array", "minItems": 1, "items": False}}
        ),
        Contradiction(f"{SUBJECT}/marks/0", "nothing is allowed here"),
    ),
}


@pytest.mark.parametrize("held", [UNSIGNED, SIGNED], ids=["unsigned", "signed"])
@pytest.mark.parametrize("name", EVERY)
def test_what_no_credential_satisfies(name: str, held: Document) -> None:
    document, expected = EVERY[name]
    if name == "more members than may be" and held is SIGNED:
        expected = Contradiction("", "5 members are needed and 3 allowed")
    assert contradiction(document, held=held) == expected


def test_both_data_models_can_be_signed() -> None:
    for name in BASE_CONTEXTS:
        document = schema(properties={"@context": {"const": [name]}})
        assert contradiction(document, held=SIGNED) is None


def test_a_proof_that_must_or_may_not_be_there() -> None:
    required, closed = schema(required=["proof"]), schema(properties=GIVEN, additionalProperties=False)
    assert contradiction(required, held=UNSIGNED) == Contradiction("/proof", NOT_ALLOWED)
    assert contradiction(required, held=SIGNED) is None
    assert contradiction(closed, held=UNSIGNED) is None
    assert contradiction(closed, held=SIGNED) == Contradiction("/proof", NOT_ALLOWED)
    other_suite = {"properties": {"cryptosuite": {"const": "eddsa-rdfc-2022"}}}
    assert contradiction(schema(properties={"proof": other_suite}), held=SIGNED) == Contradiction(
        "/proof/cryptosuite", "of the allowed values (eddsa-rdfc-2022) each is ruled out"
    )


SATISFIED: tuple[Document, ...] = (
    schema(),
    schema(required=["credentialSubject"], properties={"proof": True}, minProperties=2),
    schema(**{"$ref": "#/$defs/loop", "$defs": {"loop": {"anyOf": [{"$ref": "#/$defs/loop"}, {}]}}}),
    schema(properties=GIVEN, patternProperties={"^": {}}, additionalProperties=False),
    schema(unevaluatedProperties=False, anyOf=[{"properties": GIVEN}, {"additionalProperties": True}]),
    schema(**{"not": {"required": ["hello"]}}),
    schema(properties={"nonsense": {"type": "string", "minLength": 5, "maxLength": 1}}),
    # Within a schema of another name `#/$defs/a` is another one.
    schema(
        **{
            "properties": {"issuer": {"$ref": "#/$defs/b"}},
            "$defs": {
                "a": False,
                "b": {"$id": "urn:example:b", "$ref": "#/$defs/a", "$defs": {"a": True}},
            },
        }
    ),
    {
        "$schema": OLDER_DRAFT,
        "$id": "urn:a",
        "properties": {"type": {"items": [{"const": "VerifiableCredential"}, {}], "contains": {}}},
    },
    {"$schema": OLDER_DRAFT, "$id": "urn:a", "properties": {"type": {"prefixItems": [False]}}},
    json.loads(micro_credential_document()),
)


@pytest.mark.parametrize("document", SATISFIED, ids=lambda document: str(list(document)[2:]))
def test_what_a_credential_satisfies_is_never_called_contradictory(document: Document) -> None:
    for unsigned in (credential(), smallest()):
        signed = eddsa_jcs.sign(unsigned, signing_with(SEED), verification_method=METHOD, created=CREATED)
        assert (
            CompiledSchema(document).violations(unsigned) == CompiledSchema(document).violations(signed) == ()
        )
    assert contradiction(document, held=UNSIGNED) is contradiction(document, held=SIGNED) is None


def fitting(instance: Json, depth: int) -> Document:
    """A schema that asks for just this value, with all that it can say about it."""
    match instance:
        case dict():
            return {
                "type": "object",
                "required": list(instance),
                "properties": {name: fitting(member, depth + 1) for name, member in instance.items()},
                "additionalProperties": False,
                "minProperties": len(instance),
                "maxProperties": len(instance),
            }
        case list():
            return {
                "type": "array",
                "prefixItems": [fitting(entry, depth + 1) for entry in instance],
                "items": False,
                "minItems": len(instance),
            }
    return {"oneOf": [{"const": instance}, {"type": "object", "required": ["x"], "properties": {"x": False}}]}


def test_a_schema_made_of_a_credential_is_not_contradictory() -> None:
    for unsigned in (credential(), smallest()):
        signed = eddsa_jcs.sign(unsigned, signing_with(SEED), verification_method=METHOD, created=CREATED)
        for held, document in ((UNSIGNED, unsigned), (SIGNED, signed)):
            made = schema(**fitting(document, 0))
            assert CompiledSchema(made).violations(document) == ()
            assert contradiction(made, held=held) is None
        assert contradiction(schema(**fitting(unsigned, 0)), held=SIGNED) is not None


def test_a_schema_that_refers_to_itself_ends_the_search() -> None:
    deep = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/$defs/link"}}}
    document = schema(
        **{"$defs": {"link": deep}, "properties": {"credentialSubject": {"$ref": "#/$defs/link"}}}
    )
    assert contradiction(document, held=SIGNED) is None
    wide = {"anyOf": [{"$ref": "#/$defs/wide"}, {"$ref": "#/$defs/wide"}]}
    assert contradiction(schema(**{"$defs": {"wide": wide}, "$ref": "#/$defs/wide"}), held=SIGNED) is None
