"""Public keys of several algorithms: one spelling each, and no algorithm taken for another."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api import base64url
from api.credentials.document import Document, Json
from api.credentials.multikey import KeyTextError, base58_encode
from api.credentials.public_key import KeyAlgorithm, PublicKey
from registry.primitives import ed25519

SEED = bytes(range(32))
ED25519 = ed25519.public_key(SEED)
PRIVATE = ec.derive_private_key(0x1D0F2A0B7C33, ec.SECP256R1())
COMPRESSED = PRIVATE.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
UNCOMPRESSED = PRIVATE.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
X, Y = UNCOMPRESSED[1:33], UNCOMPRESSED[33:]
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

OKP: Document = {"kty": "OKP", "crv": "Ed25519", "x": base64url.to_text(ED25519)}
EC: Document = {"kty": "EC", "crv": "P-256", "x": base64url.to_text(X), "y": base64url.to_text(Y)}


def es256(message: bytes) -> bytes:
    r, s = decode_dss_signature(PRIVATE.sign(message, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def test_forms_of_one_key() -> None:
    key = PublicKey(KeyAlgorithm.ED25519, ED25519)
    assert PublicKey.from_multikey(b"\xed\x01" + ED25519) == key
    assert PublicKey.from_multikey_text(key.text) == key
    assert PublicKey.from_jwk(OKP) == key
    assert key.multikey == b"\xed\x01" + ED25519
    assert key.text.startswith("z6Mk")


def test_forms_of_one_p256_key() -> None:
    key = PublicKey(KeyAlgorithm.P256, COMPRESSED)
    assert PublicKey.from_multikey(b"\x80\x24" + COMPRESSED) == key
    assert PublicKey.from_multikey_text(key.text) == key
    assert PublicKey.from_jwk(EC) == key
    assert key.text.startswith("zDna")


@pytest.mark.parametrize("alg", ["EdDSA", "Ed25519"])
def test_what_a_jwk_may_say_beside(alg: str) -> None:
    assert PublicKey.from_jwk({**OKP, "alg": alg, "use": "sig", "key_ops": ["verify"], "kid": "#1"})


MESSAGE = b"a message"
KEYS: list[tuple[PublicKey, Callable[[bytes], bytes]]] = [
    (PublicKey(KeyAlgorithm.ED25519, ED25519), ed25519.signing_with(SEED)),
    (PublicKey(KeyAlgorithm.P256, COMPRESSED), es256),
]


@pytest.mark.parametrize(("key", "sign"), KEYS)
def test_verifies(key: PublicKey, sign: Callable[[bytes], bytes]) -> None:
    signature = sign(MESSAGE)
    assert key.verify(MESSAGE, signature)
    assert not key.verify(MESSAGE + b"!", signature)
    wrong_lengths = (b"", signature[:-1], signature + b"\0", bytes(64))
    assert not any(key.verify(MESSAGE, wrong) for wrong in wrong_lengths)
    for index in range(64):
        changed = signature[:index] + bytes([signature[index] ^ 1]) + signature[index + 1 :]
        assert not key.verify(MESSAGE, changed)


def test_a_signature_is_not_taken_for_one_of_another_algorithm() -> None:
    (edwards, sign_edwards), (p256, sign_p256) = KEYS
    assert not p256.verify(MESSAGE, sign_edwards(MESSAGE))
    assert not edwards.verify(MESSAGE, sign_p256(MESSAGE))


@pytest.mark.parametrize("r", [0, 1, ORDER - 1, ORDER, 2**256 - 1])
@pytest.mark.parametrize("s", [0, 1, ORDER - 1, ORDER, 2**256 - 1])
def test_numbers_outside_of_the_group(r: int, s: int) -> None:
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    assert not PublicKey(KeyAlgorithm.P256, COMPRESSED).verify(MESSAGE, signature)


def test_der_is_no_signature() -> None:
    der = PRIVATE.sign(MESSAGE, ec.ECDSA(SHA256()))
    assert not PublicKey(KeyAlgorithm.P256, COMPRESSED).verify(MESSAGE, der)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xed",
        b"\xed\x01" + ED25519[:-1],
        b"\xed\x01" + ED25519 + b"\0",
        b"\xed\x00" + ED25519,
        b"\x80\x24" + UNCOMPRESSED,
        b"\x80\x24" + X,
        b"\x80\x24\x04" + X,
        b"\x80\x24\x05" + X,
        b"\x80\x24\x02" + bytes(31) + b"\x01",  # no point has this x
        b"\x80\x24\x02" + b"\xff" * 32,
        b"\x81\x24" + bytes(49),  # P-384
        b"\xe7\x01" + COMPRESSED,  # secp256k1
        b"\xec\x01" + ED25519,  # X25519
    ],
)
def test_no_multikey(data: bytes) -> None:
    with pytest.raises(KeyTextError):
        PublicKey.from_multikey(data)
    with pytest.raises(KeyTextError):
        PublicKey.from_multikey_text(base58_encode(data))


NO_JWK: list[tuple[Document, dict[str, Json]]] = [
    (OKP, {"d": base64url.to_text(SEED)}),
    (EC, {"d": base64url.to_text(SEED)}),
    (OKP, {"d": None}),
    (OKP, {"alg": "ES256"}),
    (OKP, {"alg": "HS256"}),
    (OKP, {"alg": "none"}),
    (OKP, {"alg": None}),
    (EC, {"alg": "EdDSA"}),
    (EC, {"alg": "ES384"}),
    (OKP, {"use": "enc"}),
    (OKP, {"key_ops": ["sign"]}),
    (OKP, {"key_ops": []}),
    (OKP, {"kty": "oct"}),
    (OKP, {"kty": "EC"}),
    (OKP, {"crv": "X25519"}),
    (OKP, {"crv": "P-256"}),
    (EC, {"kty": "OKP"}),
    (EC, {"crv": "secp256k1"}),
    (EC, {"crv": "P-384"}),
    (EC, {"crv": ["P-256"]}),
    (OKP, {"x": base64url.to_text(ED25519) + "="}),
    (OKP, {"x": base64url.to_text(ED25519) + "\n"}),
    (OKP, {"x": base64url.to_text(ED25519[:-1])}),
    (OKP, {"x": base64url.to_text(ED25519 + b"\0")}),
    (OKP, {"x": base64url.to_text(ED25519)[:-1] + "9"}),  # bits beyond the last byte
    (OKP, {"x": "A" * 100_000}),
    (OKP, {"x": 7}),
    (OKP, {"x": None}),
    (EC, {"x": base64url.to_text(Y), "y": base64url.to_text(X)}),
    (EC, {"y": base64url.to_text(bytes(32))}),
    (EC, {"y": None}),
    (EC, {"x": base64url.to_text(b"\0" + X)}),
]


@pytest.mark.parametrize(("jwk", "wrong"), NO_JWK)
def test_no_jwk(jwk: Document, wrong: Document) -> None:
    with pytest.raises(KeyTextError):
        PublicKey.from_jwk({**jwk, **wrong})


@pytest.mark.parametrize("jwk", [{}, {"kty": "OKP"}, {"keys": [OKP]}])
def test_no_jwk_at_all(jwk: Document) -> None:
    with pytest.raises(KeyTextError):
        PublicKey.from_jwk(jwk)
