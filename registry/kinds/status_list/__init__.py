"""Status lists: one bit for each credential, which says whether it is revoked, suspended or renewed."""

from dataclasses import replace
from typing import Final

from registry.kind import Authority, ByApproval, Cost, CostPart, Kind, OperationKind
from registry.kinds.status_list import transitions
from registry.kinds.status_list.operations import CREATE_STATUS_LIST, UPDATE_STATUS_LIST, UpdateStatusList
from registry.kinds.status_list.reasons import StatusListReason
from registry.kinds.status_list.record import (
    CHUNK_BITS,
    STATUS_LIST_ID,
    STATUS_LIST_RECORD,
    STATUS_LISTS_BY_ISSUER,
)
from registry.roles import Role, Tie

_ISSUERS: Final = Authority(ties=frozenset({Tie.ITSELF}), roles=frozenset({Role.ISSUER}), signers=1)
_ABOVE_THE_LIMIT: Final[ByApproval[UpdateStatusList]] = ByApproval(
    keys=lambda _, __: 2,
    ties=frozenset({Tie.ITSELF, Tie.CONTROLLER}),
    is_direct=True,
    limit="the daily limit",
    words="above the daily limit by a proposal, with 2 keys of the issuer or its controller",
)


def _count_indices(operation: UpdateStatusList) -> int:
    return len(operation.set_indices) + len(operation.clear_indices)


def _count_chunks(operation: UpdateStatusList) -> int:
    indices = (*operation.set_indices, *operation.clear_indices)
    return len({index // CHUNK_BITS for index in indices})


_UPDATING: Final = Cost(
    versions=1,
    entries=0,
    added=100,  # the path from one chunk to the root of the longest list
    parts=(
        CostPart("index", 1, _count_indices),
        # With its share of the paths to the root.
        CostPart(f"chunk of {CHUNK_BITS:,} entries that holds one", 20, _count_chunks),
    ),
)

KIND: Final = Kind(
    record=STATUS_LIST_RECORD,
    id=STATUS_LIST_ID,
    layout="`[purpose, size, root, ones, day, set today, created_ms]`",
    relation=STATUS_LISTS_BY_ISSUER,
    reasons=StatusListReason,
    operations=(
        OperationKind(
            title="create status list",
            wire=CREATE_STATUS_LIST,
            layout="issuer, name, purpose, size",
            subject="issuer",
            authority=_ISSUERS,
            cost=Cost(versions=1, entries=1),
            reads=lambda _: (),
            contents=(),
            apply=transitions.create_status_list,
        ),
        OperationKind(
            title="update status list",
            wire=UPDATE_STATUS_LIST,
            layout="issuer, name, [index to set, …], [index to clear, …] (4,096 each, strictly ascending)",
            subject="issuer",
            authority=replace(_ISSUERS, signers=_ABOVE_THE_LIMIT),
            cost=_UPDATING,
            reads=lambda _: (),
            contents=(),
            apply=transitions.update_status_list,
        ),
    ),
)
