"""Operations on `did` records: their fields and wire shapes. What is signed for a new key stands in
`registry.kinds.did.possession`."""

from dataclasses import dataclass
from typing import Final

from registry.fields import DID_NAME, FRAGMENT, MULTIKEY, TIME_MS, is_known_did
from registry.kinds.did.record import MAX_KEYS, PURPOSE, SEALS, SERVICES, Purpose, Service
from registry.names import MAX_DID_LENGTH
from registry.operation import Operation, Wire
from registry.primitives.refinement import checked
from registry.primitives.shape import blob, list_of, optional, record, text

SIGNATURE: Final = blob(64)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to be added: its fragment, its one purpose, and the multikey."""

    fragment: str
    purpose: Purpose
    multikey: bytes


@dataclass(frozen=True, slots=True)
class RegisterDid(Operation):
    """Put a DID on the ledger. Signed by its sponsoring member; each key proves possession.

    `did` is empty only inside the hash that derives a did:matricula.
    """

    did: str
    sponsor: str
    controller: str | None
    keys: tuple[NewKey, ...]
    services: tuple[Service, ...]
    seals: tuple[bytes, ...]
    possessions: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class AddKey(Operation):
    """Add a key, active from the block's time."""

    did: str
    key: NewKey
    possessions: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class RotateKey(Operation):
    """Add a key and retire another of the same purpose, both from the block's time."""

    did: str
    retired: str
    key: NewKey
    possessions: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class RetireKey(Operation):
    """End the use of a key from the block's time; what it signed before stays good."""

    did: str
    fragment: str


@dataclass(frozen=True, slots=True)
class ReportCompromised(Operation):
    """Declare that a key was in other hands from `since_ms`, which may lie in the past, not in the
    future."""

    did: str
    fragment: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class DeactivateDid(Operation):
    """End a DID and revoke its keys, for good."""

    did: str


@dataclass(frozen=True, slots=True)
class UpdateDid(Operation):
    """Replace the controller, the services and the seals of a DID."""

    did: str
    controller: str | None
    services: tuple[Service, ...]
    seals: tuple[bytes, ...]


NEW_KEY: Final = record(NewKey, fragment=FRAGMENT, purpose=PURPOSE, multikey=MULTIKEY)
ONE_POSSESSION: Final = list_of(SIGNATURE, 1)

REGISTER_DID: Final = Wire(
    1,
    record(
        RegisterDid,
        did=checked(
            text(MAX_DID_LENGTH), lambda did: not did or is_known_did(did), "not a DID in its one spelling"
        ),
        sponsor=DID_NAME,
        controller=optional(DID_NAME),
        keys=list_of(NEW_KEY, MAX_KEYS, 1),
        services=SERVICES,
        seals=SEALS,
        possessions=list_of(SIGNATURE, MAX_KEYS),
    ),
)
ADD_KEY: Final = Wire(2, record(AddKey, did=DID_NAME, key=NEW_KEY, possessions=ONE_POSSESSION))
ROTATE_KEY: Final = Wire(
    3, record(RotateKey, did=DID_NAME, retired=FRAGMENT, key=NEW_KEY, possessions=ONE_POSSESSION)
)
RETIRE_KEY: Final = Wire(4, record(RetireKey, did=DID_NAME, fragment=FRAGMENT))
REPORT_COMPROMISED: Final = Wire(
    5, record(ReportCompromised, did=DID_NAME, fragment=FRAGMENT, since_ms=TIME_MS)
)
DEACTIVATE_DID: Final = Wire(6, record(DeactivateDid, did=DID_NAME))
UPDATE_DID: Final = Wire(
    7, record(UpdateDid, did=DID_NAME, controller=optional(DID_NAME), services=SERVICES, seals=SEALS)
)
