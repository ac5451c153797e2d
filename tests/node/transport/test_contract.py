"""The rules of the transport port (`node/transport/port.py`) on every implementation, by number."""

import asyncio
from collections.abc import AsyncIterator, Callable
from random import Random

import pytest

from node.transport.libp2p import Libp2pTransport
from node.transport.memory import MemoryNetwork, MemoryTransport
from node.transport.port import Declined, RequestFailed, RequestFailure, Transport
from node.transport.settings import TransportLimits
from tests.node.transport.peers import TIMINGS, in_dialling_order
from tests.node.transport.recording import RecordingSink

LIMITS = TransportLimits(
    frame_bytes=4096,
    outbox_bytes=16_384,
    inbox_bytes=8192,
    request_bytes=300_000,
    answer_bytes=300_000,
    chunk_bytes=16_384,
    requests_per_peer=2,
)


Make = Callable[[int, RecordingSink], tuple[str, Transport]]


class Pair:
    """Two transports and their recording sinks; `left` is the one whose peer id sorts lower."""

    def __init__(self, make: Make) -> None:
        self.make = make
        self.at_a, self.at_b = RecordingSink(), RecordingSink()
        self.a, self.left = make(0, self.at_a)
        self.b, self.right = make(1, self.at_b)

    def introduce(self) -> None:
        """Let each side list the other."""
        self.left.set_peers({self.b: addresses(self.right)})
        self.right.set_peers({self.a: addresses(self.left)})

    async def start(self) -> None:
        """Start both and wait for the link."""
        await self.left.start()
        await self.right.start()
        self.introduce()
        await self.linked()

    async def linked(self) -> None:
        """Wait until both sides say up."""
        await self.at_a.until_linked(self.b)
        await self.at_b.until_linked(self.a)


def addresses(transport: Transport) -> tuple[str, ...]:
    return transport.addresses if isinstance(transport, Libp2pTransport) else ()


def memory_pair() -> Pair:
    network = MemoryNetwork()

    def make(index: int, sink: RecordingSink) -> tuple[str, Transport]:
        return f"peer-{index}", MemoryTransport(
            network, f"peer-{index}", sink, timings=TIMINGS, limits=LIMITS
        )

    return Pair(make)


def libp2p_pair() -> Pair:
    seeds = in_dialling_order(bytes([1]) * 32, bytes([2]) * 32)
    listening: dict[int, Libp2pTransport] = {}

    def make(index: int, sink: RecordingSink) -> tuple[str, Transport]:
        former = listening.get(index)
        listen = former.addresses if former else ("/ip4/127.0.0.1/tcp/0",)
        made = Libp2pTransport(
            seeds[index], listen, sink, timings=TIMINGS, limits=LIMITS, random=Random(index)
        )
        listening[index] = made
        return made.peer_id, made

    return Pair(make)


@pytest.fixture(params=[memory_pair, libp2p_pair])
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    pair: Pair = request.param()
    yield pair
    await pair.left.stop()
    await pair.right.stop()


def never_answered(pair: Pair) -> tuple[asyncio.Event, asyncio.Event]:
    """Nobody answers at b: the events say when a request is asked there, and when it is given up."""
    asked, ended = asyncio.Event(), asyncio.Event()

    async def answer(peer: str, body: bytes) -> bytes:
        asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        raise AssertionError

    pair.at_b.answer = answer
    return asked, ended


async def test_rule_1_no_link_while_only_one_side_lists_the_other(pair: Pair) -> None:
    await pair.left.start()
    await pair.right.start()
    pair.left.set_peers({pair.b: addresses(pair.right)})
    assert pair.left.send(pair.b, b"frame") is False
    pair.introduce()
    await pair.linked()
    assert (pair.at_a.links, pair.at_b.links) == ([(pair.b, True)], [(pair.a, True)])


@pytest.mark.parametrize("knows", ["left", "right"])
async def test_rule_1_it_is_enough_if_one_side_knows_where_the_other_listens(pair: Pair, knows: str) -> None:
    await pair.left.start()
    await pair.right.start()
    pair.left.set_peers({pair.b: addresses(pair.right) if knows == "left" else ()})
    pair.right.set_peers({pair.a: addresses(pair.left) if knows == "right" else ()})
    await pair.linked()
    assert pair.right.send(pair.a, b"frame") is True
    await pair.at_a.until_received(b"frame")
    assert (pair.at_a.links, pair.at_b.links) == ([(pair.b, True)], [(pair.a, True)])


async def test_rule_1_leaving_the_set_takes_the_link_down_on_both_sides(pair: Pair) -> None:
    await pair.start()
    pair.right.set_peers({})
    await pair.at_a.until_linked(pair.b, up=False)
    await pair.at_b.until_linked(pair.a, up=False)
    assert pair.right.send(pair.a, b"frame") is False


async def test_rule_2_frames_arrive_whole_and_in_order(pair: Pair) -> None:
    await pair.start()
    sent = [index.to_bytes(2, "big") * (1 + index % 900) for index in range(1, 60)]
    for frame in sent:
        while not pair.left.send(pair.b, frame):
            await pair.at_b.until(lambda sink: len(sink.frames) > 0)
            await asyncio.sleep(0)
    await pair.at_b.until_received(sent[-1])
    assert pair.at_b.frames == [(pair.a, frame) for frame in sent]


async def test_rule_2_nothing_queued_before_a_reconnect_arrives_after_it(pair: Pair) -> None:
    await pair.start()
    pair.at_b.room.clear()
    while pair.left.send(pair.b, b"before" * 100):
        pass
    pair.left.set_peers({})
    await pair.at_a.until_linked(pair.b, up=False)
    pair.at_b.room.set()
    await pair.at_b.until_linked(pair.a, up=False)
    pair.introduce()
    await pair.linked()
    assert pair.left.send(pair.b, b"after") is True
    await pair.at_b.until_received(b"after")
    up_again = len(pair.at_b.events) - 1 - pair.at_b.events[::-1].index((pair.a, True))
    assert pair.at_b.events[up_again:] == [(pair.a, True), (pair.a, b"after")]


async def test_rules_3_and_4_a_sink_that_waits_brings_the_sender_to_a_stop_and_then_gets_all(
    pair: Pair,
) -> None:
    await pair.start()
    pair.at_b.room.clear()
    accepted = 0
    while pair.left.send(pair.b, accepted.to_bytes(4, "big") * 200):
        accepted += 1
    assert pair.at_b.frames == []
    pair.at_b.room.set()
    await pair.at_b.until(lambda sink: len(sink.frames) == accepted)
    assert pair.at_b.frames == [(pair.a, index.to_bytes(4, "big") * 200) for index in range(accepted)]


@pytest.mark.parametrize("size", [0, LIMITS.frame_bytes + 1])
async def test_rule_4_a_frame_outside_the_limits_is_the_callers_defect(pair: Pair, size: int) -> None:
    await pair.start()
    with pytest.raises(ValueError, match="a frame holds 1 to 4096 bytes"):
        pair.left.send(pair.b, bytes(size))


async def test_rule_5_a_request_has_one_answer(pair: Pair) -> None:
    await pair.start()

    async def answer(peer: str, body: bytes) -> bytes:
        return peer.encode() + body[::-1]

    pair.at_b.answer = answer
    body = bytes(range(250)) * 1000
    assert await pair.left.request(pair.b, body, timeout_s=10) == pair.a.encode() + body[::-1]
    assert await pair.right.request(pair.a, b"", timeout_s=10) == b""


async def test_rule_5_frames_pass_while_a_request_is_answered(pair: Pair) -> None:
    await pair.start()
    asked, released = asyncio.Event(), asyncio.Event()

    async def answer(peer: str, body: bytes) -> bytes:
        asked.set()
        await released.wait()
        return b"late"

    pair.at_b.answer = answer
    request = asyncio.create_task(pair.left.request(pair.b, b"question", timeout_s=10))
    await asked.wait()
    assert pair.left.send(pair.b, b"vote") is True
    await pair.at_b.until_received(b"vote")
    assert not request.done()
    released.set()
    assert await request == b"late"


async def failure(request: "asyncio.Task[bytes]") -> tuple[str, RequestFailure]:
    with pytest.raises(RequestFailed) as caught:
        await request
    return caught.value.peer, caught.value.reason


async def test_rule_5_each_way_to_fail_has_its_reason(pair: Pair) -> None:
    await pair.left.start()

    def ask(body: bytes, timeout_s: float = 10) -> "asyncio.Task[bytes]":
        return asyncio.create_task(pair.left.request(pair.b, body, timeout_s=timeout_s))

    assert await failure(ask(b"")) == (pair.b, RequestFailure.NO_LINK)
    await pair.right.start()
    pair.introduce()
    await pair.linked()

    async def answer(peer: str, body: bytes) -> bytes:
        if body == b"declined":
            raise Declined
        await asyncio.Event().wait()
        raise AssertionError

    pair.at_b.answer = answer
    assert await failure(ask(b"declined")) == (pair.b, RequestFailure.DECLINED)
    assert await failure(ask(b"never", timeout_s=0.01)) == (pair.b, RequestFailure.TIMED_OUT)
    pending = ask(b"never")
    await asyncio.sleep(0)
    pair.right.set_peers({})
    assert await failure(pending) == (pair.b, RequestFailure.CUT_OFF)


async def test_rule_5_a_body_above_the_limit_is_the_callers_defect(pair: Pair) -> None:
    await pair.start()
    with pytest.raises(ValueError, match="a request holds at most 300000 bytes"):
        await pair.left.request(pair.b, bytes(LIMITS.request_bytes + 1), timeout_s=1)


@pytest.mark.parametrize("call", ["on_frames", "on_link", "on_request"])
async def test_rule_6_a_sink_that_raises_ends_the_transport_once(
    pair: Pair, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pair.start()
    defect = LookupError("a defect of the node")

    async def raise_later(*_: object) -> bytes:
        raise defect

    def raise_now(*_: object) -> None:
        raise defect

    monkeypatch.setattr(pair.at_b, call, raise_now if call == "on_link" else raise_later)
    match call:
        case "on_frames":
            assert pair.left.send(pair.b, b"frame") is True
        case "on_link":
            pair.left.set_peers({})
        case "on_request":
            request = asyncio.create_task(pair.left.request(pair.b, b"body", timeout_s=10))
            assert await failure(request) == (pair.b, RequestFailure.CUT_OFF)
    await pair.at_b.until(lambda sink: bool(sink.failures))
    await pair.at_a.until_linked(pair.b, up=False)
    await pair.right.stop()
    assert pair.at_b.failures == [defect]


async def test_rule_7_stop_ends_links_requests_and_calls(pair: Pair) -> None:
    await pair.start()
    asked, ended = never_answered(pair)
    request = asyncio.create_task(pair.left.request(pair.b, b"body", timeout_s=10))
    await asked.wait()
    await pair.right.stop()
    assert ended.is_set()
    assert await failure(request) == (pair.b, RequestFailure.CUT_OFF)
    await pair.at_a.until_linked(pair.b, up=False)
    assert pair.left.send(pair.b, b"frame") is False
    await pair.right.stop()


async def test_rule_7_the_address_is_free_after_stop(pair: Pair) -> None:
    await pair.start()
    await pair.right.stop()
    await pair.at_a.until_linked(pair.b, up=False)
    _, pair.right = pair.make(1, pair.at_b)
    await pair.right.start()
    pair.introduce()
    await pair.linked()


async def test_rule_5_more_requests_than_the_peer_serves_wait_their_turn(pair: Pair) -> None:
    await pair.start()
    serving: list[bytes] = []
    most = 0
    all_that_are_served = asyncio.Barrier(LIMITS.requests_per_peer)

    async def answer(peer: str, body: bytes) -> bytes:
        nonlocal most
        serving.append(body)
        most = max(most, len(serving))
        await all_that_are_served.wait()
        serving.remove(body)
        return body

    pair.at_b.answer = answer
    bodies = [bytes((index,)) for index in range(12)]
    answers = await asyncio.gather(*(pair.left.request(pair.b, body, timeout_s=10) for body in bodies))
    assert answers == bodies
    assert most == LIMITS.requests_per_peer


async def test_a_dropped_peer_is_down_and_comes_back_after_the_penalty(pair: Pair) -> None:
    await pair.start()
    pair.right.drop(pair.a)
    await pair.at_b.until_linked(pair.a, up=False)
    await pair.at_a.until_linked(pair.b, up=False)
    await pair.linked()
    assert pair.left.send(pair.b, b"frame") is True
    await pair.at_b.until_received(b"frame")


async def test_rule_5_a_request_given_up_is_given_up_at_the_other_end(pair: Pair) -> None:
    await pair.start()
    asked, ended = never_answered(pair)
    request = asyncio.create_task(pair.left.request(pair.b, b"", timeout_s=3600))
    await asked.wait()
    request.cancel()
    await ended.wait()


async def test_rule_6_an_answer_above_the_limit_is_the_answerer_s_defect(pair: Pair) -> None:
    await pair.start()

    async def answer(peer: str, body: bytes) -> bytes:
        return bytes(LIMITS.answer_bytes + 1)

    pair.at_b.answer = answer
    request = asyncio.create_task(pair.left.request(pair.b, b"", timeout_s=10))
    assert await failure(request) == (pair.b, RequestFailure.CUT_OFF)
    assert [str(error) for error in pair.at_b.failures] == [
        "an answer holds at most 300000 bytes, not 300001"
    ]
