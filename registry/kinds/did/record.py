"""`did` records. The body: a DID document's facts with the whole bounded timeline of its keys
(decision 0010).

The body is cumulative. Nothing that was once in it leaves it: a retired key stays, with the time from
which it was retired, because what it signed before stays good. Whether a key counted at time T is read
from the periods; what was known at time K is the version of the record that is read.
"""

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from registry.fields import DID_TEXT, FRAGMENT_TEXT, MULTIKEY, TIME_MS
from registry.index import Relation
from registry.names import WEB_METHOD
from registry.primitives.shape import (
    Shape,
    blob,
    enumeration,
    list_of,
    optional,
    record,
    text,
    tuple_of,
)
from registry.record_type import RecordType

MAX_KEYS: Final = 32
MAX_PERIODS: Final = 4
MAX_SERVICES: Final = 8
MAX_SEALS: Final = 4


class Purpose(IntEnum):
    """What a key is for; exactly one thing (named after DID Core 1.0's verification relationships)."""

    ASSERTION_METHOD = 1
    """Signs credentials. Never a transaction: whoever steals it cannot anchor, revoke or change keys."""
    CAPABILITY_INVOCATION = 2
    """Signs transactions."""


class KeyState(IntEnum):
    """What is true of a key from a time on."""

    ACTIVE = 1
    """Its signatures count."""
    RETIRED = 2
    """Not used from then on; earlier signatures stay good."""
    COMPROMISED = 3
    """In other hands from then on: a signature counts only if something proves that it is older."""
    REVOKED = 4
    """Ended with its DID."""


class DidState(IntEnum):
    """What is true of a DID from a time on."""

    ACTIVE = 1
    DEACTIVATED = 2


@dataclass(frozen=True, slots=True)
class KeyPeriod:
    """`state` holds from `since_ms` (inclusive), until a compromise that began earlier or another
    period."""

    state: KeyState
    since_ms: int


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a DID, named by its fragment. `multikey` carries its algorithm; periods in order of
    recording."""

    fragment: str
    purpose: Purpose
    multikey: bytes
    periods: tuple[KeyPeriod, ...]

    def state_at(self, time_ms: int) -> KeyState | None:
        """The state at a time, as far as this body knows; None before the key's first period.

        A compromise overrides everything from its beginning on, whenever it was reported.
        """
        begun = [period.state for period in self.periods if period.since_ms <= time_ms]
        if KeyState.COMPROMISED in begun:
            return KeyState.COMPROMISED
        return begun[-1] if begun else None

    @property
    def compromised_since_ms(self) -> int | None:
        """The earliest reported beginning of a compromise."""
        times = [period.since_ms for period in self.periods if period.state is KeyState.COMPROMISED]
        return min(times) if times else None

    def entering(self, state: KeyState, since_ms: int) -> "Key":
        """The key with one period more."""
        return replace(self, periods=(*self.periods, KeyPeriod(state, since_ms)))


@dataclass(frozen=True, slots=True)
class Service:
    """A service endpoint (DID Core 1.0, section 5.4): fragment, type and URL."""

    fragment: str
    type: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class Did:
    """What the ledger knows of a DID.

    `sponsor` is the member that answers for it, for a member's own DID itself. `controller` may manage its
    keys besides itself. `seals` are SHA-256 hashes of X.509 certificates. `domain_attested_by` is the
    member that attested the domain of a did:web; until one has, the name does not count.
    """

    sponsor: str
    controller: str | None
    keys: tuple[Key, ...]
    services: tuple[Service, ...]
    seals: tuple[bytes, ...]
    domain_attested_by: str | None
    states: tuple[tuple[DidState, int], ...]

    def name_counts(self, did: str) -> bool:
        """Whether the name may stand for somebody without its own web server's word: a did:web that a member
        registered for another name counts once a member other than that has attested the domain.
        """
        return not did.startswith(WEB_METHOD) or self.sponsor == did or self.domain_attested_by is not None

    def key(self, fragment: str) -> Key | None:
        """The key of this name, whatever its state."""
        return next((key for key in self.keys if key.fragment == fragment), None)

    def state_at(self, time_ms: int) -> DidState | None:
        """The state at a time, as far as this body knows; None before the registration."""
        begun = [state for state, since_ms in self.states if since_ms <= time_ms]
        return begun[-1] if begun else None

    def with_key(self, changed: Key) -> "Did":
        """With one key replaced by its later self, or added if its name is new."""
        if self.key(changed.fragment) is None:
            return replace(self, keys=(*self.keys, changed))
        keys = tuple(changed if key.fragment == changed.fragment else key for key in self.keys)
        return replace(self, keys=keys)


PURPOSE: Final = enumeration(Purpose)

KEY_PERIOD: Final = record(KeyPeriod, state=enumeration(KeyState), since_ms=TIME_MS)
KEY: Final = record(
    Key,
    fragment=FRAGMENT_TEXT,
    purpose=PURPOSE,
    multikey=MULTIKEY,
    periods=list_of(KEY_PERIOD, MAX_PERIODS, 1),
)
SERVICE: Final = record(Service, fragment=FRAGMENT_TEXT, type=text(64, 1), endpoint=text(256, 1))
SERVICES: Final = list_of(SERVICE, MAX_SERVICES)
SEALS: Final = list_of(blob(32), MAX_SEALS)

DID: Final[Shape[Did]] = record(
    Did,
    sponsor=DID_TEXT,
    controller=optional(DID_TEXT),
    keys=list_of(KEY, MAX_KEYS, 1),
    services=SERVICES,
    seals=SEALS,
    domain_attested_by=optional(DID_TEXT),
    states=list_of(tuple_of(enumeration(DidState), TIME_MS), 2, 1),
)

DID_RECORD: Final = RecordType("did", DID)
DIDS_BY_SPONSOR: Final = Relation("dids-by-sponsor")
