"""Reading the CBOR of others: that of CBOR Web Tokens, whose maps have numbers for keys.

`registry.primitives.codec` reads the registry's own CBOR, in which keys are text and floats do not occur.

Rules:

- C1 One item, and nothing behind it. Each length is compared with what is left before anything is taken.
- C2 Definite lengths and shortest heads: one spelling of each length and number, as every library writes
  them.
- C3 Integers, finite floats, bytes, text, arrays, maps whose keys are integers or text and occur once, true,
  false, null. No tags.
- C4 Containers nest at most `MAX_DEPTH` deep, and hold at most `MAX_ITEMS` items in all: what is read takes
  time for each item, and a list of statuses is one item.
- C5 What is refused is told as `Malformed`, and by nothing else.

Source: RFC 8949, §3; RFC 8392, §7.
"""

from collections.abc import Callable
from math import isfinite
from struct import unpack
from typing import Final, TypeAlias

from registry.primitives.codec import Malformed

CborItem: TypeAlias = "int | float | bytes | str | bool | list[CborItem] | dict[int | str, CborItem] | None"

MAX_DEPTH: Final = 8
MAX_ITEMS: Final = 1_024

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_CONSTANTS: Final[dict[int, CborItem]] = {20: False, 21: True, 22: None}
_FLOATS: Final = {25: (2, ">e"), 26: (4, ">f"), 27: (8, ">d")}
_WIDTHS: Final = {24: (1, 24), 25: (2, 1 << 8), 26: (4, 1 << 16), 27: (8, 1 << 32)}
"""Of a head's argument that stands behind it: its bytes, and the least number that needs so many (C2)."""


def read_cbor(data: bytes) -> CborItem:
    """The item that some bytes encode. Raises `Malformed`."""
    reading = _Reading(data)
    item = reading.item(MAX_DEPTH)
    if reading.position != len(data):
        raise Malformed(f"{len(data) - reading.position} bytes follow the item")
    return item


class _Reading:
    """Bytes, and how far they have been read."""

    def __init__(self, data: bytes) -> None:
        self.position = 0
        self._data = data
        self._room = MAX_ITEMS
        self._by_major: dict[int, Callable[[int, int], CborItem]] = {
            _UNSIGNED: lambda argument, _: argument,
            _NEGATIVE: lambda argument, _: -1 - argument,
            _BYTES: lambda length, _: self._take(length),
            _TEXT: lambda length, _: self._text(length),
            _ARRAY: self._array,
            _MAP: self._map,
        }

    def item(self, depth: int) -> CborItem:
        initial = self._take(1)[0]
        major, short = initial >> 5, initial & 31
        if major == _SIMPLE:
            return self._simple(short)
        if major == _TAG:
            raise Malformed("a tag, and none is allowed")
        return self._by_major[major](self._argument(short), depth)

    def _argument(self, short: int) -> int:
        """C2."""
        if short < 24:
            return short
        if short not in _WIDTHS:
            raise Malformed("no definite length")
        width, least = _WIDTHS[short]
        argument = int.from_bytes(self._take(width), "big")
        if argument < least:
            raise Malformed("a head that is not the shortest")
        return argument

    def _take(self, length: int) -> bytes:
        """C1."""
        if length > len(self._data) - self.position:
            raise Malformed("it ends too early")
        begin, self.position = self.position, self.position + length
        return self._data[begin : self.position]

    def _text(self, length: int) -> str:
        try:
            return self._take(length).decode()
        except UnicodeDecodeError:
            raise Malformed("a text that is not UTF-8") from None

    def _array(self, length: int, depth: int) -> list[CborItem]:
        self._require_room(length, depth)
        return [self.item(depth - 1) for _ in range(length)]

    def _map(self, length: int, depth: int) -> dict[int | str, CborItem]:
        self._require_room(2 * length, depth)
        pairs = [(self._key(depth - 1), self.item(depth - 1)) for _ in range(length)]
        members = dict(pairs)
        if len(members) != len(pairs):
            raise Malformed("a map key that occurs twice")
        return members

    def _key(self, depth: int) -> int | str:
        """C3. Exact types: true is no key, and neither is 1.0, which Python takes for 1."""
        key = self.item(depth)
        if type(key) is int or type(key) is str:
            return key
        raise Malformed("a map key that is neither an integer nor a text")

    def _require_room(self, items: int, depth: int) -> None:
        """C4."""
        self._room -= items
        if depth == 0:
            raise Malformed(f"nested more than {MAX_DEPTH} deep")
        if self._room < 0:
            raise Malformed(f"more than {MAX_ITEMS} items")

    def _simple(self, short: int) -> CborItem:
        if short in _CONSTANTS:
            return _CONSTANTS[short]
        if short not in _FLOATS:
            raise Malformed("a simple value that is none of true, false and null")
        width, form = _FLOATS[short]
        (number,) = unpack(form, self._take(width))
        if not isfinite(number):
            raise Malformed("a number that is not finite")
        return float(number)
