"""One run: a network of validators, some of them attackers, taken through its plan under the monitor's eyes.

After the plan's faults come demands on the healed one by one: more blocks while transactions arrive;
with no more arriving, the same final block everywhere and an end for every transaction; then silence; then a
transaction that one validator alone knows of, and one that no block can hold, and silence again; then a
heartbeat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from consensus.timing import Timing
from node.simulation.clock import EPOCH_MS
from node.simulation.encoding import recoded
from node.simulation.faults import LARGEST_JUMP_MS, Burst, Incident, InjectedFault, Plan, draw_plan
from node.simulation.invariants import Invariant, Violated
from node.simulation.ledger import SimulatedApplication, ToyApplication
from node.simulation.monitor import Monitor
from node.simulation.network import SimulatedNetwork, Weather
from node.simulation.process import Process
from node.simulation.registry_ledger import RegistryApplication
from node.simulation.schedule import Schedule
from node.simulation.seat import (
    AS_THEY_ARE,
    Genesis,
    Parts,
    ProcessDependencies,
    ProcessSeat,
    make_validators,
)
from node.simulation.signing import Ed25519Ring, KeyedHashRing, KeyRing
from node.simulation.trace import Trace

REAL_CODEC_EVERY = 50
"""One seed in so many signs with Ed25519 and passes every packet through its bytes."""

REAL_EXECUTOR_EVERY = 10
REAL_EXECUTOR_SEED = 3
"""One seed in so many, those that end with this figure, orders real transactions and executes them."""

PROGRESS_BLOCKS = 4
"""So many more blocks every healed process must commit, within ``PROGRESS_MS``. A wall clock that was
ahead may have dated a block so far ahead that nobody believes its child earlier."""
PROGRESS_MS = 25_000 + LARGEST_JUMP_MS

SPREAD_MS = 10_000
"""The bound on what must spread to all healed processes, or be ordered, in an otherwise idle network."""

CALM_MS = 15_000
"""After so long among calm links, nothing that was lost before is waited for or held against anybody."""

RIVALS = 0.2
"""How often a client's transaction has a rival: once a block holds one of them, none can hold the other."""

ENDING_BLOCKS = 300
"""More than this many blocks are never made before two transactions have ended."""

QUIET_MS = 3_000
"""How long a network may take to fall silent, and then how long it is watched."""

PROGRAM_ERRORS = (
    AssertionError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a bug in the code under test raises; a run that ends so has failed like any other."""


Attacker = Callable[[ProcessSeat], Sequence[Process]]
"""Turns a seat into the endpoints that act under its identity."""


@dataclass(frozen=True, slots=True)
class Result:
    """``violated`` is None for a run in which everything held."""

    seed: int
    validators: int
    attackers: Mapping[int, str]
    violated: Violated | None
    digest: str
    blocks: int
    packets: int
    virtual_ms: int
    lines: Sequence[str]


class World:
    """``attackers`` are the kinds to draw from; ``plan`` makes one from the number of endpoints and of those
    that are honest, in the place of the one drawn from the seed, and ``cast`` names the attackers of
    seats."""

    def __init__(
        self,
        seed: int,
        validators: int = 4,
        attackers: Mapping[str, Attacker] | None = None,
        *,
        plan: Callable[[int, Sequence[int]], Plan] | None = None,
        cast: Mapping[int, str] | None = None,
        parts: Parts = AS_THEY_ARE,
        process_type: type[Process] = Process,
        keep_trace: bool = False,
    ) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.schedule = Schedule()
        self.trace = Trace(self.schedule, keep=keep_trace)
        kinds = attackers or {}
        self.cast = self._draw_cast(validators, kinds) if cast is None else dict(cast)
        self.monitor = Monitor(validators, frozenset(self.cast))
        self.network = SimulatedNetwork(self.schedule, self.random, Weather())
        dependencies = ProcessDependencies(self.schedule, self.random, self.network, self.trace, self.monitor)
        ring: KeyRing = KeyedHashRing(seed, validators)
        if seed % REAL_CODEC_EVERY == 0:
            ring = Ed25519Ring(seed, validators)
            self.network.carries = recoded
        members = make_validators(validators, ring)
        real = seed % REAL_EXECUTOR_EVERY == REAL_EXECUTOR_SEED
        application: SimulatedApplication = (RegistryApplication if real else ToyApplication)(seed, members)
        self.genesis = Genesis(application, members, ring, Timing())
        self.processes: list[Process] = []
        for index in range(validators):
            kind = self.cast.get(index)
            seat = ProcessSeat(
                index, ring.signer(index), self.genesis, dependencies, parts if kind is None else AS_THEY_ARE
            )
            self.processes += [process_type(f"v{index}", seat)] if kind is None else kinds[kind](seat)
        self.network.attach(self.processes)
        honest = [number for number, process in enumerate(self.processes) if process.watched]
        quorum = validators - (validators - 1) // 3
        count = len(self.processes)
        self.plan = plan(count, honest) if plan else draw_plan(self.random, count, honest, quorum)
        self.healed = [self.processes[number] for number in self.plan.healed]
        self._transactions = 0

    def _draw_cast(self, validators: int, kinds: Mapping[str, Attacker]) -> dict[int, str]:
        if not kinds:
            return {}
        most = (validators - 1) // 3
        count = self.random.choice((0, *range(1, most + 1), most, most, most))
        seats = sorted(self.random.sample(range(validators), count))
        return {seat: self.random.choice(sorted(kinds)) for seat in seats}

    def run(self) -> Result:
        """Take the run to its end, or to the first violation."""
        violated = None
        try:
            self._run()
        except Violated as error:
            violated = error
        except PROGRAM_ERRORS as error:
            violated = Violated(Invariant.NO_CRASH, f"{type(error).__name__}: {error}")
            violated.__cause__ = error
        if violated is not None:
            self.trace.note("-", str(violated))
        return Result(
            seed=self.seed,
            validators=self.genesis.validators.n,
            attackers=self.cast,
            violated=violated,
            digest=self.trace.digest(),
            blocks=len(self.monitor.chain),
            packets=self.network.sent,
            virtual_ms=self.schedule.now_ms,
            lines=self.trace.lines or (),
        )

    def _run(self) -> None:
        self.start()
        self.schedule.run(self.plan.stabilise_ms)
        self.stabilise()
        self.demand_progress()
        self.demand_agreement()
        self.demand_silence()
        self.demand_lone_transaction()
        self.demand_refusal()
        self.demand_silence()
        self.demand_heartbeat()

    # The period of faults

    def start(self) -> None:
        """Start every process, with the plan's incidents on the schedule."""
        plan, schedule = self.plan, self.schedule
        for process, error in zip(self.processes, plan.clocks, strict=True):
            process.machine.clock.rate_permille = error.rate_permille
            process.machine.clock.offset_ms = error.offset_ms
            process.start()
        for period in plan.periods:
            schedule.at(period.at_ms, self._turn_weather, period.weather, period.blocked)
        for incident in plan.incidents:
            schedule.at(incident.at_ms, self.strike, incident)
        for burst in plan.bursts:
            schedule.at(burst.at_ms, self._submit_burst, burst)

    def _turn_weather(self, weather: Weather, blocked: frozenset[tuple[int, int]]) -> None:
        self.trace.note("-", f"{weather}; blocked {sorted(blocked)}")
        self.network.weather = weather
        self.network.set_blocked(blocked)

    def strike(self, incident: Incident) -> None:
        """Let one incident happen to one process."""
        process, amount = self.processes[incident.endpoint], incident.amount
        machine = process.machine
        self.trace.note(process.name, f"{incident.fault.value} {amount}")
        match incident.fault:
            case InjectedFault.CRASH:
                process.end(amount)
            case InjectedFault.CRASH_IN_TURN:
                process.crash_in_turn(amount)
            case InjectedFault.FLUSH_ERROR:
                machine.disk.fail_next_flush = True
                process.restart_ms = amount
            case InjectedFault.SLOW_DISK:
                machine.disk.flush_ms = amount
            case InjectedFault.SLOW_EXECUTION:
                machine.execution_ms = amount
            case InjectedFault.DISK_LOSS:
                process.end(None)
                process.lose_disk()
                self.schedule.after(amount, process.start_again)
            case InjectedFault.COPY:
                process.copy_disk()
            case InjectedFault.PUT_BACK:
                process.end(None)
                process.put_back()
                self.schedule.after(amount, process.start_again)
            case InjectedFault.WALL_JUMP:
                machine.clock.offset_ms = amount

    def _submit_burst(self, burst: Burst) -> None:
        for _ in range(burst.count):
            self._submit(self.processes[burst.endpoint], self.processes)

    def _submit(self, process: Process, others: Sequence[Process]) -> None:
        """Clients hand a new transaction to this process and, at times, its rival to one of the others."""
        if self.random.random() >= RIVALS:
            self.submit_to(process)
            return
        pair = self._next_rivals()
        for each, transaction in zip((process, self.random.choice(others)), pair, strict=True):
            if each.running:
                each.submit(transaction)

    def submit_to(self, process: Process) -> None:
        """A client hands a new transaction to this process, if it runs."""
        transaction = self._next_transaction()
        if process.running:
            process.submit(transaction)

    def _next_transaction(self) -> bytes:
        self._transactions += 1
        wall_ms = EPOCH_MS + self.schedule.now_ms
        return self.genesis.application.transaction(self._transactions, self.random, wall_ms)

    def _next_rivals(self) -> tuple[bytes, bytes]:
        self._transactions += 1
        wall_ms = EPOCH_MS + self.schedule.now_ms
        return self.genesis.application.rivals(self._transactions, self.random, wall_ms)

    # The period of demands

    def stabilise(self) -> None:
        """Heal a quorum for good; leave everything outside it as it is for good."""
        self.trace.note("-", f"healed for good: {[process.name for process in self.healed]}")
        calm = set(self.plan.healed)
        if self.plan.calm_for_attackers:
            calm.update(number for number, process in enumerate(self.processes) if not process.watched)
        self.network.calm(self.plan.calm, frozenset(calm))
        self.schedule.after(CALM_MS, self.monitor.calms, [process.validator for process in self.healed])
        for process in self.healed:
            process.heal(offset_ms=self.random.randint(-100, 100))
        for process in self.processes:
            if process.watched and process not in self.healed and self.random.random() < 0.5:
                process.end(None)

    def demand_progress(self) -> None:
        """The healed processes commit more blocks while transactions arrive."""
        start = max(process.height for process in self.healed)
        deadline_ms = self.schedule.now_ms + PROGRESS_MS

        def feed() -> None:
            self._submit(self.random.choice(self.healed), self.healed)
            if not enough() and self.schedule.now_ms < deadline_ms:
                self.schedule.after(250, feed)

        def enough() -> bool:
            return all(process.height >= start + PROGRESS_BLOCKS for process in self.healed)

        feed()
        if not self.schedule.run(deadline_ms, enough):
            heights = {process.name: process.height for process in self.healed}
            raise Violated(Invariant.PROGRESS, f"from height {start} to {heights}")

    def demand_agreement(self) -> None:
        """With nothing more arriving, every healed process reaches the same height, and the pool of
        every validator in it empties: what was handed in is final, or refused for good. (A follower alone
        cannot wake the others up.)
        """

        def agreed() -> bool:
            height = self.healed[0].height
            return all(
                process.height == height and (process.seat.follows or not process.waiting)
                for process in self.healed
            )

        if not self.schedule.run(self.schedule.now_ms + SPREAD_MS, agreed):
            heights = {process.name: (process.height, len(process.waiting)) for process in self.healed}
            raise Violated(Invariant.IDLE_FINALITY, f"heights and waiting transactions {heights}")

    def demand_silence(self) -> None:
        """An idle network falls silent, and then commits at most the heartbeats that are due. (Attackers, and
        processes that are not healed whatever waits there, may wake it up.)
        """
        self._come_to_rest()
        grown = self._blocks_in(QUIET_MS)
        undisturbed = all(process in self.healed or not process.running for process in self.processes)
        due = 1 + QUIET_MS // self.genesis.timing.heartbeat_ms
        if grown > due and undisturbed:
            raise Violated(Invariant.QUIET_WHEN_IDLE, f"{grown} blocks in {QUIET_MS} ms")

    def _come_to_rest(self) -> None:
        """A while passes without a block. (A transaction whose copy was on its way for long may come once
        more, and be refused once more, after views of leaders that are down.)
        """
        until_ms = self.schedule.now_ms + SPREAD_MS
        while self._blocks_in(QUIET_MS) and self.schedule.now_ms < until_ms:
            pass

    def _blocks_in(self, duration_ms: int) -> int:
        before = len(self.monitor.chain)
        self.schedule.run(self.schedule.now_ms + duration_ms)
        return len(self.monitor.chain) - before

    def demand_lone_transaction(self) -> None:
        """A transaction in one validator's pool is ordered, whether a client gave it there and it was sent to
        nobody when it came in, or another node did that is gone."""
        process = self._some_validator()
        self.trace.note(process.name, "alone learns of a transaction")
        self._demand_order(process, process.take)
        self.trace.note(process.name, "alone has a transaction of a node that is gone")
        self._demand_order(process, process.take_over)

    def _demand_order(self, process: Process, hand_in: Callable[[bytes], None]) -> None:
        hand_in(transaction := self._next_transaction())

        def ordered() -> bool:
            return transaction in process.pool.committed

        if not self.schedule.run(self.schedule.now_ms + SPREAD_MS, ordered):
            raise Violated(Invariant.IDLE_TRANSACTION, f"{process.name} still waits")

    def _some_validator(self) -> Process:
        return self.random.choice([process for process in self.healed if not process.seat.follows])

    def demand_refusal(self) -> None:
        """A transaction that no block can hold, for one that is final, ends where it was handed in, without
        help, and everywhere else; nobody is told anything false of the other.
        """
        first, second = self._next_rivals()
        process = self._some_validator()
        self.trace.note(process.name, "alone learns of two transactions, one of which no block can hold")
        process.take(first)
        process.take(second)
        self._await_end((first, second), by_ms=SPREAD_MS)
        process.submit(first if second in process.pool.committed else second)
        self._await_end((first, second), by_ms=SPREAD_MS)

    def _await_end(self, transactions: Sequence[bytes], by_ms: int) -> None:
        """These wait at no healed validator within the time, and no client for either."""

        def ended() -> bool:
            return all(
                one not in process.pool.owed and (process.seat.follows or one not in process.waiting)
                for process in self.healed
                for one in transactions
            )

        most = len(self.monitor.chain) + ENDING_BLOCKS

        def over() -> bool:
            return ended() or len(self.monitor.chain) > most

        self.schedule.run(self.schedule.now_ms + by_ms, over)
        if not ended():
            waiting = {
                process.name: (len(process.waiting), len(process.pool.owed)) for process in self.healed
            }
            raise Violated(Invariant.EVERY_TRANSACTION_ENDS, f"waiting, and not answered for: {waiting}")

    def demand_heartbeat(self) -> None:
        """With nothing to order, a block still comes when the heartbeat is due."""
        self.schedule.run(self.schedule.now_ms + QUIET_MS)
        before = len(self.monitor.chain)
        patience_ms = 2 * self.genesis.timing.heartbeat_ms
        due_ms = self.schedule.now_ms + patience_ms
        if not self.schedule.run(due_ms, lambda: len(self.monitor.chain) > before):
            raise Violated(Invariant.HEARTBEAT, f"no block in {patience_ms} ms")
