"""Anchors: roots over batches of credentials that existed when they were recorded."""

from typing import Any, Final

from registry.kind import Authority, Cost, Kind, OperationKind
from registry.kinds.anchor import transitions
from registry.kinds.anchor.entry import ANCHOR_ENTRY, ANCHOR_ID, ANCHORS_BY_ISSUER
from registry.kinds.anchor.operations import ANCHOR_BATCH
from registry.kinds.anchor.reasons import AnchorReason
from registry.roles import Role, Tie

KIND: Final[Kind[Any]] = Kind(
    record=ANCHOR_ENTRY,
    id=ANCHOR_ID,
    layout="none: each is an entry of its index alone",
    relation=ANCHORS_BY_ISSUER,
    reasons=AnchorReason,
    operations=(
        OperationKind(
            title="anchor batch",
            wire=ANCHOR_BATCH,
            layout="issuer, root (32 bytes), count",
            subject="issuer",
            authority=Authority(ties=frozenset({Tie.ITSELF}), roles=frozenset({Role.ISSUER}), signers=1),
            cost=Cost(versions=0, entries=1),
            reads=lambda _: (),
            contents=(),
            apply=transitions.anchor_batch,
        ),
    ),
)
