"""How much one client may ask for, and how much all of them together. Pure: time is passed in.

A client is an IP address (an IPv6 one by its /64, which is what one household or host gets). Each has a
token bucket: `burst` requests at once, `per_second` in the long run; a transaction costs one token, so a
batch costs as many as it holds. The table of clients is bounded: the one that has been quiet for longest is
forgotten, which can only give it tokens.
"""

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """The limits of one server. Sizes in bytes, times in seconds.

    `verify_…`: of credentials that are judged for somebody; `verify_fetch_s` bounds what is fetched for one.
    `unready_kept_s`: for how long reads are told what the node said of its readiness; asking it takes a fifth
    of the time of a small answer.
    """

    transaction_bytes: int = 60 * 1024
    batch_transactions: int = 1_000
    batch_bytes: int = 2 * 1024 * 1024
    attachment_bytes: int = 1024 * 1024
    query_bytes: int = 2 * 1024
    body_timeout_s: float = 30.0
    idle_s: float = 75.0
    linger_s: float = 1.0
    final_wait_s: float = 10.0
    changes_wait_s: float = 30.0
    waiting: int = 10_000
    waiting_per_client: int = 512
    aside: int = 256
    aside_per_client: int = 128
    verify_bytes: int = 8 * 1024 * 1024
    verify_at_once: int = 8
    verify_at_once_per_client: int = 2
    verify_fetch_s: float = 20.0
    kept_bits_bytes: int = 16 * 1024 * 1024
    unready_kept_s: float = 0.1
    page_entries: int = 1_000
    page_blocks: int = 100
    page_transactions: int = 1_000
    page_epochs: int = 64
    requests_per_second: int = 2_000
    request_burst: int = 10_000
    clients: int = 10_000
    connections: int = 8_192
    connections_per_client: int = 512


class Buckets:
    """The token buckets of all clients."""

    def __init__(self, *, per_second: int, burst: int, clients: int) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clients = clients
        self._held: OrderedDict[str, tuple[float, int]] = (
            OrderedDict()
        )  # tokens, and the time they were counted

    def take(self, client: str, tokens: int, now_ms: int) -> int | None:
        """Takes tokens; None if there were enough, else the whole seconds (≥ 1) until there will be.

        More tokens than the burst are taken from a full bucket, once: a request of permitted size is never
        impossible.
        """
        held, counted_ms = self._held.pop(client, (float(self._burst), now_ms))
        held = min(self._burst, held + max(0, now_ms - counted_ms) * self._per_second / 1000)
        wanted = min(tokens, self._burst)
        enough = held >= wanted
        self._held[client] = (held - wanted if enough else held, now_ms)
        if len(self._held) > self._clients:
            self._held.popitem(last=False)
        if enough:
            return None
        return max(1, ceil((wanted - held) / self._per_second))


@lru_cache(maxsize=4096)
def client_of(address: str | None) -> str:
    """The client that an IP address stands for; "local" where there is none (a Unix socket)."""
    if address is None:
        return "local"
    host = ip_address(address.partition("%")[0])
    if isinstance(host, IPv6Address):
        if host.ipv4_mapped is not None:
            return str(host.ipv4_mapped)
        return str(IPv6Network((host, 64), strict=False).network_address)
    return str(host)
