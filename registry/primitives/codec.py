"""Deterministic CBOR: the one encoding of everything that is hashed, signed, stored or sent.

The format is the core deterministic encoding of RFC 8949, section 4.2.1, cut down to what the registry needs:

1. A value is an integer, bytes, text, true, false, null, an array, or a map whose keys are text. There are
   no floats, no tags, no `undefined`, no other simple values.
2. Integers lie in -2^63 … 2^64 - 1, so that every language can hold them in a signed or unsigned 64-bit word.
3. Each value has exactly one encoding: shortest heads, definite lengths, map keys in the order of their
   encodings.
4. Containers nest at most `MAX_DEPTH` deep.

`decode` trusts nothing. The length is compared with the caller's limit before a byte is parsed; a declared
length never makes memory be reserved; every tag is refused before its content is interpreted; and the result
is encoded again and compared, which refuses whatever is left (trailing bytes, long heads, unsorted keys).
Whatever the bytes, the only exception that leaves this module is `Malformed`.
"""

from typing import NoReturn, TypeAlias

import cbor2

Value: TypeAlias = "int | bytes | str | bool | list[Value] | dict[str, Value] | None"

MAX_DEPTH = 8
MIN_INTEGER = -(2**63)
MAX_INTEGER = 2**64 - 1


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
    _check(value, MAX_DEPTH)
    return _dump(value)


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
    _check(value, MAX_DEPTH)
    if _dump(value) != data:
        raise Malformed("not the deterministic encoding of its content")
    return value


def _dump(value: Value) -> bytes:
    try:
        return cbor2.dumps(value, canonical=True)
    except UnicodeEncodeError as error:
        raise Malformed("text holds a lone surrogate") from error


def _reason(error: cbor2.CBORError) -> str:
    return "a tag, and none is allowed" if isinstance(error.__cause__, _TagRefused) else f"not CBOR: {error}"


def _check(value: Value, depth: int) -> None:
    """Refuse what rules 1, 2 and 4 do not allow. Exact types: a bool is no integer here, an enum member no
    text.
    """
    kind = type(value)
    if kind is bytes or kind is str or kind is bool or value is None:
        return
    if kind is int:
        if not MIN_INTEGER <= value <= MAX_INTEGER:  # type: ignore[operator]
            raise Malformed("an integer of more than 64 bits")
        return
    if depth == 0:
        raise Malformed(f"nested more than {MAX_DEPTH} deep")
    if isinstance(value, list):
        for item in value:
            _check(item, depth - 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if type(key) is not str:
                raise Malformed("a map key that is not text")
            _check(item, depth - 1)
    else:
        raise Malformed(f"a value of type {kind.__name__}")
