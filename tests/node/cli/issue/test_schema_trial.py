"""`matricula schema publish`: what no credential can be signed under is told before it stands for ever."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from api.credentials.formats.table import read_draft
from api.credentials.schema import micro_credential_document
from api.credentials.secured import UnsignedCredential
from api.issuer.schema_trial import Trial, try_schema
from api.issuer.template import starting_point
from registry.kinds.schema.record import SCHEMA_RECORD, schema_id
from tests.api.credentials.formats.jose.credentials import of_2_0
from tests.api.credentials.formats.jose.minted import token
from tests.node.cli.conftest import Ran, Registrar
from tests.node.cli.issue.test_publication import Terminal
from tests.registry.network import START_MS, UNIVERSITY

DRAFT = "https://json-schema.org/draft/2020-12/schema"
OWN = schema_id(UNIVERSITY, "own")
NO_CREDENTIAL = "no credential can be signed under this schema: "
GIVEN: dict[str, Any] = {"@context": {}, "type": {}, "issuer": {}, "credentialSubject": {}}


def template_of(issuer: str) -> UnsignedCredential:
    """The template of an issuer."""
    return read_draft(json.dumps(starting_point(issuer, START_MS)).encode())


def schema(**keywords: Any) -> dict[str, Any]:
    """A schema with these keywords."""
    return {"$schema": DRAFT, "$id": "urn:example:own", **keywords}


async def publish(registrar: Registrar, document: Any, *options: object) -> Ran:
    """What comes of publishing it as version 1.0.0 of `own`."""
    file = registrar.folder / "own.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    return await registrar.run("schema", "publish", "own", "1.0.0", file, *options, *registrar.signing)


UNUSABLE = {
    "an older draft": (
        schema(**{"$schema": "http://json-schema.org/draft-07/schema#"}),
        "its draft is not supported: $schema is 'http://json-schema.org/draft-07/schema#'",
    ),
    "no schema": (schema(type="objekt"), 'it is no JSON Schema: "objekt" is not valid'),
    "a reference outside": (
        schema(properties={"issuer": {"$ref": "https://example.org/issuer.json"}}),
        "it refers to something outside of itself: https://example.org/issuer.json",
    ),
    "a number that does not survive": (
        json.dumps(schema())[:-1] + ',"minProperties":1e400}',
        "not every reader takes it: a number in the document would change by being read",
    ),
    "no proof allowed": (
        schema(properties=GIVEN, additionalProperties=False),
        "once it is signed, no credential conforms: at /proof the member must be there and is not allowed",
    ),
    "a proof required": (
        schema(required=["proof"]),
        "before it is signed, no credential conforms: at /proof the member must be there and is not allowed",
    ),
    "another context": (
        schema(properties={"@context": {"const": ["https://w3id.org/openbadges/v2"]}}),
        "before it is signed, no credential conforms: at /@context of the allowed values "
        "(['https://w3id.org/openbadges/v2']) each is ruled out",
    ),
    "against itself": (
        schema(
            properties={
                "credentialSubject": {"type": "object", "required": ["n"], "additionalProperties": False}
            }
        ),
        "before it is signed, no credential conforms: "
        "at /credentialSubject/n the member must be there and is not allowed",
    ),
}


@pytest.mark.parametrize("name", UNUSABLE)
async def test_a_schema_under_which_nothing_can_be_signed_is_not_published(
    name: str, registrar: Registrar
) -> None:
    document, reason = UNUSABLE[name]
    ran = await publish(registrar, document, "--yes")
    what, where, do = ran.error
    assert what.startswith(NO_CREDENTIAL + reason)
    assert where == str(registrar.folder / "own.json")
    assert do.endswith(". Once published it never changes; --even-if-unusable publishes it as it is")
    assert registrar.body(SCHEMA_RECORD, OWN) is None
    anyway = await publish(registrar, document, "--even-if-unusable")
    assert anyway.code == 0
    assert [release.version for release in registrar.body(SCHEMA_RECORD, OWN).releases] == ["1.0.0"]


REFUSED = {
    '{"title":"no id"}': "the schema lacks a textual `$id` or `$schema` ($id)",
    '{"$id":"urn:a","$schema":7}': "the schema lacks a textual `$id` or `$schema` ($schema)",
    '{"$id":"urn:a","$schema":"x","n":1.0000000000000000000000000000000}': (
        "the schema's content is not JSON as the registry reads it (number-too-long at character 33)"
    ),
    "[]": "this is a list in JSON, not a JSON Schema",
    "{": "this is not a JSON Schema, because it is not JSON: the file ends inside the document",
    '{"a":1,"a":2}': (
        "this cannot be read as a JSON Schema: an object in the document has a member name twice. "
        "The name is 'a'"
    ),
}


@pytest.mark.parametrize("text", REFUSED)
async def test_what_the_registry_refuses_is_not_sent(text: str, registrar: Registrar) -> None:
    height = registrar.ledger.view().header.height
    for options in ((), ("--even-if-unusable",)):
        ran = await publish(registrar, text, *options)
        assert ran.error[0] == REFUSED[text]
        assert ran.error[1].partition(",")[0] == str(registrar.folder / "own.json")
    assert registrar.ledger.view().header.height == height


OTHER = schema(properties={"credentialSubject": {"type": "object", "required": ["studentNumber"]}})


async def test_a_schema_of_other_credentials_is_asked_about(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = (
        "The credential of `matricula credential template` does not conform "
        "(/credentialSubject: studentNumber is missing). "
        "If your credentials hold something else, try it on one of them with --example FILE. "
        "Publish it as it is?"
    )
    script = await publish(registrar, OTHER)
    assert script.error == (
        f"cannot ask, because standard input is no terminal: {question}",
        "",
        "add --yes to confirm",
    )
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    no = await publish(registrar, OTHER)
    assert (no.code, question in no.err) == (1, True)
    assert registrar.body(SCHEMA_RECORD, OWN) is None
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert (await publish(registrar, OTHER, "--yes")).code == 0


async def test_an_example_answers_for_the_schema(registrar: Registrar) -> None:
    example = registrar.folder / "example.json"
    document: Any = starting_point(UNIVERSITY, START_MS)
    example.write_text(json.dumps(document))
    ran = await publish(registrar, OTHER, "--example", example)
    assert ran.error == (
        "the example does not conform: studentNumber is missing",
        f"{example} at /credentialSubject",
        "correct the schema or the example; nothing was published",
    )
    document["credentialSubject"]["studentNumber"] = "7"
    example.write_text(json.dumps({**document, "proof": {}}))
    assert (await publish(registrar, OTHER, "--example", example)).code == 0


async def test_a_token_is_no_example(registrar: Registrar) -> None:
    example = registrar.folder / "example.jwt"
    example.write_text(token(of_2_0()))
    ran = await publish(registrar, OTHER, "--example", example)
    assert ran.error == (
        "the example is a signed token or a European Digital Credential, and such are only read here",
        str(example),
        "give a credential in JSON, such as `matricula credential template` prints; nothing was published",
    )
    assert registrar.body(SCHEMA_RECORD, OWN) is None


def test_the_built_in_schema_takes_the_template() -> None:
    for issuer in (UNIVERSITY, "did:web:localhost%3A8443:registrar"):
        assert try_schema(micro_credential_document(), template_of(issuer)) == Trial()


def test_a_member_that_only_the_signed_example_has_is_tried(tmp_path: Path) -> None:
    document = schema(properties={"proof": {"properties": {"created": {"pattern": "^1999"}}}})
    trial = try_schema(json.dumps(document).encode(), template_of(UNIVERSITY))
    assert [(violation.path, violation.keyword) for violation in trial.violations] == [
        ("/proof/created", "pattern")
    ]
