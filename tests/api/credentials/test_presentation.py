"""What counts as a presentation, and what is found in one."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from api.credentials.document import Document, DocumentError, DocumentFault, Json
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.data_integrity.reading import secured_document
from api.credentials.formats.jose.compact import read_compact
from api.credentials.formats.jose.reading import secured_token
from api.credentials.presentation import (
    MAX_CREDENTIALS,
    Presentation,
    Presented,
    held_by,
    is_credential,
    is_presentation,
    presentation_in,
)


def part(content: bytes) -> str:
    """One part of a token."""
    return urlsafe_b64encode(content).decode().rstrip("=")


def token(payload: Document) -> str:
    """A token whose signature is none."""
    header = part(b'{"alg":"ES256"}')
    return f"{header}.{part(json.dumps(payload).encode())}.{part(bytes(64))}"


CREDENTIAL_TOKEN = token({"vc": {"type": ["VerifiableCredential"]}})
ENVELOPE: Document = {
    "type": ["EnvelopedVerifiableCredential"],
    "id": f"data:application/vc+jwt,{CREDENTIAL_TOKEN}",
}


def read(presented: Json) -> Presentation | None:
    """What is found in the bytes of a JSON value."""
    return presentation_in(json.dumps(presented).encode())


def presentation(entries: Json, **more: Json) -> Document:
    """One with these credentials."""
    return {"type": "VerifiablePresentation", "verifiableCredential": entries, **more}


@pytest.mark.parametrize(
    ("document", "of_credential", "of_presentation"),
    [
        ({}, False, False),
        ({"type": 7}, False, False),
        ({"type": "VerifiableCredential"}, True, False),
        ({"type": ["OpenBadgeCredential", "VerifiableCredential"]}, True, False),
        ({"credentialSubject": None}, True, False),
        ({"type": "VerifiablePresentation"}, False, True),
        ({"type": [{}, "VerifiablePresentation"]}, False, True),
        ({"type": ["VerifiablePresentation", "VerifiableCredential"]}, True, False),
        ({"type": "VerifiablePresentation", "credentialSubject": {}}, True, False),
        ({"@type": "VerifiablePresentation"}, False, False),
    ],
)
def test_what_a_document_says_that_it_is(
    document: Document, of_credential: bool, of_presentation: bool
) -> None:
    assert (is_credential(document), is_presentation(document)) == (of_credential, of_presentation)
    assert (read(document) is not None) is of_presentation


@pytest.mark.parametrize(
    ("entries", "places"),
    [
        ([], {}),
        ({"id": "urn:a"}, {"/verifiableCredential": {"id": "urn:a"}}),
        (
            [{"id": "urn:a"}, {"id": "urn:b"}],
            {"/verifiableCredential/0": {"id": "urn:a"}, "/verifiableCredential/1": {"id": "urn:b"}},
        ),
    ],
)
def test_each_credential_is_taken_as_it_is(entries: Json, places: dict[str, Any]) -> None:
    expected = tuple(Presented(place, secured_document(document)) for place, document in places.items())
    assert read(presentation(entries)) == Presentation(expected)


def test_a_list_of_credentials() -> None:
    """H1: a list is what several files would be."""
    found = read([{"id": "urn:a"}, CREDENTIAL_TOKEN])
    assert found == Presentation(
        (Presented("/0", secured_document({"id": "urn:a"})), Presented("/1", secured_token_of()))
    )


def secured_token_of() -> Any:
    """The token as its format reads it."""
    return secured_token(read_compact(CREDENTIAL_TOKEN))


@pytest.mark.parametrize("entry", [CREDENTIAL_TOKEN, ENVELOPE])
def test_credentials_in_tokens(entry: Json) -> None:
    expected = (Presented("/verifiableCredential/0", secured_token_of()),)
    assert read(presentation([entry])) == Presentation(expected)


@pytest.mark.parametrize(
    "presented",
    [
        token({"iss": "did:web:holder.example", "vp": presentation([CREDENTIAL_TOKEN])}),
        token({**presentation([CREDENTIAL_TOKEN]), "holder": "did:web:holder.example"}),
    ],
    ids=["of the data model 1.1", "of the data model 2.0"],
)
def test_presentations_in_tokens(presented: str) -> None:
    """H4: opened, and told as signed by somebody."""
    expected = Presentation(
        (Presented("/verifiableCredential/0", secured_token_of()),), "did:web:holder.example", True
    )
    assert presentation_in(presented.encode()) == expected
    url = f"data:application/vp+jwt,{presented}"
    envelope: Document = {"type": "EnvelopedVerifiablePresentation", "id": url}
    assert read(envelope) == expected


@pytest.mark.parametrize(
    "data",
    [
        CREDENTIAL_TOKEN.encode(),
        *(b"hello", b"", b'"text"', b"[]", b"[1, {}]"),
        b'{"type": "EnvelopedVerifiablePresentation"}',
    ],
)
def test_what_is_no_presentation(data: bytes) -> None:
    assert presentation_in(data) is None


def test_who_presents_it_is_told() -> None:
    """H3."""
    assert read(presentation([], holder="did:web:a.example", proof={})) == Presentation(
        (), "did:web:a.example", True
    )
    assert read(presentation([], holder={"id": "did:web:a.example"})) == Presentation((), "did:web:a.example")
    assert read(presentation([], holder=["x"])) == Presentation(())


PLACE = "/verifiableCredential/1"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("hello", CredentialFlaw.NO_READABLE_PROOF),
        ({"type": "EnvelopedVerifiableCredential"}, CredentialFlaw.NO_READABLE_PROOF),
        ("eyJhbGciOiJFZERTQSJ9.e30.c2ln.x", CredentialFlaw.NO_READABLE_PROOF),
        (None, CredentialFlaw.MEMBER),
        (7, CredentialFlaw.MEMBER),
        ([{}], CredentialFlaw.MEMBER),
    ],
)
def test_what_cannot_be_judged_is_told_with_its_place(entry: Json, reason: CredentialFlaw) -> None:
    found = read(presentation([{"id": "urn:a"}, entry]))
    assert found is not None
    presented = found.credentials[1]
    assert presented.place == PLACE
    assert isinstance(presented.credential, Flaw)
    assert presented.credential.reason is reason
    assert presented.credential.detail.startswith(PLACE)


def test_no_more_than_sixteen_are_judged() -> None:
    """H1: what is beyond keeps the whole from being valid."""
    found = read([{"credentialSubject": {"id": f"urn:{number}"}} for number in range(MAX_CREDENTIALS + 9)])
    assert found is not None
    assert len(found.credentials) == MAX_CREDENTIALS + 1
    last = found.credentials[-1]
    assert last.place == "/16"
    assert isinstance(last.credential, Flaw)
    assert last.credential.reason is CredentialFlaw.TOO_MUCH_WORK


def test_what_a_learner_record_holds() -> None:
    """H5."""
    entries: list[Json] = [{"id": "urn:a"}, ENVELOPE]
    document: Document = {
        "type": ["VerifiableCredential", "ClrCredential"],
        "credentialSubject": {"verifiableCredential": entries},
    }
    place = "/credentialSubject/verifiableCredential"
    expected = (
        Presented(f"{place}/0", secured_document({"id": "urn:a"})),
        Presented(f"{place}/1", secured_token_of()),
    )
    assert held_by(secured_document(document)) == expected
    assert held_by(secured_document({**document, "type": ["VerifiableCredential"]})) == ()
    assert held_by(secured_document({"type": "ClrCredential", "credentialSubject": [5, {}]})) == ()


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"[{}", DocumentFault.NOT_JSON),
        (b"[" * 40 + b"]" * 40, DocumentFault.TOO_DEEP),
        (b'[{"a":1,"a":2}]', DocumentFault.DUPLICATE_NAME),
        (b"[1e400]", DocumentFault.INEXACT_NUMBER),
        (b"[" + b" " * (1 << 20) + b"]", DocumentFault.TOO_LARGE),
    ],
)
def test_a_damaged_list(data: bytes, fault: DocumentFault) -> None:
    with pytest.raises(DocumentError) as refused:
        presentation_in(data)
    assert refused.value.fault is fault


def test_a_token_that_claims_a_credential_beside_its_presentation() -> None:
    """H2: what `vc` claims would pass unseen beside the good credential."""
    whole: Document = {"vp": presentation([ENVELOPE]), "vc": {"type": ["VerifiableCredential"]}}
    assert presentation_in(token(whole).encode()) is None
    assert presentation_in(token({"vp": whole["vp"]}).encode()) is not None


def test_a_learner_record_in_a_presentation_is_opened_as_well() -> None:
    """H5: a wrapped record must not hide what it holds; neither does a record in a record."""

    def record(held: Json) -> Document:
        types: list[Json] = ["VerifiableCredential", "ClrCredential"]
        return {"type": types, "credentialSubject": {"verifiableCredential": [held]}}

    inner = "/credentialSubject/verifiableCredential/0"
    found = read(presentation(record(record(ENVELOPE))))
    assert found is not None
    places = [presented.place for presented in found.credentials]
    assert places == [f"/verifiableCredential{inner * depth}" for depth in range(3)]
    assert found.credentials[-1].credential == secured_token_of()
