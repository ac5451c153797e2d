"""HTTP requests to nodes that may be broken or hostile: bounded in time and bytes, no redirects, no
decompression, no proxies.

Whatever a node does, the outcome is a `Response` or `Unreachable`.
"""

import asyncio
import errno
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from types import TracebackType

import aiohttp
from aiohttp import hdrs

from api.dating import UNREADY

_DIGITS_OF_SECONDS = 6
_MAX_TOLD = 256
_CONNECTING = {
    errno.ECONNREFUSED: "nothing listens there",
    errno.EHOSTUNREACH: "no way leads there from this machine",
    errno.ENETUNREACH: "no way leads there from this machine",
    errno.ETIMEDOUT: "nothing answers there",
}


_UNSENT = (aiohttp.ClientConnectorError, aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError)
"""Raised before there is a connection, so that nothing can have been sent."""


@dataclass(frozen=True, slots=True)
class Response:
    """A response, read whole. `retry_after_s` is 0 where the node names no time; `date` is the Date header,
    `unready` why the node says that it is not ready (`api.dating`), each empty where there is none. `body_s`:
    how long after its headers the rest had come.
    """

    status: int
    media_type: str
    body: bytes
    retry_after_s: int
    date: str = ""
    unready: str = ""
    body_s: float = 0.0


class Unreachable(Exception):
    """The node gave no HTTP response within the bounds; the text says what happened. `may_have_come`: the
    request may have reached it all the same, so what was sent may count.
    """

    def __init__(self, text: str, *, may_have_come: bool) -> None:
        super().__init__(text)
        self.may_have_come = may_have_come


class BoundedHttp:
    """A pool of connections. `timeout_s` bounds each request as a whole, waiting for finality apart.
    `clock_s` is monotonic.
    """

    def __init__(
        self,
        *,
        timeout_s: float,
        connections_per_node: int = 8,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        self._timeout_s = timeout_s
        self._connections_per_node = connections_per_node
        self._clock_s = clock_s
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "BoundedHttp":
        connector = aiohttp.TCPConnector(limit_per_host=self._connections_per_node)
        self._session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def request(
        self,
        method: str,
        url: str,
        *,
        accept: str,
        limit: int,
        body: bytes | None = None,
        media_type: str = "",
        wait_s: float = 0.0,
    ) -> Response:
        """One request, whose answer has at most `limit` bytes. Raises `Unreachable`."""
        if self._session is None:
            raise RuntimeError("a client is used within `async with`")
        headers = {hdrs.ACCEPT: accept, hdrs.ACCEPT_ENCODING: "identity"}
        if body is not None:
            headers[hdrs.CONTENT_TYPE] = media_type
        try:
            async with (
                asyncio.timeout(self._timeout_s + wait_s),
                self._session.request(
                    method, url, data=body, headers=headers, allow_redirects=False
                ) as response,
            ):
                headers_came_s = self._clock_s()
                content = await _read(response, limit)
                return Response(
                    response.status,
                    response.content_type,
                    content,
                    _seconds(response.headers.get(hdrs.RETRY_AFTER, "")),
                    response.headers.get(hdrs.DATE, ""),
                    response.headers.get(UNREADY, "")[:_MAX_TOLD],
                    self._clock_s() - headers_came_s,
                )
        except TimeoutError:
            raise Unreachable("no whole answer in time", may_have_come=True) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unreachable(_told(error), may_have_come=not isinstance(error, _UNSENT)) from None


def _told(error: Exception) -> str:
    """What happened, for a person: the library's own words name sockets and classes."""
    match error:
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            return "that is no address of a node"
        case aiohttp.ClientConnectorDNSError():
            return "its name is not known here"
        case aiohttp.ClientSSLError():
            return "no TLS connection that this machine trusts"
        case aiohttp.ClientConnectorError(os_error=cause):
            return _CONNECTING.get(cause.errno or 0) or (cause.strerror or str(cause))[:_MAX_TOLD]
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return "it closed the connection"
        case aiohttp.ClientResponseError() | aiohttp.ClientPayloadError():
            return "what answers there is no node"
    return f"{type(error).__name__}: {error}"[:_MAX_TOLD]


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in response.content.iter_any():
        size += len(piece)
        if size > limit:
            raise Unreachable(f"an answer of more than {limit} bytes", may_have_come=True)
        pieces.append(piece)
    return b"".join(pieces)


def _seconds(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _DIGITS_OF_SECONDS else 0
