"""Signing with eddsa-rdfc-2022: Ed25519 over what a document says, for the world's verifiers. Some of them
know no other suite.
"""

from api.credentials.contexts.library import CONTEXTS, ContextLibrary
from api.credentials.document import Document
from api.credentials.formats.data_integrity import proving
from api.credentials.formats.data_integrity.proof import ASSERTION
from api.credentials.formats.data_integrity.suites import EDDSA_RDFC
from registry.primitives.ed25519 import Sign


def sign(
    document: Document,
    sign_bytes: Sign,
    *,
    verification_method: str,
    created: str,
    purpose: str = ASSERTION,
    library: ContextLibrary = CONTEXTS,
) -> Document:
    """The document with one more proof; see `proving.sign`. Its contexts have to be in the library, and to
    define every member: under data model 1.1 one of them is that of Data Integrity.
    """
    return proving.sign(
        document,
        sign_bytes,
        suite=EDDSA_RDFC,
        verification_method=verification_method,
        created=created,
        purpose=purpose,
        library=library,
    )
