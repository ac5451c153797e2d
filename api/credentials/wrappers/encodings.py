"""Text that an editor or a mail program changed: not read, and named with what to do.

A credential is UTF-8 without a mark. Whatever else reads the same text would compute another hash, or none.

Source: RFC 8259, §8.1; the Unicode Standard, §23.8 (byte order mark).
"""

import re
from typing import Final

from api.credentials.document import MAX_BYTES
from api.credentials.wrappers.fault import WrapperError, WrapperFault

_MARKS: Final = (
    (b"\xff\xfe\x00\x00", WrapperFault.UTF_32),
    (b"\x00\x00\xfe\xff", WrapperFault.UTF_32),
    (b"\xff\xfe", WrapperFault.UTF_16),
    (b"\xfe\xff", WrapperFault.UTF_16),
    (b"\xef\xbb\xbf", WrapperFault.BYTE_ORDER_MARK),
    # JSON and tokens begin with an ASCII character: in these encodings it stands beside zeros.
    *((sign + b"\x00\x00\x00", WrapperFault.UTF_32) for sign in (b"{", b"[", b"e")),
    *((b"\x00\x00\x00" + sign, WrapperFault.UTF_32) for sign in (b"{", b"[", b"e")),
    *((sign + b"\x00", WrapperFault.UTF_16) for sign in (b"{", b"[", b"e")),
    *((b"\x00" + sign, WrapperFault.UTF_16) for sign in (b"{", b"[", b"e")),
)
"""Beginnings of a text, the longer ones first."""
_HEAD_BYTES: Final = 4096

# A whole text of JSON (one that does not end is taken to the end of the data, so that the search stays
# linear), or a curly quote where a text must begin: in UTF-8, or in Windows-1252 as word processors have it.
_PIECE: Final = re.compile(
    rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
    rb"|[{\[,:][ \t\r\n]*+(?P<curly>\xe2\x80[\x98-\x9f]|\xc2[\xab\xbb]|[\x91-\x94])",
    re.DOTALL,
)


def unwrap_text(data: bytes) -> None:
    """Says nothing of plain text. Raises `WrapperError` where a text is in another encoding, or has curly
    quotes in place of JSON's.
    """
    for mark, fault in _MARKS:
        if data.startswith(mark):
            raise WrapperError(fault)
    if data[:_HEAD_BYTES].lstrip(b" \t\r\n")[:1] in (b"{", b"[") and len(data) <= MAX_BYTES:
        _refuse_curly_quotes(data)


def _refuse_curly_quotes(data: bytes) -> None:
    """Within a text they are text; anywhere else they are no JSON."""
    found = next((piece for piece in _PIECE.finditer(data) if piece["curly"]), None)
    if found is not None:
        line = data.count(b"\n", 0, found.start("curly")) + 1
        raise WrapperError(WrapperFault.CURLY_QUOTES, f"the first of them in line {line}")
