"""Pending operations: proposals that several keys approve, one after the other.

A proposal holds operations on other kinds of records, so this kind is made from those.
"""

from collections.abc import Sequence
from typing import Any

from registry.draft import RecordReference
from registry.kind import Authority, Cost, CostPart, Kind, OperationKind
from registry.kinds.pending.operations import (
    APPROVE_PROPOSAL,
    WITHDRAW_PROPOSAL,
    ApproveProposal,
    ProposeOperations,
    WithdrawProposal,
    propose_wire,
)
from registry.kinds.pending.reasons import PendingReason
from registry.kinds.pending.record import (
    PENDING_BY_SUBJECT,
    PENDING_ID,
    Bounds,
    Pending,
    pending_id,
    pending_shape,
)
from registry.kinds.pending.transitions import HELD_UNITS, Transitions
from registry.operation import one_of
from registry.primitives.shape import list_of
from registry.record_type import RecordType
from registry.roles import Role, Tie


def pending_of(kinds: Sequence[Kind[Any]], bounds: Bounds) -> Kind[Pending]:
    """The kind of the proposals that hold operations of these kinds."""
    described = {operation.type: operation for kind in kinds for operation in kind.operations}
    shape = list_of(one_of(*(operation.wire for operation in described.values())), bounds.operations, 1)
    record = RecordType("pending", pending_shape(shape))
    transitions = Transitions(record, described, bounds)

    def read(operation: ApproveProposal | WithdrawProposal) -> tuple[RecordReference, ...]:
        return ((record, pending_id(operation.proposer, operation.name)),)

    def count_further_subjects(operation: ProposeOperations) -> int:
        return len(transitions.subjects(operation.operations)) - 1

    def count_held(operation: ProposeOperations) -> int:
        return len(operation.operations)

    return Kind(
        record=record,
        id=PENDING_ID,
        layout="`[[operation, …], nonce, expires_ms, [[did, fragment, time_ms, dropped_ms or null], …], "
        "[[state, since_ms], …], key id that ended it or null]`",
        relation=PENDING_BY_SUBJECT,
        reasons=PendingReason,
        operations=(
            OperationKind(
                title="propose operations",
                wire=propose_wire(shape),
                layout=f"proposer, name, expires_ms, [operation, …] (1–{bounds.operations})",
                subject="proposer",
                authority=_signed_by(Tie.ITSELF),
                cost=Cost(
                    versions=2,
                    entries=1,
                    parts=(
                        CostPart("further subject", 40, count_further_subjects),
                        CostPart("operation that it holds", HELD_UNITS, count_held),
                    ),
                ),
                reads=lambda operation: transitions.judged_by(operation.operations),
                contents=(),
                apply=transitions.propose,
                holds=lambda operation: operation.operations,
            ),
            OperationKind(
                title="approve proposal",
                wire=APPROVE_PROPOSAL,
                layout="proposer, name",
                subject="proposer",
                authority=_signed_by(Tie.APPROVER),
                cost=Cost(versions=2, entries=0),
                reads=read,
                contents=(),
                apply=transitions.approve,
                carries=transitions.carried,
            ),
            OperationKind(
                title="withdraw proposal",
                wire=WITHDRAW_PROPOSAL,
                layout="proposer, name",
                subject="proposer",
                authority=_signed_by(Tie.ITSELF, Tie.APPROVER),
                cost=Cost(versions=2, entries=0, added=100),
                reads=read,
                contents=(),
                apply=transitions.withdraw,
                carries=transitions.read_to_withdraw,
            ),
        ),
    )


def _signed_by(*ties: Tie) -> Authority:
    return Authority(ties=frozenset(ties), roles=frozenset(Role), signers=1)
