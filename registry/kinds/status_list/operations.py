"""Operations on `status-list` records: their fields and wire shapes."""

from dataclasses import dataclass
from typing import Final

from registry.fields import DID_NAME, NAME
from registry.kinds.status_list.record import MAX_SIZE, StatusPurpose
from registry.operation import Operation, Wire
from registry.primitives.refinement import strictly_ascending
from registry.primitives.shape import enumeration, list_of, record, uint

MAX_INDICES: Final = 4_096
"""Bits that one operation sets, or clears."""


@dataclass(frozen=True, slots=True)
class CreateStatusList(Operation):
    """Create a list of `size` clear bits."""

    issuer: str
    name: str
    purpose: StatusPurpose
    size: int


@dataclass(frozen=True, slots=True)
class UpdateStatusList(Operation):
    """Set some bits and clear others. A bit that is already so stays so: what two agents do at once adds
    up.

    Indices are strictly ascending, and none is in both.
    """

    issuer: str
    name: str
    set_indices: tuple[int, ...]
    clear_indices: tuple[int, ...]


INDICES: Final = strictly_ascending(
    list_of(uint(MAX_SIZE - 1), MAX_INDICES), "indices not in strictly ascending order"
)

CREATE_STATUS_LIST: Final = Wire(
    32,
    record(
        CreateStatusList, issuer=DID_NAME, name=NAME, purpose=enumeration(StatusPurpose), size=uint(2**32)
    ),
)
UPDATE_STATUS_LIST: Final = Wire(
    33,
    record(UpdateStatusList, issuer=DID_NAME, name=NAME, set_indices=INDICES, clear_indices=INDICES),
)
