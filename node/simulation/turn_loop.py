"""The turn of a simulated process.

It is the node driver's, around the node's own core (`node.engine.core`): drain the inbox, give the core each
event, begin the work that the turn asks for, write all durable effects as one batch, flush, then let the
turn's messages out in order. Nothing is handled while a flush is under way; what arrives then is the next
turn. A turn without writes has nothing to wait for, since no earlier flush can be under way. An end of the
process may fall before the write, between write and flush, and before each message.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from consensus.events import DurableEffect, Effect, Event, Now, Received
from consensus.messages import Vote
from consensus.replica import Replica
from node.engine.core import Core
from node.engine.turn import Turn, Work
from node.simulation.budgets import Charges
from node.simulation.disk import Flush
from node.simulation.machine import Machine
from node.simulation.seat import ProcessDependencies

MEASURED_TURNS = 8
"""The buffers of a replica are measured after every so many turns; one that is over its cap stays so."""


class Ended(Exception):
    """The process ends at this effect."""


class TurnLoop(ABC):
    """Takes the turns of a process, which says what becomes of their effects (`release`) and how it ends."""

    core: Core

    def __init__(
        self, name: str, validator: int, machine: Machine, dependencies: ProcessDependencies, *, watched: bool
    ) -> None:
        self.name = name
        self.validator = validator
        self.machine = machine
        self.watched = watched
        self.running = False
        self.generation = 0
        self.halted = False
        self.restart_ms: int | None = 500
        """How long after a failed flush the process is started again; None: never."""
        self._dependencies = dependencies
        self._crash_next_turn = False
        self._begin_loop()

    @property
    def replica(self) -> Replica:
        """The replica in the core."""
        return self.core.replica

    @abstractmethod
    def begin(self, work: Work) -> None:
        """Begin a piece of work; an event tells what became of it."""

    @abstractmethod
    def release(self, turn: Turn) -> None:
        """Everything the turn wrote is durable: send, each message after a step, and show it. Raises
        Ended."""

    @abstractmethod
    def end(self, restart_ms: int | None) -> None:
        """End the process as a crash does; start it again after ``restart_ms`` unless None."""

    @property
    @abstractmethod
    def relies_on_a_copy(self) -> bool:
        """Whether it votes by a guard that was put back, for want of others that could tell (R12)."""

    def crash_in_turn(self, restart_ms: int) -> None:
        """End the process somewhere within its next turn that has effects."""
        self._crash_next_turn = True
        self.restart_ms = restart_ms

    def has_durable_vote(self, vote: Vote) -> bool:
        """Whether the vote, signature included, would survive a crash now."""
        held = self.machine.durable.votes.get((vote.kind, vote.epoch, vote.view))
        return held == vote

    def _begin_loop(self) -> None:
        self._inbox: list[Event] = []
        self._charges = Charges()
        self._in_turn = False
        self._flushing = False
        self._turns_taken = 0
        self._steps_to_crash: int | None = None
        self._tick_at: int | None = None

    def _note(self, what: str) -> None:
        self._dependencies.trace.note(self.name, what)

    def _put(self, event: Event) -> None:
        self._inbox.append(event)
        if not self._in_turn:
            self._turns()

    def _turns(self, *, is_due: bool = False) -> None:
        """Takes turns while something has happened, and one where something `is_due`."""
        self._in_turn = True
        try:
            while (self._inbox or is_due) and not self._flushing:
                is_due = False
                self._turn()
            if not self._flushing:
                self._set_alarm()
        except Ended:
            self.end(None if self.halted else self.restart_ms)
        finally:
            self._in_turn = False

    def _turn(self) -> None:
        events, self._inbox = self._inbox, []
        schedule, clock = self._dependencies.schedule, self.machine.clock
        now = Now(clock.monotonic_ms(schedule.now_ms), clock.wall_ms(schedule.now_ms))
        effects: list[Effect] = []
        for event in events:
            given = self.core.handle(now, event)
            effects += given
            self._charge(event, given, now)
        effects += self.core.tick(now)
        self._turns_taken += 1
        if self.watched and self._turns_taken % MEASURED_TURNS == 0:
            self._dependencies.monitor.measured(self, self.replica.buffers())
        if self._crash_next_turn and effects:
            self._crash_next_turn = False
            self._steps_to_crash = self._dependencies.random.randint(0, len(effects))
        turn = self.core.turn(effects)
        for work in turn.work:
            self.begin(work)
        self.finish(turn)

    def _charge(self, event: Event, effects: Sequence[Effect], now: Now) -> None:
        """Charge the sender of a message that was in vain."""
        sender = event.sender if isinstance(event, Received) else None
        fault = self._charges.handled(self.replica, sender, effects, now)
        if fault is not None and sender is not None:
            self._note(f"charges {sender}: {fault}")
            if self.watched:
                self._dependencies.monitor.charged(self, sender, fault)

    def finish(self, turn: Turn) -> None:
        """Write what the turn makes durable, as one batch, and flush it; only then let the rest out (R11)."""
        if turn.durable:
            self.persist(turn.durable, lambda: self.release(turn))
        else:
            self.release(turn)

    def persist(self, writes: Sequence[DurableEffect], release: Callable[[], None]) -> None:
        """Write a batch and flush it, then `release`."""
        self._step()
        disk = self.machine.disk
        disk.write(writes)
        self._step()
        if disk.flush_ms:
            self._flushing = True
            self._dependencies.schedule.after(disk.flush_ms, self._flush_returned, self.generation, release)
        else:
            self._flush(release)

    def _flush_returned(self, generation: int, release: Callable[[], None]) -> None:
        if generation != self.generation or not self.running:
            return
        self._flushing = False
        self._in_turn = True
        try:
            self._flush(release)
        except Ended:
            self.end(None if self.halted else self.restart_ms)
            return
        finally:
            self._in_turn = False
        self._turns()

    def _flush(self, release: Callable[[], None]) -> None:
        disk = self.machine.disk
        if disk.fail_next_flush:
            disk.fail_next_flush = False
            self._note("flush fails")
            raise Ended
        self._fold(disk.flushed())
        release()

    def _fold(self, batches: Sequence[Flush[DurableEffect]]) -> None:
        for write in self.machine.fold(batches):
            if self.watched:
                self._dependencies.monitor.written(self, write)

    def _step(self) -> None:
        if self._steps_to_crash is not None:
            if self._steps_to_crash == 0:
                self._steps_to_crash = None
                raise Ended
            self._steps_to_crash -= 1

    def _end_of_turn(self) -> None:
        """All effects are carried out: an end that was to fall in this turn falls here at the latest."""
        if self._steps_to_crash is not None:
            self._steps_to_crash = None
            raise Ended

    def _set_alarm(self) -> None:
        deadline_ms = self.core.deadline_ms
        if deadline_ms is None:
            return
        due = max(self.machine.clock.when_ms(deadline_ms), self._dependencies.schedule.now_ms)
        if self._tick_at is None or due < self._tick_at:
            self._tick_at = due
            self._dependencies.schedule.at(due, self._alarm, self.generation, due)

    def _alarm(self, generation: int, due: int) -> None:
        if generation == self.generation and self.running and due == self._tick_at:
            self._tick_at = None
            if not self._in_turn:
                self._turns(is_due=True)
