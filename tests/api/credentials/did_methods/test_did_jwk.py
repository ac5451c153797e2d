"""The keys of did:jwk."""

import json
from typing import Any

import pytest

from api.base64url import to_text
from api.credentials.did_methods.did_jwk import did_jwk_of, keys_of_did_jwk
from api.credentials.did_methods.fault import DidError, DidFault
from api.credentials.did_methods.keys import DidKeys, VerificationKey
from tests.api.credentials.did_methods.keys import ED25519_JWK, ED25519_MULTIKEY, P256_JWK, P256_MULTIKEY


def did_jwk(jwk: Any) -> str:
    """The DID of a JWK, as any software may write it."""
    return "did:jwk:" + to_text(json.dumps(jwk).encode())


@pytest.mark.parametrize(
    ("jwk", "multikey", "algorithm"),
    [
        (ED25519_JWK, ED25519_MULTIKEY, "Ed25519"),
        (P256_JWK, P256_MULTIKEY, "P-256"),
        ({**P256_JWK, "use": "sig", "alg": "ES256", "kid": "any"}, P256_MULTIKEY, "P-256"),
    ],
)
def test_a_did_jwk_is_its_one_key(jwk: Any, multikey: bytes, algorithm: str) -> None:
    did = did_jwk(jwk)
    key = VerificationKey(f"{did}#0", multikey, algorithm, did)
    assert keys_of_did_jwk(did) == DidKeys(did, (key,), (key,))


@pytest.mark.parametrize(
    ("jwk", "algorithm"),
    [
        ({"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"}, "EC secp256k1"),
        ({"kty": "OKP", "crv": "X25519", "x": "AA"}, "OKP X25519"),
        ({"kty": "RSA", "n": "AA", "e": "AQAB"}, "RSA"),
    ],
)
def test_a_key_of_another_algorithm_is_one_that_cannot_be_read(jwk: Any, algorithm: str) -> None:
    (key,) = keys_of_did_jwk(did_jwk(jwk)).assertion
    assert (key.multikey, key.algorithm) == (None, algorithm)


@pytest.mark.parametrize(
    "did",
    [
        "did:jwk:",
        "did:jwk:!",
        did_jwk(ED25519_JWK) + "=",
        did_jwk(ED25519_JWK) + "#0",
        did_jwk([]),
        did_jwk({}),
        did_jwk({**ED25519_JWK, "d": "AA"}),
        did_jwk({**ED25519_JWK, "use": "enc"}),
        did_jwk({**ED25519_JWK, "key_ops": ["deriveKey"]}),
        did_jwk({**ED25519_JWK, "alg": "ES256"}),
        did_jwk({**P256_JWK, "y": P256_JWK["x"]}),
        did_jwk({**P256_JWK, "x": P256_JWK["x"] + "="}),
        did_jwk({**P256_JWK, "y": None}),
        did_jwk({"kty": ["OKP"], "crv": {}}),
        "did:jwk:" + to_text(b'{"kty":"OKP","kty":"OKP"}'),
        "did:jwk:" + to_text(b"[" * 10_000),
        "did:jwk:" + "A" * 1_000_000,
    ],
)
def test_what_is_no_did_jwk(did: str) -> None:
    with pytest.raises(DidError) as caught:
        keys_of_did_jwk(did)
    assert caught.value.fault is DidFault.DID_MALFORMED
    assert len(caught.value.detail) <= 200


def test_a_key_has_one_did_that_is_made_here() -> None:
    said_more = {"kid": "mine", "use": "sig", **dict(reversed(P256_JWK.items()))}
    assert did_jwk_of(said_more) == did_jwk_of(P256_JWK)
    (key,) = keys_of_did_jwk(did_jwk_of(said_more)).assertion
    assert key.multikey == P256_MULTIKEY
