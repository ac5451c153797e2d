"""What all records of a kind have in common: the kind's name, and the bytes of a body."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

from registry.primitives.shape import Shape, decode_as, encode_as
from registry.record_log import map_key

MAX_BODY_BYTES: Final = 256 * 1024
_REMEMBERED_BYTES: Final = 16 * 1024
"""Longer bodies (proposals that hold much) are decoded each time, so that no memory fills with them."""

B = TypeVar("B")


@dataclass(frozen=True, slots=True, eq=False)
class RecordType(Generic[B]):
    """A kind's name, which with a record's id gives the record's key, and the shape of the kind's bodies.

    There is one object for each kind: two are the same only if they are one object, so that it is found in a
    dict without a look at its fields.
    """

    name: str
    body: Shape[B]

    def __str__(self) -> str:
        return self.name


@lru_cache(maxsize=65_536)
def record_key(kind: RecordType[Any], record_id: str) -> bytes:
    """The record's key in the map and in every table."""
    return map_key(kind.name, record_id)


def encode_body(kind: RecordType[B], body: B) -> bytes:
    """The bytes of a body, whose hash the version's leaf holds."""
    return encode_as(kind.body, body)


def decode_body(kind: RecordType[B], data: bytes) -> B:
    """The body in `data`. Raises `Malformed`.

    Bodies are immutable, so one that was decoded before is handed out again: the same few issuers sign
    most of a block's transactions.
    """
    if len(data) > _REMEMBERED_BYTES:
        return decode_as(kind.body, data, limit=MAX_BODY_BYTES)
    body: B = decoded(kind, data)
    return body


@lru_cache(maxsize=4096)
def decoded(kind: RecordType[Any], data: bytes) -> Any:
    """The memory of `decode_body`, which gives its answers their type."""
    return decode_as(kind.body, data, limit=MAX_BODY_BYTES)
