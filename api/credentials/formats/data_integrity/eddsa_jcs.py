"""Signing with eddsa-jcs-2022: Ed25519 over the RFC 8785 form of a document, whatever it means."""

from api.credentials.document import Document
from api.credentials.formats.data_integrity import proving
from api.credentials.formats.data_integrity.proof import ASSERTION
from api.credentials.formats.data_integrity.suites import EDDSA_JCS
from registry.primitives.ed25519 import Sign


def sign(
    document: Document, sign_bytes: Sign, *, verification_method: str, created: str, purpose: str = ASSERTION
) -> Document:
    """The document with one more proof; see `proving.sign`."""
    return proving.sign(
        document,
        sign_bytes,
        suite=EDDSA_JCS,
        verification_method=verification_method,
        created=created,
        purpose=purpose,
    )
