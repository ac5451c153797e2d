"""Applying operations on `schema` records.

1. A version, once published, keeps its content for ever; versions may be published in any order.
2. The content is JSON as `registry.json_reader` reads it, an object with textual `$id` and `$schema`. Its
   exact bytes are kept.
3. A version's state only goes forward: active, deprecated, withdrawn.
"""

from dataclasses import replace

from registry.attachments import SALT_SIZE
from registry.json_reader import JsonError, read_json
from registry.kinds.schema.operations import PublishSchema, SetSchemaState
from registry.kinds.schema.reasons import SchemaReason
from registry.kinds.schema.record import (
    MAX_RELEASES,
    MAX_SCHEMA_BYTES,
    SCHEMA_RECORD,
    SCHEMAS_BY_OWNER,
    Release,
    ReleaseState,
    Schema,
    schema_id,
)
from registry.rejection import Refused
from registry.setting import Setting


def publish_schema(operation: PublishSchema, setting: Setting) -> None:
    """Add a version to a schema; the first one creates the schema's record and its entry in the index."""
    record_id = schema_id(operation.owner, operation.name)
    body = setting.draft.body(SCHEMA_RECORD, record_id)
    if body is not None:
        if body.release(operation.version) is not None:
            raise Refused(SchemaReason.SCHEMA_VERSION_EXISTS, operation.version)
        if len(body.releases) == MAX_RELEASES:
            raise Refused(SchemaReason.TOO_MANY_VERSIONS)
    check_content(setting.contents[operation.content][SALT_SIZE:])
    release = Release(operation.version, operation.content, ((ReleaseState.ACTIVE, setting.time_ms),))
    if body is None:
        setting.draft.put(SCHEMA_RECORD, record_id, Schema((release,)))
        setting.draft.enter(SCHEMAS_BY_OWNER, operation.owner, record_id)
    else:
        setting.draft.put(SCHEMA_RECORD, record_id, body.with_release(release))


def set_schema_state(operation: SetSchemaState, setting: Setting) -> None:
    """Deprecate or withdraw a version."""
    record_id = schema_id(operation.owner, operation.name)
    body = setting.draft.body(SCHEMA_RECORD, record_id)
    release = body.release(operation.version) if body is not None else None
    if body is None or release is None:
        raise Refused(SchemaReason.SCHEMA_VERSION_UNKNOWN, f"{record_id} {operation.version}")
    if operation.state <= release.state:
        raise Refused(SchemaReason.SCHEMA_STATE_NOT_LATER, release.state.name.lower())
    changed = replace(release, states=(*release.states, (operation.state, setting.time_ms)))
    setting.draft.put(SCHEMA_RECORD, record_id, body.with_release(changed))


def check_content(content: bytes) -> None:
    """Returns where the content of a schema has the form that is asked for (2); raises Refused where not."""
    try:
        schema = read_json(content, limit=MAX_SCHEMA_BYTES)
    except JsonError as error:
        raise Refused(SchemaReason.SCHEMA_UNREADABLE, str(error)) from None
    if not isinstance(schema, dict):
        raise Refused(SchemaReason.SCHEMA_UNIDENTIFIED, "not an object")
    for name in ("$id", "$schema"):
        if not isinstance(schema.get(name), str):
            raise Refused(SchemaReason.SCHEMA_UNIDENTIFIED, name)
