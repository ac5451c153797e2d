"""Public keys of the algorithms by which credentials are signed: Ed25519, and ECDSA on P-256 with SHA-256.

A key is read from a Multikey or a JWK, and each has one spelling only:

- Q1 The algorithm is the key's and never the signature's: whoever verifies asks the key, so that nothing
  that a credential says can have an Ed25519 key used as another one.
- Q2 Lengths are exact. A P-256 point is on the curve and compressed; base64url has no padding and is
  canonical.
- Q3 A JWK is a public key: one with a private part (`d`) is refused, so that nobody goes on using a key that
  has been shown. Its `alg`, `use` and `key_ops`, where it has them, must allow this use.
- Q4 An Ed25519 key is not asked for its point here: what libsodium accepts no signature of fails when a
  signature is verified.

Source: W3C Controlled Identifiers 1.0, §2.2.2 (Multikey); RFC 7517, RFC 7518 §6.2, RFC 8037 §2 (JWK);
SEC 1, §2.3.3 (compressed points).
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.base64url import from_text
from api.credentials.document import Document, Json, as_list
from api.credentials.excerpt import excerpt
from api.credentials.multikey import KeyTextError, base58_decode, base58_encode
from registry.primitives import ed25519
from registry.primitives.codec import Malformed

SIGNATURE_SIZE: Final = 64
"""Bytes of a signature of either algorithm; by P-256 it is r ‖ s, 32 bytes each, big-endian."""
_COORDINATE: Final = 32
_VERIFYING: Final = "verify"


class KeyAlgorithm(Enum):
    """An algorithm: the Multikey's prefix, the key's length in bytes, and how JOSE names it."""

    ED25519 = ed25519.MULTIKEY_PREFIX, 32, "OKP", "Ed25519", ("EdDSA", "Ed25519")
    P256 = b"\x80\x24", 33, "EC", "P-256", ("ES256",)

    def __init__(self, prefix: bytes, length: int, jwk_kind: str, curve: str, jose: tuple[str, ...]) -> None:
        self.prefix = prefix
        self.length = length
        self.jwk_kind = jwk_kind
        self.curve = curve
        self.jose = jose


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key and its algorithm. `raw` are the 32 bytes of an Ed25519 key, the 33 of a compressed P-256 point.
    Make it by `from_multikey`, `from_multikey_text` or `from_jwk`, which check it.
    """

    algorithm: KeyAlgorithm
    raw: bytes

    @classmethod
    def from_multikey(cls, data: bytes) -> "PublicKey":
        """The key in a Multikey's bytes; raises `KeyTextError`."""
        for algorithm in KeyAlgorithm:
            if data.startswith(algorithm.prefix):
                return _checked(algorithm, data[len(algorithm.prefix) :])
        raise KeyTextError(f"a key of an algorithm unknown here: prefix {data[:2].hex() or 'missing'}")

    @classmethod
    def from_multikey_text(cls, text: str) -> "PublicKey":
        """The key in a text such as `z6Mk…` or `zDna…`; raises `KeyTextError`."""
        return cls.from_multikey(base58_decode(text))

    @classmethod
    def from_jwk(cls, jwk: Document) -> "PublicKey":
        """The key in a JWK; raises `KeyTextError`."""
        algorithm = _algorithm_of(jwk)
        _refuse_other_use(jwk, algorithm)
        x = _coordinate(jwk, "x")
        if algorithm is KeyAlgorithm.ED25519:
            return _checked(algorithm, x)
        return _checked(algorithm, _compressed(x, _coordinate(jwk, "y")))

    @property
    def multikey(self) -> bytes:
        """The Multikey's bytes."""
        return self.algorithm.prefix + self.raw

    @property
    def text(self) -> str:
        """The Multikey's text."""
        return base58_encode(self.multikey)

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature`, of 64 bytes, is one of `message` by this key. Other lengths give False."""
        if self.algorithm is KeyAlgorithm.ED25519:
            return ed25519.verify(self.raw, message, signature)
        return len(signature) == SIGNATURE_SIZE and _verify_p256(self.raw, message, signature)


def _checked(algorithm: KeyAlgorithm, raw: bytes) -> PublicKey:
    """Q2."""
    if len(raw) != algorithm.length:
        raise KeyTextError(f"a {algorithm.curve} key of {len(raw)} bytes, not {algorithm.length}")
    if algorithm is KeyAlgorithm.P256:
        if raw[0] not in (2, 3):
            raise KeyTextError("a P-256 point that is not compressed")
        _point(raw)
    return PublicKey(algorithm, raw)


def _algorithm_of(jwk: Document) -> KeyAlgorithm:
    for algorithm in KeyAlgorithm:
        if jwk.get("kty") == algorithm.jwk_kind and jwk.get("crv") == algorithm.curve:
            return algorithm
    told = f"kty {excerpt(jwk.get('kty'))}, crv {excerpt(jwk.get('crv'))}"
    raise KeyTextError(f"a JWK of an algorithm unknown here: {told}")


def _refuse_other_use(jwk: Document, algorithm: KeyAlgorithm) -> None:
    """Q3."""
    if "d" in jwk:
        raise KeyTextError("a JWK with its private part: that key is not secret any more")
    if "alg" in jwk and jwk["alg"] not in algorithm.jose:
        raise KeyTextError(f"a {algorithm.curve} JWK for alg {excerpt(jwk['alg'])}")
    if jwk.get("use", "sig") != "sig":
        raise KeyTextError(f"a JWK for use {excerpt(jwk['use'])}, not sig")
    if "key_ops" in jwk and _VERIFYING not in as_list(jwk["key_ops"]):
        raise KeyTextError("a JWK whose key_ops do not hold verify")


def _coordinate(jwk: Document, name: str) -> bytes:
    found: Json = jwk.get(name)
    if not isinstance(found, str) or len(found) > 2 * _COORDINATE:
        raise KeyTextError(f"a JWK whose {name} is {excerpt(found)}")
    try:
        data = from_text(found)
    except Malformed:
        raise KeyTextError(f"a JWK whose {name} is no base64url without padding: {excerpt(found)}") from None
    if len(data) != _COORDINATE:
        raise KeyTextError(f"a JWK whose {name} has {len(data)} bytes, not {_COORDINATE}")
    return data


def _compressed(x: bytes, y: bytes) -> bytes:
    """The compressed form of a point that is on the curve."""
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + y)
    except ValueError:
        raise KeyTextError("a P-256 point that is not on the curve") from None
    return point.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def _point(compressed: bytes) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), compressed)
    except ValueError:
        raise KeyTextError("a P-256 point that is not on the curve") from None


def _verify_p256(compressed: bytes, message: bytes, signature: bytes) -> bool:
    r, s = (int.from_bytes(half, "big") for half in (signature[:_COORDINATE], signature[_COORDINATE:]))
    try:
        _point(compressed).verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
