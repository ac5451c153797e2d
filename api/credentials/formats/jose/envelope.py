"""Tokens in a JSON document: as a text, and in the `data:` URL of an enveloped credential.

- E1 An `EnvelopedVerifiableCredential` holds the token in its `id`, and nothing else in it counts.
- E2 The media type of the URL says that it is a credential, as a token or as an SD-JWT. What it is in
  truth, its own header says.
- E3 The text of the URL is the token as it stands, or percent-encoded once, or in base64 where the URL says
  so.

Source: VC Data Model 2.0, §4.13.1; VC-JOSE-COSE, §3; RFC 2397.
"""

import re
from base64 import b64decode
from typing import Final
from urllib.parse import unquote

from api.credentials.document import MAX_BYTES, Document, DocumentError, DocumentFault, Json, as_list, load
from api.credentials.formats.jose.compact import token_text

ENVELOPE_TYPE: Final = "EnvelopedVerifiableCredential"

_DATA_URL: Final = re.compile(
    r"data:application/(?:vc\+jwt|vc\+ld\+jwt|vc-ld\+jwt|jwt|vc\+sd-jwt|vc\+ld\+sd-jwt|vc-ld\+sd-jwt|dc\+sd-jwt|sd-jwt)"
    r"(?P<parameters>(?:;[A-Za-z0-9=_-]{1,64}){0,4}),(?P<text>.*)",
    re.IGNORECASE | re.ASCII,
)


def enveloped_text(data: bytes) -> str | None:
    """The token within a file that is an envelope; None where it is none. Raises `DocumentError` for a file
    that is one, and damaged.
    """
    if ENVELOPE_TYPE.encode() not in data[:MAX_BYTES] or not data.lstrip(b" \t\r\n").startswith(b"{"):
        return None
    return presented_text(load(data))


def presented_text(entry: Json) -> str | None:
    """The token in an entry of a presentation; None where there is none. Raises `DocumentError` for an
    envelope that cannot be opened.
    """
    if isinstance(entry, str):
        return _text_of_url(entry) if entry.startswith("data:") else token_text(entry.encode())
    if not isinstance(entry, dict) or ENVELOPE_TYPE not in as_list(entry.get("type")):
        return None
    return _text_of_envelope(entry)


def _text_of_envelope(envelope: Document) -> str | None:
    """E1."""
    name = envelope.get("id")
    return _text_of_url(name) if isinstance(name, str) else None


def _text_of_url(url: str) -> str | None:
    """E2, E3."""
    read = _DATA_URL.fullmatch(url[:MAX_BYTES])
    if read is None:
        return None
    text = unquote(read["text"])
    if not read["parameters"].lower().endswith(";base64"):
        return token_text(text.encode())
    try:
        return token_text(b64decode(text, validate=True))
    except ValueError:
        raise DocumentError(DocumentFault.NOT_A_TOKEN, "Its data: URL is no base64 text.") from None
