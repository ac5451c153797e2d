"""The keys of did:key."""

import pytest

from api.credentials.did_methods.did_key import keys_of_did_key
from api.credentials.did_methods.fault import DidError, DidFault
from api.credentials.did_methods.keys import DidKeys, VerificationKey
from api.credentials.multikey import base58_encode
from tests.api.credentials.did_methods.keys import (
    ED25519_MULTIKEY,
    ED25519_TEXT,
    P256_MULTIKEY,
    P256_TEXT,
)


@pytest.mark.parametrize(
    ("text", "multikey", "algorithm"),
    [(ED25519_TEXT, ED25519_MULTIKEY, "Ed25519"), (P256_TEXT, P256_MULTIKEY, "P-256")],
)
def test_a_did_key_is_its_one_key(text: str, multikey: bytes, algorithm: str) -> None:
    did = f"did:key:{text}"
    key = VerificationKey(f"{did}#{text}", multikey, algorithm, did)
    assert keys_of_did_key(did) == DidKeys(did, (key,), (key,))


@pytest.mark.parametrize(
    ("encoded", "algorithm"),
    [
        (b"\xe7\x01" + bytes([2] * 33), "multicodec e701"),  # secp256k1
        (b"\xec\x01" + bytes(32), "multicodec ec01"),  # X25519, which signs nothing
        (b"\xeb\x01" + bytes(96), "unknown"),  # BLS12-381 G2: longer than any key that is read
    ],
)
def test_a_key_of_another_algorithm_is_one_that_cannot_be_read(encoded: bytes, algorithm: str) -> None:
    (key,) = keys_of_did_key(f"did:key:{base58_encode(encoded)}").assertion
    assert (key.multikey, key.algorithm) == (None, algorithm)


@pytest.mark.parametrize(
    "did",
    [
        "did:key:",
        "did:key:z",
        "did:Key:" + ED25519_TEXT,
        "did:key:" + ED25519_TEXT + "#" + ED25519_TEXT,
        "did:key:" + ED25519_TEXT + "\n",
        "did:key:1.1:" + ED25519_TEXT,
        "did:key:" + ED25519_TEXT.replace("6M", "6М"),  # a Cyrillic letter
        "did:key:" + base58_encode(ED25519_MULTIKEY[:-1]),
        "did:key:" + base58_encode(P256_MULTIKEY[:2] + b"\x02" + b"\xff" * 32),  # on no curve
        "did:key:" + base58_encode(P256_MULTIKEY[:2] + b"\x04" + bytes(64)),
        "did:key:z" + "2" * 1_000_000,
    ],
)
def test_what_is_no_did_key(did: str) -> None:
    with pytest.raises(DidError) as caught:
        keys_of_did_key(did)
    assert caught.value.fault is DidFault.DID_MALFORMED
    assert len(caught.value.detail) <= 200
