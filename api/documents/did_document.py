"""What the ledger records of a DID, as the DID document that other software reads.

- F1 **The ledger's keys alone.** A document holds what one version of the record says, and is a function of
  that: every node gives the same bytes (`api.documents.ascii_json`).
- F2 **Retired is listed.** A retired key of credentials stays in `assertionMethod`: what it signed before
  stays good, and clients look for the key of an old signature there.
- F3 **Lost is gone.** A key that was reported compromised, or that ended with its DID, is in no part of the
  document. Clients pass over `revoked` and `expires` on a key, so leaving it out is all that they understand
  (decision 0130). This also ends what it signed before: only a verifier that reads the ledger can
  still tell a signature that was anchored in time.
- F4 **One purpose.** A key stands under the one relationship that it was registered for. A retired key of
  transactions is left out: nothing of its past is checked from here.
- F5 **One meaning.** No id stands for two things, and an endpoint is a URL: a service with the name of a key
  or of an earlier service is left out, and so is one whose endpoint is none.

A document has no timeline and no proof. Both are in the answer at `/v1/records/did/…`, which the routes name
in a `Link` header.

Source: W3C DID Core 1.0 §5 (https://www.w3.org/TR/did-core/); W3C Controlled Identifiers 1.0 §2.2.2
(Multikey).
"""

from typing import Final

from api.credentials.document import Document, Json
from api.credentials.multikey import base58_encode
from api.credentials.url import is_url
from api.documents.ascii_json import ascii_json
from registry.kinds.did.record import Did, DidState, Key, KeyState, Purpose

CONTEXTS: Final = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
"""What defines the terms that are used. Clients look for the first one at the first place."""

_ENDED: Final = frozenset({KeyState.COMPROMISED, KeyState.REVOKED})


def did_document(did: str, body: Did) -> Document:
    """The document of a DID, as one version of its record says (F1)."""
    assertion = [key for key in body.keys if key.purpose is Purpose.ASSERTION_METHOD and not _is_lost(key)]
    invocation = [key for key in body.keys if key.purpose is Purpose.CAPABILITY_INVOCATION and _is_used(key)]
    document: Document = {
        "@context": list(CONTEXTS),
        "id": did,
        "verificationMethod": [_method(did, key) for key in (*assertion, *invocation)],
        "assertionMethod": [_url(did, key.fragment) for key in assertion],
        "capabilityInvocation": [_url(did, key.fragment) for key in invocation],
    }
    if body.controller not in (None, did):
        document["controller"] = [did, body.controller]
    services = _services(did, body)
    if services:
        document["service"] = services
    return document


def did_document_bytes(did: str, body: Did) -> bytes:
    """The document in the bytes that every node serves (`api.documents.ascii_json`)."""
    return ascii_json(did_document(did, body))


def assertion_keys(did: str, body: Did) -> dict[str, bytes]:
    """The Multikey bytes of each key that the document has in `assertionMethod`, by the key's DID URL."""
    keys = (key for key in body.keys if key.purpose is Purpose.ASSERTION_METHOD and not _is_lost(key))
    return {_url(did, key.fragment): key.multikey for key in keys}


def is_deactivated(body: Did) -> bool:
    """Whether the DID has ended, as this version knows."""
    return any(state is DidState.DEACTIVATED for state, _ in body.states)


def _method(did: str, key: Key) -> Json:
    return {
        "id": _url(did, key.fragment),
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": base58_encode(key.multikey),
    }


def _services(did: str, body: Did) -> list[Json]:
    """F5. The ledger takes any text as an endpoint, and a name twice."""
    taken = {key.fragment for key in body.keys}
    listed: list[Json] = []
    for service in body.services:
        if service.fragment not in taken and is_url(service.endpoint):
            taken.add(service.fragment)
            url = _url(did, service.fragment)
            listed.append({"id": url, "type": service.type, "serviceEndpoint": service.endpoint})
    return listed


def _is_lost(key: Key) -> bool:
    """F3: whether it was in other hands at any time, or ended with its DID."""
    return any(period.state in _ENDED for period in key.periods)


def _is_used(key: Key) -> bool:
    return key.periods[-1].state is KeyState.ACTIVE and not _is_lost(key)


def _url(did: str, fragment: str) -> str:
    return f"{did}#{fragment}"
