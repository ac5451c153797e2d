"""Operations on `status-list` and `anchor` records: their fields and wire shapes."""

from dataclasses import dataclass
from typing import Final

from registry.operations.did import DID_NAME
from registry.operations.schema import NAME
from registry.primitives.refinement import strictly_ascending
from registry.primitives.shape import blob, enumeration, list_of, record, uint
from registry.records.status_list import MAX_SIZE, StatusPurpose

MAX_INDICES: Final = 4_096
"""Bits that one operation sets, or clears."""


@dataclass(frozen=True, slots=True)
class CreateStatusList:
    """Create a list of `size` clear bits."""

    issuer: str
    name: str
    purpose: StatusPurpose
    size: int


@dataclass(frozen=True, slots=True)
class UpdateStatusList:
    """Set some bits and clear others. A bit that is already so stays so: what two agents do at once adds
    up.

    Indices are strictly ascending, and none is in both.
    """

    issuer: str
    name: str
    set_indices: tuple[int, ...]
    clear_indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AnchorBatch:
    """Record that a batch of credentials exists: the RFC 6962 root over their salted hashes, and how many.

    What the root covers is padded with random leaves by whoever makes it, so `count` tells no number of
    learners.
    """

    issuer: str
    root: bytes
    count: int


INDICES: Final = strictly_ascending(
    list_of(uint(MAX_SIZE - 1), MAX_INDICES), "indices not in strictly ascending order"
)

CREATE_STATUS_LIST: Final = record(
    CreateStatusList, issuer=DID_NAME, name=NAME, purpose=enumeration(StatusPurpose), size=uint(2**32)
)
UPDATE_STATUS_LIST: Final = record(
    UpdateStatusList, issuer=DID_NAME, name=NAME, set_indices=INDICES, clear_indices=INDICES
)
ANCHOR_BATCH: Final = record(AnchorBatch, issuer=DID_NAME, root=blob(32), count=uint(2**32, 1))
