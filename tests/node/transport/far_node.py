"""A node in a process of its own, for tests that stop or kill it: echoes frames and requests."""

import asyncio
from multiprocessing.connection import Connection
from random import Random

from node.transport.libp2p import Libp2pTransport
from node.transport.port import Sink
from tests.node.transport.peers import TIMINGS


class EchoSink(Sink):
    """Sends every frame back."""

    transport: Libp2pTransport

    async def on_frames(self, peer: str, frames: list[bytes]) -> None:
        for frame in frames:
            self.transport.send(peer, frame)

    def on_link(self, peer: str, up: bool) -> None:
        return

    def on_rival(self, peer: str) -> None:
        return

    def on_violation(self, peer: str) -> None:
        return

    async def on_request(self, peer: str, body: bytes) -> bytes:
        return body

    def on_failed(self, error: BaseException) -> None:
        raise SystemExit(str(error))


async def _serve(seed: bytes, listen: str, peer: str, started: Connection) -> None:
    sink = EchoSink()
    sink.transport = Libp2pTransport(seed, (listen,), sink, timings=TIMINGS, random=Random(0))
    sink.transport.set_peers({peer: ()})
    await sink.transport.start()
    started.send(sink.transport.addresses[0])
    await asyncio.Event().wait()


def serve(seed: bytes, listen: str, peer: str, started: Connection) -> None:
    """Listen for `peer`, tell the address, and stay until the process is ended."""
    asyncio.run(_serve(seed, listen, peer, started))
