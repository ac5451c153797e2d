"""A node in a process of its own, for tests that stop or kill it: echoes frames and requests."""

import asyncio
import sys
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

    async def on_request(self, peer: str, body: bytes) -> bytes:
        return body

    def on_failed(self, error: BaseException) -> None:
        raise SystemExit(str(error))


async def serve(seed: bytes, listen: str, peer: str) -> None:
    """Listen for `peer`, print the address, and stay until the process is ended."""
    sink = EchoSink()
    sink.transport = Libp2pTransport(seed, (listen,), sink, timings=TIMINGS, random=Random(0))
    sink.transport.set_peers({peer: ()})
    await sink.transport.start()
    print(sink.transport.addresses[0], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(bytes.fromhex(sys.argv[1]), sys.argv[2], sys.argv[3]))
