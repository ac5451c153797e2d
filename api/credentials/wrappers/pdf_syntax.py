"""Values of a PDF document as they are written, and where its objects stand.

Rules:

- F1 Objects are found where they begin (`1 0 obj`), in one pass over the file, and not by the document's own
  table of contents, which may point anywhere, or in a circle. What is in a stream is passed over. Of two
  objects with one number the later one counts, as when a document was changed and saved.
- F2 At most 10,000 objects are found; 1 MiB of what is written outside of streams is read as values, in at
  most 50,000 tokens, nested 24 deep at most.

Source: ISO 32000-2, §7.2 to §7.5.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.credentials.wrappers.fault import WrapperError, WrapperFault

MAX_OBJECTS: Final = 10_000
_MAX_KEYWORDS: Final = 2 * MAX_OBJECTS  # `endobj` is found as well
_MAX_VALUE_BYTES: Final = 1 << 20
_MAX_TOKENS: Final = 50_000
_MAX_DEPTH: Final = 24
_NUMBER_BYTES: Final = 32
_HEADER_BYTES: Final = 4096

_LENGTH: Final = re.compile(rb"/Length\s{0,8}([0-9]{1,10})(?!\s{1,8}[0-9]{1,5}\s{1,8}R)")
# No quantifier here gives back what it took (`++`, `*+`), so that a match that fails has cost one pass.
_TOKEN: Final = re.compile(
    rb"(?:[\s\x00]++|%[^\r\n]*+)*+"
    rb"(?P<token><<|>>|[\[\]]|/[^\s\x00()<>\[\]{}/%]*+|<[0-9A-Fa-f\s]*+>|\((?:[^()\\]++|\\.)*+\)"
    rb"|[0-9]{1,10}\s{1,8}[0-9]{1,5}\s{1,8}R(?![^\s\x00()<>\[\]{}/%])|[^\s\x00()<>\[\]{}/%]++)",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(rb"\\(?:[0-7]{1,3}|.)", re.DOTALL)


class PdfName(str):
    """A name, without its slash. A number or keyword is one as well: nothing is computed with them."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class PdfReference:
    """The number of another object."""

    number: int


PdfValue = dict[str, "PdfValue"] | list["PdfValue"] | PdfName | PdfReference | bytes | None


@dataclass(frozen=True, slots=True)
class PdfObject:
    """An object: its value as it is written, and its stream; None for one without a stream."""

    written: bytes
    stream: bytes | None


def objects_of(pdf: bytes) -> dict[int, PdfObject]:
    """The objects of a document by their numbers (F1, F2). Raises `WrapperError`."""
    found: dict[int, PdfObject] = {}
    ends, stream_ends = _Forward(pdf, b"endobj"), _Forward(pdf, b"endstream")
    position = 0
    for _ in range(_MAX_KEYWORDS):
        position = pdf.find(b"obj", position)
        if position < 0:
            return found
        number, position = _number_before(pdf, position), position + len(b"obj")
        if number is not None:
            found[number], position = _object_at(pdf, position, ends, stream_ends)
    raise WrapperError(WrapperFault.TOO_MUCH_WORK, f"more than {MAX_OBJECTS} objects")


@dataclass(slots=True)
class _Forward:
    """Finds a word again and again, always further on: however often it is asked, it looks once through the
    file.
    """

    pdf: bytes
    sought: bytes
    at: int = -1

    def find(self, begin: int) -> int:
        """Where the word stands from `begin` on; the file's length where it does not."""
        if self.at < begin:
            found = self.pdf.find(self.sought, begin)
            self.at = len(self.pdf) if found < 0 else found
        return self.at


def _object_at(pdf: bytes, begin: int, ends: _Forward, stream_ends: _Forward) -> tuple[PdfObject, int]:
    """An object whose value begins there, and where it ends."""
    end = ends.find(begin)
    stream = pdf.find(b"stream", begin, min(end, begin + _HEADER_BYTES))
    if stream < 0:
        return PdfObject(pdf[begin:end], None), end
    content_begin, content_end = _stream_at(pdf, begin, stream, stream_ends)
    return PdfObject(pdf[begin:stream], pdf[content_begin:content_end]), content_end


def _number_before(pdf: bytes, position: int) -> int | None:
    """The object's number before its generation and the keyword."""
    before = pdf[max(0, position - _NUMBER_BYTES) : position]
    parts = before.split()
    if len(parts) < 2 or not before[-1:].isspace() or not (parts[-1].isdigit() and parts[-2][-10:].isdigit()):
        return None
    return int(parts[-2][-10:])


def _stream_at(pdf: bytes, begin: int, keyword: int, ends: _Forward) -> tuple[int, int]:
    """Where a stream begins and ends: by its length, if it ends there; else where `endstream` stands."""
    start = keyword + len(b"stream")
    start += 2 if pdf[start : start + 2] == b"\r\n" else 1
    length = _LENGTH.search(pdf, begin, keyword)
    if length is not None:
        end = start + int(length[1])
        if pdf[end : end + 16].lstrip(b"\r\n ").startswith(b"endstream"):
            return start, end
    end = ends.find(start)
    line_end = 2 if pdf[end - 2 : end] == b"\r\n" else 1 if pdf[end - 1 : end] in (b"\n", b"\r") else 0
    return start, max(start, end - line_end)


class PdfValues:
    """Reads values, and counts what all of them together have (F2)."""

    def __init__(self) -> None:
        self._tokens_left = _MAX_TOKENS
        self._bytes_left = _MAX_VALUE_BYTES

    def read(self, written: bytes) -> PdfValue:
        """The first value in some bytes; None where there is none. Raises `WrapperError`."""
        self._bytes_left -= len(written)
        if self._bytes_left < 0:
            raise WrapperError(WrapperFault.TOO_MUCH_WORK, f"more than {_MAX_VALUE_BYTES} bytes of values")
        whole: list[PdfValue] = []
        opened: list[tuple[bytes, list[PdfValue]]] = [(b"", whole)]
        for token in self._tokens(written):
            if token in (b"<<", b"["):
                _require_shallow(opened)
                opened.append((b">>" if token == b"<<" else b"]", []))
            elif token == opened[-1][0]:
                end, parts = opened.pop()
                opened[-1][1].append(_dictionary(parts) if end == b">>" else parts)
            else:
                opened[-1][1].append(_plain(token))
            if whole:
                return whole[0]
        return None

    def _tokens(self, written: bytes) -> Iterator[bytes]:
        position = 0
        while (match := _TOKEN.match(written, position)) is not None:
            self._tokens_left -= 1
            if self._tokens_left < 0:
                raise WrapperError(WrapperFault.TOO_MUCH_WORK, f"more than {_MAX_TOKENS} tokens")
            yield match["token"]
            position = match.end()


def _require_shallow(opened: list[tuple[bytes, list[PdfValue]]]) -> None:
    if len(opened) > _MAX_DEPTH:
        raise WrapperError(WrapperFault.TOO_MUCH_WORK, f"more than {_MAX_DEPTH} levels of values")


def _dictionary(parts: list[PdfValue]) -> dict[str, PdfValue]:
    names = [part if isinstance(part, PdfName) else "" for part in parts[::2]]
    return dict(zip(names, parts[1::2], strict=False))


def _plain(token: bytes) -> PdfValue:
    """A value that holds no other."""
    if token.startswith(b"/"):
        return PdfName(token[1:].decode("latin-1"))
    if token.startswith(b"("):
        return _ESCAPE.sub(_unescaped, token[1:-1])
    if token.startswith(b"<"):
        return unhexed(token[1:-1])
    parts = token.split()
    if len(parts) == 3:
        return PdfReference(int(parts[0]))
    return PdfName(token.decode("latin-1"))


def _unescaped(escape: re.Match[bytes]) -> bytes:
    """What a backslash and what follows it stand for, as far as names of files have them."""
    written = escape[0][1:]
    return bytes([int(written, 8) & 0xFF]) if written.isdigit() and written < b"8" else written


def unhexed(digits: bytes) -> bytes:
    """The bytes that hexadecimal digits stand for, of which the last may be missing; none where they are no
    digits.
    """
    digits = b"".join(digits.split())
    try:
        return binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    except binascii.Error:
        return b""
