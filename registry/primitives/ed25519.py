"""Ed25519 (RFC 8032) as libsodium accepts it, through pynacl and nothing else (decision 0007).

Ed25519 libraries disagree about edge cases (small-order points, non-canonical encodings, cofactors), and
nodes that disagree about a signature disagree about a block. The accepted set is therefore this one
library's, frozen by public test vectors and written out in docs/records.md. Keys of the kind that libraries
disagree about never come onto the ledger: `is_public_key`.

Each key carries its algorithm: on the wire a key is a multikey (multicodec 0xed01 before the 32 bytes), and
COSE names it by `ALGORITHM`. An algorithm we do not know is told apart from a malformed key: a verifier
calls the first *indeterminate*.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from nacl.bindings import (
    crypto_core_ed25519_is_valid_point,
    crypto_sign,
    crypto_sign_BYTES,
    crypto_sign_open,
    crypto_sign_seed_keypair,
)
from nacl.exceptions import BadSignatureError

from registry.primitives.codec import Malformed

ALGORITHM = -19
"""COSE algorithm `Ed25519`, fully specified (RFC 9864)."""

MULTIKEY_PREFIX = b"\xed\x01"
"""Multicodec `ed25519-pub` as an unsigned varint."""

PUBLIC_KEY_SIZE = 32
SIGNATURE_SIZE = crypto_sign_BYTES

Verify: TypeAlias = Callable[[bytes, bytes, bytes], bool]
"""(public key, message, signature) -> whether the signature holds. Passed in, so that a simulator can use a
cheaper one.
"""


Sign: TypeAlias = Callable[[bytes], bytes]
"""(message) -> the 64-byte signature by one private key, wherever that key is: in memory, in a security
module, with somebody else.
"""


class UnknownAlgorithm(ValueError):
    """A well-formed key of an algorithm that this version cannot check."""


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is one that libsodium accepts. Wrong lengths give False."""
    if len(public_key) != PUBLIC_KEY_SIZE or len(signature) != SIGNATURE_SIZE:
        return False
    try:
        crypto_sign_open(signature + message, public_key)
    except BadSignatureError:
        return False
    return True


def sign(seed: bytes, message: bytes) -> bytes:
    """The 64-byte signature by the private key that the 32 bytes of `seed` stand for."""
    _, secret_key = crypto_sign_seed_keypair(seed)
    return bytes(crypto_sign(message, secret_key)[:SIGNATURE_SIZE])


def signing_with(seed: bytes) -> Sign:
    """What signs with the private key that the 32 bytes of `seed` stand for."""
    return partial(sign, seed)


def public_key(seed: bytes) -> bytes:
    """The 32-byte public key of `seed`."""
    public, _ = crypto_sign_seed_keypair(seed)
    return bytes(public)


def is_public_key(key: bytes) -> bool:
    """Whether a private key can have this public key: the canonical encoding of a point of the prime-order
    subgroup that is not its identity.

    Everything that brings a key onto the ledger asks this. It takes about as long as `verify`.
    """
    return len(key) == PUBLIC_KEY_SIZE and bool(crypto_core_ed25519_is_valid_point(key))


def to_multikey(key: bytes) -> bytes:
    """The 34 bytes of the multikey of a 32-byte public key."""
    return MULTIKEY_PREFIX + key


def from_multikey(data: bytes) -> bytes:
    """The public key in a multikey. Raises `UnknownAlgorithm` for another prefix, `Malformed` for a wrong
    length.
    """
    if not data.startswith(MULTIKEY_PREFIX):
        raise UnknownAlgorithm(f"multicodec prefix {data[:2].hex() or 'missing'}")
    key = data[len(MULTIKEY_PREFIX) :]
    if len(key) != PUBLIC_KEY_SIZE:
        raise Malformed(f"an Ed25519 key of {len(key)} bytes")
    return key
