"""Unpacking what is deflated, and never more of it than was allowed."""

import zlib

from api.credentials.wrappers.fault import WrapperError, WrapperFault


def inflate(packed: bytes, limit: int, place: str) -> bytes:
    """What `packed` (ZLIB, RFC 1950) unpacks to, at most `limit` bytes; bytes behind its end do not count.
    Raises `WrapperError`; no more than `limit` bytes and one are ever made. `place` is for people.
    """
    reading = zlib.decompressobj()
    try:
        unpacked = reading.decompress(packed, limit + 1)
    except zlib.error:
        raise WrapperError(WrapperFault.DAMAGED, f"{place} cannot be unpacked") from None
    if len(unpacked) > limit:
        raise WrapperError(WrapperFault.UNPACKS_TOO_FAR, place)
    if not reading.eof:
        raise WrapperError(WrapperFault.DAMAGED, f"{place} is cut off")
    return unpacked
