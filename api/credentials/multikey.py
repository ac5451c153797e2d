"""Ed25519 keys as text: Multikey (`z6Mk…`).

A Multikey is multibase base58btc (`z`) over the algorithm's varint prefix and the key. Source: W3C Controlled
Identifiers 1.0 §2.2.2.
"""

import base58

from api.credentials.excerpt import excerpt
from registry.primitives import ed25519

_ALPHABET = frozenset(base58.BITCOIN_ALPHABET.decode("ascii"))  # the library would pass over white space
MAX_TEXT = 128  # an Ed25519 Multikey has 48 characters; the bound keeps base58, which is quadratic, cheap


class KeyTextError(ValueError):
    """What should be a public key is none: it is malformed, or of an algorithm unknown here."""


def base58_encode(data: bytes) -> str:
    """Multibase base58btc: `z` and the base58 text."""
    return "z" + bytes(base58.b58encode(data)).decode("ascii")


def base58_decode(text: str, *, limit: int = MAX_TEXT) -> bytes:
    """The bytes of a multibase base58btc text of at most `limit` characters; raises `KeyTextError`."""
    if not text.startswith("z") or len(text) > limit or not _ALPHABET.issuperset(text):
        raise KeyTextError(f"no multibase base58btc text of at most {limit} characters: {excerpt(text)}")
    try:
        return bytes(base58.b58decode(text[1:]))
    except ValueError as error:
        raise KeyTextError(f"no base58 text: {error}") from None


def key_text(public_key: bytes) -> str:
    """The Multikey text of a 32-byte Ed25519 public key."""
    return base58_encode(ed25519.to_multikey(public_key))


def key_of_text(text: str) -> bytes:
    """The 32-byte Ed25519 public key of a Multikey text; raises `KeyTextError`."""
    data = base58_decode(text)
    try:
        return ed25519.from_multikey(data)
    except ValueError as error:
        raise KeyTextError(str(error)) from None
