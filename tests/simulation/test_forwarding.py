"""How a transaction comes to a leader when the ordinary way fails (R14, `node.pool.forwarding`)."""

from __future__ import annotations

from functools import partial

import pytest

from consensus.messages import VoteKind, VoteMessage
from node.ledger.candidates import WaitingTransaction
from node.pool.forwarding import Forwarding
from node.simulation.network import Packet, TransactionPacket, Weather, partition
from node.simulation.process import Process
from node.simulation.world import SPREAD_MS, World
from tests.simulation.stage import is_served, lose_nothing, run, stage

T = b"transaction"


def stays_here(forwarding: Forwarding, pending: WaitingTransaction) -> None:
    """What came from another node is never sent on."""


def takers(world: World, *, alone: bool = False) -> list[tuple[int, int]]:
    """From now on: who sends a transaction to whom. If `alone`, nothing else arrives any more."""
    sent: list[tuple[int, int]] = []

    def loses(source: int, destination: int, packet: Packet) -> bool:
        if isinstance(packet, TransactionPacket):
            sent.append((source, destination))
            return False
        return alone

    world.network.loses = loses
    return sent


def made_a_follower(world: World, number: int) -> Process:
    """The process of that number, which has lost its disk, and with it its vote guard."""
    follower = world.processes[number]
    follower.end(None)
    follower.lose_disk()
    follower.start_again()
    run(world, 3_000)
    return follower


def test_a_transaction_is_sent_once_to_each_linked_validator_and_by_nobody_else_f1() -> None:
    world = stage()
    run(world, 3_000)
    sent = takers(world)
    world.processes[0].submit(T)
    run(world, 3_000)
    assert sent == [(0, 1), (0, 2), (0, 3)]
    assert is_served(world.processes[0])


def test_a_validator_whose_link_comes_up_is_sent_what_waits_f2() -> None:
    world = stage()
    world.network.set_blocked(partition([[0], [1, 2, 3]]))
    run(world, 3_000)
    sent = takers(world, alone=True)
    world.processes[0].submit(T)
    run(world, 500)
    assert sent == []
    world.network.set_blocked(frozenset())
    run(world, 500)
    assert sorted(sent) == [(0, 1), (0, 2), (0, 3)]
    assert all(T in process.waiting for process in world.processes)


def test_in_silence_a_follower_brings_what_was_lost_to_one_after_the_other_f4() -> None:
    world = stage()
    follower = made_a_follower(world, 3)
    follower.take(T)
    before = len(world.monitor.chain)
    assert world.schedule.run(world.schedule.now_ms + SPREAD_MS, partial(is_served, follower))
    assert len(world.monitor.chain) == before + 1


def passed_on_by_one_that_cannot_lead() -> tuple[Process, int]:
    """A validator whose clock makes it pass on each of its turns alone has a transaction of a node that is
    gone. Returns with it how many blocks there were meanwhile."""
    world = stage()
    process = world.processes[2]
    process.machine.clock.offset_ms = 600_000
    run(world, 70_000)
    before = len(world.monitor.chain)
    process.take_over(T)
    run(world, SPREAD_MS)
    return process, len(world.monitor.chain) - before


def test_what_one_that_cannot_lead_has_of_a_node_that_is_gone_is_ordered_f3() -> None:
    process, blocks = passed_on_by_one_that_cannot_lead()
    assert T in process.pool.committed
    assert blocks <= 5


def test_did_it_keep_it_it_would_have_the_others_make_empty_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Forwarding, "received", stays_here)
    process, blocks = passed_on_by_one_that_cannot_lead()
    assert T in process.waiting
    assert blocks > 5


def ordered_where_the_leader_lost_its_turns() -> bool:
    """A validator that has lost many turns alone has a transaction of a node that is gone: whether it is
    ordered in time."""
    world = stage()
    process = world.processes[2]
    world.network.loses = lambda source, destination, packet: (
        isinstance(packet, VoteMessage)
        and packet.vote.kind is VoteKind.NOTARIZE
        and world.genesis.leader(packet.vote.view) == 2
    )
    for _ in range(60):
        world.submit_to(world.processes[0])
        run(world, 700)
    lose_nothing(world)
    world.network.calm(Weather(delay_min_ms=2, delay_max_ms=90), frozenset(range(4)))
    run(world, 2_000)
    process.take_over(T)
    return world.schedule.run(world.schedule.now_ms + SPREAD_MS, partial(is_served, process))


def test_what_one_that_lost_its_turns_has_of_a_node_that_is_gone_is_ordered_in_time_f3() -> None:
    assert ordered_where_the_leader_lost_its_turns()


def test_did_it_keep_it_it_would_be_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Forwarding, "received", stays_here)
    assert not ordered_where_the_leader_lost_its_turns()


def test_what_a_client_gives_once_more_to_a_follower_that_has_it_is_ordered_f1() -> None:
    """The node that it gave it to first is gone."""
    world = stage()
    follower = made_a_follower(world, 2)
    follower.take_over(T)
    follower.submit(T)
    assert world.schedule.run(world.schedule.now_ms + SPREAD_MS, partial(is_served, follower))
    assert not follower.pool.owed
