"""U1 to U3: a compressed list is whole and right, and never takes more than the longest one."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.status.unpacking import MAX_UNPACKED, ListError, gunzipped, zlib_unpacked

CONTENT = bytes(range(256)) * 64
GZIP = gzip.compress(CONTENT, mtime=0)
ZLIB = zlib.compress(CONTENT)
Unpack = Callable[[bytes], bytes]
BOTH = pytest.mark.parametrize(("unpack", "packed"), [(gunzipped, GZIP), (zlib_unpacked, ZLIB)])


def refused(unpack: Unpack, data: bytes) -> Flaw:
    with pytest.raises(ListError) as error:
        unpack(data)
    return error.value.flaw


def told(text: str) -> Flaw:
    return Flaw(CredentialFlaw.LIST_MALFORMED, text)


@BOTH
def test_what_was_packed_comes_out(unpack: Unpack, packed: bytes) -> None:
    assert unpack(packed) == CONTENT


def test_a_header_with_name_and_comment_is_gzip_as_well() -> None:
    """RFC 1952, §2.3: optional parts of the header, which some software writes."""
    with_name = b"\x1f\x8b\x08\x18" + bytes(6) + b"list\x00comment\x00" + GZIP[10:]
    assert gunzipped(with_name) == CONTENT


@BOTH
def test_every_beginning_of_a_stream_is_refused(unpack: Unpack, packed: bytes) -> None:
    """U2."""
    for length in range(len(packed)):
        assert refused(unpack, packed[:length]).reason is CredentialFlaw.LIST_MALFORMED


@BOTH
def test_a_wrong_checksum_or_length_is_refused(unpack: Unpack, packed: bytes) -> None:
    """U2: each of the last bytes belongs to a checksum, and of GZIP to the length."""
    for place in range(len(packed) - 4, len(packed)):
        wrong = packed[:place] + bytes([packed[place] ^ 1]) + packed[place + 1 :]
        assert refused(unpack, wrong).detail.startswith("the list is no right ")


def test_a_wrong_crc_of_gzip_is_refused() -> None:
    for place in range(len(GZIP) - 8, len(GZIP) - 4):
        wrong = GZIP[:place] + bytes([GZIP[place] ^ 1]) + GZIP[place + 1 :]
        assert refused(gunzipped, wrong) == told("the list is no right GZIP")


@BOTH
def test_nothing_follows_the_stream(unpack: Unpack, packed: bytes) -> None:
    """U2: not a byte, and no second member that other readers would take for more of the list."""
    name = "GZIP" if unpack is gunzipped else "ZLIB"
    assert refused(unpack, packed + b"\x00") == told(f"1 bytes follow the {name} of the list")
    assert refused(unpack, packed + packed) == told(f"{len(packed)} bytes follow the {name} of the list")


@pytest.mark.parametrize(
    ("unpack", "data"),
    [
        (gunzipped, ZLIB),
        (zlib_unpacked, GZIP),
        (gunzipped, zlib.compress(CONTENT, wbits=-15)),
        (zlib_unpacked, zlib.compress(CONTENT, wbits=-15)),
        (gunzipped, b"PK\x03\x04"),
        (zlib_unpacked, b"\x78\xbb" + bytes(8)),
    ],
)
def test_another_form_is_refused(unpack: Unpack, data: bytes) -> None:
    assert refused(unpack, data).reason is CredentialFlaw.LIST_MALFORMED


@pytest.mark.parametrize(("unpack", "pack"), [(gunzipped, gzip.compress), (zlib_unpacked, zlib.compress)])
def test_the_longest_list_is_read_and_one_byte_more_is_not(
    unpack: Unpack, pack: Callable[[bytes], bytes]
) -> None:
    """U1."""
    assert len(unpack(pack(bytes(MAX_UNPACKED)))) == MAX_UNPACKED
    expected = told(f"the list unpacks to more than {MAX_UNPACKED} bytes")
    assert refused(unpack, pack(bytes(MAX_UNPACKED + 1))) == expected


@pytest.mark.parametrize(
    ("unpack", "window_bits"), [(gunzipped, 31), (zlib_unpacked, 15)], ids=["GZIP", "ZLIB"]
)
def test_a_bomb_takes_no_more_memory_than_the_longest_list(unpack: Unpack, window_bits: int) -> None:
    """U1: a few kilobytes that would become eight times the longest list. Joining the pieces takes twice the
    content for a moment.
    """
    packer = zlib.compressobj(1, zlib.DEFLATED, window_bits)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = block + again * 127
    tracemalloc.start()
    try:
        flaw = refused(unpack, bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert flaw == told(f"the list unpacks to more than {MAX_UNPACKED} bytes")
    assert peak < 3 * MAX_UNPACKED
