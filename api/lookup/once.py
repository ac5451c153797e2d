"""One fetch for each URL, however many credentials name it (decision 0127).

- N1 `OncePerRun`: in one run nothing is fetched twice, neither what came nor what could not be had; but a
  status list is once its `ttl` has passed, which is taken to be a second at least. A run is one call of a
  command, or one verification at a node. What one run may fetch is bounded.
- N2 `SharedWeb`: a node keeps what it fetched for all who ask, bounded in bytes, and never longer than its
  server, its kind and, for a status list, its `ttl` allow. What is kept is dated by when it came. What could
  not be had is not kept.
- N3 A node fetches at a bounded rate, for each address that is asked and in all, and refuses the rest. So
  nobody makes it send more than a trickle to anybody.

Both live on one event loop.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import inf
from time import monotonic
from typing import Final

from api.limits import Buckets, client_of
from api.lookup.addresses import IpAddress
from api.lookup.fault import FetchError, FetchFault
from api.lookup.fetching import Download, WebSource
from api.lookup.said_ttl import said_ttl_ms
from api.lookup.wanted import MIB, Wanted

_ALL: Final = "all"
_LEAST_TTL_MS: Final = 1_000
_Key = tuple[str, Wanted]


def _key(url: str, wanted: Wanted) -> _Key:
    """What one fetch answers: a fragment is not sent."""
    return url.partition("#")[0], wanted


class OncePerRun:
    """Fetches each URL once, from `web`. At most `max_fetches`, of `max_bytes` together; where `seconds` is
    given, within that time from the first. `clock_s` is monotonic.
    """

    def __init__(
        self,
        web: WebSource,
        *,
        max_fetches: int = 32,
        max_bytes: int = 32 * MIB,
        seconds: float | None = None,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        self._web = web
        self._left = max_fetches
        self._bytes_left = max_bytes
        self._seconds = seconds
        self._until_s: float | None = None
        self._clock_s = clock_s
        self._ends_s: dict[_Key, float] = {}
        self._asked: dict[_Key, asyncio.Future[Download | FetchError]] = {}

    async def fetch(self, url: str, wanted: Wanted) -> Download:
        """See `WebSource`."""
        key = _key(url, wanted)
        asked = self._asked.get(key)
        if asked is None or self._clock_s() > self._ends_s.get(key, inf):
            self._ends_s.pop(key, None)
            asked = self._asked[key] = asyncio.ensure_future(self._outcome(*key))
        outcome = await asyncio.shield(asked)  # another one may wait for it too
        if isinstance(outcome, FetchError):
            raise FetchError(outcome.fault, outcome.detail)
        return outcome

    async def _outcome(self, url: str, wanted: Wanted) -> Download | FetchError:
        if self._left <= 0 or self._bytes_left <= 0:
            return FetchError(FetchFault.TOO_MUCH)
        self._left -= 1
        try:
            async with asyncio.timeout_at(self._deadline_s()):
                download = await self._web.fetch(url, wanted)
        except TimeoutError:
            return FetchError(FetchFault.TOO_SLOW, f"{self._seconds:g} seconds for all")
        except FetchError as error:
            return error
        self._bytes_left -= len(download.data)
        ttl_ms = said_ttl_ms(download.data) if wanted is Wanted.STATUS_LIST else None
        if ttl_ms is not None:
            self._ends_s[url, wanted] = self._clock_s() + max(_LEAST_TTL_MS, ttl_ms) / 1000
        return download

    def _deadline_s(self) -> float | None:
        if self._seconds is not None and self._until_s is None:
            self._until_s = asyncio.get_running_loop().time() + self._seconds
        return self._until_s


class SharedWeb:
    """What a node fetches for all who ask it (N2). `max_bytes` are kept, `at_once` fetched at the same time.
    `now_ms` is the clock of `web`.
    """

    def __init__(
        self,
        web: WebSource,
        *,
        now_ms: Callable[[], int],
        max_bytes: int = 32 * MIB,
        at_once: int = 16,
    ) -> None:
        self._web = web
        self._now_ms = now_ms
        self._max_bytes = max_bytes
        self._at_once = at_once
        self._bytes = 0
        self._kept: OrderedDict[_Key, Download] = OrderedDict()
        self._running: dict[_Key, asyncio.Task[Download]] = {}

    async def fetch(self, url: str, wanted: Wanted) -> Download:
        """See `WebSource`. Raises FetchError also where too much is being fetched already."""
        key = _key(url, wanted)
        kept = self._fresh(key)
        return kept if kept is not None else await asyncio.shield(self._task(key))

    def _task(self, key: _Key) -> asyncio.Task[Download]:
        running = self._running.get(key)
        if running is None:
            if len(self._running) >= self._at_once:
                raise FetchError(FetchFault.BUSY)
            running = self._running[key] = asyncio.ensure_future(self._web.fetch(*key))
            running.add_done_callback(partial(self._ended, key))
        return running

    def _ended(self, key: _Key, task: asyncio.Task[Download]) -> None:
        del self._running[key]
        if not task.cancelled() and task.exception() is None:
            self._keep(key, _with_ttl(task.result(), key[1]))

    def _fresh(self, key: _Key) -> Download | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        age_ms = self._now_ms() - kept.fetched_ms
        if 0 <= age_ms < kept.kept_ms:
            self._kept.move_to_end(key)
            return kept
        self._forget(key)
        return None

    def _keep(self, key: _Key, download: Download) -> None:
        if key in self._kept:
            self._forget(key)
        if not download.kept_ms or len(download.data) > self._max_bytes:
            return
        self._kept[key] = download
        self._bytes += len(download.data)
        while self._bytes > self._max_bytes:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: _Key) -> None:
        self._bytes -= len(self._kept.pop(key).data)


def _with_ttl(download: Download, wanted: Wanted) -> Download:
    """Kept no longer than a list says itself."""
    ttl_ms = said_ttl_ms(download.data) if wanted is Wanted.STATUS_LIST else None
    return download if ttl_ms is None else replace(download, kept_ms=min(download.kept_ms, ttl_ms))


class Rates:
    """How often a node asks the addresses of the web (N3): each network, and all of them together. `now_ms`
    is any clock.
    """

    def __init__(self, *, now_ms: Callable[[], int], per_second: int = 2, burst: int = 32) -> None:
        self._now_ms = now_ms
        self._of_network = Buckets(per_second=per_second, burst=burst, clients=4096)
        self._of_all = Buckets(per_second=8 * per_second, burst=8 * burst, clients=1)

    def admit(self, address: IpAddress) -> None:
        """Takes one request to an address. Raises FetchError (fetching-busy)."""
        now_ms = self._now_ms()
        network = client_of(str(address))
        if self._of_all.take(_ALL, 1, now_ms) or self._of_network.take(network, 1, now_ms):
            raise FetchError(FetchFault.BUSY)
