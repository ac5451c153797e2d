"""The hostile member's transport: the real one, bent where it meets the node underneath."""

import os
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from node.links.network import Links
from node.transport.bridge import Outbox
from node.transport.libp2p import Libp2pTransport
from node.transport.switch import Switch
from tests.redteam.floods import Flood, Flooded


class BentTransport(Libp2pTransport):
    """The real transport: what the node sends goes to `post`; floods are written beside it."""

    def __init__(self, seed: bytes, listen: tuple[str, ...], sink: "BentSink", tally: Counter[str]) -> None:
        random = Random(int.from_bytes(os.urandom(16), "big"))
        super().__init__(seed, listen, sink, random=random)
        self.post: Callable[[str, bytes], None] | None = None
        self.floods: list[Flood] = []
        self._tally = tally

    def send(self, peer: str, frame: bytes) -> bool:
        """The node underneath sends."""
        if self.post is None:
            return self.pass_on(peer, frame)
        self.post(peer, frame)
        return True

    def pass_on(self, peer: str, frame: bytes) -> bool:
        """Send the frame; False where there is no link or no room."""
        return super().send(peer, frame)

    def link_up(self, peer: str, outbox: Outbox) -> None:
        outbox.batch = Flooded(peer, outbox, self.floods, self._tally).batch  # type: ignore[method-assign]
        self._tally["links"] += 1
        super().link_up(peer, outbox)

    def on_trio_thread(self, call: Callable[[Switch], None]) -> None:
        """Run a call with the switch, on its thread."""
        if self._side is not None:
            self._side.call(call)


class BentSink:
    """The node's sink, before which the member hears everything and answers as it likes."""

    def __init__(self, links: Links, hear: Callable[[bytes], None], linked: Callable[[int], None]) -> None:
        self.links = links
        self._hear = hear
        self._linked = linked
        self.answer: Callable[[str, bytes], Any] | None = None

    async def on_frames(self, peer: str, frames: list[bytes]) -> None:
        """See `node.transport.port.Sink`."""
        for one in frames:
            self._hear(one)
        await self.links.on_frames(peer, frames)

    def on_link(self, peer: str, up: bool) -> None:
        """See `node.transport.port.Sink`."""
        self.links.on_link(peer, up)
        self._linked(len(self.links.linked))

    def on_rival(self, peer: str) -> None:
        """See `node.transport.port.Sink`."""
        self.links.on_rival(peer)

    def on_violation(self, peer: str) -> None:
        """See `node.transport.port.Sink`."""
        self.links.on_violation(peer)

    async def on_request(self, peer: str, body: bytes) -> bytes:
        """See `node.transport.port.Sink`."""
        answer: bytes = await (self.answer or self.links.on_request)(peer, body)
        return answer

    def on_failed(self, error: BaseException) -> None:
        """See `node.transport.port.Sink`."""
        self.links.on_failed(error)
