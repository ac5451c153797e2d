"""The public key within a verification method: as a Multikey text, as a JWK, or as the bytes of a base58 text.

- V1 A key of an algorithm that is not known here is told apart from one that is malformed: another verifier
  may know the first.
- V2 A private key is never read. What holds one beside the public key has given it away, and counts as
  malformed.
- V3 A JWK that says what it is for (`use`, `key_ops`, `alg`) is for that alone.

Source: W3C Controlled Identifiers 1.0, §2.2.2, §2.2.3; RFC 7517, §4; RFC 8037, §2.
"""

from dataclasses import dataclass
from typing import Final

import base58

from api.credentials.document import Document, Json
from api.credentials.excerpt import excerpt, shortened
from api.credentials.multikey import KeyTextError, base58_decode
from api.credentials.public_key import KeyAlgorithm, PublicKey
from registry.primitives import ed25519

_MAX_MULTIKEY_TEXT: Final = 4096
"""Characters of a Multikey text of any algorithm; one of an RSA key of 16,384 bits has about 2,800."""
_KNOWN_PREFIXES: Final = (ed25519.MULTIKEY_PREFIX, b"\x80\x24")
"""Multicodec `ed25519-pub` and `p256-pub` as unsigned varints."""
_ALPHABET: Final = frozenset(base58.BITCOIN_ALPHABET.decode("ascii"))
_CURVES: Final = {("OKP", "Ed25519"): KeyAlgorithm.ED25519, ("EC", "P-256"): KeyAlgorithm.P256}
_JWS_ALGORITHMS: Final = {
    KeyAlgorithm.ED25519: frozenset({"EdDSA", "Ed25519"}),
    KeyAlgorithm.P256: frozenset({"ES256"}),
}
_PRIVATE_JWK_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"})
"""Members that only private and secret keys have (RFC 7518, §6; RFC 8037, §2)."""


class MalformedKeyError(ValueError):
    """No public key, whatever its algorithm; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class KeyMaterial:
    """A public key as Multikey bytes, None where its algorithm is not known here, and the algorithm's name
    for people.
    """

    multikey: bytes | None
    algorithm: str


def from_multikey_text(text: Json) -> KeyMaterial:
    """The key of a `publicKeyMultibase`; raises `MalformedKeyError`."""
    if not isinstance(text, str) or not _is_base58(text):
        raise MalformedKeyError(f"no multibase base58btc text: {excerpt(text)}")
    try:
        encoded = base58_decode(text)
    except KeyTextError:
        return KeyMaterial(None, "unknown")  # too long for any algorithm that is known here
    return _from_multikey(encoded)


def from_ed25519_base58(text: Json) -> KeyMaterial:
    """The Ed25519 key whose 32 bytes a `publicKeyBase58` holds, without multibase and prefix; raises
    `MalformedKeyError`.
    """
    if not isinstance(text, str):
        raise MalformedKeyError(f"no base58 text: {excerpt(text)}")
    try:
        return _from_multikey(ed25519.to_multikey(base58_decode(f"z{text}")))
    except KeyTextError as error:
        raise MalformedKeyError(str(error)) from None


def from_jwk(jwk: Json) -> KeyMaterial:
    """The key of a JWK (V2, V3); raises `MalformedKeyError`."""
    if not isinstance(jwk, dict):
        raise MalformedKeyError(f"no JWK: {excerpt(jwk)}")
    private = sorted(_PRIVATE_JWK_MEMBERS & jwk.keys())
    if private:
        raise MalformedKeyError(f"a JWK with the private member {private[0]}")
    algorithm = _algorithm_of(jwk)
    if algorithm is None:
        return KeyMaterial(None, _jwk_name(jwk))
    _refuse_other_use(jwk, algorithm)
    try:
        return _known(PublicKey.from_jwk(jwk))
    except KeyTextError as error:
        raise MalformedKeyError(str(error)) from None


def _from_multikey(encoded: bytes) -> KeyMaterial:
    if not encoded.startswith(_KNOWN_PREFIXES):
        return KeyMaterial(None, f"multicodec {encoded[:2].hex()}")
    try:
        return _known(PublicKey.from_multikey(encoded))
    except KeyTextError as error:
        raise MalformedKeyError(str(error)) from None


def _known(key: PublicKey) -> KeyMaterial:
    return KeyMaterial(key.multikey, key.algorithm.value)


def _algorithm_of(jwk: Document) -> KeyAlgorithm | None:
    kind, curve = jwk.get("kty"), jwk.get("crv")
    return _CURVES.get((kind, curve)) if isinstance(kind, str) and isinstance(curve, str) else None


def _jwk_name(jwk: Document) -> str:
    """The algorithm of a JWK as it names it; raises `MalformedKeyError` where it names none."""
    names = [jwk[name] for name in ("kty", "crv") if name in jwk]
    if "kty" not in jwk or not all(isinstance(name, str) and name for name in names):
        raise MalformedKeyError("a JWK whose kty or crv is no text")
    return " ".join(shortened(str(name), 20) for name in names)


def _refuse_other_use(jwk: Document, algorithm: KeyAlgorithm) -> None:
    """V3."""
    if jwk.get("use", "sig") != "sig":
        raise MalformedKeyError(f"a JWK whose use is {excerpt(jwk['use'])}, not for signatures")
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise MalformedKeyError("a JWK whose key_ops lack verify")
    if "alg" in jwk and jwk["alg"] not in _JWS_ALGORITHMS[algorithm]:
        raise MalformedKeyError(f"a JWK of {algorithm.value} for alg {excerpt(jwk['alg'])}")


def _is_base58(text: str) -> bool:
    return 1 < len(text) <= _MAX_MULTIKEY_TEXT and text[0] == "z" and _ALPHABET.issuperset(text[1:])
