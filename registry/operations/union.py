"""Every operation of the ruleset, each under its integer code."""

from typing import Any, Final, TypeAlias

from registry.operations.did import (
    ADD_KEY,
    DEACTIVATE_DID,
    REGISTER_DID,
    REPORT_COMPROMISED,
    RETIRE_KEY,
    ROTATE_KEY,
    UPDATE_DID,
    AddKey,
    DeactivateDid,
    RegisterDid,
    ReportCompromised,
    RetireKey,
    RotateKey,
    UpdateDid,
)
from registry.operations.schema import PUBLISH_SCHEMA, SET_SCHEMA_STATE, PublishSchema, SetSchemaState
from registry.operations.status_list import (
    ANCHOR_BATCH,
    CREATE_STATUS_LIST,
    UPDATE_STATUS_LIST,
    AnchorBatch,
    CreateStatusList,
    UpdateStatusList,
)
from registry.primitives.shape import Record, Shape, union

Operation: TypeAlias = (
    RegisterDid
    | AddKey
    | RotateKey
    | RetireKey
    | ReportCompromised
    | DeactivateDid
    | UpdateDid
    | PublishSchema
    | SetSchemaState
    | CreateStatusList
    | UpdateStatusList
    | AnchorBatch
)

# A code is never given to another operation; codes left free between groups are for their later members.
OPERATION_CODES: Final[dict[int, Record[Any]]] = {
    1: REGISTER_DID,
    2: ADD_KEY,
    3: ROTATE_KEY,
    4: RETIRE_KEY,
    5: REPORT_COMPROMISED,
    6: DEACTIVATE_DID,
    7: UPDATE_DID,
    16: PUBLISH_SCHEMA,
    17: SET_SCHEMA_STATE,
    32: CREATE_STATUS_LIST,
    33: UPDATE_STATUS_LIST,
    48: ANCHOR_BATCH,
}

OPERATION: Final[Shape[Operation]] = union(OPERATION_CODES)
