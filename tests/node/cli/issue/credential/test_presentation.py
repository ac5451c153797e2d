"""What is judged of a presentation, and what is told of what cannot be judged. What counts as one:
`tests/api/credentials/test_presentation.py`.
"""

import pytest

from api.credentials.document import Document, Json
from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.data_integrity.reading import secured_document
from api.credentials.presentation import MAX_CREDENTIALS, Presentation, presented_by
from api.credentials.secured import Secured
from api.verifier.credential import Aspect, Check
from node.cli.issue.credential.presentation import as_judged


def presentation(entries: Json) -> Document:
    return {"type": "VerifiablePresentation", "verifiableCredential": entries}


def credentials_in(document: Document) -> list[Secured | Check]:
    return as_judged((presented_by(document) or Presentation(())).credentials)


def test_each_credential_is_taken_as_it_is() -> None:
    entries: list[Json] = [{"id": "urn:a"}, {"id": "urn:b"}]
    expected = [secured_document({"id": "urn:a"}), secured_document({"id": "urn:b"})]
    assert credentials_in(presentation(entries)) == expected


def test_of_another_document_there_are_none() -> None:
    assert credentials_in({"verifiableCredential": [{}]}) == []


@pytest.mark.parametrize(
    ("entry", "aspect", "reason"),
    [
        ("eyJhbGciOiJFZERTQSJ9.e30.c2ln.x", Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF),
        ({"type": "EnvelopedVerifiableCredential"}, Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF),
        (None, Aspect.FORM, CredentialFlaw.MEMBER),
        (7, Aspect.FORM, CredentialFlaw.MEMBER),
        ([{}], Aspect.FORM, CredentialFlaw.MEMBER),
    ],
)
def test_what_cannot_be_judged_is_told_with_its_place(
    entry: Json, aspect: Aspect, reason: CredentialFlaw
) -> None:
    first, second = credentials_in(presentation([{"id": "urn:a"}, entry]))
    assert first == secured_document({"id": "urn:a"})
    assert isinstance(second, Check)
    assert (second.aspect, second.reason) == (aspect, reason)
    assert second.detail.startswith("/verifiableCredential/1")


def test_more_than_are_judged_are_told() -> None:
    *_, last = credentials_in(presentation([{}] * (MAX_CREDENTIALS + 5)))
    assert isinstance(last, Check)
    assert last.reason is CredentialFlaw.TOO_MUCH_WORK
