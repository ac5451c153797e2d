"""N1 to N6: badges in PNG pictures, and baking them."""

import zlib

import png
import pytest

from api.credentials.document import MAX_BYTES
from api.credentials.wrappers.badge_image import SIZE, badge_image
from api.credentials.wrappers.fault import MAX_WRAPPED_BYTES, WrapperError, WrapperFault
from api.credentials.wrappers.png import SIGNATURE, bake_png, chunk_bytes, unwrap_png
from api.credentials.wrappers.table import bake, unwrap
from tests.api.credentials.wrappers.wrapped import (
    CREDENTIAL,
    TOKEN,
    international_text,
    picture,
    with_chunks,
)

BAKED = (b"iTXt", international_text(CREDENTIAL))


def fault_of(data: bytes) -> tuple[WrapperFault, str]:
    with pytest.raises(WrapperError) as refused:
        unwrap(data)
    return refused.value.fault, refused.value.detail


@pytest.mark.parametrize("at_end", [False, True])
def test_a_credential_is_taken_out(at_end: bool) -> None:
    found = unwrap(with_chunks(BAKED, at_end=at_end))
    assert found is not None
    assert (found.content, found.wrapper, found.remark) == (CREDENTIAL, "PNG picture", "")
    assert found.place.startswith("iTXt chunk at byte ")


def test_a_compressed_text_is_told() -> None:
    """N4."""
    found = unwrap(with_chunks((b"iTXt", international_text(CREDENTIAL, compressed=True))))
    assert found is not None
    assert found.content == CREDENTIAL
    assert found.remark == "its text is compressed, which Open Badges 3.0 forbids"


REFUSED = {
    "no credential": (with_chunks((b"iTXt", international_text(b"x", b"Title"))), WrapperFault.NO_CREDENTIAL),
    "two": (with_chunks(BAKED, BAKED), WrapperFault.SEVERAL),
    "one of Open Badges 2": (
        with_chunks((b"iTXt", international_text(b"https://a.example/1", b"openbadges"))),
        WrapperFault.OPEN_BADGES_2,
    ),
    "one of Open Badges 1": (
        with_chunks((b"tEXt", b"openbadges\x00https://a.example/1")),
        WrapperFault.OPEN_BADGES_2,
    ),
    "a bomb": (
        with_chunks((b"iTXt", international_text(bytes(MAX_BYTES + 1), compressed=True))),
        WrapperFault.UNPACKS_TOO_FAR,
    ),
    "a compressed text that is cut off": (
        with_chunks((b"iTXt", international_text(CREDENTIAL, compressed=True)[:-9])),
        WrapperFault.DAMAGED,
    ),
    "a compressed text that is none": (
        with_chunks((b"iTXt", b"openbadgecredential\x00\x01\x00\x00\x00nonsense")),
        WrapperFault.DAMAGED,
    ),
    "another method": (
        with_chunks((b"iTXt", b"openbadgecredential\x00\x01\x07\x00\x00{}")),
        WrapperFault.UNSUPPORTED,
    ),
    "a chunk without its parts": (
        with_chunks((b"iTXt", b"openbadgecredential\x00\x00\x00")),
        WrapperFault.DAMAGED,
    ),
    "a wrong CRC": (
        with_chunks(BAKED).replace(b"openbadgecredential", b"openbadgecredentiaL"),
        WrapperFault.DAMAGED,
    ),
    "a type that is none": (with_chunks((b"iT1t", b"")), WrapperFault.DAMAGED),
    "a second header": (with_chunks((b"IHDR", bytes(13))), WrapperFault.DAMAGED),
    "no header": (SIGNATURE + chunk_bytes(b"IEND", b""), WrapperFault.DAMAGED),
    "a header of another length": (SIGNATURE + chunk_bytes(b"IHDR", b""), WrapperFault.DAMAGED),
    "no end": (with_chunks(BAKED)[:-12], WrapperFault.DAMAGED),
    "a length beyond the file": (SIGNATURE + b"\xff\xff\xff\xffIHDR", WrapperFault.DAMAGED),
    "too many chunks": (
        with_chunks(*[(b"tEXt", b"")] * 20_000),
        WrapperFault.TOO_MUCH_WORK,
    ),
    "too long": (picture() + bytes(MAX_WRAPPED_BYTES), WrapperFault.TOO_LARGE),
}


@pytest.mark.parametrize(("data", "fault"), REFUSED.values(), ids=REFUSED.keys())
def test_what_gives_no_credential(data: bytes, fault: WrapperFault) -> None:
    assert fault_of(data)[0] is fault


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (b"tEXt", b"openbadgecredential\x00" + CREDENTIAL),
        (b"zTXt", b"openbadgecredential\x00\x00" + zlib.compress(CREDENTIAL)),
    ],
)
def test_the_keyword_in_another_chunk(kind: bytes, content: bytes) -> None:
    """N5."""
    told = f"openbadgecredential stands in a {kind.decode()} chunk, not in iTXt"
    assert fault_of(with_chunks((kind, content))) == (WrapperFault.NO_CREDENTIAL, told)


def test_what_follows_the_picture_is_no_part_of_it() -> None:
    """N1, W1: a file that is a picture and something else as well."""
    behind = b"%PDF-1.7 " + CREDENTIAL + chunk_bytes(*BAKED)
    found = unwrap(with_chunks(BAKED) + behind)
    assert found is not None
    assert found.content == CREDENTIAL
    assert fault_of(picture() + behind)[0] is WrapperFault.NO_CREDENTIAL


@pytest.mark.parametrize("data", [b"", b"\x89PNG", b"{}", b"\x89PNG\r\n\x1a\r"])
def test_what_is_no_picture(data: bytes) -> None:
    assert unwrap_png(data) is None


@pytest.mark.parametrize("credential", [CREDENTIAL, TOKEN])
def test_baking(credential: bytes) -> None:
    """The picture stays the same for whoever looks at it."""
    baked = bake(picture(), credential)
    found = unwrap(baked)
    assert found is not None
    assert (found.content, found.remark) == (credential, "")
    pixels = [list(png.Reader(bytes=data).read()[2]) for data in (picture(), baked)]
    assert pixels[0] == pixels[1]


def test_no_badge_is_baked_twice() -> None:
    with pytest.raises(WrapperError) as refused:
        bake_png(bake_png(picture(), CREDENTIAL), TOKEN)
    assert refused.value.fault is WrapperFault.BAKED_BEFORE


def test_the_badge_that_is_drawn_here() -> None:
    """Another library reads it, and it is the same each time."""
    width, height, found_rows, info = png.Reader(bytes=badge_image()).read()
    assert (width, height, info["alpha"]) == (SIZE, SIZE, True)
    rows = [bytes(row) for row in found_rows]
    assert (rows[0][3], rows[40][4 * (SIZE // 2) + 3]) == (0, 255)  # opacity in a corner and in the seal
    found = unwrap(bake(badge_image(), CREDENTIAL))
    assert found is not None
    assert found.content == CREDENTIAL
