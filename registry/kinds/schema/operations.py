"""Operations on `schema` records: their fields and wire shapes."""

from dataclasses import dataclass
from typing import Final

from registry.fields import DID_NAME, NAME
from registry.kinds.schema.record import VERSION_TEXT, ReleaseState
from registry.operation import Operation, Wire
from registry.primitives.refinement import checked
from registry.primitives.shape import blob, enumeration, record
from registry.semantic_version import is_version

VERSION: Final = checked(VERSION_TEXT, is_version, "not a semantic version")


@dataclass(frozen=True, slots=True)
class PublishSchema(Operation):
    """Publish a version, for good. `content` is the address of the attachment with the schema's exact
    bytes."""

    owner: str
    name: str
    version: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SetSchemaState(Operation):
    """Deprecate or withdraw a version from the block's time."""

    owner: str
    name: str
    version: str
    state: ReleaseState


PUBLISH_SCHEMA: Final = Wire(
    16, record(PublishSchema, owner=DID_NAME, name=NAME, version=VERSION, content=blob(32))
)
SET_SCHEMA_STATE: Final = Wire(
    17,
    record(SetSchemaState, owner=DID_NAME, name=NAME, version=VERSION, state=enumeration(ReleaseState)),
)
