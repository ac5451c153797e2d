"""Text that an editor or a mail program changed: not read, and named with what to do.

A credential is UTF-8 without a mark. Whatever else reads the same text would compute another hash, or none.

Source: RFC 8259, §8.1; the Unicode Standard, §23.8 (byte order mark).
"""

import re
from typing import Final, NoReturn

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

# A curly quote where a name must begin: in UTF-8, and in Windows-1252, where word processors write it too.
_CURLY: Final = re.compile(
    rb"[{\[,]\s{0,200}(?:\xe2\x80[\x98-\x9f]|\xc2[\xab\xbb]|[\x91-\x94](?![\x80-\xbf]))"
)
_HEAD_BYTES: Final = 4096


def unwrap_text(data: bytes) -> None:
    """Says nothing of plain text. Raises `WrapperError` where a text is in another encoding, or has curly
    quotes in place of JSON's.
    """
    for mark, fault in _MARKS:
        if data.startswith(mark):
            raise WrapperError(fault)
    begin = data[:_HEAD_BYTES].lstrip(b" \t\r\n")
    if begin[:1] in (b"{", b"[") and (found := _CURLY.match(begin)):
        _refuse_curly(found)


def _refuse_curly(found: re.Match[bytes]) -> NoReturn:
    raise WrapperError(WrapperFault.CURLY_QUOTES, f"the first of them at byte {found.end()}")
