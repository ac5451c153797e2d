"""Taking compressed bytes apart, never to more than a limit. Pure.

A fetcher asks for no compression. Servers of files that lie there compressed send them so all the same.
"""

import zlib
from typing import Final

from api.lookup.fault import FetchError, FetchFault

_WINDOWS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_IDENTITY: Final = frozenset({"", "identity"})


def inflated(data: bytes, encoding: str, limit: int) -> bytes:
    """The bytes behind a content encoding, at most `limit`. Raises FetchError: for an unknown or a second
    encoding, for bytes that are damaged, cut off or followed by others, and for too many.
    """
    name = encoding.strip().lower()
    if name in _IDENTITY:
        return data
    if name not in _WINDOWS:
        raise FetchError(FetchFault.ENCODING, encoding[:64])
    inflating = zlib.decompressobj(_WINDOWS[name])
    try:
        plain = inflating.decompress(data, limit + 1)
    except zlib.error:
        raise FetchError(FetchFault.ENCODING, "it is damaged") from None
    if len(plain) > limit:
        raise FetchError(FetchFault.TOO_LARGE, f"more than {limit} bytes when unpacked")
    if not inflating.eof or inflating.unused_data:
        raise FetchError(FetchFault.ENCODING, "it is damaged")
    return plain
