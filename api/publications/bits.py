"""How the bits of a status list are packed in a publication, and unpacked within bounds.

Rules:

- B1 The ledger's bits are those of W3C Bitstring Status List: entry 0 is the most significant bit of the
  first byte. A Token Status List has entry 0 in the least significant bits, so each byte is turned round.
- B2 What GZIP writes in its header beside the data is fixed: no time, no name, "unknown" as operating system.
  So the same compressor makes the same bytes on every machine.
- B3 Two compressors need not agree, so bits are compared and never packed again to be compared.
- B4 Unpacking stops at the longest list, whatever the packed bytes say. What follows their end is refused.
- B5 A token of a suspension list has two bits for each entry, of which 2 means suspended; one of a revocation
  list has one, of which 1 means invalid.

Sources: RFC 1950, RFC 1951, RFC 1952; W3C Bitstring Status List 1.0, §3.3; IETF Token Status List, §4 and §7.
"""

import zlib
from functools import lru_cache
from typing import Final

from api.credentials.inflating import DEFLATE, ZLIB, InflatingError, InflatingFault, inflate_within
from api.publications.fault import PublicationError, PublicationFault
from registry.kinds.status_list.record import CHUNK_BYTES, MAX_SIZE
from registry.primitives.merkle import leaf_hash, root_of

MAX_BITS_BYTES: Final = MAX_SIZE // 8
_GZIP_HEADER: Final = bytes.fromhex("1f8b08000000000002ff")
_GZIP_TRAILER: Final = 8
_LEVEL: Final = 9


def gzip_packed(bits: bytes) -> bytes:
    """The bits in GZIP (B2)."""
    packing = zlib.compressobj(_LEVEL, zlib.DEFLATED, DEFLATE)
    return _GZIP_HEADER + packing.compress(bits) + packing.flush() + _trailer(bits)


def gzip_unpacked(packed: bytes) -> bytes:
    """The inverse (B4). Raises `PublicationError`."""
    if not packed.startswith(_GZIP_HEADER):
        raise PublicationError(
            PublicationFault.MALFORMED, "the GZIP header is not the one that publications have"
        )
    bits, rest = _inflated(packed[len(_GZIP_HEADER) :], DEFLATE, MAX_BITS_BYTES)
    if rest != _trailer(bits):
        raise PublicationError(PublicationFault.MALFORMED, "the GZIP trailer is not that of the bits")
    return bits


def zlib_packed(bits: bytes) -> bytes:
    """The bits in ZLIB."""
    return zlib.compress(bits, _LEVEL)


def zlib_unpacked(packed: bytes, limit: int) -> bytes:
    """The inverse, of at most `limit` bytes (B4). Raises `PublicationError`."""
    bits, rest = _inflated(packed, ZLIB, limit)
    if rest:
        raise PublicationError(PublicationFault.MALFORMED, "something follows the end of the ZLIB data")
    return bits


def to_token(bits: bytes, width: int) -> bytes:
    """The ledger's bits as a token of 1 or 2 bits for each entry holds them (B1, B5)."""
    if width == 1:
        return bits.translate(_TURNED)
    token = bytearray(2 * len(bits))
    token[0::2], token[1::2] = bits.translate(_FIRST_FOUR), bits.translate(_LAST_FOUR)
    return bytes(token)


def from_token(token: bytes, width: int) -> bytes:
    """The inverse. Raises `PublicationError` where an entry has a meaning that no list of ours has."""
    if width == 1:
        return token.translate(_TURNED)
    bits = bytes(map(int.__or__, token[0::2].translate(_FROM_FIRST), token[1::2].translate(_FROM_LAST)))
    if to_token(bits, width) != token:
        raise PublicationError(PublicationFault.MALFORMED, "an entry is neither valid (0) nor suspended (2)")
    return bits


def root_of_bits(bits: bytes) -> bytes:
    """The root under which the ledger holds these bits: RFC 6962 over chunks of 128 bytes."""
    return root_of(_leaf(bits[start : start + CHUNK_BYTES]) for start in range(0, len(bits), CHUNK_BYTES))


_leaf = lru_cache(maxsize=64)(leaf_hash)
"""Most chunks of most lists are all zeros."""


def _inflated(packed: bytes, container: int, limit: int) -> tuple[bytes, bytes]:
    """What a whole stream holds, and what follows it."""
    try:
        return inflate_within(packed, container, limit)
    except InflatingError as error:
        raise _refused(error, limit) from None


def _refused(error: InflatingError, limit: int) -> PublicationError:
    match error.fault:
        case InflatingFault.DAMAGED:
            return PublicationError(PublicationFault.MALFORMED, f"it cannot be unpacked: {error}")
        case InflatingFault.TOO_LONG:
            return PublicationError(PublicationFault.TOO_LARGE, f"unpacked it has more than {limit} bytes")
        case InflatingFault.CUT_OFF:
            return PublicationError(PublicationFault.MALFORMED, "the packed bits are cut short")


def _trailer(bits: bytes) -> bytes:
    return zlib.crc32(bits).to_bytes(4, "little") + len(bits).to_bytes(_GZIP_TRAILER - 4, "little")


def _turned(byte: int) -> int:
    return sum((byte >> place & 1) << (7 - place) for place in range(8))


def _suspended(four: int) -> int:
    """Four entries, the first in the highest bit, as 2 bits each from the lowest on."""
    return sum((four >> (3 - place) & 1) << (2 * place + 1) for place in range(4))


def _unsuspended(byte: int) -> int:
    return sum((byte >> (2 * place + 1) & 1) << (3 - place) for place in range(4))


_TURNED: Final = bytes(_turned(byte) for byte in range(256))
_FIRST_FOUR: Final = bytes(_suspended(byte >> 4) for byte in range(256))
_LAST_FOUR: Final = bytes(_suspended(byte & 15) for byte in range(256))
_FROM_FIRST: Final = bytes(_unsuspended(byte) << 4 for byte in range(256))
_FROM_LAST: Final = bytes(_unsuspended(byte) for byte in range(256))
