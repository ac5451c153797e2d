"""`status-list` records: lists of bits, one for each credential."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from registry.fields import TIME_MS
from registry.id_forms import named_by_owner
from registry.index import Relation
from registry.primitives.refinement import checked
from registry.primitives.shape import Shape, blob, enumeration, record, uint
from registry.record_type import RecordType

CHUNK_BITS: Final = 1_024
CHUNK_BYTES: Final = CHUNK_BITS // 8
MIN_SIZE: Final = 131_072
"""Entries of the shortest list: what W3C Bitstring Status List 1.0 asks for, so that an index hides in a
crowd."""
MAX_SIZE: Final = 4_194_304
"""Entries of the longest list: half a mebibyte, which is served whole."""


class StatusPurpose(IntEnum):
    """What a set bit says about the credential at its index."""

    REVOCATION = 1
    """It no longer counts. Never cleared."""
    SUSPENSION = 2
    """It does not count for now."""
    REFRESH = 3
    """A newer one exists; this one still counts. Never cleared."""


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list of `size` bits; `root` is the RFC 6962 root over its chunks of 128 bytes.

    Bit i lies in byte i // 8, the most significant bit first. `ones` counts the set bits; `set_today`
    those set on the day `day` (days since 1970, UTC), for the daily limit.
    """

    purpose: StatusPurpose
    size: int
    root: bytes
    ones: int
    day: int
    set_today: int
    created_ms: int


SIZE: Final = uint(MAX_SIZE)
STATUS_LIST: Final[Shape[StatusList]] = record(
    StatusList,
    purpose=enumeration(StatusPurpose),
    size=checked(SIZE, lambda size: size >= MIN_SIZE and size % CHUNK_BITS == 0, "not a permitted size"),
    root=blob(32),
    ones=uint(MAX_SIZE),
    day=uint(2**32),
    set_today=uint(2**32),  # as many as a network's parameters may permit
    created_ms=TIME_MS,
)

STATUS_LIST_RECORD: Final = RecordType("status-list", STATUS_LIST)
STATUS_LIST_ID: Final = named_by_owner("status-lists")
STATUS_LISTS_BY_ISSUER: Final = Relation("status-lists-by-issuer")


def status_list_id(issuer: str, name: str) -> str:
    """The id of a status list's record."""
    return f"{issuer}/status-lists/{name}"
