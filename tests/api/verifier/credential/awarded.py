"""A credential of one issuer, and what a registry proves about it."""

from dataclasses import replace
from typing import Any

from api.credentials.document import Document, canonical
from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.data_integrity import eddsa_jcs
from api.credentials.formats.data_integrity.reading import secured_document
from api.credentials.multikey import base58_encode
from api.credentials.open_badges import Award, AwardStatus, StatusEntryPurpose, open_badge
from api.verifier.credential import Aspect, Facts, Identity, judge
from api.verifier.verdict import StatusBits
from registry.checking import Found
from registry.kinds.did.record import Did, DidState, Key, KeyPeriod, KeyState, Purpose
from registry.kinds.status_list.record import MIN_SIZE, StatusList
from registry.kinds.status_list.record import StatusPurpose as ListPurpose
from registry.primitives import ed25519
from registry.primitives.digest import sha256
from registry.primitives.ed25519 import signing_with
from registry.record_log import VersionLeaf
from tests.api.credentials.samples import AWARD, BODY, MICRO_CREDENTIAL, SEED

NOW_MS = 1_800_000_000_000
BEGIN_MS = NOW_MS - 10_000
ISSUER = "did:web:university.example"
METHOD = f"{ISSUER}#credentials-1"
LIST = f"{ISSUER}/status-lists/degrees"
URL = f"https://node.example/v1/status-lists/{LIST}"
AWARDED = replace(AWARD, statuses=(AwardStatus(URL, StatusEntryPurpose.REVOCATION, 5),))


def draft(award: Award = AWARDED, **changed: Any) -> Document:
    """An unsigned credential of the issuer, changed; a member that is changed to `...` is left out."""
    document = {**open_badge(replace(BODY, did=ISSUER), MICRO_CREDENTIAL, award), **changed}
    return {name: member for name, member in document.items() if member is not ...}


def signed(award: Award = AWARDED, **changed: Any) -> Any:
    """A credential of the issuer, changed before it is signed."""
    document = draft(award, **changed)
    return eddsa_jcs.sign(
        document, signing_with(SEED), verification_method=METHOD, created="2026-01-31T12:00:00Z"
    )


def proof_of(document: Document, seed: bytes = SEED, **changed: Any) -> Document:
    """A proof of a document with a right signature, whatever else it says; `...` leaves a member out."""
    whole: dict[str, Any] = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": "2026-01-31T12:00:00Z",
        "verificationMethod": METHOD,
        "proofPurpose": "assertionMethod",
        **changed,
    }
    configuration: Document = {name: member for name, member in whole.items() if member is not ...}
    unsecured: Document = {name: member for name, member in document.items() if name != "proof"}
    signature = ed25519.sign(seed, sha256(canonical(configuration)) + sha256(canonical(unsecured)))
    return {"proofValue": base58_encode(signature), **configuration}


def did(*periods: KeyPeriod, purpose: Purpose = Purpose.ASSERTION_METHOD, seed: bytes = SEED) -> Did:
    """The issuer's record, whose key has these periods after its first."""
    multikey = ed25519.to_multikey(ed25519.public_key(seed))
    key = Key("credentials-1", purpose, multikey, (KeyPeriod(KeyState.ACTIVE, BEGIN_MS), *periods))
    return Did(ISSUER, None, (key,), (), (), None, ((DidState.ACTIVE, BEGIN_MS),))


def bits(*ones: int, purpose: ListPurpose = ListPurpose.REVOCATION) -> StatusBits:
    """A status list with these entries set."""
    data = bytearray(MIN_SIZE // 8)
    for index in ones:
        data[index >> 3] |= 0x80 >> (index & 7)
    body = StatusList(purpose, MIN_SIZE, bytes(32), len(ones), 0, 0, BEGIN_MS)
    found = Found(0, VersionLeaf(1, 1, BEGIN_MS, bytes(32)), b"", None)
    return StatusBits(found, body, 0, bytes(data))


GOOD = Facts({ISSUER: did()}, {LIST: bits()}, NOW_MS)
UNKNOWN: dict[str, Identity] = {ISSUER: None}


def flaws(credential: Any, facts: Facts = GOOD, now_ms: int = NOW_MS) -> list[tuple[Aspect, CredentialFlaw]]:
    """What is wrong with a credential."""
    checks = judge(secured_document(credential), facts, now_ms=now_ms)
    return [(check.aspect, check.reason) for check in checks if check.reason is not None]
