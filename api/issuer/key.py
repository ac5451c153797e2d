"""The keys of an issuer: what signs with one, and which of several signs today (decision 0083)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

from api.issuer.not_done import UnfitKey
from registry.kinds.did.record import Did, Key, KeyState, Purpose
from registry.primitives import ed25519


class SigningKey(Protocol):
    """A key of an issuer, wherever its private half is: in a file, in a security module, with somebody else.

    Signing may ask a person or take long; it raises what its keeper raises.
    """

    @property
    def id(self) -> str:
        """Its DID URL."""

    @property
    def public_key(self) -> bytes:
        """Its public half, 32 bytes."""

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature of a message."""


@dataclass(frozen=True, slots=True)
class SeedKey:
    """A key whose 32-byte seed is in memory."""

    id: str
    seed: bytes = field(repr=False)

    @property
    def public_key(self) -> bytes:
        """See `SigningKey`."""
        return ed25519.public_key(self.seed)

    def sign(self, message: bytes) -> bytes:
        """See `SigningKey`."""
        return ed25519.sign(self.seed, message)


@dataclass(frozen=True, slots=True)
class KeysInForce:
    """The keys of a DID that count for one purpose at a time."""

    active: tuple[Key, ...]

    @classmethod
    def of(cls, did: Did, purpose: Purpose, at_ms: int) -> "KeysInForce":
        """Those that are active at that time."""
        keys = (key for key in did.keys if key.purpose is purpose)
        return cls(tuple(key for key in keys if key.state_at(at_ms) is KeyState.ACTIVE))

    def newest(self, multikeys: Collection[bytes], fragment: str | None = None) -> Key | None:
        """Of those that are at hand, as Multikeys, the one that became active last; None where none is.
        `fragment` leaves only that one to choose.
        """
        here = [key for key in self.active if key.multikey in multikeys and fragment in (None, key.fragment)]
        return max(here, key=lambda key: key.periods[-1].since_ms, default=None)


def signature_of(key: SigningKey, message: bytes) -> bytes:
    """The signature of a message by a key, which may be kept by a device that is broken or holds another key
    than it says. Raises UnfitKey where it is none, and what the key raises.
    """
    signature = key.sign(message)
    if not ed25519.verify(key.public_key, message, signature):
        do = "check the device or the service that keeps the key; nothing was signed"
        raise UnfitKey("what the key signs does not verify by its public half", where=key.id, do=do)
    return signature
