"""Agreeing on a protocol by multistream-select, with short reads.

The library reads whatever length the other side announces; here it sees at most `_READ_BYTES` at a time and,
by its own limit of a hundred reads, never holds more than a few kilobytes of a stranger's bytes.
Both functions raise PeerFault; the caller bounds the time.
"""

from collections.abc import Iterable
from typing import Any

from libp2p.io.abc import ReadWriteCloser
from libp2p.protocol_muxer.multiselect import Multiselect
from libp2p.protocol_muxer.multiselect_client import MultiselectClient
from libp2p.protocol_muxer.multiselect_communicator import MultiselectCommunicator

from node.transport.boundary import PeerBytes

_READ_BYTES = 64


class _ShortReads(ReadWriteCloser):  # type: ignore[misc]  # libp2p is untyped here
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def read(self, n: int | None = None) -> bytes:
        data: bytes = await self._connection.read(_READ_BYTES if n is None else min(n, _READ_BYTES))
        if not data:
            raise EOFError("the connection was closed")
        return data

    async def write(self, data: bytes) -> None:
        await self._connection.write(data)

    async def close(self) -> None:
        await self._connection.close()

    def get_remote_address(self) -> tuple[str, int] | None:
        return None


async def propose(connection: Any, protocol: str) -> None:
    """As the side that opened the connection or stream, ask for `protocol`."""
    with PeerBytes(f"proposing {protocol}"):
        await MultiselectClient().select_one_of([protocol], MultiselectCommunicator(_ShortReads(connection)))


async def accept(connection: Any, protocols: Iterable[str]) -> str:
    """As the other side, answer until one of `protocols` is asked for, and return it."""
    with PeerBytes("negotiating a protocol"):
        offered = Multiselect(dict.fromkeys(protocols))
        chosen, _ = await offered.negotiate(MultiselectCommunicator(_ShortReads(connection)))
    return str(chosen)
