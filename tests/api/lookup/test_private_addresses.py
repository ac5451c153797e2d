"""No connection to a private address, whatever a URL says and however often a name service changes its mind.

What counts as private is written down here a second time, from IANA's registries, by numbers alone.
"""

import asyncio
import random
import socket
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest

from api.lookup.addresses import is_public
from api.lookup.fault import FetchError, FetchFault
from api.lookup.fetching import Fetcher
from api.lookup.resolving import AddressInfo, SystemNames
from api.lookup.wanted import Wanted
from tests.api.lookup.loopback import NOW_MS, Names, client_tls

CASES = 10_000

SPECIAL_V4 = [
    ("0.0.0.0", 8),
    ("10.0.0.0", 8),
    ("100.64.0.0", 10),
    ("127.0.0.0", 8),
    ("169.254.0.0", 16),
    ("172.16.0.0", 12),
    ("192.0.0.0", 24),
    ("192.0.2.0", 24),
    ("192.88.99.0", 24),
    ("192.168.0.0", 16),
    ("198.18.0.0", 15),
    ("198.51.100.0", 24),
    ("203.0.113.0", 24),
    ("224.0.0.0", 3),
]
SPECIAL_V6 = [("2001::", 23), ("2001:db8::", 32), ("2002::", 16), ("3fff::", 20)]


def number(text: str) -> int:
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    return int.from_bytes(socket.inet_pton(family, text), "big")


def within(found: int, networks: list[tuple[str, int]], bits: int) -> bool:
    return any(found >> (bits - length) == number(text) >> (bits - length) for text, length in networks)


def is_private(text: str) -> bool:
    """The oracle."""
    found = number(text)
    if ":" not in text:
        return within(found, SPECIAL_V4, 32)
    if found >> 32 in (0xFFFF, 0x64FF9B << 64):
        return within(found & 0xFFFFFFFF, SPECIAL_V4, 32)
    return found >> 125 != 1 or within(found, SPECIAL_V6, 128)


class Dialled:
    """Notes where a connection would be made, and makes none."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    def open_socket(self, info: AddressInfo) -> socket.socket:
        """See `OpenSocket`."""
        self.addresses.append(str(info[4][0]))
        raise OSError("no test leaves this machine")


def fetcher(names: Names, dialled: Dialled) -> Fetcher:
    return Fetcher(
        now_ms=lambda: NOW_MS, names=names, tls=client_tls(), open_socket=dialled.open_socket, timeout_s=60
    )


def any_address(chance: random.Random) -> str:
    """An address, more often than not near the edge of a special network, or one that embeds another."""
    if chance.random() < 0.5:
        text, length = chance.choice([*SPECIAL_V4, ("8.8.8.0", 24), ("1.0.0.0", 8)])
        edge = number(text) + chance.choice([-1, 0, 1, (1 << (32 - length)) - 1, 1 << (32 - length)])
        v4 = edge % (1 << 32)
    else:
        v4 = chance.getrandbits(32)
    forms = [
        lambda: str(IPv4Address(v4)),
        lambda: str(IPv6Address(0xFFFF << 32 | v4)),
        lambda: str(IPv6Address(v4)),
        lambda: str(IPv6Address(number("64:ff9b::") | v4)),
        lambda: str(IPv6Address(number("64:ff9b:1::") | v4)),
        lambda: str(IPv6Address(number("2002::") | v4 << 80)),
        lambda: str(IPv6Address(number("2001::") | v4 << 64)),
        lambda: str(IPv6Address(number("2a00::") | chance.getrandbits(112))),
        lambda: str(IPv6Address(chance.getrandbits(128))),
        lambda: str(IPv6Address(number(chance.choice(["fc00::", "fe80::", "ff02::"])) | v4)),
    ]
    return chance.choice(forms)()


def any_host(chance: random.Random, names: Names) -> str:
    """A host: a name with what it is said to be from time to time, or an address in some spelling."""
    text = any_address(chance)
    spelt = chance.randrange(6)
    if spelt < 3:
        answers: list[Sequence[str]] = [
            [any_address(chance) for _ in range(chance.randrange(1, 4))] for _ in range(3)
        ]
        names.answers["host.example"] = answers
        return "host.example"
    if ":" in text:
        return f"[{IPv6Address(text).exploded if spelt == 3 else text}]"
    bare = number(text)
    return [text, str(bare), f"{bare:#x}", ".".join(f"0{byte:o}" for byte in bare.to_bytes(4, "big"))][
        chance.randrange(4)
    ]


@pytest.mark.parametrize("seed", range(4))
async def test_no_connection_to_a_private_address(seed: int) -> None:
    chance = random.Random(seed)
    refused = dialled_at_all = 0
    for _ in range(CASES // 4):
        names, dialled = Names({}), Dialled()
        host = any_host(chance, names)
        with pytest.raises(FetchError) as raised:
            await fetcher(names, dialled).fetch(f"https://{host}/list", Wanted.STATUS_LIST)
        assert [text for text in dialled.addresses if is_private(text)] == []
        assert len(names.asked) <= 1
        fault = raised.value.fault
        assert (fault is FetchFault.UNREACHABLE) == bool(dialled.addresses)
        dialled_at_all += bool(dialled.addresses)
        refused += fault in (FetchFault.PRIVATE_ADDRESS, FetchFault.HOST_MALFORMED)
    assert refused + dialled_at_all == CASES // 4
    assert min(refused, dialled_at_all) > CASES // 20  # both happen


def test_the_oracle_and_the_judge_are_of_one_mind() -> None:
    chance = random.Random(28)
    for _ in range(CASES):
        text = any_address(chance)
        if is_private(text):
            assert not is_public(ip_address(text)), text


async def test_f2_what_a_name_is_afterwards_does_not_matter() -> None:
    """Rebinding: public when it is judged, loopback when it is connected to."""
    names, dialled = Names({"host.example": [["8.8.8.8"], ["127.0.0.1"]]}), Dialled()
    with pytest.raises(FetchError) as raised:
        await fetcher(names, dialled).fetch("https://host.example/", Wanted.STATUS_LIST)
    assert raised.value.fault is FetchFault.UNREACHABLE
    assert (dialled.addresses, names.asked) == (["8.8.8.8"], ["host.example"])


async def test_of_several_addresses_the_public_ones_are_asked() -> None:
    names, dialled = Names({"host.example": [["10.0.0.1", "8.8.8.8", "::1", "2a00::1"]]}), Dialled()
    with pytest.raises(FetchError):
        await fetcher(names, dialled).fetch("https://host.example/", Wanted.STATUS_LIST)
    assert sorted(dialled.addresses) == ["2a00::1", "8.8.8.8"]


async def test_names_are_looked_up_though_the_loops_own_threads_are_taken() -> None:
    taken, given_back = threading.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(1))

    def take() -> None:
        taken.set()
        given_back.wait()

    running = loop.run_in_executor(None, take)
    assert taken.wait(10)
    try:
        assert await SystemNames().addresses("127.0.0.1") == ["127.0.0.1"]
    finally:
        given_back.set()
        await running


@pytest.mark.parametrize("said", [[], ["no address"], ["fe80::1%eth0"]])
async def test_a_name_that_leads_nowhere(said: list[str]) -> None:
    dialled = Dialled()
    with pytest.raises(FetchError) as raised:
        await fetcher(Names({"host.example": [said]}), dialled).fetch("https://host.example/", Wanted.SCHEMA)
    assert raised.value.fault in (FetchFault.NAME_UNKNOWN, FetchFault.PRIVATE_ADDRESS)
    assert dialled.addresses == []


async def test_whatever_a_url_says_behind_its_host() -> None:
    chance = random.Random(31)
    signs = "!#$%&'()*+,./09:;=?@AZ_az~-"
    for _ in range(500):
        names, dialled = Names({"host.example": [["8.8.8.8"]]}), Dialled()
        behind = "".join(chance.choice(signs) for _ in range(chance.randrange(12)))
        with pytest.raises(FetchError) as raised:
            await fetcher(names, dialled).fetch(f"https://host.example/{behind}", Wanted.STATUS_LIST)
        assert (raised.value.fault, dialled.addresses) == (FetchFault.UNREACHABLE, ["8.8.8.8"]), behind


async def test_each_address_that_may_be_dialled_is_admitted_before() -> None:
    """Else a name whose first address is dead would have others asked as often as anybody likes."""
    texts = ["93.184.215.14", "93.184.216.34", "8.8.8.8"]
    dialled, admitted = Dialled(), list[str]()
    fetcher = Fetcher(
        now_ms=lambda: NOW_MS,
        names=Names({"lists.example": [texts]}),
        tls=client_tls(),
        open_socket=dialled.open_socket,
        admit=lambda address: admitted.append(str(address)),
    )
    with pytest.raises(FetchError):
        await fetcher.fetch("https://lists.example/list", Wanted.STATUS_LIST)
    assert (set(dialled.addresses), admitted) == (set(texts), texts)
