"""Which function applies which operation."""

from collections.abc import Callable
from typing import Any, Final

from registry.operations.did import (
    AddKey,
    DeactivateDid,
    RegisterDid,
    ReportCompromised,
    RetireKey,
    RotateKey,
    UpdateDid,
)
from registry.operations.schema import PublishSchema, SetSchemaState
from registry.operations.status_list import AnchorBatch, CreateStatusList, UpdateStatusList
from registry.operations.union import Operation
from registry.transitions import did, schema, status_list
from registry.transitions.setting import Setting

TRANSITIONS: Final[dict[type[Operation], Callable[[Any, Setting], None]]] = {
    RegisterDid: did.register_did,
    AddKey: did.add_key,
    RotateKey: did.rotate_key,
    RetireKey: did.retire_key,
    ReportCompromised: did.report_compromised,
    DeactivateDid: did.deactivate_did,
    UpdateDid: did.update_did,
    PublishSchema: schema.publish_schema,
    SetSchemaState: schema.set_schema_state,
    CreateStatusList: status_list.create_status_list,
    UpdateStatusList: status_list.update_status_list,
    AnchorBatch: status_list.anchor_batch,
}


def apply(operation: Operation, setting: Setting) -> None:
    """Write what the operation does into the setting's draft. Raises `Refused`."""
    TRANSITIONS[type(operation)](operation, setting)
