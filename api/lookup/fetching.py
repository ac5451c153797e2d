"""Fetching what others publish, from servers that may be hostile and that a hostile credential names
(decision 0127).

Rules:

- F1 Where a URL leads is judged before anything is sent (`target`), again at each redirect, of which there
  are at most three. Never from https to http.
- F2 A name is looked up once. The connection is made to one of the very addresses that were judged
  (`resolving`), so that what a name service says afterwards does not matter.
- F3 Bounded are the head (`_MAX_LINE`, `_MAX_HEADERS`), the body by its kind, before and after unpacking, and
  the time of the whole, redirects and waiting included. One connection at a time for each server.
- F4 A server learns what it must: the URL. No cookies, no Referer, no entity tags (they tell one asker from
  another), no proxies of the environment, a new connection for each request.
- F5 What comes is of a media type of its kind (`wanted`).
- F6 Whatever a server does, the outcome is a `Download` or a FetchError.
"""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol
from urllib.parse import urljoin

import aiohttp
from aiohttp import hdrs

from api.lookup.addresses import IpAddress
from api.lookup.fault import FetchError, FetchFault
from api.lookup.freshness import kept_ms_of
from api.lookup.inflating import inflated
from api.lookup.resolving import (
    NameService,
    OpenSocket,
    Pinned,
    SystemNames,
    judged_addresses,
    only_to,
    plain_socket,
)
from api.lookup.target import Origin, Target, target_of
from api.lookup.wanted import Wanted

MAX_REDIRECTS: Final = 3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MAX_LINE: Final = 8 * 1024
_MAX_HEADERS: Final = 64
_AGENT: Final = "matricula"


@dataclass(frozen=True, slots=True)
class Download:
    """What was fetched. `url`: as it was asked for; `served_from`: where it came from, after redirects.
    `media_type` has no parameters and is "" where none was said; `fetched_ms` is when it had come,
    milliseconds since 1970; `kept_ms` for how long from then on it may be used again.
    """

    url: str
    served_from: str
    data: bytes
    media_type: str
    fetched_ms: int
    kept_ms: int = 0

    @property
    def sha256(self) -> bytes:
        """The hash of the bytes."""
        return hashlib.sha256(self.data).digest()


class WebSource(Protocol):
    """A way to get what is published at a URL."""

    async def fetch(self, url: str, wanted: Wanted) -> Download:
        """What is at a URL. Raises FetchError."""


class NoWeb:
    """Fetches nothing."""

    async def fetch(self, url: str, wanted: Wanted) -> Download:
        """See `WebSource`."""
        raise FetchError(FetchFault.NOT_FETCHED)


class Fetcher:
    """Fetches from the web. `now_ms` is the clock that dates what came, `permitted` are the origins that may
    be without TLS, at another port, or in a private network; `timeout_s` bounds each fetch as a whole;
    `admit` is told of each address before it is asked, and raises FetchError where it is not to be.
    """

    def __init__(
        self,
        *,
        now_ms: Callable[[], int],
        permitted: Collection[Origin] = (),
        timeout_s: float = 10.0,
        names: NameService | None = None,
        tls: ssl.SSLContext | None = None,
        open_socket: OpenSocket = plain_socket,
        admit: Callable[[IpAddress], None] | None = None,
    ) -> None:
        self._now_ms = now_ms
        self._admit = admit
        self._permitted = frozenset(permitted)
        self._timeout_s = timeout_s
        self._names = names or SystemNames()
        self._tls = tls
        self._open_socket = open_socket
        self._turns: dict[Origin, _Turn] = {}

    async def fetch(self, url: str, wanted: Wanted) -> Download:
        """See `WebSource`."""
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._follow(url, wanted)
        except TimeoutError:
            raise FetchError(FetchFault.TOO_SLOW, f"{self._timeout_s:g} seconds") from None

    async def _follow(self, url: str, wanted: Wanted) -> Download:
        """F1."""
        target = target_of(url, self._permitted)
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._ask(target, wanted)
            if isinstance(answer, _Body):
                return Download(
                    url, target.url, answer.data, answer.media_type, self._now_ms(), answer.kept_ms
                )
            target = self._redirected(target, answer)
        raise FetchError(FetchFault.TOO_MANY_REDIRECTS)

    def _redirected(self, target: Target, location: str) -> Target:
        try:
            url = urljoin(target.url, location)
        except ValueError:
            raise FetchError(FetchFault.REDIRECT_MALFORMED) from None
        following = target_of(url, self._permitted)
        if target.origin.scheme == "https" and following.origin.scheme != "https":
            raise FetchError(FetchFault.NOT_HTTPS, "a redirect leads from https to http")
        return following

    async def _ask(self, target: Target, wanted: Wanted) -> "_Body | str":
        """What a server answers: a body, or where to ask instead."""
        async with self._turn(target.origin):
            addresses = await judged_addresses(target, self._names)
            for address in addresses:  # the connection may be made to any of them
                if self._admit is not None:
                    self._admit(address)
            connector = aiohttp.TCPConnector(
                resolver=Pinned(target, addresses),
                use_dns_cache=False,
                force_close=True,
                limit=1,
                ssl=self._tls or _strict_tls(),
                socket_factory=only_to(addresses, self._open_socket),
            )
            jar = aiohttp.DummyCookieJar()
            async with aiohttp.ClientSession(connector=connector, cookie_jar=jar, **_SESSION) as session:
                return await _answer(session, target, wanted)

    @asynccontextmanager
    async def _turn(self, origin: Origin) -> AsyncIterator[None]:
        """One connection at a time for each server (F3)."""
        turn = self._turns.setdefault(origin, _Turn())
        turn.waiting += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                self._turns.pop(origin, None)


class _Turn:
    """Whose turn it is at a server, and how many are there or wait."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0


@dataclass(frozen=True, slots=True)
class _Body:
    """The body of an answer, unpacked."""

    data: bytes
    media_type: str
    kept_ms: int


_SESSION: Final[dict[str, Any]] = {
    "auto_decompress": False,
    "trust_env": False,
    "timeout": aiohttp.ClientTimeout(total=None, sock_connect=None),
    "max_line_size": _MAX_LINE,
    "max_field_size": _MAX_LINE,
    "max_headers": _MAX_HEADERS,
    "read_bufsize": 64 * 1024,
}


@cache
def _strict_tls() -> ssl.SSLContext:
    """TLS 1.2 and later, with the authorities that this machine trusts. Reading those takes long."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


async def _answer(session: aiohttp.ClientSession, target: Target, wanted: Wanted) -> _Body | str:
    headers = {
        hdrs.ACCEPT: wanted.value.accept,
        hdrs.ACCEPT_ENCODING: "identity",
        hdrs.USER_AGENT: _AGENT,
    }
    try:
        async with session.get(target.url, headers=headers, allow_redirects=False) as response:
            if response.status in _REDIRECTS:
                return _location(response)
            _require_success(response)
            return await _body(response, wanted)
    except (aiohttp.ClientError, OSError) as error:
        raise _told(error) from None


def _location(response: aiohttp.ClientResponse) -> str:
    locations = response.headers.getall(hdrs.LOCATION, [])
    if len(locations) != 1:
        raise FetchError(FetchFault.REDIRECT_MALFORMED, f"status {response.status}")
    return locations[0]


def _require_success(response: aiohttp.ClientResponse) -> None:
    status = response.status
    if status == 200:
        return
    told = f"status {status}"
    if status >= 500:
        raise FetchError(FetchFault.STATUS_5XX, told)
    raise FetchError(FetchFault.STATUS_4XX if status >= 400 else FetchFault.STATUS_UNEXPECTED, told)


async def _body(response: aiohttp.ClientResponse, wanted: Wanted) -> _Body:
    terms = wanted.value
    media_type = response.headers.get(hdrs.CONTENT_TYPE, "").partition(";")[0].strip().lower()
    if not terms.takes(media_type):
        raise FetchError(FetchFault.WRONG_MEDIA_TYPE, media_type[:64] or "none is named")
    packed = await _read(response, terms.max_bytes)
    encodings = ",".join(response.headers.getall(hdrs.CONTENT_ENCODING, []))
    kept_ms = kept_ms_of(_joined(response, hdrs.CACHE_CONTROL), response.headers.get(hdrs.AGE), wanted)
    return _Body(inflated(packed, encodings, terms.max_bytes), media_type, kept_ms)


def _joined(response: aiohttp.ClientResponse, name: str) -> str | None:
    values = response.headers.getall(name, [])
    return ",".join(values) if values else None


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body as it comes, of at most `limit` bytes."""
    too_large = FetchError(FetchFault.TOO_LARGE, f"more than {limit} bytes")
    announced = response.headers.get(hdrs.CONTENT_LENGTH, "0")
    if announced.isdecimal() and (len(announced) > 18 or int(announced) > limit):
        raise too_large
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > limit:
            raise too_large
    return bytes(body)


def _told(error: aiohttp.ClientError | OSError) -> FetchError:
    """What happened, as one of the reasons: the library's own words name sockets and classes."""
    match error:
        case aiohttp.InvalidURL():
            fault = FetchFault.NOT_A_URL
        case aiohttp.ClientSSLError() | ssl.SSLError():
            fault = FetchFault.TLS
        case aiohttp.ClientConnectorError():
            fault = FetchFault.UNREACHABLE
        case aiohttp.ClientPayloadError() | aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            fault = FetchFault.CUT_OFF
        case aiohttp.ClientError():
            fault = FetchFault.NOT_HTTP
        case _:
            fault = FetchFault.UNREACHABLE
    return FetchError(fault)
