"""`pending` records: proposals, which hold operations until enough keys have approved them (decision 0111).

The record's id is `DID/pending/NAME` under the DID of the proposer. A name is given once, for good, so
whoever approves a name approves the operations that were recorded under it.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from registry.fields import DID_TEXT, FRAGMENT_TEXT, TIME_MS
from registry.id_forms import named_by_owner
from registry.index import Relation
from registry.names import MAX_DID_LENGTH, MAX_FRAGMENT_LENGTH
from registry.operation import Operation
from registry.primitives.shape import (
    Shape,
    blob,
    enumeration,
    list_of,
    optional,
    record,
    text,
    tuple_of,
)

MAX_APPROVALS: Final = 64
"""Of one proposal, with those that were dropped."""

PENDING_ID: Final = named_by_owner("pending")
PENDING_BY_SUBJECT: Final = Relation("pending-by-subject")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a ruleset allows proposals: for how long one may be open, how many operations it may hold, how
    many of one proposer may be open."""

    period_ms: int
    operations: int
    open: int


class PendingState(IntEnum):
    """What is true of a proposal from a time on. That it has expired is no state: its record says when."""

    OPEN = 1
    COMPLETED = 2
    """Its operations were applied, at that time."""
    WITHDRAWN = 3


@dataclass(frozen=True, slots=True)
class Approval:
    """Which key approved, and when. `dropped_ms`: when another approval was given and the key was found to
    have no authority any more; None before that, although it may have lost it already."""

    did: str
    fragment: str
    time_ms: int
    dropped_ms: int | None


@dataclass(frozen=True, slots=True)
class Pending:
    """A proposal: the operations as they will be applied, all or none, and what has become of it.

    `nonce` is that of the proposing transaction, over which proofs of possession in the operations are
    signed. The first approval is the proposer's. `ended_by` is the key id of whoever completed or withdrew.
    """

    operations: tuple[Operation, ...]
    nonce: bytes
    expires_ms: int
    approvals: tuple[Approval, ...]
    states: tuple[tuple[PendingState, int], ...]
    ended_by: str | None

    @property
    def state(self) -> PendingState:
        """The state that was recorded last."""
        return self.states[-1][0]

    @property
    def standing(self) -> tuple[Approval, ...]:
        """The approvals that were not dropped."""
        return tuple(approval for approval in self.approvals if approval.dropped_ms is None)

    def can_be_approved_at(self, time_ms: int) -> bool:
        """Whether it is open, and not yet expired."""
        return self.state is PendingState.OPEN and time_ms < self.expires_ms


APPROVAL: Final = record(
    Approval, did=DID_TEXT, fragment=FRAGMENT_TEXT, time_ms=TIME_MS, dropped_ms=optional(TIME_MS)
)


def pending_shape(operations: Shape[tuple[Operation, ...]]) -> Shape[Pending]:
    """The shape of the bodies, given that of the operations that a proposal holds."""
    return record(
        Pending,
        operations=operations,
        nonce=blob(16),
        expires_ms=TIME_MS,
        approvals=list_of(APPROVAL, MAX_APPROVALS, 1),
        states=list_of(tuple_of(enumeration(PendingState), TIME_MS), 2, 1),
        ended_by=optional(text(MAX_DID_LENGTH + 1 + MAX_FRAGMENT_LENGTH, 3)),
    )


def pending_id(proposer: str, name: str) -> str:
    """The id of a proposal's record."""
    return f"{proposer}/pending/{name}"
