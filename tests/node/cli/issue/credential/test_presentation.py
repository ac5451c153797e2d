"""What counts as a presentation, and what is found in one."""

from typing import Any

import pytest

from api.credentials.document import Document, Json
from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.data_integrity.reading import secured_document
from api.verifier.credential import Aspect, Check
from node.cli.issue.credential.presentation import (
    MAX_CREDENTIALS,
    credentials_in,
    is_credential,
    is_presentation,
)
from node.wording.explained import Explained

ENVELOPE: Document = {"type": ["EnvelopedVerifiableCredential"], "id": "data:application/vc+jwt,eyJ"}


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
        ({"@type": "VerifiablePresentation"}, False, False),
    ],
)
def test_what_a_document_says_that_it_is(
    document: Document, of_credential: bool, of_presentation: bool
) -> None:
    assert (is_credential(document), is_presentation(document)) == (of_credential, of_presentation)


@pytest.mark.parametrize(
    ("held", "found"),
    [
        ([], []),
        ({"id": "urn:a"}, [{"id": "urn:a"}]),
        ([{"id": "urn:a"}, {"id": "urn:b"}], [{"id": "urn:a"}, {"id": "urn:b"}]),
    ],
)
def test_each_credential_is_taken_as_it_is(held: Json, found: list[Any]) -> None:
    presented = credentials_in({"verifiableCredential": held}, "a.json")
    assert presented == [secured_document(document) for document in found]


def test_without_the_member_there_are_none() -> None:
    assert credentials_in({}, "a.json") == []


@pytest.mark.parametrize(
    ("entry", "aspect", "reason"),
    [
        ("a text", Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF),
        (ENVELOPE, Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF),
        (None, Aspect.FORM, CredentialFlaw.MEMBER),
        (7, Aspect.FORM, CredentialFlaw.MEMBER),
        ([{}], Aspect.FORM, CredentialFlaw.MEMBER),
    ],
)
def test_what_cannot_be_judged_is_told_with_its_place(
    entry: Json, aspect: Aspect, reason: CredentialFlaw
) -> None:
    first, second = credentials_in({"verifiableCredential": [{"id": "urn:a"}, entry]}, "a.json")
    assert first == secured_document({"id": "urn:a"})
    assert isinstance(second, Check)
    assert (second.aspect, second.reason) == (aspect, reason)
    assert second.detail.startswith("/verifiableCredential/1 is ")


def test_more_than_are_judged_are_refused() -> None:
    full: Document = {"verifiableCredential": [{}] * MAX_CREDENTIALS}
    assert len(credentials_in(full, "a.json")) == MAX_CREDENTIALS
    with pytest.raises(Explained) as refused:
        credentials_in({"verifiableCredential": [{}] * (MAX_CREDENTIALS + 1)}, "a.json")
    assert (refused.value.where, refused.value.exit_code) == ("a.json", 1)
