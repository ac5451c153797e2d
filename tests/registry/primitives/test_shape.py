"""Shapes: each refuses what is outside its bounds, both ways, and says where."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

import pytest

from registry.primitives.codec import Malformed, Value
from registry.primitives.shape import (
    Shape,
    blob,
    constant,
    decode_as,
    encode_as,
    enumeration,
    list_of,
    named_record,
    optional,
    record,
    text,
    tuple_of,
    uint,
    union,
)
from tests.frozen import Freeze


class Purpose(IntEnum):
    SIGN = 1
    INVOKE = 2


class Status(StrEnum):
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Key:
    name: str
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class Add:
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Remove:
    name: str

    def __post_init__(self) -> None:
        if self.name == "root":
            raise Malformed("the root key stays", "name")


@dataclass(frozen=True, slots=True)
class Order:
    operations: tuple[Add | Remove, ...]


KEY = record(Key, name=text(8, 1), purpose=enumeration(Purpose))
ADD = record(Add, keys=list_of(KEY, 2))
ORDER = record(Order, operations=list_of(union({1: ADD, 2: record(Remove, name=text(8, 1))}), 9))

NAMED_KEY = named_record(Key, name=text(8, 1), purpose=enumeration(Purpose))

ROUND_TRIPS: list[tuple[Shape[Any], Value, Any]] = [
    (uint(5), 5, 5),
    (text(2), "ü", "ü"),
    (blob(2), b"ab", b"ab"),
    (blob(max_bytes=3), b"", b""),
    (constant(1), 1, 1),
    (enumeration(Purpose), 2, Purpose.INVOKE),
    (enumeration(Status), "active", Status.ACTIVE),
    (list_of(uint(9), 3), [1, 2], (1, 2)),
    (tuple_of(uint(9), text(3)), [1, "a"], (1, "a")),
    (optional(uint(9)), None, None),
    (optional(uint(9)), 3, 3),
    (NAMED_KEY, {"name": "k", "purpose": 2}, Key("k", Purpose.INVOKE)),
    (ORDER, [[[2, "a"], [1, [["k", 1]]]]], Order((Remove("a"), Add((Key("k", Purpose.SIGN),))))),
]


@pytest.mark.parametrize(("shape", "value", "thing"), ROUND_TRIPS)
def test_round_trip(shape: Shape[Any], value: Value, thing: object) -> None:
    assert shape.read(value) == thing
    assert type(shape.read(value)) is type(thing)
    assert shape.write(thing) == value
    assert decode_as(shape, encode_as(shape, thing), limit=100) == thing


NOT_READ: list[tuple[Shape[Any], Value, str]] = [
    (uint(5), 6, "6 is not within 0 … 5"),
    (uint(5, 1), 0, "0 is not within 1 … 5"),
    (uint(5), -1, "-1 is not within 0 … 5"),
    (uint(5), True, "a boolean in place of an integer"),
    (uint(5), None, "null in place of an integer"),
    (text(2), "üü", "text of 4 bytes, not within 0 … 2"),
    (text(2, 1), "", "text of 0 bytes, not within 1 … 2"),
    (text(2), b"a", "bytes in place of text"),
    (blob(2), b"a", "1 bytes, not within 2 … 2"),
    (blob(max_bytes=2), b"abc", "3 bytes, not within 0 … 2"),
    (blob(2), "ab", "text in place of bytes"),
    (constant(1), 2, "not 1"),
    (constant(1), True, "not 1"),
    (enumeration(Purpose), 3, "not a known Purpose"),
    (enumeration(Purpose), True, "not a known Purpose"),
    (enumeration(Status), "gone", "not a known Status"),
    (list_of(uint(9), 1), [1, 2], "2 items, not within 0 … 1"),
    (list_of(uint(9), 2, 1), [], "0 items, not within 1 … 2"),
    (list_of(uint(9), 2), {}, "a map in place of an array"),
    (list_of(uint(9), 2), [1, "a"], "[1]: text in place of an integer"),
    (tuple_of(uint(9)), [1, 2], "2 items in place of 1"),
    (tuple_of(uint(9), uint(9)), [1, 10], "[1]: 10 is not within 0 … 9"),
    (NAMED_KEY, ["k", 2], "an array in place of a map"),
    (NAMED_KEY, {"name": "k"}, "other members than name, purpose"),
    (
        NAMED_KEY,
        {"name": "k", "purpose": 2, "x": 1},
        "other members than name, purpose",
    ),
    (NAMED_KEY, {"name": "k", "purpose": 9}, "purpose: not a known Purpose"),
    (ORDER, [], "0 items in place of 1"),
    (ORDER, [[], 1], "2 items in place of 1"),
    (ORDER, [[[3, "a"]]], "operations[0][0]: not a known code"),
    (ORDER, [[[True, "a"]]], "operations[0][0]: not a known code"),
    (ORDER, [[[]]], "operations[0]: an array in place of an array that begins with a code"),
    (ORDER, [[[2, "a"], [2, "a", 1]]], "operations[1]: 2 items in place of 1"),
    (ORDER, [[[2, "root"]]], "operations[0].name: the root key stays"),
    (
        ORDER,
        [[[2, "a"], [1, [["k", 1], ["", 1]]]]],
        "operations[1].keys[1].name: text of 0 bytes, not within 1 … 8",
    ),
]


@pytest.mark.parametrize(("shape", "value", "message"), NOT_READ)
def test_read_refuses(shape: Shape[Any], value: Value, message: str) -> None:
    with pytest.raises(Malformed) as caught:
        shape.read(value)
    assert str(caught.value) == message


NOT_WRITTEN: list[tuple[Shape[Any], Any, str]] = [
    (uint(5), 6, "6 is not within 0 … 5"),
    (enumeration(Purpose), 1, "int in place of Purpose"),
    (list_of(uint(9), 1), (1, 2), "2 items, not within 0 … 1"),
    (tuple_of(uint(9)), (), "0 items in place of 1"),
    (KEY, Remove("a"), "Remove in place of Key"),
    (NAMED_KEY, Remove("a"), "Remove in place of Key"),
    (ORDER, Order((Key("k", Purpose.SIGN),)), "operations[0]: Key is not one of the union's types"),  # type: ignore[arg-type]
    (
        ORDER,
        Order((Add((Key("", Purpose.SIGN),)),)),
        "operations[0].keys[0].name: text of 0 bytes, not within 1 … 8",
    ),
]


@pytest.mark.parametrize(("shape", "thing", "message"), NOT_WRITTEN)
def test_write_refuses_what_could_not_be_read(shape: Shape[Any], thing: object, message: str) -> None:
    with pytest.raises(Malformed) as caught:
        shape.write(thing)
    assert str(caught.value) == message


def test_a_lone_surrogate_is_never_encoded() -> None:
    with pytest.raises(Malformed, match="lone surrogate"):
        encode_as(text(8), "\ud800")


def test_a_shape_that_is_not_its_dataclass_cannot_be_built() -> None:
    with pytest.raises(TypeError, match="Key has the fields"):
        record(Key, purpose=enumeration(Purpose), name=text(8))
    with pytest.raises(TypeError, match="one type twice"):
        union({1: KEY, 2: KEY})


def test_layout_is_frozen(frozen: Freeze) -> None:
    frozen("primitives/shape", encode_as(ORDER, Order((Remove("a"), Add((Key("k", Purpose.SIGN),))))))
