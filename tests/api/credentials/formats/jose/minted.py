"""Tokens signed for tests, with whatever header and payload, right or wrong."""

import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from api.base64url import to_text
from registry.primitives import ed25519
from tests.api.credentials.did_methods.keys import ED25519_TEXT, P256_SECRET, P256_TEXT
from tests.api.credentials.samples import PUBLIC_KEY, SEED

ED25519_DID = f"did:key:{ED25519_TEXT}"
ED25519_KEY = f"{ED25519_DID}#{ED25519_TEXT}"
P256_DID = f"did:key:{P256_TEXT}"
P256_KEY = f"{P256_DID}#{P256_TEXT}"


def without(whole: dict[str, Any]) -> dict[str, Any]:
    """The object without the members that are `...`."""
    return {name: member for name, member in whole.items() if member is not ...}


def encoded(part: Any) -> str:
    """A part of a token: bytes as they are, all else as JSON."""
    return to_text(part if isinstance(part, bytes) else json.dumps(part).encode())


def signature(algorithm: Any, message: bytes) -> bytes:
    """One by the key of that algorithm; by the Ed25519 key where it is none that signs here."""
    match algorithm:
        case "ES256":
            r, s = decode_dss_signature(P256_SECRET.sign(message, ec.ECDSA(SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        case "HS256":
            return hmac.new(PUBLIC_KEY, message, hashlib.sha256).digest()
        case "none":
            return b""
        case _:
            return ed25519.sign(SEED, message)


def token(payload: Any, *, signed_as: str | None = None, **header: Any) -> str:
    """A token of that header, by default signed as EdDSA by the did:key, and signed as its `alg` says unless
    `signed_as` says otherwise.
    """
    whole = without({"alg": "EdDSA", "typ": "vc+jwt", "kid": ED25519_KEY, **header})
    signing_input = f"{encoded(whole)}.{encoded(payload)}"
    algorithm = whole.get("alg") if signed_as is None else signed_as
    return f"{signing_input}.{to_text(signature(algorithm, signing_input.encode()))}"


def with_header(header: bytes, payload: Any) -> str:
    """A token whose header has exactly these bytes, signed by the did:key."""
    signing_input = f"{to_text(header)}.{encoded(payload)}"
    return f"{signing_input}.{to_text(ed25519.sign(SEED, signing_input.encode()))}"
