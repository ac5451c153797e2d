"""A server over a real ledger, on a socket of its own."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web
from multidict import CIMultiDictProxy
from yarl import URL

from api.limits import ServerLimits
from api.server import GROUPS, runner
from api.web.routing import RouteGroup
from api.web.watching import Refusal
from tests.api.ledger import Ledger


@dataclass(frozen=True)
class Reply:
    """A response, read whole."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return orjson.loads(self.body)

    def header(self, name: str) -> str | None:
        """One header."""
        return self.headers.get(name)


class Watching:
    """What the server told of its clients."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, int, float]] = []
        self.refusals: list[tuple[Refusal, str]] = []
        self.answering = 0
        self.connections = 0

    def connected(self, count: int) -> None:
        """See `Watcher`."""
        self.connections = count

    def began(self) -> None:
        """See `Watcher`."""
        self.answering += 1

    def answered(self, route: str, status: int, seconds: float) -> None:
        """See `Watcher`."""
        self.answering -= 1
        self.answers.append((route, status, seconds))

    def refused(self, refusal: Refusal, client: str) -> None:
        """See `Watcher`."""
        self.refusals.append((refusal, client))


class Served:
    """A ledger, its server, and a way to ask it."""

    def __init__(
        self,
        ledger: Ledger,
        session: aiohttp.ClientSession,
        port: int,
        watching: Watching,
        server: web.Server,
    ) -> None:
        self.ledger = ledger
        self.watching = watching
        self.server = server
        self.observed = watching.answers
        self.port = port
        self._session = session

    async def ask(
        self, method: str, path: str, body: bytes | AsyncIterator[bytes] | None = None, **headers: str
    ) -> Reply:
        """One request; header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self._session.request(method, path, data=body, headers=named) as response:
            return Reply(response.status, response.headers, await response.read())

    async def get(self, path: str, **headers: str) -> Reply:
        """One GET."""
        return await self.ask("GET", path, None, **headers)

    async def get_exactly(self, path: str, **headers: str) -> Reply:
        """One GET of a path that is sent as it stands: clients resolve `..` and decode what they may."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = URL(f"http://127.0.0.1:{self.port}{path}", encoded=True)
        async with self._session.get(url, headers=named) as response:
            return Reply(response.status, response.headers, await response.read())


async def serve(
    ledger: Ledger, limits: ServerLimits | None = None, groups: Sequence[RouteGroup] = GROUPS
) -> AsyncGenerator[Served, None]:
    """Serves a ledger for as long as the iterator is held."""
    watching = Watching()
    serving = runner(
        ledger,
        limits or ServerLimits(),
        lambda: ledger.now_ms + ledger.lag_ms,
        watching,
        groups,
    )
    await serving.setup()
    site = web.TCPSite(serving, "127.0.0.1", 0)
    await site.start()
    host, port = serving.addresses[0][:2]
    async with aiohttp.ClientSession(f"http://{host}:{port}") as session:
        server = serving.server
        assert server is not None
        yield Served(ledger, session, port, watching, server)
    await serving.cleanup()


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """A server with the limits of production, over a new ledger."""
    async for server in serve(Ledger()):
        yield server
