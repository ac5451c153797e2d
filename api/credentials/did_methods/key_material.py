"""The public key within a verification method: a Multikey text, a JWK, or a base58 text of its bytes.

A key of an algorithm that is not known here is told apart from one that is malformed: another verifier may
know the first. What makes a key of a known one malformed stands in `api.credentials.public_key`.

Source: W3C Controlled Identifiers 1.0, §2.2.2, §2.2.3; RFC 7517, §4.
"""

from dataclasses import dataclass
from typing import Final

import base58

from api.credentials.document import Document, Json
from api.credentials.excerpt import excerpt, shortened
from api.credentials.multikey import KeyTextError, base58_decode
from api.credentials.public_key import KeyAlgorithm, PublicKey

_MAX_MULTIKEY_TEXT: Final = 4_096
"""Characters of a Multikey text of any algorithm; one of an RSA key of 16,384 bits has about 2,800."""
_ALPHABET: Final = frozenset(base58.BITCOIN_ALPHABET.decode("ascii"))
_PREFIXES: Final = tuple(algorithm.prefix for algorithm in KeyAlgorithm)
_JWK_KINDS: Final = frozenset((algorithm.jwk_kind, algorithm.curve) for algorithm in KeyAlgorithm)


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
        return _from_multikey(KeyAlgorithm.ED25519.prefix + base58_decode(f"z{text}"))
    except KeyTextError as error:
        raise MalformedKeyError(str(error)) from None


def from_jwk(jwk: Json) -> KeyMaterial:
    """The key of a JWK; raises `MalformedKeyError`."""
    if not isinstance(jwk, dict):
        raise MalformedKeyError(f"no JWK: {excerpt(jwk)}")
    if not _is_known(jwk):
        return KeyMaterial(None, _name_of_jwk(jwk))
    try:
        return _known(PublicKey.from_jwk(jwk))
    except KeyTextError as error:
        raise MalformedKeyError(str(error)) from None


def _from_multikey(encoded: bytes) -> KeyMaterial:
    if not encoded.startswith(_PREFIXES):
        return KeyMaterial(None, f"multicodec {encoded[:2].hex()}")
    try:
        return _known(PublicKey.from_multikey(encoded))
    except KeyTextError as error:
        raise MalformedKeyError(str(error)) from None


def _known(key: PublicKey) -> KeyMaterial:
    return KeyMaterial(key.multikey, key.algorithm.curve)


def _is_known(jwk: Document) -> bool:
    kind, curve = jwk.get("kty"), jwk.get("crv")
    return isinstance(kind, str) and isinstance(curve, str) and (kind, curve) in _JWK_KINDS


def _name_of_jwk(jwk: Document) -> str:
    """The algorithm of a JWK as it names it; raises `MalformedKeyError` where it names none."""
    kind, curve = jwk.get("kty"), jwk.get("crv", "")
    if not isinstance(kind, str) or not isinstance(curve, str):
        raise MalformedKeyError(f"a JWK with kty {excerpt(kind)} and crv {excerpt(curve)}")
    return shortened(f"{kind} {curve}".rstrip(), 40)


def _is_base58(text: str) -> bool:
    return 1 < len(text) <= _MAX_MULTIKEY_TEXT and text[0] == "z" and _ALPHABET.issuperset(text[1:])
