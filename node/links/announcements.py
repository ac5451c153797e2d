"""Where a node says that the others reach it: signed by its peer key, kept and passed on by whoever hears it.

    statement     [genesis_hash, peer_id, time_ms, addresses]
    announcement  [statement, signature]

The signature is Ed25519, by the key that the peer id holds, over "matricula/announcement/v1" ‖ 0x00 ‖ the
statement's encoding. `time_ms` orders the announcements of one peer; the genesis document's addresses count
as older than every announcement.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from node.transport.addresses import is_dialable
from node.transport.peer_id import public_key_of
from node.wording.units import KIB
from registry.primitives import ed25519
from registry.primitives.shape import Shape, blob, decode_as, encode_as, list_of, record, text, uint
from registry.primitives.validator_set import MAX_VALIDATORS

_DOMAIN: Final = b"matricula/announcement/v1\x00"
MAX_ADDRESSES: Final = 4
MAX_ANNOUNCEMENTS: Final = 3 * MAX_VALIDATORS
"""One for each validator of three epochs."""
MAX_ENCODED: Final = MAX_ANNOUNCEMENTS * KIB


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed: in that network the peer is reached there since `time_ms` (milliseconds since 1970)."""

    genesis_hash: bytes
    peer_id: str
    time_ms: int
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Announcement:
    """A statement and the signature of the peer that it is about."""

    statement: Statement
    signature: bytes

    @property
    def is_genuine(self) -> bool:
        """Whether the peer itself signed it, and everything in it can be dialled."""
        public_key = public_key_of(self.statement.peer_id)
        return (
            public_key is not None
            and all(map(is_dialable, self.statement.addresses))
            and ed25519.verify(public_key, _signed(self.statement), self.signature)
        )


_STATEMENT: Final = record(
    Statement,
    genesis_hash=blob(32),
    peer_id=text(64, 1),
    time_ms=uint(),
    addresses=list_of(text(128, 1), MAX_ADDRESSES, 1),
)
_ANNOUNCEMENTS: Final[Shape[tuple[Announcement, ...]]] = list_of(
    record(Announcement, statement=_STATEMENT, signature=blob(64)), MAX_ANNOUNCEMENTS
)


def announce(statement: Statement, peer_seed: bytes) -> Announcement:
    """The statement, signed with the peer key of this 32-byte seed."""
    return Announcement(statement, ed25519.sign(peer_seed, _signed(statement)))


def encode_announcements(announcements: Iterable[Announcement]) -> bytes:
    """Their bytes; raises Malformed above the bounds."""
    return encode_as(_ANNOUNCEMENTS, tuple(announcements))


def decode_announcements(data: bytes) -> tuple[Announcement, ...]:
    """The inverse; the signatures are not checked. Raises Malformed."""
    return decode_as(_ANNOUNCEMENTS, data, limit=MAX_ENCODED)


def _signed(statement: Statement) -> bytes:
    return _DOMAIN + encode_as(_STATEMENT, statement)
