"""`schema` records. The body: all versions of one credential schema that its owner has published."""

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from registry.fields import TIME_MS
from registry.id_forms import named_by_owner
from registry.index import Relation
from registry.primitives.shape import Shape, blob, enumeration, list_of, record, text, tuple_of
from registry.record_type import RecordType
from registry.semantic_version import MAX_LENGTH

MAX_RELEASES: Final = 64
MAX_SCHEMA_BYTES: Final = 128 * 1024
"""A schema's content. Execution reads it, so it is bounded more tightly than text that nobody
interprets."""


class ReleaseState(IntEnum):
    """What is true of a version of a schema from a time on. Only forward."""

    ACTIVE = 1
    DEPRECATED = 2
    """Not for new credentials; those that name it stay good."""
    WITHDRAWN = 3
    """Its owner disowns it."""


@dataclass(frozen=True, slots=True)
class Release:
    """One immutable version: its number, the address of the attachment with its exact bytes, its states."""

    version: str
    content: bytes
    states: tuple[tuple[ReleaseState, int], ...]

    @property
    def state(self) -> ReleaseState:
        """The state that was recorded last."""
        return self.states[-1][0]

    def state_at(self, time_ms: int) -> ReleaseState | None:
        """The state at a time; None before the publication."""
        begun = [state for state, since_ms in self.states if since_ms <= time_ms]
        return begun[-1] if begun else None


@dataclass(frozen=True, slots=True)
class Schema:
    """The versions of a schema in the order of publication. The record's id holds owner and name."""

    releases: tuple[Release, ...]

    def release(self, version: str) -> Release | None:
        """The release of exactly this version."""
        return next((release for release in self.releases if release.version == version), None)

    def with_release(self, changed: Release) -> "Schema":
        """With one release replaced by its later self, or added."""
        if self.release(changed.version) is None:
            return Schema((*self.releases, changed))
        releases = (changed if held.version == changed.version else held for held in self.releases)
        return replace(self, releases=tuple(releases))


VERSION_TEXT: Final = text(MAX_LENGTH, 5)
RELEASE: Final = record(
    Release,
    version=VERSION_TEXT,
    content=blob(32),
    states=list_of(tuple_of(enumeration(ReleaseState), TIME_MS), len(ReleaseState), 1),
)
SCHEMA: Final[Shape[Schema]] = record(Schema, releases=list_of(RELEASE, MAX_RELEASES, 1))

SCHEMA_RECORD: Final = RecordType("schema", SCHEMA)
SCHEMA_ID: Final = named_by_owner("schemas")
SCHEMAS_BY_OWNER: Final = Relation("schemas-by-owner")


def schema_id(owner: str, name: str) -> str:
    """The id of a schema's record."""
    return f"{owner}/schemas/{name}"
