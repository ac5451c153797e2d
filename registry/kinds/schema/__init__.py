"""Schemas of credentials: published in versions, for good."""

from operator import attrgetter
from typing import Final

from registry.draft import RecordReference
from registry.kind import Authority, Cost, Kind, NamedContent, OperationKind
from registry.kinds.schema import transitions
from registry.kinds.schema.operations import PUBLISH_SCHEMA, SET_SCHEMA_STATE, PublishSchema, SetSchemaState
from registry.kinds.schema.reasons import SchemaReason
from registry.kinds.schema.record import (
    MAX_SCHEMA_BYTES,
    SCHEMA_ID,
    SCHEMA_RECORD,
    SCHEMAS_BY_OWNER,
    schema_id,
)
from registry.roles import Role, Tie

_PUBLISHERS: Final = Authority(
    ties=frozenset({Tie.ITSELF}), roles=frozenset({Role.ACCREDITOR, Role.ISSUER}), signers=1
)


def _schema(operation: PublishSchema | SetSchemaState) -> tuple[RecordReference, ...]:
    return ((SCHEMA_RECORD, schema_id(operation.owner, operation.name)),)


KIND: Final = Kind(
    record=SCHEMA_RECORD,
    id=SCHEMA_ID,
    layout="`[[[version, address, [[state, since_ms], …]], …]]`",
    relation=SCHEMAS_BY_OWNER,
    reasons=SchemaReason,
    operations=(
        OperationKind(
            title="publish schema",
            wire=PUBLISH_SCHEMA,
            layout="owner, name, version, address of the content",
            subject="owner",
            authority=_PUBLISHERS,
            cost=Cost(versions=1, entries=1),
            reads=_schema,
            contents=(
                NamedContent(
                    address=attrgetter("content"),
                    max_bytes=MAX_SCHEMA_BYTES,
                    too_long=SchemaReason.SCHEMA_TOO_LONG,
                    cost=lambda length, costs: costs.of_content(length),
                ),
            ),
            apply=transitions.publish_schema,
        ),
        OperationKind(
            title="set schema state",
            wire=SET_SCHEMA_STATE,
            layout="owner, name, version, state",
            subject="owner",
            authority=_PUBLISHERS,
            cost=Cost(versions=1, entries=0),
            reads=_schema,
            contents=(),
            apply=transitions.set_schema_state,
        ),
    ),
)
