"""Traps that others fell into, each set up on purpose. The monitor watches every step of each scenario."""

from __future__ import annotations

from functools import partial

import pytest

from consensus.messages import (
    BlockMessage,
    CertificateMessage,
    GetBlock,
    Propose,
    VoteKind,
    VoteMessage,
)
from node.simulation.network import Packet, RangeAnswer, Weather
from tests.simulation.stage import (
    begin_voting,
    heights,
    is_served,
    leader,
    lose_all,
    lose_nothing,
    recover,
    run,
    stage,
    votes,
)

NULLIFY = VoteKind.NULLIFY


def test_a_network_that_lost_everything_for_a_while_goes_on() -> None:
    """One-shot timers and messages leave a cluster silent for ever (R8)."""
    world = stage()
    lose_all(world)
    world.submit_to(world.processes[0])
    run(world, 20_000)
    assert heights(world) == [0, 0, 0, 0]
    recover(world)


def test_time_outs_never_grow_to_hours() -> None:
    """After ten minutes without a quorum the next block still comes within seconds (R13)."""
    world = stage()
    run(world, 1_000)
    lose_all(world)
    world.submit_to(world.processes[0])
    run(world, 600_000)
    lose_nothing(world)
    run(world, 20_000)
    assert min(heights(world)) >= 1


def test_a_transaction_known_to_one_process_only_is_ordered_whoever_it_is() -> None:
    """In an idle network nobody else has a reason to wake up (R14)."""
    for number in range(4):
        world = stage()
        run(world, 2_000)
        world.processes[number].take(b"lone")
        run(world, 8_000)
        assert all(b"lone" in process.pool.committed for process in world.processes)


def test_a_finalization_known_to_one_process_only_spreads() -> None:
    world = stage()

    def loses(source: int, destination: int, packet: Packet) -> bool:
        """FINALIZE votes reach process 0 alone, and no finalization leaves it."""
        match packet:
            case Propose(justification=justification):
                return any(certificate.kind is VoteKind.FINALIZE for certificate in justification)
            case RangeAnswer():
                return True
            case VoteMessage(vote=vote):
                return vote.kind is VoteKind.FINALIZE and destination != 0
            case CertificateMessage(certificate=certificate):
                return certificate.kind is VoteKind.FINALIZE
            case _:
                return False

    world.network.loses = loses
    world.submit_to(world.processes[0])
    run(world, 1_500)
    assert world.processes[0].height > 0
    assert heights(world)[1:] == [0, 0, 0]
    assert is_served(world.processes[0])
    lose_nothing(world)
    world.demand_agreement()
    assert min(heights(world)) > 0


def test_a_view_notarized_for_one_and_nullified_for_the_rest() -> None:
    """Each side must be able to build on what the other has (R2, R3)."""
    world = stage()
    alone = leader(world, 1)
    number = world.processes.index(alone)

    def loses(source: int, destination: int, packet: Packet) -> bool:
        match packet:
            case VoteMessage(vote=vote) if vote.kind is VoteKind.NOTARIZE:
                return destination != number
            case Propose(candidate=candidate):
                return candidate.view > 1
            case VoteMessage() | CertificateMessage():
                return number in (source, destination)
            case _:
                return False

    world.network.loses = loses
    world.submit_to(alone)
    run(world, 2_500)
    certificates = [process.machine.durable.certificates for process in world.processes]
    assert (VoteKind.NOTARIZE, 0, 1) in certificates[number]
    assert (VoteKind.NULLIFY, 0, 1) in certificates[number - 1]
    recover(world)


def test_old_blocks_are_believed_without_a_look_at_the_clock() -> None:
    """A process that was away takes blocks older than any delay (R15)."""
    world = stage()
    away = world.processes[3]
    away.end(None)
    for _ in range(40):
        world.submit_to(world.processes[0])
        run(world, 1_000)
    away.machine.clock.offset_ms = 3_600_000
    away.start_again()
    run(world, 10_000)
    assert away.height == world.processes[0].height > 30


def test_clocks_that_ran_ahead_for_a_while_do_not_stop_the_network_until_the_time_they_showed() -> None:
    """A block cannot be dated before its parent, whatever the clocks say that are right again (R15)."""
    world = stage()
    for process in world.processes[:3]:
        process.machine.clock.offset_ms = 1_800_000
    world.submit_to(world.processes[0])
    run(world, 8_000)
    assert min(heights(world)) >= 1
    recover(world)


@pytest.mark.parametrize("kind", ["false history", "withholder", "forger"])
def test_a_peer_that_lies_about_the_past_holds_nobody_back(kind: str) -> None:
    world = stage(cast={1: kind})
    away = world.processes[0]
    away.end(None)
    for _ in range(30):
        world.submit_to(world.processes[2])
        run(world, 1_000)
    away.start_again()
    run(world, 20_000)
    assert away.height >= 10
    world.demand_agreement()


def test_delay_far_above_the_assumed_one() -> None:
    """Δ is 300 ms and every packet takes about a second: the back-off makes room for it (R13)."""
    world = stage()
    world.network.calm(Weather(delay_min_ms=800, delay_max_ms=1_200), frozenset(range(4)))
    world.submit_to(world.processes[0])
    run(world, 40_000)
    assert min(heights(world)) >= 1


def test_a_block_too_slow_to_execute_is_not_proposed_again_and_again() -> None:
    """Leaders halve their blocks until they fit (R13)."""
    world = stage()
    for process in world.processes:
        process.machine.transaction_ms = 400
    for _ in range(48):
        world.submit_to(world.processes[0])
    run(world, 120_000)
    assert not any(process.waiting for process in world.processes)


def test_a_view_that_times_out_does_not_cost_the_next_one() -> None:
    """Nobody speaks while it times out; that is no reason to give the next leader up as silent (R13)."""
    world = stage()

    def loses(source: int, destination: int, packet: Packet) -> bool:
        """What validator 3 proposes is never notarized."""
        return (
            isinstance(packet, VoteMessage)
            and packet.vote.kind is VoteKind.NOTARIZE
            and world.genesis.leader(packet.vote.view) == 3
        )

    world.network.loses = loses
    for _ in range(40):
        world.submit_to(world.processes[0])
        run(world, 700)
    given_up = [view for of, _, view in world.processes[0].machine.durable.certificates if of is NULLIFY]
    assert given_up
    assert {world.genesis.leader(view) for view in given_up} == {3}


@pytest.mark.parametrize(("attacker", "within_ms"), [("late", 30_000), ("withholder", 38_000)])
def test_a_leader_that_keeps_the_others_waiting_does_so_now_and_then(attacker: str, within_ms: int) -> None:
    """Every turn of it would cost the others a time-out (R13), or a request in vain (R9): without those rules
    the 200 transactions take 62 and 43 seconds of virtual time, without an attacker 24."""
    world = stage(cast={1: attacker})
    begun_ms = world.schedule.now_ms
    for _ in range(200):
        world.submit_to(world.processes[0])
        assert world.schedule.run(world.schedule.now_ms + 8_000, partial(is_served, world.processes[0]))
    assert world.schedule.now_ms - begun_ms < within_ms


def test_failures_of_long_ago_do_not_keep_blocks_empty() -> None:
    """Many failed views weigh no more than those that make a block empty (R13)."""
    world = stage()
    world.network.loses = lambda source, destination, packet: (
        isinstance(packet, VoteMessage) and (packet.vote.kind is not NULLIFY)
    )
    for _ in range(4):
        world.submit_to(world.processes[0])
    run(world, 120_000)
    assert heights(world) == [0, 0, 0, 0]
    lose_nothing(world)
    assert world.schedule.run(world.schedule.now_ms + 8_000, partial(is_served, world.processes[0]))
    assert min(heights(world)) <= 12, "the rest of them empty"


def test_a_leader_that_does_not_hold_the_final_block() -> None:
    """It knows what is final, cannot build on it, and must neither fail nor hold the others back (R2)."""
    world = stage()
    blind = leader(world, 3)
    number = world.processes.index(blind)

    def loses(source: int, destination: int, packet: Packet) -> bool:
        return destination == number and isinstance(packet, Propose | BlockMessage | RangeAnswer)

    world.network.loses = loses
    for _ in range(8):
        world.submit_to(leader(world, 1))
        run(world, 1_000)
    assert blind.height == 0
    assert leader(world, 1).height >= 4
    recover(world)


def test_a_lost_answer_is_asked_for_again() -> None:
    """A request that is deduplicated and never repeated waits for ever (R9)."""
    world = stage()
    run(world, 1_000)
    asked: list[Packet] = []

    def loses(source: int, destination: int, packet: Packet) -> bool:
        if destination == 3 and isinstance(packet, BlockMessage | RangeAnswer):
            asked.append(packet)
            return len(asked) <= 3
        return destination == 3 and isinstance(packet, Propose) and packet.candidate.view == 1

    begin_voting(world)
    world.network.loses = loses
    world.submit_to(world.processes[0])
    run(world, 10_000)
    assert len(asked) > 3
    assert len(set(heights(world))) == 1
    assert world.processes[3].height >= 1


def test_a_process_behind_catches_up_while_the_network_is_busy() -> None:
    """What the others committed long ago they no longer answer for one by one; patience with them must not
    begin anew with each block (R9, R17)."""
    world = stage()
    behind, busy = leader(world, 3), leader(world, 2)
    number = world.processes.index(behind)

    def loses(source: int, destination: int, packet: Packet) -> bool:
        return destination == number or (isinstance(packet, Propose) and packet.candidate.view == 1)

    world.network.loses = loses
    world.submit_to(busy)
    world.schedule.run(20_000, lambda: busy.height >= 1)
    run(world, 1_000)
    lose_nothing(world)
    for _ in range(200):
        world.submit_to(busy)
        run(world, 50)
    assert behind.height >= busy.height - 4 > 40


def test_an_idle_network_orders_no_empty_blocks() -> None:
    """The tip is never final when the next leader enters; that alone is no reason to propose (R14)."""
    world = stage()
    run(world, 2_000)
    world.submit_to(world.processes[0])
    run(world, 10_000)
    assert 1 <= world.processes[0].height <= 4


def test_a_vote_for_another_view_is_not_answered_with_blocks_of_the_past() -> None:
    """Replayed packets of old views cost one finalization each at most, and move nothing (R14)."""
    world = stage()
    for _ in range(5):
        world.submit_to(world.processes[0])
        run(world, 1_500)
    old = votes(world.processes[1], 1)
    assert old, "view 1 was voted in"
    before = heights(world)
    sent = world.network.sent
    for vote in old.values():
        for _ in range(50):
            world.processes[2].receive(1, VoteMessage(vote))
    run(world, 100)
    assert heights(world) == before
    assert world.network.sent - sent <= 2


def test_a_request_for_what_nobody_has_is_not_answered() -> None:
    world = stage()
    run(world, 2_000)
    sent = world.network.sent
    world.processes[0].receive(1, GetBlock(bytes(32)))
    run(world, 50)
    assert world.network.sent == sent
