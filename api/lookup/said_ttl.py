"""For how long a status list says itself that it may be used (its `ttl`), found without reading the list:
whoever keeps it keeps it no longer. Pure.

A list that is kept longer than its `ttl` would be judged as too old, though a new one is to be had. What is
not found here is found when the list is judged, so a list that hides its `ttl` gains nothing.

Source: W3C Bitstring Status List 1.0, §2.2 (milliseconds); IETF Token Status List, §5.1 (seconds).
"""

import re
from typing import Final

from api.base64url import from_text
from registry.primitives.codec import Malformed

_TTL: Final = re.compile(rb'"ttl"\s*:\s*"?([0-9]{1,12})\b')
_TOKEN: Final = re.compile(rb"\s*eyJ[\w-]+\.([\w-]+)\.[\w-]*", re.ASCII)
_TOKEN_LIST: Final = b'"status_list"'


def said_ttl_ms(data: bytes) -> int | None:
    """Milliseconds, the least where several are said; None where nothing is found."""
    token = _TOKEN.match(data)
    said = data if token is None else _payload(token[1])
    unit_ms = 1_000 if token is not None and _TOKEN_LIST in said else 1
    return min((int(found[1]) * unit_ms for found in _TTL.finditer(said)), default=None)


def _payload(text: bytes) -> bytes:
    try:
        return from_text(text.decode("ascii"))
    except Malformed:
        return b""
