"""A node's name on the network: the libp2p peer id of an Ed25519 key."""

from dataclasses import dataclass
from typing import Any

from libp2p.crypto.ed25519 import Ed25519PublicKey, create_new_key_pair
from libp2p.peer.id import ID

from node.transport.boundary import PeerBytes, PeerFailure


@dataclass(frozen=True, slots=True)
class PeerIdentity:
    """The peer key of this node and the peer id that follows from it."""

    key_pair: Any  # libp2p.crypto.keys.KeyPair
    peer_id: str

    @classmethod
    def from_seed(cls, seed: bytes) -> "PeerIdentity":
        """The identity of a 32-byte Ed25519 seed; the same seed always gives the same peer id."""
        if len(seed) != 32:
            raise ValueError(f"an Ed25519 seed has 32 bytes, not {len(seed)}")
        key_pair = create_new_key_pair(seed)
        return cls(key_pair, ID.from_pubkey(key_pair.public_key).to_base58())


def peer_id_of(public_key: bytes) -> str:
    """The peer id (base58) of a 32-byte Ed25519 public key, by the libp2p peer-id specification."""
    return str(ID.from_pubkey(Ed25519PublicKey.from_bytes(public_key)).to_base58())


def public_key_of(peer_id: str) -> bytes | None:
    """The 32-byte Ed25519 public key that a peer id (base58) holds; None where it holds none."""
    try:
        with PeerBytes("reading a peer id"):
            key = ID.from_base58(peer_id).extract_public_key()
    except PeerFailure:
        return None
    public_key: bytes = key.to_bytes() if isinstance(key, Ed25519PublicKey) else b""
    return public_key if len(public_key) == 32 and peer_id_of(public_key) == peer_id else None
