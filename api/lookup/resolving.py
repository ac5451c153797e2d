"""The addresses of a host: looked up once, judged, and connected to as they were judged (decision 0127)."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import ip_address
from typing import Any, Final, Protocol, TypeAlias

from aiohttp.abc import AbstractResolver, ResolveResult

from api.lookup.addresses import IpAddress, is_public
from api.lookup.fault import FetchError, FetchFault
from api.lookup.target import Target

_MAX_ADDRESSES: Final = 8
_LOOKED_UP_AT_ONCE: Final = 16

AddressInfo: TypeAlias = tuple[int, int, int, str, tuple[Any, ...]]
"""Family, type, protocol, name and socket address, as `getaddrinfo` gives them."""
OpenSocket: TypeAlias = Callable[[AddressInfo], socket.socket]
"""Opens an unconnected socket for an address."""


class NameService(Protocol):
    """Knows the addresses of names."""

    async def addresses(self, host: str) -> Sequence[str]:
        """The IP addresses of a host, as texts. Raises OSError where the name is not known."""


class SystemNames:
    """The names that this machine knows, by its own resolver.

    It looks them up on threads of its own. A name server that answers slowly keeps a thread for longer than
    anybody waits for it; on the event loop's own threads it would keep everything else that runs there
    waiting.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_LOOKED_UP_AT_ONCE, thread_name_prefix="names")

    async def addresses(self, host: str) -> Sequence[str]:
        """See `NameService`."""
        look_up = partial(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        return list(dict.fromkeys(str(info[4][0]) for info in found))


def plain_socket(info: AddressInfo) -> socket.socket:
    """A TCP socket that does not block."""
    opened = socket.socket(info[0], info[1], info[2])
    opened.setblocking(False)
    return opened


async def judged_addresses(target: Target, names: NameService) -> tuple[IpAddress, ...]:
    """The addresses at which a target may be asked, at most 8. Raises FetchError where there is none."""
    if target.address is not None:
        return (target.address,)
    try:
        texts = await names.addresses(target.origin.host)
    except (OSError, UnicodeError):
        raise FetchError(FetchFault.NAME_UNKNOWN, target.origin.host) from None
    addresses = [_read(text) for text in texts[:_MAX_ADDRESSES]]
    if not addresses:
        raise FetchError(FetchFault.NAME_UNKNOWN, target.origin.host)
    judged = tuple(address for address in addresses if target.is_permitted or is_public(address))
    if not judged:
        raise FetchError(FetchFault.PRIVATE_ADDRESS, f"{target.origin.host} is {addresses[0]}")
    return judged


def _read(text: str) -> IpAddress:
    try:
        return ip_address(text)
    except ValueError:
        raise FetchError(FetchFault.NAME_UNKNOWN, "what its name leads to is no address") from None


class Pinned(AbstractResolver):
    """Gives the connector the addresses that were judged, and no others: nothing is looked up again."""

    def __init__(self, target: Target, addresses: Sequence[IpAddress]) -> None:
        self._target = target
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """See `AbstractResolver`."""
        if host != self._target.origin.host:
            raise OSError(f"the host is {self._target.origin.host}, and no other")
        return [
            ResolveResult(
                hostname=host, host=str(address), port=port, family=_family(address), proto=0, flags=0
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """See `AbstractResolver`."""


def only_to(addresses: Sequence[IpAddress], open_socket: OpenSocket) -> OpenSocket:
    """Opens sockets for these addresses alone: the last place at which a wrong one would be seen."""

    def opened(info: AddressInfo) -> socket.socket:
        if ip_address(str(info[4][0])) not in addresses:
            raise OSError(f"{info[4][0]} is none of the addresses that were judged")
        return open_socket(info)

    return opened


def _family(address: IpAddress) -> socket.AddressFamily:
    return socket.AF_INET if address.version == 4 else socket.AF_INET6
