"""A credential that is attached to a PDF document.

Rules:

- A1 An attachment is what a file specification embeds (`EF`), wherever in the document it stands, also in an
  object stream.
- A2 One attachment that looks like a credential counts, whatever it is called. Two are refused, and named.
- A3 At most 32 attachments are looked at. Whatever unpacks to more than a credential can have is none; all
  unpacked parts together have 8 MiB at most.
- A4 Streams may be deflated or in hexadecimal. What is packed otherwise is told, where nothing else is found.
- A5 An encrypted document is named as such: what is attached to it is encrypted as well.
- A6 The objects in a stream stand one behind the other, as their offsets say. Otherwise each could be nearly
  the whole stream, and a few kilobytes would become gigabytes.

This reader stands here in place of a library, and only for attachments: decision 0129.

Source: ISO 32000-2, §7.4, §7.5.7, §7.6, §7.11.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from api.credentials.document import MAX_BYTES
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.wrappers.candidate import looks_like_credential
from api.credentials.wrappers.fault import WrapperError, WrapperFault
from api.credentials.wrappers.inflating import inflate
from api.credentials.wrappers.pdf_syntax import (
    MAX_OBJECTS,
    PdfName,
    PdfObject,
    PdfReference,
    PdfValue,
    PdfValues,
    objects_of,
    unhexed,
)
from api.credentials.wrappers.unwrapped import Unwrapped

NAME: Final = "PDF document"

_BEGINNING: Final = b"%PDF-"
_ENCRYPT: Final = b"/Encrypt"
_ENCRYPTED: Final = re.compile(rb"\s{0,8}(?:<<|[0-9]{1,10}\s{1,8}[0-9]{1,5}\s{1,8}R)")
_MAX_MENTIONS: Final = 64
_MAX_ATTACHMENTS: Final = 32
_MAX_UNPACKED: Final = 1 << 23
_BYTES_OF_A_PLACE: Final = 24
_FLATE: Final = frozenset({"FlateDecode", "Fl"})
_HEXADECIMAL: Final = frozenset({"ASCIIHexDecode", "AHx"})


@dataclass(frozen=True, slots=True)
class PdfAttachment:
    """What is attached to a document: its name, for people, and its content."""

    name: str
    content: bytes


def unwrap_pdf(data: bytes) -> Unwrapped | None:
    """The credential that is attached to a PDF document; None where the bytes do not begin as one. Raises
    `WrapperError`.
    """
    if not data.startswith(_BEGINNING):
        return None
    if any(_ENCRYPTED.match(data, end) for end in islice(_mentions(data), _MAX_MENTIONS)):
        raise WrapperError(WrapperFault.ENCRYPTED)
    document = _Document(data)
    attachments = list(document.attachments())
    found = [each for each in attachments if looks_like_credential(each.content)]
    if len(found) > 1:
        raise WrapperError(WrapperFault.SEVERAL, detail_of(", ".join(each.name for each in found)))
    if not found:
        raise document.left_out or _nothing_in(attachments)
    return Unwrapped(found[0].content, NAME, f"attachment {found[0].name}")


def _mentions(pdf: bytes) -> Iterator[int]:
    """Where `/Encrypt` ends, from the end of the file on: there stands what counts for the whole of it."""
    position = pdf.rfind(_ENCRYPT)
    while position >= 0:
        yield position + len(_ENCRYPT)
        position = pdf.rfind(_ENCRYPT, 0, position)


def _nothing_in(attachments: list[PdfAttachment]) -> WrapperError:
    names = ", ".join(each.name for each in attachments[:4])
    told = f"attached is {names}" if names else "nothing is attached to it"
    return WrapperError(WrapperFault.NO_CREDENTIAL, detail_of(told))


@dataclass(slots=True)
class _Document:
    """A document while it is looked through. `left_out` says why something in it was not read; None where
    everything was.
    """

    data: bytes
    left_out: WrapperError | None = None
    _objects: dict[int, PdfObject] = field(default_factory=dict)
    _values: PdfValues = field(default_factory=PdfValues)
    _left: int = _MAX_UNPACKED

    def attachments(self) -> Iterator[PdfAttachment]:
        """A1, A3."""
        self._objects = objects_of(self.data)
        self._open_object_streams()
        seen: set[int] = set()
        for specification in self._specifications():
            for number in _embedded(specification):
                if number not in seen and len(seen) < _MAX_ATTACHMENTS:
                    seen.add(number)
                    yield from self._attachment(number, _file_name(specification))

    def _open_object_streams(self) -> None:
        """A6. One that the document has outside of streams as well stays."""
        inner: dict[int, PdfObject] = {}
        opened = 0  # also those of one number in several streams, which take as long
        for each in self._objects.values():
            if each.stream is not None and b"/ObjStm" in each.written:
                found = self._in_object_stream(each)
                inner |= found
                opened += len(found)
            if opened > MAX_OBJECTS:
                raise WrapperError(WrapperFault.TOO_MUCH_WORK, f"more than {MAX_OBJECTS} objects in streams")
        self._objects = inner | self._objects

    def _in_object_stream(self, each: PdfObject) -> dict[int, PdfObject]:
        header = self._dictionary(each.written)
        content = self._unpacked(header, each.stream or b"", MAX_BYTES)
        first, count = _number(header.get("First")), min(_number(header.get("N")), MAX_OBJECTS)
        places = content[: min(first, _BYTES_OF_A_PLACE * count)].split()[: 2 * count]
        numbers = [_number(PdfName(text.decode("latin-1"))) for text in places]
        starts = [first + offset for offset in numbers[1::2]]
        ends = [*starts[1:], len(content)]
        if starts != sorted(starts):
            raise WrapperError(WrapperFault.DAMAGED, "the objects in a stream do not follow each other")
        parts = zip(numbers[::2], starts, ends, strict=False)
        return {number: PdfObject(content[start:end], None) for number, start, end in parts}

    def _specifications(self) -> Iterator[dict[str, PdfValue]]:
        """The dictionaries that embed a file."""
        for each in self._objects.values():
            if b"/EF" in each.written:
                yield from _with_files(self._values.read(each.written))

    def _attachment(self, number: int, name: str) -> Iterator[PdfAttachment]:
        each = self._objects.get(number)
        if each is None or each.stream is None:
            return
        try:
            content = self._unpacked(self._dictionary(each.written), each.stream, MAX_BYTES)
        except WrapperError as error:
            if error.fault is WrapperFault.TOO_MUCH_WORK:
                raise
            self.left_out = error
            return
        yield PdfAttachment(name or f"in object {number}", content)

    def _dictionary(self, written: bytes) -> dict[str, PdfValue]:
        found = self._values.read(written)
        return found if isinstance(found, dict) else {}

    def _unpacked(self, header: dict[str, PdfValue], packed: bytes, limit: int) -> bytes:
        """A3, A4."""
        content, place = packed, "a part of the document"
        if "DecodeParms" in header or "DP" in header:
            raise WrapperError(WrapperFault.UNSUPPORTED, f"{place} has parameters of unpacking")
        for name in _filters(header):
            if name in _FLATE:
                content = inflate(content, min(limit, self._left), place)
                self._left -= len(content)
            elif name in _HEXADECIMAL:
                content = unhexed(content.partition(b">")[0])
            else:
                raise WrapperError(WrapperFault.UNSUPPORTED, f"{place} is packed by {excerpt(name)}")
        if len(content) > limit:
            raise WrapperError(WrapperFault.UNPACKS_TOO_FAR, place)
        return content


def _filters(header: dict[str, PdfValue]) -> list[str]:
    """The names of at most 4 filters, in the order in which they unpack."""
    named = header.get("Filter", header.get("F"))
    listed = named if isinstance(named, list) else [named]
    names: list[str] = [name for name in listed if isinstance(name, PdfName)]
    if len(names) > 4:
        raise WrapperError(WrapperFault.TOO_MUCH_WORK, "a part of the document is packed more than 4 times")
    return names


def _number(found: PdfValue) -> int:
    """A number of at most 8 digits; 0 for anything else."""
    return (
        int(found)
        if isinstance(found, PdfName) and found.isascii() and found.isdecimal() and len(found) < 9
        else 0
    )


def _with_files(found: PdfValue) -> Iterator[dict[str, PdfValue]]:
    """The dictionaries in a value that have `EF`; its nesting is bounded (F2 of `pdf_syntax`)."""
    if isinstance(found, dict):
        if isinstance(found.get("EF"), dict):
            yield found
        for inner in found.values():
            yield from _with_files(inner)
    elif isinstance(found, list):
        for inner in found:
            yield from _with_files(inner)


def _embedded(specification: dict[str, PdfValue]) -> Iterator[int]:
    """The numbers of the streams that a file specification embeds."""
    files = specification["EF"]
    if isinstance(files, dict):
        for found in files.values():
            if isinstance(found, PdfReference):
                yield found.number


def _file_name(specification: dict[str, PdfValue]) -> str:
    """The name of the file, for people; "" where it has none."""
    found = specification.get("UF", specification.get("F"))
    if not isinstance(found, bytes) or not found:
        return ""
    is_utf_16 = found.startswith(b"\xfe\xff")
    return excerpt(found[2:].decode("utf-16-be", "replace") if is_utf_16 else found.decode("latin-1"))
