"""Unpacking what is deflated in a picture or document, and never more of it than was allowed."""

from api.credentials.inflating import ZLIB, InflatingError, InflatingFault, inflate_within
from api.credentials.wrappers.fault import WrapperError, WrapperFault


def inflate(packed: bytes, limit: int, place: str) -> bytes:
    """What `packed` (ZLIB, RFC 1950) unpacks to, at most `limit` bytes; bytes behind its end do not count.
    Raises `WrapperError`. `place` is for people.
    """
    try:
        unpacked, _ = inflate_within(packed, ZLIB, limit)
    except InflatingError as error:
        raise _refused(error.fault, place) from None
    return unpacked


def _refused(fault: InflatingFault, place: str) -> WrapperError:
    match fault:
        case InflatingFault.DAMAGED:
            return WrapperError(WrapperFault.DAMAGED, f"{place} cannot be unpacked")
        case InflatingFault.TOO_LONG:
            return WrapperError(WrapperFault.UNPACKS_TOO_FAR, place)
        case InflatingFault.CUT_OFF:
            return WrapperError(WrapperFault.DAMAGED, f"{place} is cut off")
