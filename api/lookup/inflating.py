"""Taking compressed bytes apart, never to more than a limit. Pure.

A fetcher asks for no compression. Servers of files that lie there compressed send them so all the same.
"""

from typing import Final

from api.credentials.inflating import GZIP, ZLIB, InflatingError, InflatingFault, inflate_within
from api.lookup.fault import FetchError, FetchFault

_CONTAINERS: Final = {"gzip": GZIP, "x-gzip": GZIP, "deflate": ZLIB}
_IDENTITY: Final = frozenset({"", "identity"})


def inflated(data: bytes, encoding: str, limit: int) -> bytes:
    """The bytes behind a content encoding, at most `limit`. Raises FetchError: for an unknown or a second
    encoding, for bytes that are damaged, cut off or followed by others, and for too many.
    """
    name = encoding.strip().lower()
    if name in _IDENTITY:
        return data
    if name not in _CONTAINERS:
        raise FetchError(FetchFault.ENCODING, encoding[:64])
    try:
        plain, rest = inflate_within(data, _CONTAINERS[name], limit)
    except InflatingError as error:
        if error.fault is InflatingFault.TOO_LONG:
            raise FetchError(FetchFault.TOO_LARGE, f"more than {limit} bytes when unpacked") from None
        raise FetchError(FetchFault.ENCODING, "it is damaged") from None
    if rest:
        raise FetchError(FetchFault.ENCODING, "it is damaged")
    return plain
