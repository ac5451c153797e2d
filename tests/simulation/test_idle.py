"""An idle network is idle, whatever clients sent to it (R14)."""

from __future__ import annotations

import pytest

from node.simulation.ledger import INVALID, ToyLedger
from node.simulation.process import Process
from node.simulation.world import World
from tests.simulation.stage import run, stage

SIZES = (1, 2, 3, 4, 7)
HEARTBEATS = 3


def demand_only_heartbeats(world: World) -> None:
    """From now on there is one empty block for each heartbeat, and no other."""
    run(world, 3_000)
    before = len(world.monitor.chain)
    run(world, HEARTBEATS * world.genesis.timing.heartbeat_ms)
    blocks = [final.block for final in world.processes[0].machine.durable.chain[before:]]
    assert HEARTBEATS - 1 <= len(blocks) <= HEARTBEATS
    assert all(block.transactions == () for block in blocks)


@pytest.mark.parametrize("validators", SIZES)
def test_only_heartbeats(validators: int) -> None:
    world = stage(validators)
    demand_only_heartbeats(world)
    world.submit_to(world.processes[0])
    demand_only_heartbeats(world)
    assert world.processes[0].machine.durable.chain


@pytest.mark.parametrize("validators", SIZES)
def test_what_no_block_can_hold_is_told_and_then_there_are_only_heartbeats(validators: int) -> None:
    world = stage(validators)
    for number, process in enumerate(world.processes):
        process.submit(INVALID + b"%d" % number)
    process = world.processes[-1]
    process.take(INVALID + b"known here alone")
    run(world, 3_000)
    assert not any(process.waiting or process.pool.owed for process in world.processes)
    demand_only_heartbeats(world)
    world.demand_refusal()
    demand_only_heartbeats(world)


def alone_with_a_wrong_clock() -> tuple[World, Process, int]:
    """A validator whose clock makes it pass on each of its turns waits alone for what no block can hold.
    Returns with it how many blocks there were before."""
    world = stage()
    process = world.processes[2]
    process.machine.clock.offset_ms = 600_000
    run(world, 70_000)
    before = len(world.monitor.chain)
    process.take(INVALID)
    run(world, 10_000)
    return world, process, before


def test_a_validator_that_never_builds_finds_out_by_the_first_empty_block() -> None:
    world, process, before = alone_with_a_wrong_clock()
    assert not process.waiting
    assert len(world.monitor.chain) <= before + 2


def test_did_it_not_judge_it_would_have_the_others_make_empty_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ToyLedger, "judge", lambda ledger, pending, time_ms: ())
    world, process, before = alone_with_a_wrong_clock()
    assert process.waiting
    assert len(world.monitor.chain) > before + 2
