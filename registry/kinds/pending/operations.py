"""Operations on `pending` records: their fields and wire shapes."""

from dataclasses import dataclass
from typing import Final

from registry.fields import DID_NAME, NAME, TIME_MS
from registry.operation import Operation, Wire
from registry.primitives.shape import Shape, record


@dataclass(frozen=True, slots=True)
class ProposeOperations(Operation):
    """Put operations on the ledger that are applied once enough keys have approved them, before
    `expires_ms`. Whoever signs it is the first that approves."""

    proposer: str
    name: str
    expires_ms: int
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class ApproveProposal(Operation):
    """Approve what a proposal holds. Where it is the last approval that was lacking, that is applied."""

    proposer: str
    name: str


@dataclass(frozen=True, slots=True)
class WithdrawProposal(Operation):
    """End an open proposal: nothing that it holds is ever applied by it."""

    proposer: str
    name: str


def propose_wire(operations: Shape[tuple[Operation, ...]]) -> Wire[ProposeOperations]:
    """How a proposal is written, given the shape of the operations that it may hold."""
    fields = record(
        ProposeOperations, proposer=DID_NAME, name=NAME, expires_ms=TIME_MS, operations=operations
    )
    return Wire(64, fields)


APPROVE_PROPOSAL: Final = Wire(65, record(ApproveProposal, proposer=DID_NAME, name=NAME))
WITHDRAW_PROPOSAL: Final = Wire(66, record(WithdrawProposal, proposer=DID_NAME, name=NAME))
