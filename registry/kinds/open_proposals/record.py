"""`open-proposals` records: what of a proposer's is pending. The record's id is the proposer's DID.

Expiry is no transaction, so one that has expired stays in the body until another operation on the same
proposer's proposals writes it.
"""

from dataclasses import dataclass
from typing import Final

from registry.fields import TIME_MS
from registry.names import MAX_NAME_LENGTH
from registry.primitives.shape import Shape, list_of, record, text
from registry.record_type import RecordType

MAX_OPEN: Final = 64
"""More than any ruleset lets a proposer have."""


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """A proposal that was neither completed nor withdrawn, and when it expires."""

    name: str
    expires_ms: int


@dataclass(frozen=True, slots=True)
class OpenProposals:
    """Those of one proposer, in the order in which they were made."""

    proposals: tuple[OpenProposal, ...]

    def at(self, time_ms: int) -> "OpenProposals":
        """Without those that have expired."""
        return OpenProposals(tuple(open_ for open_ in self.proposals if time_ms < open_.expires_ms))

    def without(self, name: str) -> "OpenProposals":
        """Without the one of this name."""
        return OpenProposals(tuple(open_ for open_ in self.proposals if open_.name != name))


OPEN_PROPOSALS: Final[Shape[OpenProposals]] = record(
    OpenProposals,
    proposals=list_of(
        record(OpenProposal, name=text(MAX_NAME_LENGTH, 1), expires_ms=TIME_MS),
        MAX_OPEN,
    ),
)

OPEN_PROPOSALS_RECORD: Final = RecordType("open-proposals", OPEN_PROPOSALS)
