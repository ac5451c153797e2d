"""W1 to W4: what is unwrapped, and text in an encoding in which no credential is written."""

import json

import pytest

from api.credentials.wrappers.fault import WrapperError, WrapperFault
from api.credentials.wrappers.table import unwrap
from tests.api.credentials.wrappers.wrapped import CREDENTIAL, TOKEN, international_text, pdf, with_chunks

TEXT = CREDENTIAL.decode()


@pytest.mark.parametrize("data", [CREDENTIAL, TOKEN, b"", b"hello", b"\x00\x01", b" \n" + CREDENTIAL])
def test_what_is_not_wrapped(data: bytes) -> None:
    assert unwrap(data) is None


ENCODED = {
    "a byte order mark": (b"\xef\xbb\xbf" + CREDENTIAL, WrapperFault.BYTE_ORDER_MARK),
    "UTF-16": (TEXT.encode("utf-16"), WrapperFault.UTF_16),
    "UTF-16 without a mark": (TEXT.encode("utf-16-le"), WrapperFault.UTF_16),
    "UTF-16, the other way round": (TEXT.encode("utf-16-be"), WrapperFault.UTF_16),
    "a token in UTF-16": (TOKEN.decode().encode("utf-16-le"), WrapperFault.UTF_16),
    "UTF-32": (TEXT.encode("utf-32"), WrapperFault.UTF_32),
    "UTF-32 without a mark": (TEXT.encode("utf-32-be"), WrapperFault.UTF_32),
    "curly quotes": (TEXT.replace('"', "”").encode(), WrapperFault.CURLY_QUOTES),
    "curly quotes in a list": ("[ “a” ]".encode(), WrapperFault.CURLY_QUOTES),
    "curly quotes of Windows": (
        TEXT.replace('"', "”").encode("cp1252", "replace"),
        WrapperFault.CURLY_QUOTES,
    ),
    "curly quotes further on": (
        '{"a": [1, "“b”"],\n "c": “d”}'.encode(),
        WrapperFault.CURLY_QUOTES,
    ),
    "guillemets": ("{ «a»: 1}".encode(), WrapperFault.CURLY_QUOTES),
}


@pytest.mark.parametrize(("data", "fault"), ENCODED.values(), ids=ENCODED.keys())
def test_text_that_is_named(data: bytes, fault: WrapperFault) -> None:
    with pytest.raises(WrapperError) as refused:
        unwrap(data)
    assert refused.value.fault is fault


def test_curly_quotes_within_a_text_are_text() -> None:
    texts = {"name": "“Ada”", "“": 1, "b": '\\", “x”: ['}
    assert unwrap(json.dumps(texts, ensure_ascii=False).encode()) is None
    assert unwrap('{"a, “b”'.encode()) is None


def test_what_is_wrapped_is_not_unwrapped_again() -> None:
    """W3: a picture that is attached to a document is an attachment like any other."""
    badge = with_chunks((b"iTXt", international_text(CREDENTIAL)))
    with pytest.raises(WrapperError) as refused:
        unwrap(pdf([("badge.png", badge)]))
    assert refused.value.fault is WrapperFault.NO_CREDENTIAL
    found = unwrap(with_chunks((b"iTXt", international_text(badge))))
    assert found is not None
    assert found.content == badge
