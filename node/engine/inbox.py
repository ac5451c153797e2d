"""What has happened since the driver last looked, and what peers sent: own events first, peers in turn.

Rules, each named by the tests that prove it:

- **I1 Own events** (answers, timers) always find room and are taken before anything of a peer.
- **I2 In order.** What one peer's link brought, its coming up and going down included, is taken in order.
- **I3 In turn.** Peers are served by deficit round robin (M. Shreedhar and G. Varghese, "Efficient fair
  queuing using deficit round robin", 1996), measured by the time that handling their frames took: whoever
  costs more waits longer, and nobody waits behind the queue of another.
- **I4 Bounded.** While frames of one peer fill `ROOM_BYTES` no more is taken from it; the wait passes on to
  its sender.
- **I5 Paused and shut.** A paused peer is passed over; if its link goes down meanwhile, its frames are
  dropped. A shut one is heard no more until its link comes up again.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from consensus.events import Event, LinkDown, LinkUp
from node.wording.units import MIB

ROOM_BYTES = MIB
"""Bytes of one peer's frames that may wait before it is made to wait; the last batch may go beyond."""
FRAME_OVERHEAD_BYTES = 64
"""What holding a frame costs besides its bytes."""
QUANTUM_S = 0.001
"""Handling time that one turn of a peer is worth."""

PeerArrival = bytes | LinkUp | LinkDown
"""A frame, or what became of the link."""


@dataclass(slots=True)
class _Queue:
    """What waits of one peer; `left_s` is what is left of its turn, a debt where its last frame cost more."""

    arrivals: deque[PeerArrival] = field(default_factory=deque)
    size_bytes: int = 0
    left_s: float = 0.0
    paused_until_s: float = 0.0
    is_shut: bool = False
    has_room: asyncio.Event = field(default_factory=asyncio.Event)


class Inbox:
    """Own events and the arrivals of each peer; one taker. `clock_s` is monotonic, in seconds."""

    def __init__(self, clock_s: Callable[[], float], room_bytes: int = ROOM_BYTES) -> None:
        self._clock_s = clock_s
        self._room_bytes = room_bytes
        self._events: list[Event] = []
        self._queues: dict[str, _Queue] = {}
        self._line: deque[str] = deque()
        """The peers of whom something waits; the first one has its turn."""
        self._arrived = asyncio.Event()

    # In

    def put(self, event: Event) -> None:
        """Adds an own event (I1)."""
        self._events.append(event)
        self._arrived.set()

    def wake(self) -> None:
        """Whoever waits has something to look at that is not in here. Who does not wait looks at it anyway,
        by its deadline."""
        self._arrived.set()

    async def frames(self, peer_id: str, frames: Sequence[bytes]) -> None:
        """Adds frames of a linked peer; returns when there is room for more (I4)."""
        queue = self._queue(peer_id)
        if not queue.is_shut:
            self._add(peer_id, queue, frames)
            await queue.has_room.wait()

    def link(self, peer_id: str, changed: LinkUp | LinkDown) -> None:
        """Adds that a peer's link came up or went down, after all that it brought before (I2)."""
        queue = self._queue(peer_id)
        if isinstance(changed, LinkUp):
            queue.is_shut = False
        elif self._is_paused(queue):
            self._drop_frames(queue)
            queue.paused_until_s = 0.0
        self._add(peer_id, queue, (changed,))

    # Out

    async def wait(self, timeout_s: float | None) -> None:
        """Returns when something can be taken, or after that time (None: it may be for ever)."""
        wait_s = self._wait_s()
        if wait_s == 0:
            return
        self._arrived.clear()
        limits_s = [limit_s for limit_s in (timeout_s, wait_s) if limit_s is not None]
        try:
            async with asyncio.timeout(min(limits_s, default=None)):
                await self._arrived.wait()
        except TimeoutError:
            return

    def own(self) -> list[Event]:
        """All own events that wait, in order."""
        events, self._events = self._events, []
        return events

    def next(self) -> tuple[str, PeerArrival] | None:
        """The next arrival of the peer whose turn it is (I3), None if nobody's can be taken. Say `spent` when
        it is handled."""
        passed_over = 0
        while passed_over < len(self._line):
            peer_id = self._line[0]
            queue = self._queues[peer_id]
            if not queue.arrivals:
                self._line.popleft()
                queue.left_s = min(queue.left_s, 0.0)
            elif self._is_paused(queue):
                self._line.rotate(-1)
                passed_over += 1
            else:
                if queue.left_s <= 0:
                    queue.left_s += QUANTUM_S
                if queue.left_s > 0:
                    return peer_id, self._take(queue)
                self._line.rotate(-1)
                passed_over = 0
        return None

    def spent(self, peer_id: str, seconds: float) -> None:
        """Handling the peer's last arrival took so long."""
        queue = self._queues[peer_id]
        queue.left_s -= seconds
        if queue.left_s <= 0 and self._line and self._line[0] == peer_id:
            self._line.rotate(-1)

    def pause(self, peer_id: str, until_s: float) -> None:
        """Takes nothing from this peer until then (I5)."""
        self._queue(peer_id).paused_until_s = until_s

    def shut(self, peer_id: str) -> None:
        """Drops what waits of this peer, and whatever comes before its link is up again (I5)."""
        queue = self._queue(peer_id)
        queue.is_shut = True
        self._drop_frames(queue)

    def clear(self) -> None:
        """Drops all that waits; whoever waits for room has it."""
        self._events = []
        self._line.clear()
        for queue in self._queues.values():
            queue.has_room.set()
        self._queues = {peer_id: _Queue(is_shut=True) for peer_id, one in self._queues.items() if one.is_shut}

    @property
    def size_bytes(self) -> int:
        """What the frames that wait take."""
        return sum(queue.size_bytes for queue in self._queues.values())

    def _queue(self, peer_id: str) -> _Queue:
        return self._queues.setdefault(peer_id, _Queue())

    def _add(self, peer_id: str, queue: _Queue, arrivals: Iterable[PeerArrival]) -> None:
        if not queue.arrivals and peer_id not in self._line:
            self._line.append(peer_id)
        queue.arrivals.extend(arrivals)
        queue.size_bytes += sum(map(_size_bytes, arrivals))
        self._tell_room(queue)
        if not self._is_paused(queue):
            self._arrived.set()

    def _take(self, queue: _Queue) -> PeerArrival:
        arrival = queue.arrivals.popleft()
        queue.size_bytes -= _size_bytes(arrival)
        self._tell_room(queue)
        return arrival

    def _drop_frames(self, queue: _Queue) -> None:
        queue.arrivals = deque(one for one in queue.arrivals if not isinstance(one, bytes))
        queue.size_bytes = 0
        self._tell_room(queue)

    def _tell_room(self, queue: _Queue) -> None:
        if queue.size_bytes < self._room_bytes:
            queue.has_room.set()
        else:
            queue.has_room.clear()

    def _is_paused(self, queue: _Queue) -> bool:
        return queue.paused_until_s > self._clock_s()

    def _wait_s(self) -> float | None:
        """How long nothing can be taken, unless more arrives: 0 if something can, None if nothing waits."""
        if self._events:
            return 0
        waiting = [queue for peer_id in self._line if (queue := self._queues[peer_id]).arrivals]
        now_s = self._clock_s()
        return min((max(0.0, queue.paused_until_s - now_s) for queue in waiting), default=None)


def _size_bytes(arrival: PeerArrival) -> int:
    return len(arrival) + FRAME_OVERHEAD_BYTES if isinstance(arrival, bytes) else 0
