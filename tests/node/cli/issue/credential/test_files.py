"""Which documents the commands for credentials take, and what they call the others."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.credentials.document import Document
from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.data_integrity.reading import SecuredDocument
from api.credentials.secured import Secured, UnsignedCredential
from api.credentials.wrappers.badge_image import badge_image
from api.credentials.wrappers.table import bake
from api.verifier.credential import Aspect, Check
from node.cli.issue.credential.files import anything_in, credential_in, draft_in, presented, presented_in
from node.files.bounded import WrongFile
from node.files.foreign import FileKind, of_document
from tests.node.files.foreign import CREDENTIAL

LOOKS_LIKE: dict[str, dict[str, Any]] = {
    "a JSON Schema": {"$schema": "https://json-schema.org/draft/2020-12/schema"},
    "an anchor proof": {"root": "00", "salt": "00", "path": []},
    "an answer": {"question": {}, "header": {}, "proof": {"type": "DataIntegrityProof"}},
    "an answer of the API": {"answer": {"question": {}, "proof": {}, "header": {}}},
    "an Open Badges 2 assertion": {"recipient": {}, "badge": "https://a.example/badge"},
    "a DID document": {"id": "did:web:a.example", "verificationMethod": []},
    "a resolution": {"didDocument": {}},
    "a JWS": {"payload": "", "signatures": []},
    "a JWK": {"kty": "OKP"},
    "a set of JWKs": {"keys": []},
    "the output of a command": {"question": {}, "verdict": {}},
    "an error": {"title": "Conflict", "status": 409},
    "a wrapped credential": {"vc": {}},
}
"""Members that a credential may have like any other, and that other kinds of files have too."""


def written(folder: Path, document: object) -> Path:
    file = folder / "credential.json"
    file.write_text(json.dumps(document))
    return file


def said(read: UnsignedCredential | Secured | list[Secured | Check]) -> Document:
    """The document that was read."""
    assert isinstance(read, SecuredDocument)
    return read.claims.document


def presented_list(file: Path) -> list[Any]:
    """The credentials of a presentation."""
    presented = presented_in(file)
    assert isinstance(presented, list)
    return presented


READERS = (credential_in, draft_in, anything_in, presented_in)


def without(member: str) -> Document:
    return {name: held for name, held in CREDENTIAL.items() if name != member}


@pytest.mark.parametrize("members", LOOKS_LIKE.values(), ids=LOOKS_LIKE)
@pytest.mark.parametrize("base", [CREDENTIAL, without("type"), without("credentialSubject")])
def test_no_member_makes_a_credential_another_file(
    base: Document, members: dict[str, Any], tmp_path: Path
) -> None:
    document = {**base, **members}
    file = written(tmp_path, document)
    assert [said(read(file)) for read in READERS] == [document] * 4
    assert of_document(document) is (
        FileKind.CREDENTIAL if "proof" in members else FileKind.UNSIGNED_CREDENTIAL
    )


@pytest.mark.parametrize("members", LOOKS_LIKE.values(), ids=LOOKS_LIKE)
def test_what_does_not_say_that_it_is_a_credential_is_called_what_it_looks_like(
    members: dict[str, Any], tmp_path: Path
) -> None:
    file = written(tmp_path, members)
    for read in READERS:
        with pytest.raises(WrongFile) as refused:
            read(file)
        assert refused.value.kind is of_document(members)
        assert refused.value.where == str(file)
        assert refused.value.what == f"this is {refused.value.kind.phrase}, not a credential"


@pytest.mark.parametrize("members", LOOKS_LIKE.values(), ids=LOOKS_LIKE)
@pytest.mark.parametrize("type_", ["VerifiablePresentation", ["VerifiablePresentation"]])
def test_a_presentation_is_judged_and_neither_signed_nor_anchored(
    type_: object, members: dict[str, Any], tmp_path: Path
) -> None:
    document = {**members, "type": type_, "verifiableCredential": [CREDENTIAL]}
    file = written(tmp_path, document)
    (presented,) = presented_list(file)
    assert (said(presented), said(anything_in(file))) == (CREDENTIAL, document)
    for read in (credential_in, draft_in):
        with pytest.raises(WrongFile) as refused:
            read(file)
        assert refused.value.kind is FileKind.PRESENTATION is of_document(document)


def test_what_is_a_presentation_as_well_is_a_credential_for_every_command(tmp_path: Path) -> None:
    document = {**CREDENTIAL, "type": ["VerifiableCredential", "VerifiablePresentation"]}
    file = written(tmp_path, document)
    assert [said(read(file)) for read in READERS] == [document] * 4
    assert of_document(document) is FileKind.UNSIGNED_CREDENTIAL


@pytest.mark.parametrize("document", [{}, {"hello": "world"}, {"type": ["BitstringStatusListCredential"]}])
def test_what_is_no_other_file_is_judged(document: Document, tmp_path: Path) -> None:
    file = written(tmp_path, document)
    assert [said(read(file)) for read in READERS] == [document] * 4


def test_a_badge_is_the_credential_in_it(tmp_path: Path) -> None:
    credential = json.dumps(CREDENTIAL).encode()
    for picture in (badge_image(), b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'):
        file = tmp_path / "badge"
        file.write_bytes(bake(picture, credential))
        assert presented_in(file) == presented(credential, "")


def test_a_picture_without_a_credential_is_told(tmp_path: Path) -> None:
    file = tmp_path / "badge.png"
    file.write_bytes(badge_image())
    with pytest.raises(WrongFile, match="there is no credential in the picture") as refused:
        presented_in(file)
    assert refused.value.kind is FileKind.PNG


def test_a_list_of_credentials_and_what_a_record_holds() -> None:
    one = presented(json.dumps(CREDENTIAL).encode(), "")
    assert presented(json.dumps([CREDENTIAL, 5]).encode(), "") == [
        one,
        Check(Aspect.FORM, CredentialFlaw.MEMBER, "/1 is 5, no credential"),
    ]
    record = {
        "type": ["VerifiableCredential", "ClrCredential"],
        "credentialSubject": {"verifiableCredential": [CREDENTIAL]},
    }
    found = presented(json.dumps(record).encode(), "")
    assert isinstance(found, list)
    itself, *held = found
    assert isinstance(itself, SecuredDocument)
    assert (itself.claims.document, held) == (record, [one])
