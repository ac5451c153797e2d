"""What has happened since the driver last looked: events for the replica, bounded, taken all at once.

Own events (answers, timers, links) always find room; whoever brings events of peers first waits for `room`,
so a peer that sends faster than the driver takes is slowed down and nothing of it is lost.
"""

import asyncio

from consensus.events import Event

CAPACITY = 4_096
"""Events that may wait before peers are made to wait."""


class Inbox:
    """Events in the order in which they came; one taker."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._events: list[Event] = []
        self._arrived = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()

    def put(self, event: Event) -> None:
        """Adds an event."""
        self._events.append(event)
        self._arrived.set()
        if len(self._events) >= self._capacity:
            self._has_room.clear()

    async def room(self) -> None:
        """Returns when fewer events than the capacity wait."""
        await self._has_room.wait()

    async def take(self, timeout_s: float | None) -> list[Event]:
        """All that wait; waits for the first one, at most so long (None: for ever), then answers none."""
        if not self._events:
            try:
                async with asyncio.timeout(timeout_s):
                    await self._arrived.wait()
            except TimeoutError:
                return []
        events = self._events
        self.clear()
        return events

    def clear(self) -> None:
        """Drops all that waits; whoever waits for room has it."""
        self._events = []
        self._arrived.clear()
        self._has_room.set()
