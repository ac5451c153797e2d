"""Requests that wait for what is to come (decision 0093).

- W1 **Bounded.** There is a number of places for each client and for all of them; who finds none does not
  wait.
- W2 **Given back at once.** A wait ends with its connection: nobody waits for a client that has gone away.
- W3 **Never unnoticed.** Whoever sends so much behind a waiting request that the server reads no more from
  the connection could go away unseen. So that wait ends, too, and is answered with what is known.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any, TypeVar

from aiohttp import web

from api.limits import ServerLimits, client_of

T = TypeVar("T")


class NoPlaceError(Exception):
    """The client, or all of them together, have no place left (W1)."""


class ClientGoneError(Exception):
    """The client has closed its connection: there is nobody to answer (W2)."""


class Waits:
    """The requests that wait now. It belongs to the event loop."""

    def __init__(self, limits: ServerLimits) -> None:
        self._limits = limits
        self._of_client: Counter[str] = Counter()
        self._tasks: dict[web.RequestHandler, asyncio.Task[Any]] = {}

    async def until(self, http: web.BaseRequest, coming: Coroutine[Any, Any, T]) -> T | None:
        """What `coming` gives; None where the wait ended early (W3). Raises NoPlaceError, ClientGoneError."""
        connection, client = http.protocol, client_of(http.remote)
        task = asyncio.ensure_future(coming)
        try:
            if not _is_there(connection):
                raise ClientGoneError
            if not _is_read(connection):
                return None
            self._take(client)
            self._tasks[connection] = task
            try:
                await asyncio.wait((task,))
            finally:
                del self._tasks[connection]
                self._give_back(client)
        finally:
            task.cancel()
        if not task.cancelled():
            return task.result()
        if not _is_there(connection):
            raise ClientGoneError
        return None

    def end(self, connection: web.RequestHandler) -> None:
        """Ends the wait of a connection, if it has one."""
        task = self._tasks.get(connection)
        if task is not None:
            task.cancel()

    def _take(self, client: str) -> None:
        limits, taken = self._limits, self._of_client
        if len(self._tasks) >= limits.waiting or taken[client] >= limits.waiting_per_client:
            raise NoPlaceError
        taken[client] += 1

    def _give_back(self, client: str) -> None:
        self._of_client[client] -= 1
        if not self._of_client[client]:
            del self._of_client[client]


def _is_there(connection: web.RequestHandler) -> bool:
    return connection.transport is not None and not connection.transport.is_closing()


def _is_read(connection: web.RequestHandler) -> bool:
    return connection.transport is not None and connection.transport.is_reading()
