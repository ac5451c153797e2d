"""Asks one node the same kind of thing over a few kept connections, as fast as it answers.

A client as light as can be: requests are bytes made before, and of a response only the status and the length
are read, so that the node is what limits the rate.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass
class Count:
    """Responses so far, by status."""

    by_status: dict[int, int] = field(default_factory=dict)
    bytes: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_status.values())


class _Connection(asyncio.Protocol):
    """One request at a time, the next as soon as the response before is whole."""

    def __init__(self, requests: Iterator[bytes], count: Count) -> None:
        self._requests = requests
        self._count = count
        self._held = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        self._held += data
        end = self._held.find(_HEAD_END)
        if end < 0 or self._transport is None:
            return
        status = int(self._held[9:12])
        whole = end + len(_HEAD_END) + (0 if status == 304 else _length(bytes(self._held[:end]).lower()))
        if len(self._held) < whole:
            return
        self._count.by_status[status] = self._count.by_status.get(status, 0) + 1
        self._count.bytes += whole
        del self._held[:whole]
        self._transport.write(next(self._requests))


def _length(head: bytes) -> int:
    start = head.index(_LENGTH) + len(_LENGTH)
    return int(head[start:].split(b"\r\n", 1)[0])


def request(path: str, host: str, **headers: str) -> bytes:
    """The bytes of a GET; an underscore in a header's name stands for a hyphen."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join((*lines, "", "")).encode()


async def ask(host: str, requests: Iterator[bytes], seconds: float, connections: int = 8) -> Count:
    """How many responses came within that time. `host` is ADDRESS:PORT."""
    address, _, port = host.rpartition(":")
    loop, count = asyncio.get_running_loop(), Count()
    opened = [
        await loop.create_connection(lambda: _Connection(requests, count), address, int(port))
        for _ in range(connections)
    ]
    await asyncio.sleep(seconds)
    for transport, _protocol in opened:
        transport.abort()
    return count
