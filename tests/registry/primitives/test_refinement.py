"""Refinements: the further rule holds both ways, and the inner shape's bounds still do."""

from enum import IntEnum
from typing import Any

import pytest

from registry.primitives.codec import Malformed, Value
from registry.primitives.refinement import checked, converted, strictly_ascending
from registry.primitives.shape import Shape, blob, decode_as, encode_as, enumeration, list_of, uint


class Part(IntEnum):
    FIRST = 1
    SECOND = 2


EVEN = checked(uint(9), lambda n: n % 2 == 0, "odd")
HEX = converted(blob(2), bytes.hex, bytes.fromhex)
SET = strictly_ascending(list_of(uint(9), 3), "not ascending")
NAMES = strictly_ascending(list_of(blob(max_bytes=2), 3), "not ascending")
PARTS = strictly_ascending(list_of(enumeration(Part), 2), "not ascending")

ROUND_TRIPS: list[tuple[Shape[Any], Value, Any]] = [
    (EVEN, 4, 4),
    (HEX, b"\x01\x02", "0102"),
    (SET, [], ()),
    (SET, [5], (5,)),
    (SET, [0, 1, 9], (0, 1, 9)),
    (NAMES, [b"", b"a", b"b"], (b"", b"a", b"b")),
    (PARTS, [1, 2], (Part.FIRST, Part.SECOND)),
]


@pytest.mark.parametrize(("shape", "value", "thing"), ROUND_TRIPS)
def test_round_trip(shape: Shape[Any], value: Value, thing: object) -> None:
    assert shape.read(value) == thing
    assert type(shape.read(value)) is type(thing)
    assert shape.write(thing) == value
    assert decode_as(shape, encode_as(shape, thing), limit=100) == thing


REFUSED: list[tuple[Shape[Any], Value, Any, str]] = [
    (EVEN, 3, 3, "odd"),
    (EVEN, 10, 10, "10 is not within 0 … 9"),
    (HEX, b"\x01", "01", "1 bytes, not within 2 … 2"),
    (SET, [1, 1], (1, 1), "not ascending"),
    (SET, [2, 1], (2, 1), "not ascending"),
    (SET, [0, 2, 1], (0, 2, 1), "not ascending"),
    (SET, [1, 2, 3, 4], (1, 2, 3, 4), "4 items, not within 0 … 3"),
    (NAMES, [b"b", b"a"], (b"b", b"a"), "not ascending"),
    (PARTS, [2, 2], (Part.SECOND, Part.SECOND), "not ascending"),
]


@pytest.mark.parametrize(("shape", "value", "thing", "message"), REFUSED)
def test_refused_both_ways(shape: Shape[Any], value: Value, thing: object, message: str) -> None:
    with pytest.raises(Malformed) as read:
        shape.read(value)
    with pytest.raises(Malformed) as written:
        shape.write(thing)
    assert (str(read.value), str(written.value)) == (message, message)
