"""Traps about one's own disk and key: one that fails, lags, is lost or comes back old binds all the same."""

from __future__ import annotations

from copy import deepcopy

import pytest

from consensus.messages import (
    VoteKind,
)
from node.simulation.faults import Incident, InjectedFault
from node.simulation.seat import AS_THEY_ARE
from tests.byzantine.twins import twins
from tests.simulation.stage import (
    begin_voting,
    heights,
    leader,
    lose_all,
    lose_nothing,
    recover,
    run,
    stage,
    votes,
)


def test_a_restarted_leader_resends_its_stored_proposal() -> None:
    """It neither builds anew in the view nor stumbles over its own vote (R2)."""
    world = stage()
    begin_voting(world)
    first = leader(world, 1)
    lose_all(world)
    first.submit(b"t1")
    world.schedule.run(5_000, lambda: first.machine.durable.proposal is not None)
    proposal = first.machine.durable.proposal
    assert proposal is not None
    first.end(5)
    run(world, 10)
    lose_nothing(world)
    run(world, 5_000)
    assert first.machine.durable.blocks[proposal.candidate.block_hash] == proposal.block
    assert votes(first, 1)[VoteKind.NOTARIZE].candidate == proposal.candidate
    recover(world)


def test_a_failed_flush_ends_the_process_and_lets_nothing_out() -> None:
    """A write error swallowed, and the vote sent anyway (R11)."""
    world = stage()
    process = leader(world, 1)
    world.strike(Incident(0, world.processes.index(process), InjectedFault.FLUSH_ERROR, 60_000))
    process.submit(b"t1")
    run(world, 5_000)
    lines = world.trace.lines
    assert lines is not None
    failure = next(place for place, line in enumerate(lines) if "flush fails" in line)
    after = [line for line in lines[failure:] if f"  {process.name} " in line]
    assert not process.running
    assert not any(" > " in line for line in after)
    recover(world)


def test_a_power_cut_everywhere_again_and_again() -> None:
    """All processes end within a turn at the same moment, with slow disks, thirty times."""
    world = stage()
    for process in world.processes:
        process.machine.disk.flush_ms = 30
    for round_number in range(30):
        world.submit_to(world.processes[round_number % 4])
        run(world, 400)
        for process in world.processes:
            process.crash_in_turn(restart_ms=1 + round_number % 7)
    recover(world)


def test_disks_slower_than_the_view() -> None:
    """Stored votes come up for resending while their flush is still under way (R8, R11)."""
    world = stage()
    for process in world.processes:
        process.machine.disk.flush_ms = 700
    world.submit_to(world.processes[0])
    run(world, 60_000)
    assert min(heights(world)) >= 1


def test_twins_stop_when_they_meet() -> None:
    """A second process with the same key is found out by the votes of the first (R12)."""
    world = stage(cast={3: "twins"})
    seat = world.processes[3].seat
    for twin in world.processes[3:]:
        twin.seat = type(seat)(seat.validator, seat.sign, seat.genesis, seat.dependencies, AS_THEY_ARE)
        twin.end(1)
    for _ in range(10):
        world.submit_to(world.processes[0])
        run(world, 2_000)
    assert any(twin.halted for twin in world.processes[3:])
    assert twins(seat)[0].running is False
    recover(world)


@pytest.mark.parametrize("number", range(4))
def test_a_disk_restored_from_a_copy_is_found_out(number: int) -> None:
    """A stale guard: the others remember votes that it does not, and say so on every new link (R12). Only
    if it learns first that all these views are final may it go on, for it can contradict nothing there."""
    world = stage()
    process = world.processes[number]
    for _ in range(3):
        world.submit_to(process)
        run(world, 2_000)
    copy = deepcopy(process.machine.durable)
    for _ in range(3):
        world.submit_to(process)
        run(world, 2_000)
    process.end(None)
    signed = max(view for _, _, view in process.machine.durable.votes)
    assert copy.floor[1] < signed
    process.machine.durable = copy
    process.watched = False
    process.start_again()
    run(world, 2_000)
    assert process.halted or process.machine.durable.floor[1] >= signed
    assert process.running is not process.halted


def test_two_disks_lost_one_after_the_other_leave_a_quorum_that_goes_on() -> None:
    """Of seven validators two may follow for good (R12)."""
    world = stage(7)
    for number in (2, 5):
        world.submit_to(world.processes[0])
        run(world, 3_000)
        world.strike(Incident(0, number, InjectedFault.DISK_LOSS, 100))
    run(world, 3_000)
    recover(world)
    votes_of_lost = [world.processes[number].machine.durable.votes for number in (2, 5)]
    assert votes_of_lost == [{}, {}]
    assert min(heights(world)) >= 4
