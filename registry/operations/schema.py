"""Operations on `schema` records: their fields and wire shapes."""

from dataclasses import dataclass
from typing import Final

from registry.names import is_name
from registry.operations.did import DID_NAME
from registry.primitives.refinement import checked
from registry.primitives.shape import blob, enumeration, record, text
from registry.records.schema import VERSION_TEXT, ReleaseState
from registry.semantic_version import is_version

NAME: Final = checked(text(64, 1), is_name, "not a name of lower-case letters, digits and hyphens")
VERSION: Final = checked(VERSION_TEXT, is_version, "not a semantic version")


@dataclass(frozen=True, slots=True)
class PublishSchema:
    """Publish a version, for good. `content` is the address of the attachment with the schema's exact
    bytes."""

    owner: str
    name: str
    version: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SetSchemaState:
    """Deprecate or withdraw a version from the block's time."""

    owner: str
    name: str
    version: str
    state: ReleaseState


PUBLISH_SCHEMA: Final = record(PublishSchema, owner=DID_NAME, name=NAME, version=VERSION, content=blob(32))
SET_SCHEMA_STATE: Final = record(
    SetSchemaState, owner=DID_NAME, name=NAME, version=VERSION, state=enumeration(ReleaseState)
)
