"""How bits are packed (rules B1 to B5), and hostile packed bits."""

import gzip
import zlib

import pytest

from api.publications.bits import (
    MAX_BITS_BYTES,
    from_token,
    gzip_packed,
    gzip_unpacked,
    root_of_bits,
    to_token,
    zlib_packed,
    zlib_unpacked,
)
from api.publications.fault import PublicationError, PublicationFault
from registry.kinds.status_list.bitmap import empty_root
from registry.kinds.status_list.record import MIN_SIZE
from tests.api.publications.sample import EMPTY, REVOKED


def test_b1_a_token_has_entry_0_in_the_lowest_bit() -> None:
    assert to_token(b"\x80\x01", 1) == b"\x01\x80"
    assert from_token(b"\x01\x80", 1) == b"\x80\x01"


def test_b5_a_suspended_entry_is_2_in_two_bits() -> None:
    """Entries 0, 3 and 7: 2 at the lowest two bits of the first byte, at its highest, and at the second's."""
    assert to_token(b"\x91", 2) == bytes([0b10_00_00_10, 0b10_00_00_00])
    assert from_token(bytes([0b10_00_00_10, 0b10_00_00_00]), 2) == b"\x91"
    every = bytes(range(256))
    assert from_token(to_token(every, 2), 2) == every


def test_b5_an_entry_with_another_meaning_is_refused() -> None:
    with pytest.raises(PublicationError, match="neither valid"):
        from_token(b"\x01\x00", 2)


def test_b2_the_header_is_fixed_and_others_can_unpack_it() -> None:
    packed = gzip_packed(REVOKED)
    assert packed[:10].hex() == "1f8b08000000000002ff"
    assert gzip.decompress(packed) == gzip_unpacked(packed) == REVOKED
    assert zlib.decompress(zlib_packed(REVOKED)) == REVOKED


@pytest.mark.parametrize(
    ("packed", "fault"),
    [
        (b"", PublicationFault.MALFORMED),
        (gzip.compress(EMPTY, mtime=1), PublicationFault.MALFORMED),
        (gzip_packed(EMPTY)[:-1], PublicationFault.MALFORMED),
        (gzip_packed(EMPTY)[:-9], PublicationFault.MALFORMED),
        (gzip_packed(EMPTY) + b"\0", PublicationFault.MALFORMED),
        (gzip_packed(EMPTY) + gzip_packed(EMPTY), PublicationFault.MALFORMED),
        (gzip_packed(EMPTY)[:-8] + bytes(8), PublicationFault.MALFORMED),
        (gzip_packed(EMPTY)[:10] + b"\xff" * 20, PublicationFault.MALFORMED),
        (gzip_packed(bytes(MAX_BITS_BYTES + 1)), PublicationFault.TOO_LARGE),
        (gzip_packed(bytes(200_000_000)), PublicationFault.TOO_LARGE),
    ],
)
def test_b4_what_is_not_packed_bits(packed: bytes, fault: PublicationFault) -> None:
    with pytest.raises(PublicationError) as raised:
        gzip_unpacked(packed)
    assert raised.value.fault is fault


@pytest.mark.parametrize(
    ("packed", "fault"),
    [
        (zlib_packed(EMPTY)[:-1], PublicationFault.MALFORMED),
        (zlib_packed(EMPTY) + b"\0", PublicationFault.MALFORMED),
        (zlib_packed(EMPTY)[:-4] + bytes(4), PublicationFault.MALFORMED),
        (gzip_packed(EMPTY), PublicationFault.MALFORMED),
        (zlib_packed(bytes(MAX_BITS_BYTES + 1)), PublicationFault.TOO_LARGE),
    ],
)
def test_b4_what_is_not_a_packed_token(packed: bytes, fault: PublicationFault) -> None:
    with pytest.raises(PublicationError) as raised:
        zlib_unpacked(packed, MAX_BITS_BYTES)
    assert raised.value.fault is fault


def test_the_root_is_the_ledgers() -> None:
    assert root_of_bits(EMPTY) == empty_root(MIN_SIZE)
    assert root_of_bits(REVOKED) != empty_root(MIN_SIZE)
