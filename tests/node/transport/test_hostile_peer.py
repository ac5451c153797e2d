"""A listed peer that means harm: what it does ends at its own connection, and it pays for it itself."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from random import Random

import pytest

from node.transport.boundary import PeerFailure
from node.transport.framing import HEARTBEAT, encode_frame
from node.transport.identity import PeerIdentity
from node.transport.libp2p import Libp2pTransport
from node.transport.port import Channel
from node.transport.settings import TransportLimits
from tests.node.transport.hostile_peer import (
    ACK,
    DATA,
    FIN,
    GO_AWAY,
    RST,
    SYN,
    WINDOW_UPDATE,
    HostilePeer,
    attack,
    data,
    open_stream,
    yamux,
)
from tests.node.transport.peers import TIMINGS, in_dialling_order
from tests.node.transport.recording import RecordingSink

HOSTILE, HONEST, NODE = in_dialling_order(*(bytes([index]) * 32 for index in (1, 2, 3)))
HOSTILE_ID, HONEST_ID = PeerIdentity.from_seed(HOSTILE).peer_id, PeerIdentity.from_seed(HONEST).peer_id
LIMITS = TransportLimits(
    frame_bytes=100_000,
    inbox_bytes=200_000,
    request_bytes=1000,
    answer_bytes=1_000_000,
    session_buffer_bytes=300_000,
    streams_per_peer=8,
    requests_per_peer=2,
    links_burst=100,
)
CONSENSUS, BULK = Channel.CONSENSUS.value, Channel.BULK.value


class Scene:
    """A node, linked to an honest peer, with a hostile one in its set."""

    def __init__(self, handshake_s: float) -> None:
        self.sink, self.at_honest = RecordingSink(), RecordingSink()
        timings = replace(TIMINGS, handshake_s=handshake_s, penalty_s=3600.0)
        self.node = Libp2pTransport(
            NODE, ("/ip4/127.0.0.1/tcp/0",), self.sink, timings=timings, limits=LIMITS, random=Random(0)
        )
        self.honest = Libp2pTransport(HONEST, (), self.at_honest, timings=TIMINGS, random=Random(0))

    async def attack(self, conduct: Callable[[HostilePeer], Awaitable[None]]) -> None:
        """Let the hostile peer do its worst; returns when it is done, or the node has cut it off."""
        await attack(HOSTILE, self.node.peer_id, self.node.addresses[0], conduct)

    async def assert_honest_peer_is_served(self) -> None:
        """Both directions and both channels still work."""
        assert self.honest.send(self.node.peer_id, b"vote") is True
        await self.sink.until_received(b"vote")
        assert self.node.send(HONEST_ID, b"answer") is True
        await self.at_honest.until_received(b"answer")
        assert await self.honest.request(self.node.peer_id, b"question", timeout_s=10) == b"question"
        assert [change for change in self.sink.links if change[0] == HONEST_ID] == [(HONEST_ID, True)]
        assert self.sink.failures == []


@pytest.fixture
async def scene(request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    scene = Scene(getattr(request, "param", TIMINGS.handshake_s))
    await scene.node.start()
    await scene.honest.start()
    scene.node.set_peers({HOSTILE_ID: (), HONEST_ID: ()})
    scene.honest.set_peers({scene.node.peer_id: scene.node.addresses})
    await scene.sink.until_linked(HONEST_ID)
    await scene.at_honest.until_linked(scene.node.peer_id)
    yield scene
    await scene.honest.stop()
    await scene.node.stop()


IMPATIENT = pytest.mark.parametrize("scene", [0.5], indirect=True)
"""For what happens when a negotiation takes too long."""

NOT_TEXT = data(1, b"\x05\xff\xfe\xff\xfe\n", SYN)
HUGE_LINE = data(1, b"\xff\xff\xff\xff\xff\xff\xff\xff\x7f", SYN)
UNKNOWN_PROTOCOL = open_stream(1, "/nothing/1")
RESET_AT_ONCE = open_stream(1, CONSENSUS) + yamux(WINDOW_UPDATE, RST, 1, 0)
BORN_RESET = yamux(WINDOW_UPDATE, SYN | RST, 1, 0)
TWICE_OPENED = open_stream(1, BULK) * 2
UNKNOWN_STREAM = data(99, b"nobody is there") + yamux(WINDOW_UPDATE, FIN | ACK, 77, 5)
UNKNOWN_KIND = yamux(9, 0, 0, 0)
HUGE_REQUEST = open_stream(1, BULK) + data(1, (1001).to_bytes(4, "big"))
BROKEN_OFF_REQUEST = open_stream(1, BULK) + data(1, (10).to_bytes(4, "big") + b"half", FIN)
HUGE_CREDIT = open_stream(1, BULK) + yamux(WINDOW_UPDATE, 0, 1, 0xFFFFFFFF) * 3


@pytest.mark.parametrize(
    "frames",
    [
        pytest.param(NOT_TEXT, id="a protocol line that is not text"),
        pytest.param(HUGE_LINE, id="a protocol line of 2^63 bytes"),
        pytest.param(UNKNOWN_PROTOCOL, id="a protocol nobody speaks"),
        pytest.param(RESET_AT_ONCE, id="a stream reset while it negotiates"),
        pytest.param(BORN_RESET, id="a stream born reset"),
        pytest.param(TWICE_OPENED, id="a stream opened twice"),
        pytest.param(UNKNOWN_STREAM, id="frames for streams that are not there"),
        pytest.param(UNKNOWN_KIND, id="a frame of no known kind"),
        pytest.param(HUGE_REQUEST, id="a request above the limit"),
        pytest.param(BROKEN_OFF_REQUEST, id="a request broken off"),
        pytest.param(HUGE_CREDIT, id="credit beyond all bounds"),
    ],
)
async def test_nothing_escapes_a_stream_handler(scene: Scene, frames: bytes) -> None:
    async def conduct(peer: HostilePeer) -> None:
        await peer.write(open_stream(3, CONSENSUS) + frames + data(3, encode_frame(b"after")))
        await peer.wait_for(scene.sink.until_received(b"after"))
        await peer.write(yamux(GO_AWAY, 0, 0, 0))
        await peer.read_to_the_end()

    await scene.attack(conduct)
    await scene.sink.until_linked(HOSTILE_ID, up=False)
    assert scene.sink.frames == [(HOSTILE_ID, b"after")]
    await scene.assert_honest_peer_is_served()


def too_many_streams() -> bytes:
    return b"".join(yamux(WINDOW_UPDATE, SYN, 3 + 2 * index, 0) for index in range(LIMITS.streams_per_peer))


OVERSIZE_FRAME = data(1, (LIMITS.frame_bytes + 1).to_bytes(4, "big"))
BEYOND_THE_WINDOW = yamux(DATA, 0, 1, 2_000_000)
SECOND_LINK = open_stream(3, CONSENSUS)
HEARTBEATS = data(1, HEARTBEAT * 2_000)


@pytest.mark.parametrize(
    "frames",
    [
        pytest.param(OVERSIZE_FRAME, id="an oversize frame is announced"),
        pytest.param(BEYOND_THE_WINDOW, id="data beyond the window is announced"),
        pytest.param(SECOND_LINK, id="a second consensus stream"),
        pytest.param(too_many_streams(), id="too many streams at once"),
        pytest.param(HEARTBEATS, id="heartbeats without end"),
    ],
)
async def test_a_violation_ends_the_link_keeps_the_peer_out_and_is_told(scene: Scene, frames: bytes) -> None:
    async def conduct(peer: HostilePeer) -> None:
        await peer.write(open_stream(1, CONSENSUS) + data(1, encode_frame(b"before")))
        await peer.wait_for(scene.sink.until_received(b"before"))
        await peer.write(frames)
        await peer.read_to_the_end()

    await scene.attack(conduct)
    await scene.sink.until_linked(HOSTILE_ID, up=False)
    await scene.sink.until(lambda sink: sink.violators == [HOSTILE_ID])
    assert scene.sink.events == [
        (HONEST_ID, True),
        (HOSTILE_ID, True),
        (HOSTILE_ID, b"before"),
        (HOSTILE_ID, False),
    ]

    async def come_back(peer: HostilePeer) -> None:
        await peer.write(open_stream(1, CONSENSUS))
        await peer.read_to_the_end()

    with pytest.raises(PeerFailure, match=r"proposing /yamux/1\.0\.0 failed"):
        await scene.attack(come_back)
    assert [change for change in scene.sink.links if change[0] == HOSTILE_ID] == [
        (HOSTILE_ID, True),
        (HOSTILE_ID, False),
    ]
    await scene.assert_honest_peer_is_served()


@IMPATIENT
async def test_a_connection_that_opens_no_link_is_closed(scene: Scene) -> None:
    await scene.attack(HostilePeer.read_to_the_end)
    assert scene.sink.events == [(HONEST_ID, True)]
    await scene.assert_honest_peer_is_served()


@IMPATIENT
async def test_streams_that_never_say_what_they_want_are_reset_and_make_room(scene: Scene) -> None:
    half_open = [3 + 2 * index for index in range(LIMITS.streams_per_peer - 2)]

    async def conduct(peer: HostilePeer) -> None:
        await peer.write(
            open_stream(1, CONSENSUS) + b"".join(yamux(WINDOW_UPDATE, SYN, n, 0) for n in half_open)
        )
        resets: set[int] = set()
        while resets != set(half_open):
            kind, flags, stream = await peer.read_header()
            if kind == WINDOW_UPDATE and flags & RST:
                resets.add(stream)
        await peer.write(data(1, encode_frame(b"after")))
        await peer.wait_for(scene.sink.until_received(b"after"))

    await scene.attack(conduct)
    await scene.assert_honest_peer_is_served()
