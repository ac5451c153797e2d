"""Which format bytes are of."""

import json

import pytest

from api.credentials.anchoring import credential_hash
from api.credentials.document import DocumentError, DocumentFault
from api.credentials.formats.data_integrity.reading import SecuredDocument
from api.credentials.formats.table import UnknownFormatError, read_credential
from tests.api.verifier.credential.awarded import ISSUER, METHOD, signed


def test_a_json_object_is_read_with_its_proof() -> None:
    document = signed()
    credential = read_credential(b"\r\n\t " + json.dumps(document).encode())
    assert isinstance(credential, SecuredDocument)
    assert credential.claims.document == document
    assert credential.claims.issuer == ISSUER
    assert [(proof.place, proof.key, proof.flaw) for proof in credential.proofs] == [("/proof", METHOD, None)]
    assert credential.digest() == credential_hash(document)


def test_a_damaged_one_is_called_damaged() -> None:
    with pytest.raises(DocumentError) as caught:
        read_credential(b'{"issuer": ')
    assert caught.value.fault is DocumentFault.NOT_JSON


@pytest.mark.parametrize("data", [b"", b"a text", b"[]", b"\x89PNG\r\n\x1a\n", b"\xef\xbb\xbf{}"])
def test_no_other_bytes_are_taken_for_one(data: bytes) -> None:
    with pytest.raises(UnknownFormatError):
        read_credential(data)
