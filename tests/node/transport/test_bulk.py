"""Bulk requests between two nodes: bounded on both sides, and never in the way of votes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from random import Random

import pytest

from node.transport.libp2p import Libp2pTransport
from node.transport.port import RequestFailed, RequestFailure
from node.transport.settings import TransportLimits
from node.wording.units import KIB
from tests.node.transport.peers import TIMINGS, in_dialling_order
from tests.node.transport.recording import Answer, RecordingSink

ASKER, ANSWERER = in_dialling_order(bytes([1]) * 32, bytes([2]) * 32)
LIMITS = TransportLimits(chunk_bytes=64 * KIB, answer_bytes=1024 * KIB)


@asynccontextmanager
async def asker_and_answerer(
    at_asker: TransportLimits = LIMITS, at_answerer: TransportLimits = LIMITS
) -> AsyncIterator[tuple[Libp2pTransport, Libp2pTransport, RecordingSink, RecordingSink]]:
    asking, answering = RecordingSink(), RecordingSink()
    asker = Libp2pTransport(ASKER, (), asking, timings=TIMINGS, limits=at_asker, random=Random(0))
    answerer = Libp2pTransport(
        ANSWERER, ("/ip4/127.0.0.1/tcp/0",), answering, timings=TIMINGS, limits=at_answerer, random=Random(0)
    )
    await answerer.start()
    await asker.start()
    try:
        answerer.set_peers({asker.peer_id: ()})
        asker.set_peers({answerer.peer_id: answerer.addresses})
        await asking.until_linked(answerer.peer_id)
        await answering.until_linked(asker.peer_id)
        yield asker, answerer, asking, answering
    finally:
        await asker.stop()
        await answerer.stop()


async def test_votes_pass_a_bulk_answer_that_is_on_its_way() -> None:
    slow = replace(LIMITS, bulk_bytes_per_s=1)  # after its first chunk the answer needs longer than the test
    async with asker_and_answerer(at_answerer=slow) as (asker, answerer, asking, answering):
        asked = asyncio.Event()

        async def answer(peer: str, body: bytes) -> bytes:
            asked.set()
            return bytes(1024 * KIB)

        answering.answer = answer
        request = asyncio.create_task(asker.request(answerer.peer_id, b"", timeout_s=3600))
        await asked.wait()
        votes = [index.to_bytes(2, "big") for index in range(300)]
        assert [answerer.send(asker.peer_id, vote) for vote in votes] == [True] * 300
        await asking.until(lambda sink: len(sink.frames) == 300)
        assert asking.frames == [(answerer.peer_id, vote) for vote in votes]
        assert not request.done()
        request.cancel()


def saying(answer: bytes) -> Answer:
    async def say(peer: str, body: bytes) -> bytes:
        return answer

    return say


async def test_an_answer_above_the_asker_s_limit_is_refused() -> None:
    small = replace(LIMITS, answer_bytes=1000)
    async with asker_and_answerer(at_asker=small) as (asker, answerer, _, answering):
        answering.answer = saying(bytes(1001))
        with pytest.raises(RequestFailed) as caught:
            await asker.request(answerer.peer_id, b"", timeout_s=10)
        assert caught.value.reason is RequestFailure.ANSWER_TOO_LONG
        answering.answer = saying(bytes(1000))
        assert await asker.request(answerer.peer_id, b"", timeout_s=10) == bytes(1000)


async def test_a_request_above_the_answerer_s_limit_is_cut_off_and_the_link_stays() -> None:
    small = replace(LIMITS, request_bytes=1000)
    async with asker_and_answerer(at_answerer=small) as (asker, answerer, asking, _):
        with pytest.raises(RequestFailed) as caught:
            await asker.request(answerer.peer_id, bytes(1001), timeout_s=10)
        assert caught.value.reason is RequestFailure.CUT_OFF
        assert await asker.request(answerer.peer_id, bytes(1000), timeout_s=10) == bytes(1000)
        assert asking.links == [(answerer.peer_id, True)]


async def test_more_requests_than_are_served_are_busy() -> None:
    more, fewer = replace(LIMITS, requests_per_peer=3), replace(LIMITS, requests_per_peer=2)
    async with asker_and_answerer(at_asker=more, at_answerer=fewer) as (asker, answerer, _, answering):
        two_asked, released = asyncio.Semaphore(0), asyncio.Event()

        async def answer(peer: str, body: bytes) -> bytes:
            two_asked.release()
            await released.wait()
            return body

        answering.answer = answer
        first = [asyncio.create_task(asker.request(answerer.peer_id, b"x", timeout_s=10)) for _ in range(2)]
        await two_asked.acquire()
        await two_asked.acquire()
        with pytest.raises(RequestFailed) as caught:
            await asker.request(answerer.peer_id, b"y", timeout_s=10)
        assert caught.value.reason is RequestFailure.BUSY
        released.set()
        assert await asyncio.gather(*first) == [b"x", b"x"]
