"""`member` records: an institution or agency. Its record's id is its DID."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from registry.fields import MULTIKEY, TIME_MS
from registry.id_forms import ONE_OF_A_NETWORK
from registry.index import Relation
from registry.primitives.refinement import checked, strictly_ascending
from registry.primitives.shape import Shape, enumeration, list_of, optional, record, text, tuple_of
from registry.record_type import RecordType
from registry.roles import Role

MAX_NAMES_LENGTH: Final = 1024
"""Bytes of a member's official names in all languages together; longer texts are attachments."""


class MemberState(IntEnum):
    """What is true of a member from a time on."""

    ACTIVE = 1
    CLOSED = 2
    """Ended; records it sponsored stay, and change no more."""


@dataclass(frozen=True, slots=True)
class Name:
    """An official name in one language (BCP 47)."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier of the institution elsewhere, such as ("ror", "https://ror.org/05a28rw58")."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class Member:
    """An institution or agency. Its record's id is its DID. `recovery_key` (a multikey) is kept offline."""

    names: tuple[Name, ...]
    country: str
    region: str
    identifiers: tuple[Identifier, ...]
    roles: tuple[Role, ...]
    recovery_key: bytes | None
    states: tuple[tuple[MemberState, int], ...]

    def state_at(self, time_ms: int) -> MemberState | None:
        """The state at a time, as far as this body knows; None before it became a member."""
        begun = [state for state, since_ms in self.states if since_ms <= time_ms]
        return begun[-1] if begun else None


def _bounded(names: tuple[Name, ...]) -> bool:
    return sum(len(name.text.encode()) for name in names) <= MAX_NAMES_LENGTH


NAMES: Final = checked(
    list_of(record(Name, language=text(35, 2), text=text(MAX_NAMES_LENGTH, 1)), 24, 1),
    _bounded,
    f"official names of more than {MAX_NAMES_LENGTH} bytes in all",
)
ROLES: Final = strictly_ascending(
    list_of(enumeration(Role), len(Role), 1), "roles twice or not in ascending order"
)
IDENTIFIERS: Final = list_of(record(Identifier, scheme=text(16, 1), value=text(128, 1)), 8)

MEMBER: Final[Shape[Member]] = record(
    Member,
    names=NAMES,
    country=text(2, 2),
    region=text(64),
    identifiers=IDENTIFIERS,
    roles=ROLES,
    recovery_key=optional(MULTIKEY),
    states=list_of(tuple_of(enumeration(MemberState), TIME_MS), 8, 1),
)

MEMBER_RECORD: Final = RecordType("member", MEMBER)
MEMBERS: Final = Relation("members", ONE_OF_A_NETWORK)
"""All members of the network."""
