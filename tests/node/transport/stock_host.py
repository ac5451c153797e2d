"""libp2p's own host, as other software would dial this node, with whatever security a test gives it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import trio
from libp2p import new_host
from libp2p.crypto.ed25519 import create_new_key_pair
from libp2p.crypto.x25519 import create_new_key_pair as create_noise_key_pair
from libp2p.peer.id import ID
from libp2p.peer.peerinfo import PeerInfo
from libp2p.security.noise.transport import Transport as NoiseTransport
from libp2p.stream_muxer.yamux.yamux import Yamux
from multiaddr import Multiaddr

from node.transport.framing import encode_frame
from node.transport.port import Channel

Security = Callable[[Any], Mapping[str, Any]]
"""Security transports by protocol id, for a key pair."""


def noise(key_pair: Any) -> Mapping[str, Any]:
    """Noise alone, as this node wants it."""
    return {"/noise": NoiseTransport(key_pair, create_noise_key_pair().private_key)}


async def send_frame(
    seed: bytes, security: Security, peer_id: str, address: str, frame: bytes, done: asyncio.Event
) -> str:
    """Dial, open a consensus stream, send a frame: "sent", after `done`, or why the dialler was refused."""
    loop = asyncio.get_running_loop()

    async def dial() -> str:
        key_pair = create_new_key_pair(seed)
        host = new_host(
            key_pair=key_pair, sec_opt=security(key_pair), muxer_opt={"/yamux/1.0.0": Yamux}, listen_addrs=[]
        )
        peer = ID.from_base58(peer_id)
        async with host.run([]):
            try:
                await host.connect(PeerInfo(peer, [Multiaddr(address)]))
                stream = await host.new_stream(peer, [Channel.CONSENSUS.value])
                await stream.write(encode_frame(frame))
                await trio.to_thread.run_sync(asyncio.run_coroutine_threadsafe(done.wait(), loop).result)
            except Exception as error:  # noqa: BLE001 (whatever the host raises is the finding)
                return str(error.__cause__)
            finally:
                with trio.CancelScope(shield=True):
                    await host.close()
        return "sent"

    return await asyncio.to_thread(trio.run, dial)
