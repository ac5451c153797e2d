"""The libp2p peer id of an Ed25519 key, by its specification: base58 over an identity multihash of the key as
a protocol buffer.

Written without the library: whoever founds or examines a node needs nothing else of it, and the library takes
longer to load than all of ours.
"""

from typing import Final

from api.credentials.multikey import KeyTextError, base58_decode, base58_encode

_BEFORE_KEY: Final = bytes.fromhex("002408011220")
"""The multihash (`identity`, of 36 bytes), then the protocol buffer: key type Ed25519, data of 32 bytes."""
_KEY_BYTES: Final = 32


def peer_id_of(public_key: bytes) -> str:
    """The peer id (base58) of a 32-byte Ed25519 public key. Raises ValueError for one of another length."""
    if len(public_key) != _KEY_BYTES:
        raise ValueError(f"an Ed25519 public key has {_KEY_BYTES} bytes, not {len(public_key)}")
    return base58_encode(_BEFORE_KEY + public_key)[1:]


def public_key_of(peer_id: str) -> bytes | None:
    """The 32-byte Ed25519 public key that a peer id (base58) holds; None where it holds none."""
    try:
        held = base58_decode("z" + peer_id)
    except KeyTextError:
        return None
    is_key = held.startswith(_BEFORE_KEY) and len(held) == len(_BEFORE_KEY) + _KEY_BYTES
    return held[len(_BEFORE_KEY) :] if is_key else None
