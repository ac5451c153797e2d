"""A signed token as text: the compact serialization of a JWS, read so strictly that it has one reading.

- J1 Three parts with dots between them, each base64url without padding in the one spelling that its bytes
  have. No white space, and nothing beside.
- J2 The header is a JSON object by the rules of `api.credentials.document`: a member twice is refused.
- J3 White space around the whole text is a file's, not the token's. A JSON text in quotes is the token that
  it holds, as interfaces hand it over.
- J4 Each part is bounded before it is decoded.

Source: RFC 7515, §2, §3.1, §7.1; RFC 4648, §5.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.base64url import from_text
from api.credentials.document import MAX_BYTES, Document, DocumentError, DocumentFault, load
from registry.primitives.codec import Malformed

MAX_HEADER_BYTES: Final = 16_384
MAX_SIGNATURE_BYTES: Final = 1_024
"""More than any algorithm that is read makes; a post-quantum signature is not read in any case."""

_WHITE_SPACE: Final = b" \t\r\n"
_BEGINNING: Final = re.compile(rb"e[yw][A-Za-z0-9_-]{6,%d}\." % (2 * MAX_HEADER_BYTES))
"""A header and the dot behind it: `ey` or `ew` is what base64url makes of `{` and what may follow it."""
_PARTS: Final = ("header", "payload", "signature")


@dataclass(frozen=True, slots=True)
class CompactJws:
    """A token whose signature nobody has checked: its header and payload decoded, `signing_input` the bytes
    that are signed, and the whole text.
    """

    header: Document
    payload: bytes
    signature: bytes
    signing_input: bytes
    text: str


def token_text(data: bytes) -> str | None:
    """The text of a token or of what begins with one, without what a file puts around it (J3); None where the
    bytes begin as something else. Raises `DocumentError` where there are too many.
    """
    bare = data.strip(_WHITE_SPACE)
    if bare.startswith(b'"') and bare.endswith(b'"'):
        bare = bare[1:-1]
    if _BEGINNING.match(bare) is None:
        return None
    if len(bare) > MAX_BYTES:
        raise DocumentError(DocumentFault.TOO_LARGE, f"It has {len(bare)}.")
    return bare.decode("utf-8", "replace")


def read_compact(text: str) -> CompactJws:
    """The token; raises `DocumentError`."""
    parts = text.split(".", 5)
    if len(parts) != len(_PARTS):
        raise DocumentError(DocumentFault.NOT_A_TOKEN, _told_of_count(parts))
    header, payload, signature = (
        decoded(part, name, limit)
        for part, name, limit in zip(
            parts, _PARTS, (MAX_HEADER_BYTES, MAX_BYTES, MAX_SIGNATURE_BYTES), strict=True
        )
    )
    signing_input = text.rpartition(".")[0].encode("ascii")
    return CompactJws(load(header), payload, signature, signing_input, text)


def decoded(text: str, name: str, limit: int) -> bytes:
    """The bytes of one part, which a message calls by `name` (J1, J4); raises `DocumentError`."""
    if 3 * len(text) > 4 * limit:
        raise DocumentError(DocumentFault.TOO_LARGE, f"Its {name} has more than {limit} bytes.")
    try:
        return from_text(text)
    except Malformed as error:
        raise DocumentError(DocumentFault.NOT_A_TOKEN, f"Its {name} is {error}.") from None


def _told_of_count(parts: Sequence[str]) -> str:
    if len(parts) == 5:
        return "It has five parts: it is encrypted, and only whom it is for can read it."
    return f"It has {'more than five' if len(parts) > 5 else len(parts)} parts."
