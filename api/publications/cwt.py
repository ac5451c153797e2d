"""A Status List Token as a CWT (`statuslist+cwt`): a COSE_Sign1 with its tag 18 and without the CWT tag,
signed with EdDSA.

The encoding is deterministic (RFC 8949, §4.2.1), so a token has exactly one: it is taken apart here and
encoded again to be compared (`api.publications.forms`).

    protected  {1: -8, 4: key as bytes, 16: "application/statuslist+cwt"}
    payload    {1: issuer, 2: url, 4: until, 6: from, 65533: {"lst": packed bits, "bits": 1 or 2}, 65534: ttl}

Times and `ttl` are in seconds.

Sources: IETF Token Status List, §5.2; RFC 9052, §4.2 and §4.4; RFC 8392.
"""

from typing import Final

from api.publications.fault import PublicationError, PublicationFault
from api.publications.statement import TTL_MS, ParsedPublication, StatusStatement
from api.publications.token import PURPOSES, WIDTHS
from registry.primitives.codec import Malformed, array, byte_string, integer, text

_TAG_18: Final = b"\xd2"
_EMPTY_MAP: Final = b"\xa0"
_TYPE: Final = "application/statuslist+cwt"
_UNSIGNED, _BYTES, _TEXT, _ARRAY, _MAP = 0, 2, 3, 4, 5
_LIST, _TTL = 65_533, 65_534


def message(statement: StatusStatement, packed: bytes) -> bytes:
    """The bytes that are signed: RFC 9052's Sig_structure."""
    content = byte_string(_protected(statement)), byte_string(b""), byte_string(_payload(statement, packed))
    return array(text("Signature1"), *content)


def encode(statement: StatusStatement, packed: bytes, signature: bytes) -> bytes:
    """The token's bytes."""
    content = byte_string(_payload(statement, packed)), byte_string(signature)
    return _TAG_18 + array(byte_string(_protected(statement)), _EMPTY_MAP, *content)


def parse(data: bytes) -> ParsedPublication:
    """The parts of a token. What else may be in it shows when it is encoded again. Raises
    `PublicationError`.
    """
    outer = _Items(data.removeprefix(_TAG_18))
    outer.head(_ARRAY)
    protected = _Items(outer.content(_BYTES))
    outer.head(_MAP)
    payload = _Items(outer.content(_BYTES))
    signature = outer.content(_BYTES)
    return _parsed(protected, payload, signature)


def _parsed(protected: "_Items", payload: "_Items", signature: bytes) -> ParsedPublication:
    """Members follow each other in the one order that they have: each key is passed over."""
    protected.skip(4)  # the map's head, 1 and its value -8, and 4
    key = protected.content(_BYTES)
    payload.skip(2)
    issuer = payload.content(_TEXT)
    payload.skip(1)
    url = payload.content(_TEXT)
    payload.skip(1)
    end = payload.head(_UNSIGNED)
    payload.skip(1)
    begin = payload.head(_UNSIGNED)
    payload.skip(2)
    payload.content(_TEXT)
    packed = payload.content(_BYTES)
    payload.content(_TEXT)
    purpose = PURPOSES.get(payload.head(_UNSIGNED))
    if purpose is None:
        raise _malformed("an entry has neither 1 nor 2 bits")
    try:
        texts = url.decode("ascii"), issuer.decode("ascii"), key.decode("ascii")
    except UnicodeDecodeError:
        raise _malformed("a name is not ASCII") from None
    return ParsedPublication(StatusStatement(*texts, purpose, 1_000 * begin, 1_000 * end), packed, signature)


def _protected(statement: StatusStatement) -> bytes:
    return _map((1, integer(-8)), (4, byte_string(statement.key.encode())), (16, text(_TYPE)))


def _payload(statement: StatusStatement, packed: bytes) -> bytes:
    width = integer(WIDTHS[statement.purpose])
    return _map(
        (1, text(statement.issuer)),
        (2, text(statement.url)),
        (4, _seconds(statement.until_ms)),
        (6, _seconds(statement.from_ms)),
        (_LIST, b"\xa2" + text("lst") + byte_string(packed) + text("bits") + width),
        (_TTL, _seconds(TTL_MS)),
    )


def _map(*members: tuple[int, bytes]) -> bytes:
    """A map of fewer than 24 members, whose keys ascend: so do their encodings."""
    head = bytes((_MAP << 5 | len(members),))
    return head + b"".join(integer(key) + encoded for key, encoded in members)


def _seconds(time_ms: int) -> bytes:
    try:
        return integer(time_ms // 1_000)
    except Malformed as error:
        raise _malformed(str(error)) from None


class _Items:
    """CBOR items, one after the other. Nothing is interpreted but heads."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def head(self, major: int) -> int:
        """The argument of the next head, which is of that major type."""
        found, argument = self._head()
        if found != major:
            raise _malformed(f"an item of major type {found} in place of {major}")
        return argument

    def content(self, major: int) -> bytes:
        """The bytes of the next byte string or text."""
        return self._take(self.head(major))

    def skip(self, heads: int) -> None:
        """Passes over heads of whatever type."""
        for _ in range(heads):
            self._head()

    def _head(self) -> tuple[int, int]:
        (first,) = self._take(1)
        argument = first & 31
        if argument >= 28:
            raise _malformed("an item without a definite length")
        if argument >= 24:
            argument = int.from_bytes(self._take(1 << (argument - 24)), "big")
        return first >> 5, argument

    def _take(self, count: int) -> bytes:
        taken = self._data[self._place : self._place + count]
        if len(taken) != count:
            raise _malformed("it is cut short")
        self._place += count
        return taken


def _malformed(detail: str) -> PublicationError:
    return PublicationError(PublicationFault.MALFORMED, detail)
