"""Kinds of files that their first bytes tell: pictures, documents, archives, programs, keys.

Source: the formats' own specifications; PNG chunks are those of the W3C's PNG (section 5), and the keywords
of baked badges are from Open Badges 2.0 and 3.0 (“baked badges”).
"""

from collections.abc import Iterator

from node.files.foreign.kinds import FileKind

_BEGINNINGS: tuple[tuple[bytes, FileKind], ...] = (
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"GIF87a", FileKind.PICTURE),
    (b"GIF89a", FileKind.PICTURE),
    (b"II*\x00", FileKind.PICTURE),
    (b"MM\x00*", FileKind.PICTURE),
    (b"%PDF-", FileKind.PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind.OLD_OFFICE),
    (b"\x1f\x8b", FileKind.GZIP),
    (b"BZh", FileKind.ARCHIVE),
    (b"\xfd7zXZ\x00", FileKind.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", FileKind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", FileKind.ARCHIVE),
    (b"Rar!\x1a\x07", FileKind.ARCHIVE),
    (b"\x4c\x00\x00\x00\x01\x14\x02\x00", FileKind.SHORTCUT),
    (b"\x7fELF", FileKind.PROGRAM),
    (b"MZ\x90\x00", FileKind.PROGRAM),
    (b"SQLite format 3\x00", FileKind.DATABASE),
    (b"\xd2\x84", FileKind.TRANSACTION),
    (b"\xa5\x65proof", FileKind.ANSWER),
    (b"\x88\x01", FileKind.GENESIS),
)
"""The last three are CBOR of this software: COSE_Sign1 (RFC 9052), an answer's map of five members in their
one order, and a genesis document's array of eight that begins with its version."""

_PNG = b"\x89PNG\r\n\x1a\n"
_BAKED = b"openbadge"
_IN_ZIP: tuple[tuple[bytes, FileKind], ...] = (
    (b"mimetypeapplication/vnd.oasis.opendocument", FileKind.OPEN_DOCUMENT),
    (b"word/", FileKind.WORD),
    (b"xl/", FileKind.EXCEL),
    (b"[Content_Types].xml", FileKind.OFFICE),
)
_TAR_MAGIC_AT = 257
_DER_SEQUENCE = b"\x30\x82"


def by_signature(content: bytes) -> FileKind | None:
    """The kind that the first bytes tell; None where they tell none."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content.startswith(_PNG):
        return FileKind.BAKED_PNG if any(map(_is_badge, _chunks(content))) else FileKind.PNG
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((kind for name, kind in _IN_ZIP if name in content), FileKind.ZIP)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return FileKind.PICTURE
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"):
        return FileKind.PICTURE
    if content[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar":
        return FileKind.TAR
    if content.startswith(_DER_SEQUENCE) and content[4:5] in (b"\x30", b"\x02"):
        return FileKind.DER
    return None


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and content of each chunk that is there whole."""
    position = len(_PNG)
    while position + 8 <= len(png):
        size = int.from_bytes(png[position : position + 4])
        yield png[position + 4 : position + 8], png[position + 8 : position + 8 + size]
        position += 12 + size


def _is_badge(chunk: tuple[bytes, bytes]) -> bool:
    kind, content = chunk
    return kind in (b"iTXt", b"tEXt", b"zTXt") and content.startswith(_BAKED)
