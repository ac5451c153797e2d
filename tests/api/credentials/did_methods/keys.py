"""Two keys for the tests of DIDs and tokens, one of each algorithm, with all their texts."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.base64url import to_text
from api.credentials.multikey import base58_encode, key_text
from registry.primitives import ed25519
from tests.api.credentials.samples import PUBLIC_KEY

ED25519_MULTIKEY = ed25519.to_multikey(PUBLIC_KEY)
ED25519_TEXT = key_text(PUBLIC_KEY)
ED25519_JWK: dict[str, Any] = {"kty": "OKP", "crv": "Ed25519", "x": to_text(PUBLIC_KEY)}

P256_SECRET = ec.derive_private_key(7, ec.SECP256R1())
_POINT = P256_SECRET.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
_COMPRESSED = P256_SECRET.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
P256_MULTIKEY = b"\x80\x24" + _COMPRESSED
P256_TEXT = base58_encode(P256_MULTIKEY)
P256_JWK: dict[str, Any] = {
    "kty": "EC",
    "crv": "P-256",
    "x": to_text(_POINT[1:33]),
    "y": to_text(_POINT[33:]),
}
