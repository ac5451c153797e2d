"""Taking compressed bytes apart, never to more than a limit: no more than the limit and one byte are made,
however much the bytes would give.

What a fault means, and whether anything may follow the compressed bytes, each caller says in its own words.

Source: RFC 1950 (ZLIB), RFC 1951 (DEFLATE), RFC 1952 (GZIP).
"""

import zlib
from enum import Enum, auto
from typing import Final

ZLIB: Final = zlib.MAX_WBITS
GZIP: Final = 16 + zlib.MAX_WBITS
DEFLATE: Final = -zlib.MAX_WBITS
"""Window sizes, by which the library is told the container."""


class InflatingFault(Enum):
    """Why compressed bytes give nothing."""

    DAMAGED = auto()
    TOO_LONG = auto()
    """They give more than the limit."""
    CUT_OFF = auto()


class InflatingError(ValueError):
    """Compressed bytes that give nothing; the message is the library's, "" where it has none."""

    def __init__(self, fault: InflatingFault, told: str = "") -> None:
        super().__init__(told)
        self.fault = fault


def inflate_within(packed: bytes, container: int, limit: int) -> tuple[bytes, bytes]:
    """What one stream gives, at most `limit` bytes, and the bytes that follow it. `container` is `ZLIB`,
    `GZIP` or `DEFLATE`. Raises `InflatingError`.
    """
    stream = zlib.decompressobj(container)
    try:
        content = stream.decompress(packed, limit + 1)
    except zlib.error as error:
        raise InflatingError(InflatingFault.DAMAGED, str(error)) from None
    if len(content) > limit:
        raise InflatingError(InflatingFault.TOO_LONG)
    if not stream.eof:
        raise InflatingError(InflatingFault.CUT_OFF)
    return content, stream.unused_data
