"""A data folder put back from a copy, set up on purpose: the guard in it looks whole, and is old (R12)."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from consensus import listening
from consensus.messages import Propose, VoteKind, VoteMessage
from consensus.remembered import Voting
from consensus.state import ReplicaState
from node.simulation.faults import Incident, InjectedFault
from node.simulation.invariants import Invariant, Violated
from node.simulation.network import Packet
from node.simulation.process import Process
from node.simulation.world import World
from tests.simulation.stage import leader, lose_nothing, recover, run, stage, votes

NULLIFY, FINALIZE = VoteKind.NULLIFY, VoteKind.FINALIZE


def voting(process: Process) -> Voting:
    return process.replica.progress.voting


def strike(world: World, process: Process, fault: InjectedFault, amount: int = 1) -> None:
    world.strike(Incident(0, world.processes.index(process), fault, amount))


def busy(world: World, duration_ms: int, among: Collection[Process]) -> None:
    """Let time pass while clients write."""
    for _ in range(duration_ms // 50):
        for process in [each for each in among if each.running][:1]:
            world.submit_to(process)
        run(world, 50)


def gave_up_alone() -> tuple[World, Process]:
    """A validator was copied, then gave up a view that the three others notarized and did not finalize; none
    of them has heard of it. Now the copy is put back."""
    world = stage()
    run(world, 1_000)
    stale = leader(world, 3)
    number = world.processes.index(stale)

    def loses(source: int, destination: int, packet: Packet) -> bool:
        """The one is cut off, and the others' finalizations are lost."""
        if number in (source, destination):
            return True
        match packet:
            case VoteMessage(vote=vote):
                return vote.kind is FINALIZE
            case Propose(candidate=candidate):
                return candidate.view > 1
            case _:
                return False

    strike(world, stale, InjectedFault.COPY)
    world.network.loses = loses
    for process in (stale, leader(world, 1)):
        world.submit_to(process)
    run(world, 1_300)
    assert list(votes(stale, 1)) == [NULLIFY]
    assert FINALIZE in votes(leader(world, 1), 1)
    strike(world, stale, InjectedFault.PUT_BACK)
    lose_nothing(world)
    return world, stale


def test_a_view_given_up_before_is_not_finalized_after() -> None:
    world, stale = gave_up_alone()
    run(world, 4_000)
    assert voting(stale) is Voting.CONFIRMED
    assert votes(stale, 1) == {}
    recover(world)


def does_not_listen(state: ReplicaState, nonce: bytes) -> None:
    """As it was before the rule."""


def test_without_listening_it_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "prepare", does_not_listen)
    world, _ = gave_up_alone()
    with pytest.raises(Violated) as caught:
        run(world, 4_000)
    assert caught.value.invariant is Invariant.NO_CONTRADICTION


@pytest.mark.parametrize("late_ms", [50, 400, 2_000])
def test_a_copy_put_back_into_a_busy_network(late_ms: int) -> None:
    """It is stopped by a vote of its own that it does not know, or votes again beyond all it has signed."""
    world = stage()
    stale, *others = world.processes
    busy(world, 1_000, others)
    strike(world, stale, InjectedFault.COPY)
    busy(world, late_ms, others)
    strike(world, stale, InjectedFault.PUT_BACK)
    busy(world, 4_000, others)
    assert stale.seat.follows or voting(stale) is Voting.CONFIRMED
    recover(world)


def test_a_copy_put_back_when_two_start_at_once_waits_for_the_other() -> None:
    world = stage()
    stale, other, *rest = world.processes
    busy(world, 500, rest)
    strike(world, stale, InjectedFault.COPY)
    busy(world, 1_500, rest)
    strike(world, other, InjectedFault.CRASH)
    strike(world, stale, InjectedFault.PUT_BACK)
    busy(world, 7_500, rest)
    assert voting(other) is Voting.RELIES
    assert stale.seat.follows or voting(stale) is Voting.CONFIRMED
    recover(world)


def test_after_a_total_outage_they_rely_on_their_guards_and_go_on_at_once() -> None:
    world = stage()
    busy(world, 1_000, world.processes)
    for process in world.processes:
        strike(world, process, InjectedFault.CRASH)
    before = max(process.height for process in world.processes)
    busy(world, 1_000, world.processes)
    assert [voting(process) for process in world.processes].count(Voting.RELIES) >= 3
    assert max(process.height for process in world.processes) > before


def test_one_of_four_that_starts_in_an_idle_network_votes_again_soon() -> None:
    """Nobody would move the view for it, were the others not armed by its question (R14)."""
    world = stage()
    busy(world, 500, world.processes)
    run(world, 3_000)
    started = world.processes[2]
    strike(world, started, InjectedFault.CRASH)
    run(world, 3_500)
    assert voting(started) is Voting.CONFIRMED
    recover(world)


def test_a_validator_that_sits_out_does_not_stop_the_network_when_another_one_goes() -> None:
    """A floor that was raised at once would: nobody could clear the views below it (R12)."""
    world = stage()
    busy(world, 500, world.processes)
    run(world, 3_000)
    first, second, *rest = world.processes
    first.end(1)
    world.schedule.run(world.schedule.now_ms + 2_000, lambda: first.running and _has_a_floor(first))
    assert voting(first) is Voting.LISTENS
    second.end(None)
    world.submit_to(rest[0])
    run(world, 8_000)
    assert voting(first) in (Voting.RELIES, Voting.CONFIRMED)
    assert not rest[0].waiting


def _has_a_floor(process: Process) -> bool:
    held = process.replica._state.listening
    return held is not None and held.floor is not None
