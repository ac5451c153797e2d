"""The codec: what it encodes, what it refuses, and that nothing but `Malformed` ever leaves it."""

import tracemalloc
from enum import IntEnum

import cbor2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from registry.primitives.codec import (
    MAX_DEPTH,
    MAX_INTEGER,
    MIN_INTEGER,
    Malformed,
    Value,
    array,
    byte_string,
    decode,
    encode,
    integer,
    text,
)
from tests.frozen import Freeze

LIMIT = 1024


def nested(depth: int) -> bytes:
    return b"\x81" * depth + b"\x00"


INTEGERS = st.integers(MIN_INTEGER, MAX_INTEGER)
SCALARS = st.none() | st.booleans() | INTEGERS | st.binary(max_size=40) | st.text(max_size=40)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner, max_size=5),
    max_leaves=12,
).filter(lambda value: depth_of(value) <= MAX_DEPTH)


def depth_of(value: Value) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


@given(INTEGERS, st.binary(max_size=300), st.text(max_size=300))
@example(MAX_INTEGER, bytes(255), "e" * 255)
@example(MIN_INTEGER, bytes(256), "e" * 256)
@example(2**32, bytes(2**16), "e" * 2**16)
def test_an_array_put_together_of_encoded_items_is_its_encoding(number: int, data: bytes, name: str) -> None:
    assert array(integer(number), byte_string(data), text(name)) == encode([number, data, name])


@pytest.mark.parametrize("count", [0, 23, 24, 255, 256, 2**16])
def test_an_array_of_any_number_of_encoded_items_is_its_encoding(count: int) -> None:
    assert array(*[integer(1)] * count) == encode([1] * count)


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**63, -(2**63), 2**64 - 1, -(2**64)])
def test_an_integer_lies_in_the_range_of_json(number: int) -> None:
    message = "an integer outside -9007199254740991 … 9007199254740991"
    for write in (integer, encode):
        with pytest.raises(Malformed, match=f"^{message}$"):
            write(number)
    with pytest.raises(Malformed, match=f"^{message}$"):
        decode(cbor2.dumps(number), limit=LIMIT)


@pytest.mark.parametrize(
    ("value", "encoding"),
    [
        (0, "00"),
        (23, "17"),
        (24, "1818"),
        (-1, "20"),
        (MAX_INTEGER, "1b001fffffffffffff"),
        (MIN_INTEGER, "3b001ffffffffffffe"),
        (True, "f5"),
        (False, "f4"),
        (None, "f6"),
        (b"\x01\x02", "420102"),
        ("ü", "62c3bc"),
        ([], "80"),
        ([1, [2, 3]], "8201820203"),
        ({"b": 1, "aa": 2, "a": 3, "é": 4}, "a4616103616201626161 02 62c3a904"),
    ],
)
def test_one_value_has_one_encoding(value: Value, encoding: str) -> None:
    data = bytes.fromhex(encoding)
    assert encode(value) == data
    assert decode(data, limit=LIMIT) == value


REFUSED = {
    "nothing": (b"", "not CBOR: premature end of stream (expected to read at least 1 bytes, got 0 instead)"),
    "trailing bytes": (b"\x00\x00", "not the deterministic encoding of its content"),
    "long head": (bytes.fromhex("1817"), "not the deterministic encoding of its content"),
    "long length": (bytes.fromhex("580100"), "not the deterministic encoding of its content"),
    "unsorted keys": (bytes.fromhex("a2616200616100"), "not the deterministic encoding of its content"),
    "duplicate keys": (
        bytes.fromhex("a2616100616101"),
        "not CBOR: error decoding map: Duplicate map key: 'a'",
    ),
    "integer key": (
        bytes.fromhex("a10000"),
        "not CBOR: error decoding map: map key must be a text string or byte string, not int",
    ),
    "bytes as key": (bytes.fromhex("a1410000"), "a map key that is not text"),
    "float": (bytes.fromhex("f93c00"), "a value of type float"),
    "not a number": (bytes.fromhex("f97e00"), "a value of type float"),
    "undefined": (b"\xf7", "a value of type UndefinedType"),
    "simple value": (b"\xe0", "a value of type CBORSimpleValue"),
    "2^53": (
        bytes.fromhex("1b0020000000000000"),
        "an integer outside -9007199254740991 … 9007199254740991",
    ),
    "-2^53": (
        bytes.fromhex("3b001fffffffffffff"),
        "an integer outside -9007199254740991 … 9007199254740991",
    ),
    "indefinite array": (
        bytes.fromhex("9fff"),
        "not CBOR: error decoding array: encountered indefinite length but it has been disabled",
    ),
    "indefinite bytes": (
        bytes.fromhex("5f4100ff"),
        "not CBOR: error decoding byte string: encountered indefinite length but it has been disabled",
    ),
    "lone break": (b"\xff", "not CBOR: break code encountered where a data item was expected"),
    "lone surrogate": (bytes.fromhex("63eda080"), "not CBOR: error decoding text string"),
    "too deep": (nested(MAX_DEPTH + 1), "not CBOR: maximum container nesting depth (8) exceeded"),
    "far too deep": (nested(LIMIT - 1), "not CBOR: maximum container nesting depth (8) exceeded"),
    "tags far too deep": (b"\xc6" * LIMIT, "not CBOR: maximum container nesting depth (8) exceeded"),
    "too long": (bytes(LIMIT + 1), "1025 bytes, more than the 1024 allowed"),
}


@pytest.mark.parametrize(("data", "what"), REFUSED.values(), ids=REFUSED)
def test_refuses(data: bytes, what: str) -> None:
    with pytest.raises(Malformed) as caught:
        decode(data, limit=LIMIT)
    assert (caught.value.what, caught.value.where) == (what, "")


CONTENT_OF_TAG = [0, b"", b"\x01" * 9, "(a+)+$", [1, 2], {"a": 1}, "2020-01-01T00:00:00Z"]


@pytest.mark.parametrize(
    "tag", [*range(64), 100, 255, 256, 258, 260, 261, 1004, 43000, 55799, 2**32, 2**64 - 1]
)
def test_refuses_every_tag(tag: int) -> None:
    """Rule 1, whatever the tag would mean: bignums, shared values, regular expressions, messages, sets …"""
    for content in CONTENT_OF_TAG:
        with pytest.raises(Malformed, match=r"^a tag, and none is allowed$"):
            decode(cbor2.dumps(cbor2.CBORTag(tag, content)), limit=LIMIT)


def test_huge_exponent_is_refused_before_it_is_computed() -> None:
    with pytest.raises(Malformed, match="a tag"):
        decode(bytes.fromhex("c4821b7fffffffffffffff01"), limit=LIMIT)


@pytest.mark.parametrize("major", [0x40, 0x60, 0x80, 0xA0])
@pytest.mark.parametrize("length", [2**31, 2**32, 2**63 - 1, 2**64 - 1])
def test_declared_length_reserves_no_memory(major: int, length: int) -> None:
    data = bytes([major | 27]) + length.to_bytes(8, "big")
    tracemalloc.start()
    try:
        with pytest.raises(Malformed):
            decode(data, limit=LIMIT)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1024 * 1024


class Code(IntEnum):
    ONE = 1


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        (1, 2),
        {1: 2},
        {b"a": 2},
        bytearray(b"a"),
        Code.ONE,
        {1},
        pytest.param(object(), id="object"),
        2**53,
        -(2**53),
        "\ud800",
        [["\ud800"]],
    ],
    ids=repr,
)
def test_encode_refuses_what_decode_would_not_give(value: Value) -> None:
    with pytest.raises(Malformed):
        encode(value)


def test_depth_is_the_same_both_ways() -> None:
    value: Value = 0
    for _ in range(MAX_DEPTH):
        value = [value]
    assert decode(encode(value), limit=LIMIT) == value
    with pytest.raises(Malformed, match="nested more than 8 deep"):
        encode([value])


@given(VALUES)
@settings(derandomize=True, max_examples=300)
def test_round_trip(value: Value) -> None:
    data = encode(value)
    assert decode(data, limit=len(data)) == value
    assert encode(decode(data, limit=len(data))) == data
    with pytest.raises(Malformed):
        decode(data, limit=len(data) - 1)


@given(st.binary(max_size=64))
@settings(derandomize=True, max_examples=3000)
@example(bytes.fromhex("d81c81d81d00"))
@example(bytes.fromhex("d9010082d81900"))
def test_any_bytes_give_a_value_or_malformed(data: bytes) -> None:
    """Rule 3 as well: what is accepted is exactly what `encode` writes."""
    try:
        value = decode(data, limit=64)
    except Malformed:
        return
    assert encode(value) == data


@given(VALUES, st.data())
@settings(derandomize=True, max_examples=1000)
def test_damaged_encodings_give_a_value_or_malformed(value: Value, data: st.DataObject) -> None:
    damaged = bytearray(encode(value))
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        decoded = decode(bytes(damaged), limit=len(damaged))
    except Malformed:
        return
    assert encode(decoded) == damaged


def test_error_names_the_place() -> None:
    error = Malformed("not text").within("[0]").within("keys").within("[2]").within("operations")
    assert str(error) == "operations[2].keys[0]: not text"
    assert str(Malformed("empty")) == "empty"


def test_encoding_is_frozen(frozen: Freeze) -> None:
    frozen(
        "primitives/codec",
        encode([0, -1, MAX_INTEGER, MIN_INTEGER, b"b", "ü", True, None, {"b": [], "aa": {}}]),
    )
