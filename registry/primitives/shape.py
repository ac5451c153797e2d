"""Shapes: typed, bounded conversion between decoded CBOR values and immutable Python objects.

A `Shape[T]` is a pair of functions. `read` takes a value as `codec.decode` gives it and returns a T; `write`
is its inverse and refuses the same things, so nothing is written that could not be read back. Both raise
`Malformed` with the path of the part that is wrong. The path costs nothing until something is wrong: each
container adds its own name to the error on the way out.

Records are arrays, their fields in the order of the dataclass; an unknown or missing field is a wrong
length. A dataclass may state further rules in `__post_init__` by raising `Malformed`.

    @dataclass(frozen=True, slots=True)
    class Point:
        name: str
        x: int

    POINT = record(Point, name=text(16), x=uint(100))
    encode_as(POINT, Point("a", 1)) == bytes.fromhex("82616101")
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, Generic, TypeVar

from registry.primitives.codec import MAX_INTEGER, Malformed, Value, decode, encode

T = TypeVar("T")
U = TypeVar("U")
E = TypeVar("E", bound=Enum)


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """How a T looks on the wire: `read(value)` and `write(object)`, each raising `Malformed`."""

    read: Callable[[Value], T]
    write: Callable[[T], Value]


@dataclass(frozen=True, slots=True)
class Record(Shape[T]):
    """The shape of one dataclass; `union` chooses among such shapes by `type` when it writes."""

    type: type[T]


def decode_as(shape: Shape[T], data: bytes, *, limit: int) -> T:
    """The T that `data`, at most `limit` bytes, encodes. Raises `Malformed`."""
    return shape.read(decode(data, limit=limit))


def encode_as(shape: Shape[T], value: T) -> bytes:
    """The one encoding of `value`. Raises `Malformed` where it is outside the shape's bounds."""
    return encode(shape.write(value))


# Scalars. Reading and writing are the same check.


def uint(maximum: int = MAX_INTEGER, minimum: int = 0) -> Shape[int]:
    """An integer from `minimum` to `maximum`, both included."""

    def check(value: Value) -> int:
        if type(value) is not int:
            raise Malformed(f"{_kind(value)} in place of an integer")
        if not minimum <= value <= maximum:
            raise Malformed(f"{value} is not within {minimum} … {maximum}")
        return value

    return Shape(check, check)


def text(max_bytes: int, min_bytes: int = 0) -> Shape[str]:
    """Text whose UTF-8 form has `min_bytes` to `max_bytes` bytes."""

    def check(value: Value) -> str:
        if type(value) is not str:
            raise Malformed(f"{_kind(value)} in place of text")
        size = len(value) if value.isascii() else len(value.encode(errors="surrogatepass"))
        if not min_bytes <= size <= max_bytes:
            raise Malformed(f"text of {size} bytes, not within {min_bytes} … {max_bytes}")
        return value

    return Shape(check, check)


def blob(size: int | None = None, *, max_bytes: int = 0, min_bytes: int = 0) -> Shape[bytes]:
    """Bytes: exactly `size` of them, or `min_bytes` to `max_bytes`."""
    low, high = (min_bytes, max_bytes) if size is None else (size, size)

    def check(value: Value) -> bytes:
        if type(value) is not bytes:
            raise Malformed(f"{_kind(value)} in place of bytes")
        if not low <= len(value) <= high:
            raise Malformed(f"{len(value)} bytes, not within {low} … {high}")
        return value

    return Shape(check, check)


def constant(only: int | str | bytes) -> Shape[Any]:
    """One value and no other, such as a format's version."""

    def check(value: Value) -> Value:
        if type(value) is not type(only) or value != only:
            raise Malformed(f"not {only!r}")
        return value

    return Shape(check, check)


def enumeration(members: type[E]) -> Shape[E]:
    """A member of an enum whose values are integers, or all text, written as its value."""
    by_value: dict[Any, E] = {member.value: member for member in members}
    value_type = {int if isinstance(member.value, int) else str for member in members}.pop()

    def read(value: Value) -> E:
        member = by_value.get(value) if type(value) is value_type else None
        if member is None:
            raise Malformed(f"not a known {members.__name__}")
        return member

    def write(member: E) -> Value:
        if type(member) is not members:
            raise Malformed(f"{type(member).__name__} in place of {members.__name__}")
        return value_type(member.value)

    return Shape(read, write)


# Containers.


def list_of(shape: Shape[T], max_items: int, min_items: int = 0) -> Shape[tuple[T, ...]]:
    """An array of `min_items` to `max_items` things of one shape, read as a tuple."""

    def read(value: Value) -> tuple[T, ...]:
        if type(value) is not list:
            raise Malformed(f"{_kind(value)} in place of an array")
        return tuple(convert(shape.read, value))

    def write(value: tuple[T, ...]) -> Value:
        return convert(shape.write, value)

    def convert(each: Callable[[Any], U], values: Sequence[Any]) -> list[U]:
        if not min_items <= len(values) <= max_items:
            raise Malformed(f"{len(values)} items, not within {min_items} … {max_items}")
        return _in_order(each, values)

    return Shape(read, write)


def tuple_of(*shapes: Shape[Any]) -> Shape[tuple[Any, ...]]:
    """An array of fixed length, each place with its own shape."""
    reads = [(f"[{place}]", shape.read) for place, shape in enumerate(shapes)]
    writes = [(f"[{place}]", shape.write) for place, shape in enumerate(shapes)]

    def read(value: Value) -> tuple[Any, ...]:
        return tuple(_by_place(reads, _array(value, len(reads))))

    def write(value: tuple[Any, ...]) -> Value:
        if len(value) != len(writes):
            raise Malformed(f"{len(value)} items in place of {len(writes)}")
        return _by_place(writes, value)

    return Shape(read, write)


def record(cls: type[T], **shapes: Shape[Any]) -> Record[T]:
    """The array of a frozen dataclass's fields. The shapes are named and ordered as the fields are."""
    names = [field.name for field in fields(cls)]  # type: ignore[arg-type]  # T is a dataclass
    if list(shapes) != names:
        raise TypeError(f"{cls.__name__} has the fields {names}, the shape {list(shapes)}")
    reads = [(name, shape.read) for name, shape in shapes.items()]
    writes = [(name, shape.write) for name, shape in shapes.items()]

    def read(value: Value) -> T:
        return cls(*_by_place(reads, _array(value, len(reads))))

    def write(value: T) -> Value:
        if type(value) is not cls:
            raise Malformed(f"{type(value).__name__} in place of {cls.__name__}")
        return _by_place(writes, [getattr(value, name) for name in names])

    return Record(read, write, cls)


def named_record(cls: type[T], **shapes: Shape[Any]) -> Record[T]:
    """A dataclass as a map from its fields' names: for outermost envelopes, which people read. No field
    may be missing and none unknown.
    """
    array = record(cls, **shapes)
    names = list(shapes)

    def read(value: Value) -> T:
        if type(value) is not dict:
            raise Malformed(f"{_kind(value)} in place of a map")
        if value.keys() != shapes.keys():
            raise Malformed(f"other members than {', '.join(sorted(names))}")
        return array.read([value[name] for name in names])

    def write(value: T) -> Value:
        return dict(zip(names, array.write(value), strict=True))  # type: ignore[arg-type]  # a list

    return Record(read, write, cls)


def union(cases: Mapping[int, Record[Any]]) -> Shape[Any]:
    """One of several records, told apart by an integer before its fields: `[code, field, …]`."""
    code_of = {case.type: code for code, case in cases.items()}
    if len(code_of) != len(cases):
        raise TypeError("a union names one type twice")

    def read(value: Value) -> Any:
        if type(value) is not list or not value:
            raise Malformed(f"{_kind(value)} in place of an array that begins with a code")
        code, *rest = value
        case = cases.get(code) if type(code) is int else None
        if case is None:
            raise Malformed("not a known code", "[0]")
        return case.read(rest)

    def write(value: Any) -> Value:
        code = code_of.get(type(value))
        if code is None:
            raise Malformed(f"{type(value).__name__} is not one of the union's types")
        written = cases[code].write(value)
        return [code, *written]  # type: ignore[misc]  # a record is written as a list

    return Shape(read, write)


def optional(shape: Shape[T]) -> Shape[T | None]:
    """The shape, or null."""

    def read(value: Value) -> T | None:
        return None if value is None else shape.read(value)

    def write(value: T | None) -> Value:
        return None if value is None else shape.write(value)

    return Shape(read, write)


def _array(value: Value, size: int) -> list[Value]:
    if type(value) is not list:
        raise Malformed(f"{_kind(value)} in place of an array")
    if len(value) != size:
        raise Malformed(f"{len(value)} items in place of {size}")
    return value


def _in_order(convert: Callable[[Any], U], values: Sequence[Any]) -> list[U]:
    done: list[U] = []
    try:
        for value in values:
            done.append(convert(value))  # noqa: PERF401  # its length is the place of a failure
    except Malformed as error:
        raise error.within(f"[{len(done)}]") from None
    return done


def _by_place(converters: Sequence[tuple[str, Callable[[Any], Any]]], values: Sequence[Any]) -> list[Any]:
    done: list[Any] = []
    try:
        for (_, convert), value in zip(converters, values, strict=True):
            done.append(convert(value))
    except Malformed as error:
        raise error.within(converters[len(done)][0]) from None
    return done


_KINDS: dict[type, str] = {
    int: "an integer",
    bytes: "bytes",
    str: "text",
    bool: "a boolean",
    list: "an array",
    dict: "a map",
}


def _kind(value: object) -> str:
    """What a value is, in the words of CBOR."""
    return "null" if value is None else _KINDS.get(type(value), type(value).__name__)
