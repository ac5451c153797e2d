"""A disk that forgets what was not flushed.

A turn's writes are one batch, written whole or not at all. A batch is durable once a flush that began after
its write has returned. A crash keeps any prefix of the batches not yet durable; the first one lost may be
left torn, as the last record of a log cut short, which opening drops. Batches are numbered, and opening
checks that none is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Generic, TypeVar

Write = TypeVar("Write")


class WritesLost(Exception):
    """The batches found at opening are not a gapless sequence: acknowledged writes are gone."""


@dataclass(frozen=True, slots=True)
class Flush(Generic[Write]):
    """What one flush makes durable, or nothing of it. ``turn`` numbers the batches without a gap."""

    turn: int
    writes: tuple[Write, ...]


@dataclass(slots=True)
class SimulatedDisk(Generic[Write]):
    """``flush_ms`` is how long a flush takes, drawn anew by whoever makes the disk slow."""

    flush_ms: int = 0
    fail_next_flush: bool = False
    durable_turns: int = 0
    written_turns: int = 0
    torn: bool = False
    _pending: list[Flush[Write]] = field(default_factory=list)

    def write(self, writes: Iterable[Write]) -> None:
        """Append one batch; durable only after a later ``flushed``."""
        self.written_turns += 1
        self._pending.append(Flush(self.written_turns, tuple(writes)))

    def flushed(self) -> list[Flush[Write]]:
        """A flush that began after the latest write has returned; returns what it made durable."""
        return self._settle(len(self._pending))

    def crash(self, random: Random) -> list[Flush[Write]]:
        """Lose a suffix of what was not durable; returns the batches that survived unflushed."""
        if not self._pending:
            return []
        kept = random.randint(0, len(self._pending))
        self.torn = kept < len(self._pending) and random.random() < 0.5
        survived = self._settle(kept)
        self._pending.clear()
        return survived

    def open(self) -> int:
        """Drop a torn tail and return the number of durable turns; raises ``WritesLost`` on a gap."""
        self.torn = False
        self.written_turns = self.durable_turns
        if self._pending:
            raise WritesLost("opened while batches of the process before are still pending")
        return self.durable_turns

    def _settle(self, count: int) -> list[Flush[Write]]:
        settled = self._pending[:count]
        for batch in settled:
            if batch.turn != self.durable_turns + 1:
                raise WritesLost(f"turn {batch.turn} follows turn {self.durable_turns}")
            self.durable_turns = batch.turn
        del self._pending[:count]
        return settled
