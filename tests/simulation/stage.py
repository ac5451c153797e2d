"""Scenarios by hand: a calm network of honest processes, unless the scenario says otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consensus.messages import Vote, VoteKind
from consensus.remembered import Voting
from node.simulation.faults import ClockError, Plan
from node.simulation.process import Process
from node.simulation.seat import AS_THEY_ARE, Parts
from node.simulation.world import World
from tests.byzantine.attackers import ATTACKERS


def calm_plan(endpoints: int, healed: Sequence[int]) -> Plan:
    """No fault at all, stable from the start: what scenarios begin with."""
    return Plan(
        stabilise_ms=0,
        healed=tuple(healed),
        clocks=(ClockError(),) * endpoints,
        periods=(),
        incidents=(),
        bursts=(),
    )


def stage(
    validators: int = 4,
    *,
    cast: Mapping[int, str] | None = None,
    seed: int = 1,
    parts: Parts = AS_THEY_ARE,
) -> World:
    """A network with all its processes started and no fault planned; all honest processes are healed."""
    world = World(seed, validators, ATTACKERS, plan=calm_plan, cast=cast or {}, parts=parts, keep_trace=True)
    world.start()
    return world


def run(world: World, duration_ms: int) -> None:
    """Let virtual time pass."""
    world.schedule.run(world.schedule.now_ms + duration_ms)


def begin_voting(world: World) -> None:
    """Let virtual time pass until nobody listens any more (R12)."""
    limit_ms = world.schedule.now_ms + 10_000
    assert world.schedule.run(
        limit_ms, lambda: all(one.replica.progress.voting is not Voting.LISTENS for one in world.healed)
    )


def lose_all(world: World) -> None:
    """From now on nothing arrives anywhere, while every link seems to live."""
    world.network.loses = lambda source, destination, packet: True


def lose_nothing(world: World) -> None:
    """From now on the scenario loses no packet."""
    world.network.loses = lambda source, destination, packet: False


def recover(world: World) -> None:
    """Lose nothing more, and require of the healed everything that a stable network owes."""
    lose_nothing(world)
    world.stabilise()
    world.demand_progress()
    world.demand_agreement()


def leader(world: World, view: int) -> Process:
    """The process that leads a view, in a network without attackers."""
    return world.processes[world.genesis.leader(view)]


def heights(world: World) -> list[int]:
    return [process.height for process in world.healed]


def votes(process: Process, view: int) -> dict[VoteKind, Vote]:
    """What a process has durably signed in a view."""
    durable = process.machine.durable.votes
    return {kind: durable[kind, 0, view] for kind in VoteKind if (kind, 0, view) in durable}


def is_served(process: Process) -> bool:
    """Whether everything that clients handed to this process is final."""
    return not process.waiting
