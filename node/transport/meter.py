"""How fast a peer may make this node work: token buckets, charged where the peer's bytes are read
(decision 0042).

A peer above its rate is made to wait, and TCP passes the wait on to it. Time is passed in, in seconds.
"""

from collections import OrderedDict

import trio

from node.transport.settings import TransportLimits
from node.transport.token_bucket import TokenBucket

_STREAM_OPERATIONS = 50
"""What opening a stream costs, in multiplexer frames: negotiating its protocol, a task, a handler."""
_ADDRESSES = 4096


class PeerMeter:
    """What one peer has made this node do, over all its connections; kept while the peer is listed."""

    def __init__(self, limits: TransportLimits) -> None:
        self._bytes = TokenBucket(limits.inbound_bytes_per_s, limits.inbound_burst_bytes)
        self._operations = TokenBucket(limits.inbound_operations_per_s, limits.inbound_operations_per_s)
        self._frames = TokenBucket(limits.inbound_frames_per_s, limits.inbound_frames_per_s)
        self._bulk_out = TokenBucket(limits.bulk_bytes_per_s, limits.chunk_bytes)
        self._links = TokenBucket(limits.links_per_s, limits.links_burst)

    async def received(self, size_bytes: int) -> None:
        """Charge one read from the socket."""
        now_s = trio.current_time()
        await _wait(max(self._bytes.charge(size_bytes, now_s), self._operations.charge(1, now_s)))

    async def operation(self, *, opens_stream: bool = False) -> None:
        """Charge one frame of the multiplexer: small ones cost what large ones do, a new stream much more."""
        cost = _STREAM_OPERATIONS if opens_stream else 1
        await _wait(self._operations.charge(cost, trio.current_time()))

    async def frames(self, count: int) -> None:
        """Charge consensus frames."""
        await _wait(self._frames.charge(count, trio.current_time()))

    async def bulk_sent(self, size_bytes: int) -> None:
        """Charge bulk bytes that this node writes, so that votes keep the rest of the line."""
        await _wait(self._bulk_out.charge(size_bytes, trio.current_time()))

    def may_link(self) -> bool:
        """Charge a new link: coming and going makes both sides repeat themselves."""
        return self._links.try_charge(1, trio.current_time())


class DoorMeter:
    """How often each address may knock: a handshake costs this node milliseconds before the key is known.

    Addresses are forgotten, the longest silent first, so that a flood from many of them is bounded in memory.
    """

    def __init__(self, limits: TransportLimits) -> None:
        self._limits = limits
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def may_knock(self, address: str) -> bool:
        """Charge a connection from an address."""
        bucket = self._buckets.pop(address, None)
        if bucket is None:
            bucket = TokenBucket(self._limits.knocks_per_s, self._limits.knocks_burst)
        self._buckets[address] = bucket
        if len(self._buckets) > _ADDRESSES:
            self._buckets.popitem(last=False)
        return bucket.try_charge(1, trio.current_time())


async def _wait(seconds: float) -> None:
    if seconds > 0:
        await trio.sleep(seconds)
