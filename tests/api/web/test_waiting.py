"""Requests that wait (rules W1 to W3 of `api.web.waiting`) and work aside, on real sockets."""

import asyncio
import re
import threading
from functools import partial

import pytest

from api.limits import ServerLimits
from api.web.aside import Aside, QueueFullError
from tests.api.conftest import Served, serve
from tests.api.ledger import Ledger
from tests.api.routes.v1.test_transactions import COSE, name_of, problem, status_list

WAIT = b"GET /v1/changes?since=9&wait=29 HTTP/1.1\r\nHost: a\r\n\r\n"
POSTED = b"POST /v1/transactions?wait=final HTTP/1.1\r\nHost: a\r\nContent-Type: application/cose\r\n"
MIB = 1024 * 1024


async def connect(served: Served, *sent: bytes) -> asyncio.StreamWriter:
    """A connection on which this was sent."""
    _, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.writelines(sent)
    return writer


async def left_without_waiting(served: Served, writers: list[asyncio.StreamWriter]) -> None:
    """The clients go away, and the server has noticed; no wait ends by time."""
    for writer in writers:
        writer.transport.abort()
    await served.ledger.until_waiting_exactly(0)


async def test_w1_one_client_waits_at_so_many_places_and_others_have_theirs() -> None:
    async for served in serve(Ledger(automatic=False), ServerLimits(waiting_per_client=2)):
        writers = [await connect(served, WAIT) for _ in range(2)]
        await served.ledger.until_waiting(2)
        refused = await served.get("/v1/changes?since=9&wait=29")
        assert problem(refused) == (503, "too-many-waiting", "")
        assert refused.header("retry-after") == "1"
        await left_without_waiting(served, writers)


async def test_w2_who_goes_away_gives_the_place_back_at_once() -> None:
    """Three times as many polls as there are places, in turn aborted, take no place of whoever comes then."""
    ledger = Ledger(automatic=False)
    async for served in serve(ledger, ServerLimits(waiting=40, waiting_per_client=40)):
        for _ in range(3):
            writers = [await connect(served, WAIT) for _ in range(40)]
            await ledger.until_waiting(40)
            await left_without_waiting(served, writers)
        assert served.observed == [("/v1/changes", 499, seconds) for _, _, seconds in served.observed]
        transaction = status_list(ledger)
        asking = asyncio.create_task(served.ask("POST", "/v1/transactions?wait=final", transaction, **COSE))
        await ledger.until_waiting(1)
        await ledger.seal()
        assert (await asking).status == 200


async def test_w2_a_transaction_is_taken_though_its_sender_goes_away(served: Served) -> None:
    served.ledger.automatic = False
    transaction = status_list(served.ledger)
    length = b"Content-Length: %d\r\n\r\n" % len(transaction)
    writer = await connect(served, POSTED, length, transaction)
    await served.ledger.until_waiting(1)
    await left_without_waiting(served, [writer])
    assert (await served.get(f"/v1/transactions/{name_of(transaction)}")).json["state"] == "pending"


async def test_without_a_place_a_taken_transaction_says_where_to_ask() -> None:
    ledger = Ledger(automatic=False)
    async for served in serve(ledger, ServerLimits(waiting_per_client=1)):
        writer = await connect(served, WAIT)
        await ledger.until_waiting(1)
        reply = await served.ask("POST", "/v1/transactions?wait=final", status_list(ledger), **COSE)
        assert (reply.status, reply.json["state"]) == (202, "pending")
        where = reply.header("location")
        assert where is not None
        await ledger.seal()
        assert (await served.get(where)).status == 200
        await left_without_waiting(served, [writer])


@pytest.mark.parametrize(
    "behind",
    [WAIT * 64, b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % MIB + bytes(MIB)],
    ids=["requests", "a body"],
)
async def test_w3_who_sends_on_while_waiting_is_not_waited_for(served: Served, behind: bytes) -> None:
    writer = await connect(served, WAIT)
    await served.ledger.until_waiting(1)
    writer.write(behind)
    await served.ledger.until_waiting_exactly(0)
    await left_without_waiting(served, [writer])


async def test_all_who_waited_for_a_block_share_one_page() -> None:
    """They ask for it in the same moment: none of them is refused."""
    ledger = Ledger()
    async for served in serve(ledger, ServerLimits(aside=1)):
        asking = [asyncio.create_task(served.get("/v1/changes?since=0&wait=30")) for _ in range(20)]
        await ledger.until_waiting(20)
        await ledger.submit([status_list(ledger)])
        replies = await asyncio.gather(*asking)
        assert [reply.status for reply in replies] == [200] * 20
        assert {reply.body for reply in replies} == {replies[0].body}


async def test_work_aside_is_bounded_for_each_client_and_in_all() -> None:
    aside, free = Aside(ServerLimits(aside=3, aside_per_client=2)), threading.Event()
    work = partial(free.wait, 60.0)
    queued = [asyncio.create_task(aside.do(client, work)) for client in ("a", "a", "b")]
    await asyncio.sleep(0)
    for client in ("a", "b", "c"):
        with pytest.raises(QueueFullError):
            await aside.do(client, work)
    free.set()
    assert await asyncio.gather(*queued) == [True] * 3
    await asyncio.sleep(0)
    assert await aside.do("a", work)
    aside.close()


async def test_who_asks_before_sending_is_told_to_go_on(served: Served) -> None:
    transaction = status_list(served.ledger)
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    length = b"Content-Length: %d\r\n" % len(transaction)
    writer.writelines([POSTED, length, b"Expect: 100-continue\r\nConnection: close\r\n\r\n"])
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(transaction)
    assert (await reader.read()).startswith(b"HTTP/1.1 200 OK\r\n")
    writer.close()


async def test_what_is_refused_is_refused_unsent() -> None:
    async for served in serve(Ledger(), ServerLimits(linger_s=0.0)):
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.writelines([POSTED, b"Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n"])
        refused = await reader.read()
        assert refused.startswith(b"HTTP/1.1 413 ")
        assert b"\r\nConnection: close\r\n" in refused, "what comes next would be read as the body"
        writer.close()


async def test_a_connection_goes_on_after_a_refusal_whose_body_was_read(served: Served) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    for _ in range(2):
        writer.writelines([POSTED, b"Content-Length: 4\r\n\r\njunk"])
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 422 ")
        assert b"Connection: close" not in head
        length = re.search(rb"Content-Length: (\d+)", head)
        assert length is not None
        await reader.readexactly(int(length[1]))
    writer.close()
