"""A badge baked into a PNG picture: the credential stands in an `iTXt` chunk with the keyword
`openbadgecredential`.

Rules:

- N1 A picture begins with its signature and IHDR and ends with IEND. Each chunk is there whole, its type is
  four letters, and its CRC is right. What follows IEND is not looked at, and is no part of the picture.
- N2 At most 20,000 chunks are looked at.
- N3 One chunk with the keyword counts, wherever it stands. Two are refused: readers differ about which one
  they take.
- N4 The text may be compressed, which Open Badges 3.0 forbids and some issuers do: it is unpacked to what a
  document may have at most, and told. Language tag and translated keyword say nothing.
- N5 The keyword in a `tEXt` or `zTXt` chunk does not count: their text is Latin-1.
- N6 The keyword `openbadges` is that of Open Badges 1 and 2. It is named, and gives nothing.

Source: PNG (W3C), §5.3 to §5.6, §11.3.3; Open Badges 3.0 (1EdTech), §5.3.1; Open Badges Baking
Specification (2.0).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.credentials.document import MAX_BYTES
from api.credentials.wrappers.fault import WrapperError, WrapperFault, require_size
from api.credentials.wrappers.inflating import inflate
from api.credentials.wrappers.unwrapped import Unwrapped

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
KEYWORD: Final = b"openbadgecredential"
NAME: Final = "PNG picture"

_OLD_KEYWORD: Final = b"openbadges"
_MAX_CHUNKS: Final = 20_000
_FRAME: Final = 12
_HEADER_BYTES: Final = 13
_TEXT_TYPES: Final = (b"iTXt", b"tEXt", b"zTXt")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of a PNG picture: its type, four letters, its content, and where it begins in the picture."""

    type: bytes
    content: bytes
    start: int


def unwrap_png(data: bytes) -> Unwrapped | None:
    """The credential in a PNG picture; None where the bytes do not begin as one. Raises `WrapperError`."""
    if not data.startswith(SIGNATURE):
        return None
    texts = [chunk for chunk in _chunks(data) if chunk.type in _TEXT_TYPES]
    baked = [chunk for chunk in texts if _is_baked(chunk)]
    if len(baked) > 1:
        raise WrapperError(WrapperFault.SEVERAL, f"{len(baked)} iTXt chunks openbadgecredential")
    if not baked:
        raise _nothing_in(texts)
    return _unwrapped(baked[0])


def bake_png(png: bytes, credential: bytes) -> bytes:
    """The picture with the credential in it, before the picture's first data. Raises `WrapperError`, also
    for a picture that holds one already.
    """
    require_size(png)
    if not png.startswith(SIGNATURE):
        raise WrapperError(WrapperFault.NOT_A_PICTURE)
    chunks = list(_chunks(png))
    if any(_is_baked(chunk) for chunk in chunks if chunk.type in _TEXT_TYPES):
        raise WrapperError(WrapperFault.BAKED_BEFORE)
    position = len(SIGNATURE) + _FRAME + _HEADER_BYTES
    text = KEYWORD + bytes(5) + credential  # not compressed, method 0, no language, no translated keyword
    return png[:position] + chunk_bytes(b"iTXt", text) + png[position:]


def chunk_bytes(kind: bytes, content: bytes) -> bytes:
    """A chunk as it stands in a picture: length, type, content, CRC-32."""
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def _chunks(png: bytes) -> Iterator[Chunk]:
    """The chunks from IHDR to IEND (N1, N2)."""
    position = len(SIGNATURE)
    for number in range(_MAX_CHUNKS):
        chunk = _chunk_at(png, position)
        if (chunk.type == b"IHDR") is not (number == 0):
            raise _damaged(position, "IHDR is not the first chunk, or not the only one")
        if chunk.type == b"IHDR" and len(chunk.content) != _HEADER_BYTES:
            raise _damaged(position, "IHDR has another length than 13")
        yield chunk
        if chunk.type == b"IEND":
            return
        position += _FRAME + len(chunk.content)
    raise WrapperError(WrapperFault.TOO_MUCH_WORK, f"more than {_MAX_CHUNKS} chunks")


def _chunk_at(png: bytes, position: int) -> Chunk:
    size = int.from_bytes(png[position : position + 4])
    end = position + _FRAME + size
    if end > len(png):
        raise _damaged(position, "the picture ends inside a chunk")
    kind, content = png[position + 4 : position + 8], png[position + 8 : end - 4]
    if not kind.isalpha():
        raise _damaged(position, "a chunk's type is not four letters")
    if zlib.crc32(content, zlib.crc32(kind)) != int.from_bytes(png[end - 4 : end]):
        raise _damaged(position, f"the CRC of the chunk {kind.decode('ascii')} is wrong")
    return Chunk(kind, content, position)


def _damaged(position: int, what: str) -> WrapperError:
    return WrapperError(WrapperFault.DAMAGED, f"at byte {position}: {what}")


def _keyword(chunk: Chunk) -> bytes:
    return chunk.content[:80].partition(b"\x00")[0]


def _is_baked(chunk: Chunk) -> bool:
    """N3, N5."""
    return chunk.type == b"iTXt" and _keyword(chunk) == KEYWORD


def _nothing_in(texts: list[Chunk]) -> WrapperError:
    """Why a picture gives nothing (N5, N6)."""
    if any(_keyword(chunk) == _OLD_KEYWORD for chunk in texts):
        return WrapperError(WrapperFault.OPEN_BADGES_2, "keyword openbadges")
    elsewhere = [chunk.type.decode("ascii") for chunk in texts if _keyword(chunk) == KEYWORD]
    detail = f"openbadgecredential stands in a {elsewhere[0]} chunk, not in iTXt" if elsewhere else ""
    return WrapperError(WrapperFault.NO_CREDENTIAL, detail)


def _unwrapped(chunk: Chunk) -> Unwrapped:
    """The text of an iTXt chunk (N4)."""
    _, keyword_end, rest = chunk.content.partition(b"\x00")
    _, language_end, rest_of_text = rest[2:].partition(b"\x00")
    _, translated_end, text = rest_of_text.partition(b"\x00")
    if not (keyword_end and language_end and translated_end):
        raise _damaged(chunk.start, "the chunk iTXt does not have its five parts")
    place = f"iTXt chunk at byte {chunk.start}"
    if rest[0] > 1 or rest[1] != 0:
        raise WrapperError(WrapperFault.UNSUPPORTED, f"{place}: compression {rest[0]}, method {rest[1]}")
    if rest[0] == 0:
        return Unwrapped(text, NAME, place)
    remark = "its text is compressed, which Open Badges 3.0 forbids"
    return Unwrapped(inflate(text, MAX_BYTES, place), NAME, place, remark)
