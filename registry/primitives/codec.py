"""Deterministic CBOR: the one encoding of everything that is hashed, signed, stored or sent (decision 0001).

The format is the core deterministic encoding of RFC 8949, section 4.2.1, cut down to what the registry needs:

1. A value is an integer, bytes, text, true, false, null, an array, or a map whose keys are text. There are
   no floats, no tags, no `undefined`, no other simple values.
2. Integers lie in -(2^53 - 1) … 2^53 - 1, the range that every reader of JSON holds exactly (I-JSON, RFC
   7493, section 2.2): each answer is sent as JSON as well.
3. Each value has exactly one encoding: shortest heads, definite lengths, map keys in the order of their
   encodings.
4. Containers nest at most `MAX_DEPTH` deep.

`decode` trusts nothing. The length is compared with the caller's limit before a byte is parsed; a declared
length never makes memory be reserved; every tag is refused before its content is interpreted; and the result
is encoded again and compared, which refuses whatever is left (trailing bytes, long heads, unsorted keys).
Whatever the bytes, the only exception that leaves this module is `Malformed`.
"""

from collections.abc import Callable
from functools import lru_cache
from struct import Struct
from typing import Any, NoReturn, TypeAlias

import cbor2

Value: TypeAlias = "int | bytes | str | bool | list[Value] | dict[str, Value] | None"

MAX_DEPTH = 8
MAX_INTEGER = 2**53 - 1
MIN_INTEGER = -MAX_INTEGER
"""Rule 2, and the one bound for every number of the registry, of consensus and of the interface."""


class Malformed(ValueError):
    """Data from outside does not have the form it must have.

    `where` is the path to the offending part, such as `operations[2].keys[0]`, empty for the whole; `what`
    is a clause that says what is wrong with it.
    """

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(what, where)
        self.what = what
        self.where = where

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what

    def within(self, outer: str) -> "Malformed":
        """The same finding, seen from the container that holds the part under the name (or `[index]`)
        `outer`.
        """
        joint = "" if not self.where or self.where.startswith("[") else "."
        return Malformed(self.what, f"{outer}{joint}{self.where}")


class _TagRefused(Exception):
    """Raised inside the parser at any tag; `decode` turns it into `Malformed`."""


def _refuse_tag(*_: object) -> NoReturn:
    raise _TagRefused


# The tags that cbor2 would interpret by itself. Its tag hook sees only the others.
_INTERPRETED_TAGS = (
    0,
    1,
    2,
    3,
    4,
    5,
    25,
    28,
    29,
    30,
    35,
    36,
    37,
    52,
    54,
    100,
    256,
    258,
    260,
    261,
    1004,
    43000,
    55799,
)
_REFUSE_EACH = dict.fromkeys(_INTERPRETED_TAGS, _refuse_tag)


def encode(value: Value) -> bytes:
    """The one encoding of `value`. Raises `Malformed` where it breaks rules 1, 2 or 4."""
    parts: list[bytes] = []
    if type(value) is list:
        _write_array(value, parts.append, MAX_DEPTH)
    else:
        _write(value, parts.append, MAX_DEPTH)
    return b"".join(parts)


def array(*items: bytes) -> bytes:
    """The encoding of an array of items, each encoded already by a function of this module.

    What execution writes for every transaction is put together so: it takes a third of the time of `encode`
    (decision 0014).
    """
    size = len(items)
    return b"".join((_ARRAY_HEADS[size] if size < 0x100 else _head(_ARRAY, size), *items))


def byte_string(value: bytes) -> bytes:
    """The encoding of bytes."""
    size = len(value)
    return (_BYTES_HEADS[size] if size < 0x100 else _head(_BYTES, size)) + value


def text(value: str) -> bytes:
    """The encoding of text. Raises `Malformed` for a lone surrogate."""
    try:
        encoded = value.encode()
    except UnicodeEncodeError as error:
        raise Malformed("text holds a lone surrogate") from error
    return _head(_TEXT, len(encoded)) + encoded


@lru_cache(maxsize=4096, typed=True)
def integer(value: int) -> bytes:
    """The encoding of an integer, remembered: a block's height and time stand in all that it writes. Raises
    `Malformed` outside rule 2.
    """
    return _integer(value)


def _integer(value: int) -> bytes:
    if 0 <= value <= MAX_INTEGER:
        return _head(_UNSIGNED, value)
    if MIN_INTEGER <= value < 0:
        return _head(_NEGATIVE, -1 - value)
    raise Malformed(f"an integer outside {MIN_INTEGER} … {MAX_INTEGER}")


def decode(data: bytes, *, limit: int) -> Value:
    """The value that `data` encodes, at most `limit` bytes long. Raises `Malformed`, and nothing else, for
    any other bytes.
    """
    if len(data) > limit:
        raise Malformed(f"{len(data)} bytes, more than the {limit} allowed")
    try:
        value: Value = cbor2.loads(
            data,
            max_depth=MAX_DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
            strict_hashable_types=True,
            tag_hook=_refuse_tag,
            semantic_decoders=_REFUSE_EACH,
        )
    except cbor2.CBORError as error:
        raise Malformed(_reason(error)) from error
    if encode(value) != data:
        raise Malformed("not the deterministic encoding of its content")
    return value


def _reason(error: cbor2.CBORError) -> str:
    return "a tag, and none is allowed" if isinstance(error.__cause__, _TagRefused) else f"not CBOR: {error}"


def _write(value: Value, put: Callable[[bytes], None], depth: int) -> None:
    """Give `put` the encoding of `value` piece by piece, refusing what rules 1, 2 and 4 do not allow. Exact
    types: a bool is no integer here, an enum member no text.
    """
    kind = type(value)
    scalar = _SCALARS.get(kind)
    if scalar is not None:
        put(scalar(value))
    elif not isinstance(value, list | dict):
        raise Malformed(f"a value of type {kind.__name__}")
    elif depth == 0:
        raise Malformed(f"nested more than {MAX_DEPTH} deep")
    elif isinstance(value, list):
        _write_array(value, put, depth)
    else:
        _write_map(value, put, depth)


def _write_array(items: list[Value], put: Callable[[bytes], None], depth: int) -> None:
    """The ignored type errors are one: mypy does not narrow `item` by `kind`, and asking `type(item)` anew in
    each branch costs time where it is spent most.
    """
    size = len(items)
    put(_ARRAY_HEADS[size] if size < 0x100 else _head(_ARRAY, size))
    for item in items:
        kind = type(item)
        # Most of what there is costs no call.
        if kind is bytes:
            size = len(item)  # type: ignore[arg-type]
            put(_BYTES_HEADS[size] if size < 0x100 else _head(_BYTES, size))
            put(item)  # type: ignore[arg-type]
        elif kind is int:
            put(_SMALL_INTEGERS[item] if 0 <= item < 0x100 else _integer(item))  # type: ignore[arg-type, index, operator]
        else:
            _write(item, put, depth - 1)


def _write_map(value: dict[str, Value], put: Callable[[bytes], None], depth: int) -> None:
    if any(type(key) is not str for key in value):
        raise Malformed("a map key that is not text")
    put(_head(_MAP, len(value)))
    for encoded, key in sorted((text(key), key) for key in value):
        put(encoded)
        _write(value[key], put, depth - 1)


def _head(major: int, argument: int) -> bytes:
    """The shortest head of a major type with this argument (RFC 8949, section 3)."""
    if argument < 0x100:
        return _SHORT_HEADS[major][argument]
    initial = major << 5
    if argument < 0x1_0000:
        return _HEAD_16(initial | 25, argument)
    if argument < 0x1_0000_0000:
        return _HEAD_32(initial | 26, argument)
    return _HEAD_64(initial | 27, argument)


_SCALARS: dict[type, Callable[[Any], bytes]] = {
    bytes: byte_string,
    int: _integer,
    str: text,
    bool: {False: b"\xf4", True: b"\xf5"}.__getitem__,
    type(None): {None: b"\xf6"}.__getitem__,
}

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP = range(6)
_HEAD_16, _HEAD_32, _HEAD_64 = Struct(">BH").pack, Struct(">BI").pack, Struct(">BQ").pack
_SHORT_HEADS = [
    [bytes((major << 5 | n,)) if n < 24 else bytes((major << 5 | 24, n)) for n in range(256)]
    for major in range(6)
]
"""Heads of one and two bytes, by major type and argument: most there are."""
_SMALL_INTEGERS, _BYTES_HEADS, _ARRAY_HEADS = (_SHORT_HEADS[major] for major in (_UNSIGNED, _BYTES, _ARRAY))
