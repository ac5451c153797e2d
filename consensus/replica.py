"""The replica: Simplex consensus as a function of events. The rules R1 to R19 stand in SPEC.md; code cites
them."""

from typing import assert_never

from consensus.config import ReplicaConfig, Restored
from consensus.events import (
    Built,
    ContentArrived,
    Effect,
    Event,
    Executed,
    LinkDown,
    LinkUp,
    Now,
    PoolChanged,
    Received,
    Synced,
    Tick,
)
from consensus.guard import Guard


class Replica:
    """One replica of one epoch. `guard` is None for an observer."""

    def __init__(self, config: ReplicaConfig, guard: Guard | None, restored: Restored) -> None:
        self._config = config
        self._guard = guard
        self._restored = restored

    @property
    def deadline_ms(self) -> int | None:
        """The monotonic time at which the driver owes a Tick; None: no timer runs."""
        return None

    def handle(self, now: Now, event: Event) -> tuple[Effect, ...]:
        """Takes one event and returns what is to be done about it, in order."""
        match event:
            case (
                Tick()
                | Received()
                | LinkUp()
                | LinkDown()
                | Executed()
                | Built()
                | PoolChanged()
                | ContentArrived()
                | Synced()
            ):
                return ()
            case _:
                assert_never(event)
