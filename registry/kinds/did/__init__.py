"""DIDs and their keys: who can be named on the ledger, and with which keys it signs."""

from typing import Final

from registry.draft import RecordReference
from registry.id_forms import A_DID
from registry.kind import Authority, Cost, CostPart, Kind, OperationKind
from registry.kinds.did import transitions
from registry.kinds.did.operations import (
    ADD_KEY,
    DEACTIVATE_DID,
    REGISTER_DID,
    REPORT_COMPROMISED,
    RETIRE_KEY,
    ROTATE_KEY,
    UPDATE_DID,
    AddKey,
    DeactivateDid,
    ReportCompromised,
    RetireKey,
    RotateKey,
    UpdateDid,
)
from registry.kinds.did.possession import KeyAdding, new_keys
from registry.kinds.did.reasons import DidReason
from registry.kinds.did.record import DID_RECORD, DIDS_BY_SPONSOR
from registry.roles import Role, Tie

_SPONSORS: Final = Authority(
    ties=frozenset({Tie.MEMBER_ITSELF}),
    roles=frozenset({Role.OPERATOR, Role.ACCREDITOR, Role.ISSUER}),
    signers=1,
)
_HOLDERS: Final = Authority(ties=frozenset({Tie.ITSELF, Tie.CONTROLLER}), roles=frozenset(Role), signers=1)


def _count_keys(operation: KeyAdding) -> int:
    return len(new_keys(operation))


_NEW_KEYS: Final = CostPart("new key", 260, _count_keys)
"""A proof of possession, that the key is one (60 of these), and one key more in a DID's body."""


def _changed(
    operation: AddKey | RotateKey | RetireKey | ReportCompromised | DeactivateDid | UpdateDid,
) -> tuple[RecordReference, ...]:
    return ((DID_RECORD, operation.did),)


KIND: Final = Kind(
    record=DID_RECORD,
    id=A_DID,
    layout="`[sponsor, controller or null, [key, …], [service, …], [seal, …], attesting member or null, "
    "[[state, since_ms], …]]`; key: `[fragment, purpose, multikey, [[state, since_ms], …]]`",
    relation=DIDS_BY_SPONSOR,
    reasons=DidReason,
    operations=(
        OperationKind(
            title="register DID",
            wire=REGISTER_DID,
            layout="did, sponsor, controller or null, [new key, …] (1–32), [service, …] (8), [seal, …] (4), "
            "[possession, …]",
            subject="sponsor",
            authority=_SPONSORS,
            cost=Cost(versions=1, entries=1, parts=(_NEW_KEYS,)),
            reads=lambda _: (),
            contents=(),
            apply=transitions.register_did,
        ),
        OperationKind(
            title="add key",
            wire=ADD_KEY,
            layout="did, new key, [possession]",
            subject="did",
            authority=_HOLDERS,
            cost=Cost(versions=1, entries=0, parts=(_NEW_KEYS,)),
            reads=_changed,
            contents=(),
            apply=transitions.add_key,
        ),
        OperationKind(
            title="rotate key",
            wire=ROTATE_KEY,
            layout="did, fragment to retire, new key, [possession]",
            subject="did",
            authority=_HOLDERS,
            cost=Cost(versions=1, entries=0, parts=(_NEW_KEYS,)),
            reads=_changed,
            contents=(),
            apply=transitions.rotate_key,
        ),
        OperationKind(
            title="retire key",
            wire=RETIRE_KEY,
            layout="did, fragment",
            subject="did",
            authority=_HOLDERS,
            cost=Cost(versions=1, entries=0),
            reads=_changed,
            contents=(),
            apply=transitions.retire_key,
        ),
        OperationKind(
            title="report compromised",
            wire=REPORT_COMPROMISED,
            layout="did, fragment, since_ms",
            subject="did",
            authority=_HOLDERS,
            cost=Cost(versions=1, entries=0),
            reads=_changed,
            contents=(),
            apply=transitions.report_compromised,
        ),
        OperationKind(
            title="deactivate DID",
            wire=DEACTIVATE_DID,
            layout="did",
            subject="did",
            authority=_HOLDERS,
            cost=Cost(versions=1, entries=0),
            reads=_changed,
            contents=(),
            apply=transitions.deactivate_did,
        ),
        OperationKind(
            title="update DID",
            wire=UPDATE_DID,
            layout="did, controller or null, [service, …], [seal, …]",
            subject="did",
            authority=_HOLDERS,
            cost=Cost(versions=1, entries=0),
            reads=_changed,
            contents=(),
            apply=transitions.update_did,
        ),
    ),
)
