"""Who may connect: the keys of the peer set, proved by the Noise handshake, in both directions.

The check stands in the security transport itself, so that a stranger is turned away before a multiplexer
exists: it never has a connection and no frame of it is read. A listed peer that broke the protocol is kept
out for a while.
"""

from collections.abc import Callable
from typing import Any

from libp2p.crypto.x25519 import create_new_key_pair as create_noise_key_pair
from libp2p.peer.id import ID
from libp2p.security.noise.transport import PROTOCOL_ID
from libp2p.security.noise.transport import Transport as NoiseTransport

from node.transport.boundary import PeerFailure
from node.transport.identity import PeerIdentity

NOISE = str(PROTOCOL_ID)


class Gate:
    """The set of peers that are let in, and until when some of them are not."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._listed: frozenset[str] = frozenset()
        self._out_until_s: dict[str, float] = {}

    def list(self, peers: frozenset[str]) -> None:
        """Replace the set."""
        self._listed = peers
        self._out_until_s = {peer: until for peer, until in self._out_until_s.items() if peer in peers}

    def keep_out(self, peer: str, seconds: float) -> None:
        """Turn a listed peer away for a while."""
        self._out_until_s[peer] = self._clock() + seconds

    def wait_s(self, peer: str) -> float:
        """How long a peer is still kept out, in seconds."""
        return max(0.0, self._out_until_s.get(peer, 0.0) - self._clock())

    def admits(self, peer: str) -> bool:
        """Whether the owner of this peer id may have a connection now."""
        return peer in self._listed and self.wait_s(peer) == 0.0


class GatedNoise(NoiseTransport):  # type: ignore[misc]  # libp2p is untyped here
    """Noise that ends the connection of every key that the gate does not admit."""

    def __init__(self, identity: PeerIdentity, gate: Gate) -> None:
        super().__init__(identity.key_pair, create_noise_key_pair().private_key)
        self._gate = gate

    async def secure_inbound(self, conn: Any) -> Any:
        return self._check(await super().secure_inbound(conn))

    async def secure_outbound(self, conn: Any, peer_id: ID) -> Any:
        return self._check(await super().secure_outbound(conn, peer_id))

    def _check(self, session: Any) -> Any:
        peer = session.get_remote_peer().to_base58()
        if not self._gate.admits(peer):
            raise PeerFailure(f"{peer} is not admitted")
        return session
