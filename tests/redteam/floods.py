"""Floods over the real transport: bytes made before, written between the honest frames of a link.

A flood must cost its sender less than those who receive it, or it measures the sender. So whole batches of
encoded frames are made once and handed to the link's writer at the pace of the flood, past the outbox, which
takes frames one by one. A batch counts as delivered when the writer comes back for the next.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

import trio

from consensus.messages import Message
from consensus.wire import encode_message
from node.links.frames import FrameKind, frame
from node.transport.bridge import Outbox
from node.transport.framing import encode_frame

BATCH_BYTES = 60 * 1024
TICK_S = 0.02
"""A flood is written in portions of this time at most, so that it is even."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Encoded frames with their lengths before them, as they travel, and how many they are."""

    wire: bytes
    frames: int


def batch(frames: Sequence[bytes]) -> Batch:
    """One batch of these frames."""
    return Batch(b"".join(map(encode_frame, frames)), len(frames))


def message_frame(message: Message) -> bytes:
    """The frame that carries a consensus message."""
    return frame(FrameKind.CONSENSUS, encode_message(message))


def batches(frames: Iterable[bytes], size_bytes: int) -> Iterator[Batch]:
    """The frames in order, in batches of about this size."""
    group: list[bytes] = []
    size = 0
    for one in frames:
        group.append(one)
        size += len(one)
        if size >= size_bytes:
            yield batch(group)
            group, size = [], 0
    if group:
        yield batch(group)


@dataclass(slots=True)
class Flood:
    """`make` gives the next batch, on the transport's thread; empty batches are passed over. `peers` empty:
    all. What is delivered is counted under `count` and, in bytes, under `<count> bytes`."""

    make: Callable[[], Batch]
    bytes_per_s: float
    count: str
    peers: frozenset[str] = frozenset()
    _due_s: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(
        cls, frames: Sequence[bytes], bytes_per_s: float, count: str, peers: Iterable[str] = ()
    ) -> "Flood":
        """These frames again and again."""
        portion = max(1, min(BATCH_BYTES, int(bytes_per_s * TICK_S)))
        turning = cycle(tuple(batches(frames, portion)))
        return cls(lambda: next(turning), bytes_per_s, count, frozenset(peers))

    def due_s(self, peer: str, now_s: float) -> float:
        """When this peer is due for more."""
        return self._due_s.setdefault(peer, now_s)

    def take(self, peer: str, now_s: float) -> Batch:
        """The next batch for this peer. A writer that was held up does not make up for it."""
        made = self.make()
        due_s = max(self.due_s(peer, now_s), now_s - TICK_S)
        self._due_s[peer] = due_s + max(len(made.wire) / self.bytes_per_s, 0.001)
        return made


class Flooded:
    """An outbox's `batch` in whose pauses floods are written: what the node itself sends goes first."""

    def __init__(self, peer: str, outbox: Outbox, floods: Sequence[Flood], tally: Counter[str]) -> None:
        self._peer = peer
        self._honest = outbox.batch
        self._floods = floods
        self._tally = tally
        self._written: tuple[Flood, Batch] | None = None

    async def batch(self, size_bytes: int) -> bytes:
        """See `node.transport.bridge.Outbox.batch`."""
        self._count()
        while True:
            flood = self._next()
            now_s = trio.current_time()
            honest = b""
            with trio.move_on_at(now_s + TICK_S if flood is None else flood.due_s(self._peer, now_s)):
                honest = await self._honest(size_bytes)
            if honest:
                return honest
            if flood is None:
                continue
            made = flood.take(self._peer, trio.current_time())
            if made.frames:
                self._written = (flood, made)
                return made.wire

    def _next(self) -> Flood | None:
        now_s = trio.current_time()
        mine = [flood for flood in self._floods if not flood.peers or self._peer in flood.peers]
        return min(mine, key=lambda flood: flood.due_s(self._peer, now_s), default=None)

    def _count(self) -> None:
        if self._written is not None:
            flood, made = self._written
            self._tally[flood.count] += made.frames
            self._tally[f"{flood.count} bytes"] += len(made.wire)
            self._written = None
