"""Transactions that may go into a block, and why execution left one out."""

from dataclasses import dataclass

from registry.rejection import RejectionReason


@dataclass(frozen=True, slots=True)
class WaitingTransaction:
    """A transaction with a good signature: id (32 bytes), bytes, the member whose share it uses, its end."""

    id: bytes
    encoded: bytes
    member: str
    valid_until_ms: int


@dataclass(frozen=True, slots=True)
class ExecutionRejection:
    """Execution on the state after the block `parent_hash` rejected the transaction `id`."""

    id: bytes
    parent_hash: bytes
    parent_height: int
    reason: RejectionReason
    detail: str
