"""A node's name on the network: the libp2p peer id of an Ed25519 key."""

from dataclasses import dataclass
from typing import Any

from libp2p.crypto.ed25519 import create_new_key_pair
from libp2p.peer.id import ID


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
