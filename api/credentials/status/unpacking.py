"""Unpacking a compressed status list, which anybody may have written.

Rules:

- U1 What comes out is bounded while it comes out: never more than `MAX_UNPACKED` bytes and one are produced,
  however much the data would give. So a bomb costs no more than the longest list.
- U2 There is one stream, whole and right: its checksum and its length hold, nothing follows it, and no second
  one. Readers differ about what follows the first stream.
- U3 What is refused is told as `ListError`, and by nothing else.

`MAX_UNPACKED` holds 134,217,728 entries of one bit, 16,777,216 of eight: more than the largest lists that the
Token Status List draft reckons with (100 million entries of one bit). Unpacking so much takes less than 0.1
s.

Source: RFC 1950, RFC 1952; W3C Bitstring Status List 1.0, §3.4; IETF Token Status List, §4.1.
"""

from typing import Final

from api.credentials.excerpt import detail_of
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.inflating import GZIP, ZLIB, InflatingError, InflatingFault, inflate_within

MAX_UNPACKED: Final = 1 << 24
"""Bytes of an unpacked list."""

_TOLD: Final = {
    InflatingFault.DAMAGED: "the list is no right {name}",
    InflatingFault.TOO_LONG: f"the list unpacks to more than {MAX_UNPACKED} bytes",
    InflatingFault.CUT_OFF: "the {name} of the list ends too early",
}


class ListError(ValueError):
    """A published list refused: `flaw` says why."""

    def __init__(self, reason: CredentialFlaw, *told: str) -> None:
        self.flaw = Flaw(reason, detail_of(*told))
        super().__init__(f"{reason.sentence} {self.flaw.detail}".rstrip())


def malformed(*told: str) -> ListError:
    """The error of a list that does not have the form of its type."""
    return ListError(CredentialFlaw.LIST_MALFORMED, *told)


def gunzipped(data: bytes) -> bytes:
    """The content of one GZIP member. Raises `ListError`."""
    return _unpacked(data, GZIP, "GZIP")


def zlib_unpacked(data: bytes) -> bytes:
    """The content of one ZLIB stream. Raises `ListError`."""
    return _unpacked(data, ZLIB, "ZLIB")


def _unpacked(data: bytes, container: int, name: str) -> bytes:
    try:
        content, rest = inflate_within(data, container, MAX_UNPACKED)
    except InflatingError as error:
        raise malformed(_TOLD[error.fault].format(name=name)) from None
    if rest:
        raise malformed(f"{len(rest)} bytes follow the {name} of the list")
    return content
