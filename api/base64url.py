"""Bytes within JSON: base64url without padding (RFC 4648 §5), each byte string in one spelling only."""

from base64 import b64decode, urlsafe_b64encode

from registry.primitives.codec import Malformed


def to_text(data: bytes) -> str:
    """The text of some bytes."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_text(text: str) -> bytes:
    """The bytes of a text. Raises `Malformed`, for another spelling of the same bytes too."""
    try:
        data = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise Malformed("not base64url") from None
    if to_text(data) != text:
        raise Malformed("not base64url without padding")
    return data
