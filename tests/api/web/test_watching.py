"""What the server tells of its clients: connections, requests under way, and who was turned away and why."""

import asyncio
from contextlib import suppress

import pytest

from api.limits import ServerLimits
from api.web.watching import Refusal
from tests.api.conftest import Served, serve
from tests.api.ledger import Ledger
from tests.api.web.test_waiting import POSTED, WAIT

LOOPBACK = "127.0.0.1"
LARGE = b"GET /v1/indexes/members/network HTTP/1.1\r\nHost: a\r\n\r\n"


async def until_closed(served: Served, *sent: bytes) -> None:
    """Sends this on a connection of its own and reads until the server closes it."""
    reader, writer = await asyncio.open_connection(LOOPBACK, served.port)
    writer.writelines(sent)
    with suppress(ConnectionError):  # where the server has not read what was sent
        await reader.read()
    writer.close()


async def test_connections_and_requests_are_counted_while_they_last() -> None:
    async for served in serve(Ledger()):
        watching = served.watching
        _, silent = await asyncio.open_connection(LOOPBACK, served.port)
        _, waiting = await asyncio.open_connection(LOOPBACK, served.port)
        waiting.write(WAIT)
        await served.ledger.until_waiting(1)
        assert (watching.connections, watching.answering) == (2, 1)
        for writer in (silent, waiting):
            writer.transport.abort()
        await served.ledger.until_waiting_exactly(0)
        await served.get("/healthz")
        assert (watching.connections, watching.answering) == (1, 0)
        assert watching.refusals == []


REFUSED = {
    Refusal.CONNECTIONS: (ServerLimits(connections=0), b""),
    Refusal.CONNECTIONS_OF_CLIENT: (ServerLimits(connections_per_client=0), b""),
    Refusal.NO_REQUEST: (ServerLimits(idle_s=0.001), b"GET /v1/network HTTP/1.1\r\nHo"),
    Refusal.TOO_SLOW: (
        ServerLimits(body_timeout_s=0.0, linger_s=0.0),
        POSTED + b"Content-Length: 9\r\n\r\nhalf",
    ),
    Refusal.RATE_LIMITED: (ServerLimits(request_burst=1), LARGE),
    Refusal.TOO_MANY_WAITING: (ServerLimits(waiting=0), WAIT),
}


@pytest.mark.parametrize("refusal", REFUSED, ids=[refusal.name.lower() for refusal in REFUSED])
async def test_who_is_turned_away_is_told_with_the_reason(refusal: Refusal) -> None:
    limits, sent = REFUSED[refusal]
    async for served in serve(Ledger(), limits):
        await until_closed(served, sent.replace(b"Host: a\r\n", b"Host: a\r\nConnection: close\r\n"))
        assert served.watching.refusals == [(refusal, LOOPBACK)]


async def test_a_node_that_takes_nothing_turns_writers_away_and_answers_balancers(served: Served) -> None:
    served.ledger.condition = "It is 12 blocks behind."
    assert (await served.get("/readyz")).status == 503
    assert served.watching.refusals == []
    await served.ask("POST", "/v1/transactions", b"", content_type="application/cose")
    assert served.watching.refusals == [(Refusal.UNREADY, LOOPBACK)]


async def test_a_connection_that_has_asked_may_idle_until_it_is_closed(served: Served) -> None:
    await served.get("/healthz")
    (connection,) = served.server.connections
    connection._next_keepalive_close_time = 0.0  # as if the time were over
    connection._process_keepalive()
    assert (connection.transport, served.watching.refusals) == (None, [])
