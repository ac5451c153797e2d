"""Which attachment of a document may be a credential: told by how it looks, for everything else is judged
later.
"""

import re
from typing import Final

# No quantifier here gives back what it took: what is almost a token costs one pass as well.
_TOKEN: Final = re.compile(rb"eyJ[\w-]{8,}+\.[\w-]*+\.[\w.~-]*+\s*+", re.ASCII)
_SIGNS: Final = (
    b"VerifiableCredential",
    b"VerifiablePresentation",
    b"EuropeanDigitalCredential",
    b'"credentialSubject"',
)
_XML_SIGNS: Final = (b"europassCredential", b"EuropeanDigitalCredential")
_HEAD_BYTES: Final = 4096
_MARK: Final = b"\xef\xbb\xbf"


def looks_like_credential(content: bytes) -> bool:
    """Whether bytes look like a credential or presentation: in JSON, as a token, or as the XML of a European
    Digital Credential.
    """
    begin = content.removeprefix(_MARK).lstrip(b" \t\r\n")
    if begin[:1] in (b"{", b"["):
        return any(sign in begin for sign in _SIGNS) or is_sealed_json(begin)
    if begin[:1] == b"<":
        return any(sign in begin[:_HEAD_BYTES] for sign in _XML_SIGNS)
    return _TOKEN.fullmatch(begin) is not None


def is_sealed_json(begin: bytes) -> bool:
    """Whether JSON looks like a JWS: its payload is encoded, so nothing else can be seen of it."""
    return b'"payload"' in begin and (b'"signatures"' in begin or b'"signature"' in begin)
