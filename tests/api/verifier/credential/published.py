"""Entries of published lists, and how they are judged with what was fetched."""

from dataclasses import replace
from typing import Final

from api.credentials.did_methods.keys import DidKeys, VerificationKey
from api.credentials.document import Document
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.secured import StatusEntry, StatusMethod
from api.verifier.credential import Aspect, Facts, Fetched
from api.verifier.credential.check import Check
from api.verifier.credential.published_status import judge_published
from registry.primitives import ed25519
from registry.primitives.digest import sha256
from tests.api.credentials.status.lists import ISSUER, KEY, SEED, URL
from tests.api.verifier.credential.awarded import NOW_MS, did

FACTS: Final = Facts({ISSUER: did()}, {}, NOW_MS)
OF_METHOD: Final = DidKeys(
    ISSUER, (VerificationKey(KEY, ed25519.to_multikey(ed25519.public_key(SEED)), "Ed25519", ISSUER),), ()
)
OTHER: Final = "did:web:other.example"
OTHER_SEED: Final = bytes([8]) * 32
BITSTRING: Final = StatusEntry(StatusMethod.BITSTRING, URL, 5, "revocation")
OLD: Final = StatusEntry(StatusMethod.STATUS_LIST_2021, URL, 5, "revocation")
TOKEN: Final = StatusEntry(StatusMethod.TOKEN, URL, 5, "status")
IDS: Final = StatusEntry(
    StatusMethod.REVOCATION_LIST_1EDTECH, URL, -1, "revocation", credential_id="urn:uuid:5"
)
TOLD: Final = f"revocation, entry 5 of {URL}"
ENDLESS: Final = "the list names no end, so an old one would count as well"


def fetched(data: bytes, fetched_ms: int = NOW_MS) -> Fetched:
    """What a server gave."""
    return Fetched(URL, data, "application/json", fetched_ms, sha256(data))


def judged(
    entry: StatusEntry,
    data: bytes | Flaw,
    *,
    facts: Facts = FACTS,
    issuer: str | None = ISSUER,
    fetched_ms: int = NOW_MS,
) -> Check:
    """The check of an entry whose list is in these bytes, or could not be had."""
    found = data if isinstance(data, Flaw) else fetched(data, fetched_ms)
    return judge_published(entry, issuer, replace(facts, published={entry.list_url: found}), NOW_MS)


def valid(detail: str) -> Check:
    """A check that finds nothing wrong."""
    return Check(Aspect.STATUS, None, detail)


def flawed(reason: CredentialFlaw, detail: str) -> Check:
    """One that does."""
    return Check(Aspect.STATUS, reason, detail)


def status_in(url: str, index: int = 5, purpose: str = "revocation") -> Document:
    """A status entry as a credential writes it."""
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }
