"""The network as peers see it: what they ask for is bounded, also when they do not wait for it."""

import asyncio
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress

import pytest

from consensus.messages import FinalBlock
from consensus.wire import EncodedFinal, decode_range
from node.links.bulk import GetRange, encode_request
from node.links.contents import Contents
from node.links.network import Links
from node.links.whereabouts import Whereabouts
from node.transport.memory import MemoryNetwork, MemoryTransport
from node.transport.port import Declined
from registry.rows import Damaged
from registry.tables import MemoryStore
from tests.node.observing.noting import Noting

REQUEST = encode_request(GetRange(1))


class Deaf:
    """A listener of whom nothing is expected."""

    async def received(self, peer_id: str, frames: Sequence[bytes]) -> None:
        raise AssertionError

    def link_changed(self, peer_id: str, up: bool) -> None:
        raise AssertionError

    def failed(self, error: BaseException) -> None:
        raise error


class Told(Deaf):
    """A listener that is told of the node's end."""

    def __init__(self) -> None:
        self.error: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()

    def failed(self, error: BaseException) -> None:
        self.error.set_result(error)


class Slow:
    """Final blocks that are read only once the test lets them; counts how often they were asked for."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.asked = 0
        self._loop = asyncio.get_running_loop()
        self._may_go_on = threading.Event()

    def release(self) -> None:
        """Let every reading go on, later ones too."""
        self._may_go_on.set()

    def __call__(self, from_height: int) -> Iterable[EncodedFinal]:
        self.asked += 1
        self._loop.call_soon_threadsafe(self.begun.set)
        self._may_go_on.wait()
        return ()


class Broken(Slow):
    """Final blocks that turn out to be damaged once they are read."""

    def __call__(self, from_height: int) -> Iterable[EncodedFinal]:
        super().__call__(from_height)
        raise Damaged("a stored row cannot be read")


def nowhere() -> Whereabouts:
    return Whereabouts(bytes(32), "own", overrides={}, wall_ms=lambda: 0)


async def once_served(links: Links, peer: str) -> tuple[FinalBlock, ...]:
    """The first range that the peer is given, however often it is declined before."""
    while True:
        with suppress(Declined):
            return decode_range(await links.on_request(peer, REQUEST))
        await asyncio.sleep(0)


async def test_a_peer_that_gives_requests_up_has_one_range_made_at_a_time() -> None:
    blocks = Slow()
    links = Links("own", Contents(MemoryStore()), blocks, Noting(str).conduct, nowhere())
    links.attach(MemoryTransport(MemoryNetwork(), "own", links), Deaf())
    asking = asyncio.create_task(links.on_request("hostile", REQUEST))
    await blocks.begun.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    for _ in range(9):
        with pytest.raises(Declined):
            await links.on_request("hostile", REQUEST)
    honest = asyncio.create_task(links.on_request("honest", REQUEST))
    blocks.release()
    assert decode_range(await honest) == ()
    assert blocks.asked == 2
    assert await once_served(links, "hostile") == ()


async def test_damage_met_for_a_peer_that_gave_its_request_up_ends_the_node_all_the_same() -> None:
    listener, blocks = Told(), Broken()
    links = Links("own", Contents(MemoryStore()), blocks, Noting(str).conduct, nowhere())
    links.attach(MemoryTransport(MemoryNetwork(), "own", links), listener)
    asking = asyncio.create_task(links.on_request("peer", REQUEST))
    await blocks.begun.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    blocks.release()
    assert isinstance(await listener.error, Damaged)
