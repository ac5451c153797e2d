"""An issuer of the web: its DID document, its credentials, and a server that has what they name."""

import json
from typing import Any

from api.credentials.document import Document
from api.credentials.formats.data_integrity import eddsa_jcs
from api.credentials.formats.table import read_credential
from api.credentials.multikey import base58_encode
from api.credentials.secured import Secured
from registry.primitives import ed25519
from registry.primitives.ed25519 import signing_with
from tests.api.credentials.samples import SEED
from tests.api.lookup.loopback import HOST, response
from tests.api.verifier.credential.awarded import draft

CREATED = "2026-01-31T12:00:00Z"


def web_did(port: int, host: str = HOST) -> str:
    """The DID of whoever has the server."""
    return f"did:web:{host}%3A{port}"


def did_document(did: str, seed: bytes = SEED) -> Document:
    """A DID document with one key for assertion."""
    multikey = base58_encode(ed25519.to_multikey(ed25519.public_key(seed)))
    key: Document = {"id": "#key-1", "type": "Multikey", "controller": did, "publicKeyMultibase": multikey}
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [key],
        "assertionMethod": ["#key-1"],
    }


def did_key(seed: bytes = SEED) -> str:
    """The did:key of a seed."""
    return f"did:key:{base58_encode(ed25519.to_multikey(ed25519.public_key(seed)))}"


def credential_of(did: str, fragment: str = "key-1", **changed: Any) -> Secured:
    """A credential that this DID has signed."""
    return read_credential(credential_bytes(did, fragment, **changed))


def credential_bytes(did: str, fragment: str = "key-1", **changed: Any) -> bytes:
    """The same as bytes."""
    issuer = {**dict(draft()["issuer"]), "id": did}  # type: ignore[arg-type]
    document = draft(issuer=issuer, **{"credentialStatus": ..., "credentialSchema": ..., **changed})
    signed = eddsa_jcs.sign(
        document, signing_with(SEED), verification_method=f"{did}#{fragment}", created=CREATED
    )
    return json.dumps(signed).encode()


def as_json(document: Document, content_type: str = "application/did+json") -> bytes:
    """A response with a document."""
    return response(json.dumps(document).encode(), content_type=content_type)
