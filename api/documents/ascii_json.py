"""JSON for others, in one form: RFC 8785, and every character beyond printable ASCII by its number.

So the same document has the same bytes from every node, and no text in it acts on the screen of whoever looks
at it (decision 0092). Readers get the original text.
"""

import re
from typing import Final

from api.credentials.document import Json, canonical

_BEYOND: Final = re.compile(r"[^ -~]")


def ascii_json(document: Json) -> bytes:
    """The bytes of a document. It holds no floats that RFC 8785 has no form for, and no lone surrogates."""
    return _BEYOND.sub(_escaped, canonical(document).decode()).encode("ascii")


def _escaped(character: re.Match[str]) -> str:
    units = character[0].encode("utf-16-be")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))
