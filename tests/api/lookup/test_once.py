"""One fetch for each URL (rules N1 to N3)."""

import asyncio
from ipaddress import ip_address
from typing import Any

import pytest

from api.base64url import to_text
from api.lookup.fault import FetchError, FetchFault
from api.lookup.fetching import Download
from api.lookup.freshness import UNSAID_MS, kept_ms_of
from api.lookup.once import OncePerRun, Rates, SharedWeb
from api.lookup.said_ttl import said_ttl_ms
from api.lookup.wanted import Wanted

LIST = Wanted.STATUS_LIST
URL = "https://lists.example/list"


class Web:
    """Gives what it is told to, and counts."""

    data: bytes | None = None

    def __init__(self, kept_ms: int = 60_000, size: int = 10) -> None:
        self.now_ms = 1_000_000
        self.kept_ms = kept_ms
        self.size = size
        self.asked: list[str] = []
        self.fails = False

    async def fetch(self, url: str, wanted: Wanted) -> Download:
        """See `WebSource`."""
        self.asked.append(url)
        await asyncio.sleep(0)
        if self.fails:
            raise FetchError(FetchFault.STATUS_5XX, "status 503")
        data = bytes(self.size) if self.data is None else self.data
        return Download(url, url, data, "application/json", self.now_ms, self.kept_ms)

    def shared(self, **bounds: int) -> SharedWeb:
        """A node's, before this one."""
        return SharedWeb(self, now_ms=lambda: self.now_ms, **bounds)


async def test_n1_one_fetch_for_all_who_ask_in_a_run() -> None:
    web = Web(kept_ms=0)
    run = OncePerRun(web)
    downloads = await asyncio.gather(*(run.fetch(f"{URL}#{n}", LIST) for n in range(20)))
    assert (len(set(downloads)), web.asked) == (1, [URL])


async def test_n1_what_could_not_be_had_is_not_asked_for_again() -> None:
    web = Web()
    web.fails = True
    run = OncePerRun(web)
    for _ in range(3):
        with pytest.raises(FetchError, match="status 503"):
            await run.fetch(URL, LIST)
    assert web.asked == [URL]


@pytest.mark.parametrize(("ttl", "passed_s", "fetches"), [(30_000, 29.0, 1), (30_000, 31.0, 2), (0, 0.5, 1)])
async def test_n1_but_a_list_that_is_too_old(ttl: int, passed_s: float, fetches: int) -> None:
    web, now_s = Web(), 100.0
    web.data = b'{"credentialSubject": {"ttl": %d}}' % ttl
    run = OncePerRun(web, clock_s=lambda: now_s)
    await run.fetch(URL, LIST)
    now_s += passed_s
    await asyncio.gather(run.fetch(URL, LIST), run.fetch(URL, LIST))
    assert len(web.asked) == fetches


@pytest.mark.parametrize("bounds", [{"max_fetches": 2}, {"max_bytes": 20}])
async def test_n1_a_run_is_bounded(bounds: dict[str, Any]) -> None:
    run = OncePerRun(Web(), **bounds)
    for number in range(2):
        await run.fetch(f"{URL}/{number}", LIST)
    with pytest.raises(FetchError) as raised:
        await run.fetch(f"{URL}/3", LIST)
    assert raised.value.fault is FetchFault.TOO_MUCH


class Stuck:
    """Never answers."""

    async def fetch(self, url: str, wanted: Wanted) -> Download:
        """See `WebSource`."""
        await asyncio.get_running_loop().create_future()
        raise AssertionError("nothing comes")


async def test_n1_so_is_its_time() -> None:
    run = OncePerRun(Stuck(), seconds=0.01)
    fetches = (run.fetch(f"{URL}/{number}", LIST) for number in range(4))
    outcomes = await asyncio.gather(*fetches, return_exceptions=True)
    assert [each.fault for each in outcomes if isinstance(each, FetchError)] == [FetchFault.TOO_SLOW] * 4


async def test_n2_a_node_keeps_what_came_as_long_as_it_is_fresh() -> None:
    web = Web()
    shared = web.shared()
    first = await shared.fetch(URL, LIST)
    web.now_ms += 59_999
    assert await shared.fetch(f"{URL}#list", LIST) is first
    web.now_ms += 1
    second = await shared.fetch(URL, LIST)
    assert (second.fetched_ms - first.fetched_ms, len(web.asked)) == (60_000, 2)
    web.now_ms -= 1  # a clock that is set back makes nothing fresh
    await shared.fetch(URL, LIST)
    assert len(web.asked) == 3


async def test_n2_a_list_is_kept_no_longer_than_it_says() -> None:
    web = Web()
    web.data = b'{"credentialSubject": {"ttl": 30000}}'
    shared = web.shared()
    for passed_ms in (0, 29_999, 1):
        web.now_ms += passed_ms
        await shared.fetch(URL, LIST)
    assert len(web.asked) == 2


def token(payload: bytes) -> bytes:
    return b"eyJhbGciOiJFZERTQSJ9." + to_text(payload).encode() + b".c2ln"


@pytest.mark.parametrize(
    ("data", "ttl_ms"),
    [
        (b'{"ttl": 300000}', 300_000),
        (b'{"ttl":"300000", "credentialSubject": {"ttl" : 5}}', 5),
        (token(b'{"ttl": 43200, "status_list": {}}'), 43_200_000),
        (token(b'{"vc": {"credentialSubject": {"ttl": 300000}}}'), 300_000),
        (b"eyJhbGciOiJFZERTQSJ9.A.c2ln", None),
        (b'{"ttl": "soon"}', None),
        (b'{"ttl": -1}', None),
        (bytes(100), None),
        (b"", None),
    ],
)
def test_what_a_list_says_of_itself(data: bytes, ttl_ms: int | None) -> None:
    assert said_ttl_ms(data) == ttl_ms


async def test_n2_what_is_not_to_be_kept_is_not() -> None:
    web = Web(kept_ms=0)
    shared = web.shared()
    await shared.fetch(URL, LIST)
    await shared.fetch(URL, LIST)
    assert len(web.asked) == 2


async def test_n2_what_could_not_be_had_is_not_kept() -> None:
    web = Web()
    shared = web.shared()
    web.fails = True
    with pytest.raises(FetchError):
        await shared.fetch(URL, LIST)
    web.fails = False
    assert await shared.fetch(URL, LIST)


async def test_n2_the_oldest_goes_where_there_is_no_room() -> None:
    web = Web()
    shared = web.shared(max_bytes=25)
    for number in (0, 1, 0, 2, 0, 1):
        await shared.fetch(f"{URL}/{number}", LIST)
    assert web.asked == [f"{URL}/{number}" for number in (0, 1, 2, 1)]
    web.size = 26
    for _ in range(2):
        await shared.fetch(f"{URL}/large", LIST)
    assert web.asked[-2:] == [f"{URL}/large"] * 2


async def test_n2_those_who_ask_together_share_and_the_rest_is_bounded() -> None:
    web = Web()
    shared = web.shared(at_once=2)
    asked = [shared.fetch(f"{URL}/{number % 3}", LIST) for number in range(9)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    refused = [each for each in outcomes if isinstance(each, FetchError)]
    assert (len(web.asked), len(refused), {each.fault for each in refused}) == (2, 3, {FetchFault.BUSY})


async def test_n2_who_goes_away_takes_nothing_from_the_others() -> None:
    web = Web()
    shared = web.shared()
    gone = asyncio.ensure_future(shared.fetch(URL, LIST))
    stays = asyncio.ensure_future(shared.fetch(URL, LIST))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays).data == bytes(10)
    assert web.asked == [URL]


def test_n3_an_address_is_asked_at_a_bounded_rate() -> None:
    now_ms = 0
    rates = Rates(now_ms=lambda: now_ms, per_second=1, burst=4)
    asked = [ip_address("192.0.2.1")] * 4
    for address in asked:
        rates.admit(address)
    with pytest.raises(FetchError):
        rates.admit(asked[0])
    rates.admit(ip_address("192.0.2.2"))
    now_ms += 1_000
    rates.admit(asked[0])


def test_n3_so_are_all_together() -> None:
    rates = Rates(now_ms=lambda: 0, per_second=1, burst=4)
    for number in range(32):
        rates.admit(ip_address(number + 1))
    with pytest.raises(FetchError) as raised:
        rates.admit(ip_address(100))
    assert raised.value.fault is FetchFault.BUSY


@pytest.mark.parametrize(
    ("cache_control", "age", "kept_ms"),
    [
        (None, None, UNSAID_MS),
        ("public", None, UNSAID_MS),
        ("max-age=10", None, 10_000),
        ('max-age="10"', None, 10_000),
        ("max-age=10, max-age=5", None, 5_000),
        ("max-age=10", "4", 6_000),
        ("max-age=10", "40", 0),
        ("max-age=10", "soon", 10_000),
        ("max-age=31536000, immutable", None, 300_000),
        ("max-age=99999999999999999999", None, 0),
        ("max-age=-5", None, 0),
        ("max-age", None, 0),
        ("max-age=10, no-store", None, 0),
        ("No-Cache", None, 0),
        ('no-cache="set-cookie"', None, 0),
        ("s-maxage=10", None, UNSAID_MS),
    ],
)
def test_n2_for_how_long(cache_control: str | None, age: str | None, kept_ms: int) -> None:
    assert kept_ms_of(cache_control, age, LIST) == kept_ms


def test_a_credential_is_never_kept() -> None:
    assert kept_ms_of("max-age=300", None, Wanted.CREDENTIAL) == 0
