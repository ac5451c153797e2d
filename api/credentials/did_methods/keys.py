"""The keys of a DID of another method than the registry's own records, as its method gives them now.

A document of another method has no timeline: it says which keys count now, and nothing about yesterday.

Source: W3C Controlled Identifiers 1.0, §2.2, §2.3.
"""

from dataclasses import dataclass
from typing import Final

from api.credentials.period import ValidityPeriod

MAX_VERIFICATION_KEYS: Final = 64
"""Keys of one DID that are read."""
ENDLESS: Final = ValidityPeriod((), (), ())
"""That of a key of which no end is told."""


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A key that a DID lists.

    `id` is its DID URL, resolved against the DID. `multikey` is the key as Multikey bytes (multicodec prefix
    and key); None where its algorithm is not known here. `algorithm` names that for people (`Ed25519`,
    `P-256`, or as the document writes it). `controller` is the DID that controls it. `period` has the dates
    that end it.
    """

    id: str
    multikey: bytes | None
    algorithm: str
    controller: str
    period: ValidityPeriod = ENDLESS


@dataclass(frozen=True, slots=True)
class DidKeys:
    """The keys that a DID lists for assertion and for authentication; at most 64 together."""

    did: str
    assertion: tuple[VerificationKey, ...]
    authentication: tuple[VerificationKey, ...]
