"""Keeps what comes to the replicas of a run, and what they want done.

Events without effects are left out unless a scenario asks for them. Replicas to which the same happened in
the same millisecond share an entry: a message takes longer than that, so neither is the other's cause.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from consensus.events import Effect, Event, Now
from consensus.replica import Replica
from node.simulation.schedule import Schedule
from node.simulation.seat import Parts
from tests.simulation.transcripts.wording import Wording


@dataclass(frozen=True)
class Entry:
    """What happened to some replicas, and what each of them wants done; a remark has no replicas."""

    time_ms: int
    replicas: tuple[str, ...]
    event: str
    effects: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """The time since the beginning, the replicas, the event; then an arrow for each effect."""
        who = f"{' '.join(self.replicas)}:" if self.replicas else "--"
        yield f"{self.time_ms:>6} ms  {who} {self.event}"
        yield from (f"           -> {effect}" for effect in self.effects)

    def shares(self, other: Entry) -> bool:
        """Whether the same happened to other replicas."""
        return replace(self, replicas=other.replicas) == other


@dataclass
class Recording:
    """Keeps nothing until it begins, and then only what happens to the replicas that are watched."""

    words: Wording = field(default_factory=Wording)
    entries: list[Entry] = field(default_factory=list)
    _schedule: Schedule | None = None
    _begun_ms: int = 0
    _watched: Sequence[int] = ()
    _every_event: bool = False

    def parts(self) -> Parts:
        """The code under test, with replicas that tell this recording what they do."""
        recording = self

        class Recorded(Replica):
            def handle(self, now: Now, event: Event) -> tuple[Effect, ...]:
                effects = super().handle(now, event)
                recording.add(self._state.config.index, event, effects)
                return effects

        return Parts(replica=Recorded)

    def begin(self, schedule: Schedule, watched: Sequence[int], *, every_event: bool = False) -> None:
        """Record from now on what happens to these validators, with `every_event` also what has no effect."""
        self._schedule, self._begun_ms = schedule, schedule.now_ms
        self._watched, self._every_event = watched, every_event

    def remark(self, text: str) -> None:
        """Say what the scenario does."""
        self.entries.append(Entry(self._time_ms(), (), text, ()))

    def add(self, index: int | None, event: Event, effects: Sequence[Effect]) -> None:
        """A replica has handled an event."""
        if index in self._watched and (effects or self._every_event):
            happened = self.words.event(event)
            wanted = tuple(map(self.words.effect, effects))
            self._append(Entry(self._time_ms(), (f"v{index}",), happened, wanted))

    def text(self) -> str:
        """All entries, a line for each event and each effect."""
        return "".join(f"{line}\n" for entry in self.entries for line in entry.lines())

    def _time_ms(self) -> int:
        assert self._schedule is not None
        return self._schedule.now_ms - self._begun_ms

    def _append(self, entry: Entry) -> None:
        """Append the entry, or its replica to the one that it shares, unless something happened to that
        replica between the two."""
        for position, earlier in reversed(list(enumerate(self.entries))):
            if earlier.time_ms != entry.time_ms or set(entry.replicas) <= set(earlier.replicas):
                break
            if earlier.shares(entry):
                replicas = tuple(sorted(earlier.replicas + entry.replicas))
                self.entries[position] = replace(earlier, replicas=replicas)
                return
        self.entries.append(entry)
