"""The simulated network: what passes, what does not, and who learns of a link's state."""

from __future__ import annotations

from random import Random

from node.simulation.network import Packet, SimulatedNetwork, TransactionPacket, Weather, partition
from node.simulation.schedule import Schedule


class Recorder:
    """An endpoint that writes down what reaches it."""

    def __init__(self, validator: int, name: str = "") -> None:
        self.name = name or f"v{validator}"
        self.validator = validator
        self.running = True
        self.generation = 1
        self.received: list[tuple[int, bytes]] = []
        self.links: list[tuple[int, bool]] = []

    def receive(self, sender: int, packet: Packet) -> None:
        assert isinstance(packet, TransactionPacket)
        self.received.append((sender, packet.transaction))

    def link_changed(self, peer: int, up: bool) -> None:
        self.links.append((peer, up))


def joined(weather: Weather, *endpoints: Recorder) -> tuple[Schedule, SimulatedNetwork]:
    schedule = Schedule()
    network = SimulatedNetwork(schedule, Random(1), weather)
    network.attach(endpoints)
    return schedule, network


HELLO = TransactionPacket(b"hello")


def test_a_broadcast_reaches_every_endpoint_of_every_other_validator() -> None:
    a, b, twin = Recorder(0), Recorder(1, "v1a"), Recorder(1, "v1b")
    schedule, network = joined(Weather(), a, b, twin)
    network.broadcast(a, HELLO)
    network.broadcast(b, HELLO)
    schedule.run(1000)
    assert (a.received, b.received, twin.received) == ([(1, b"hello")], [(0, b"hello")], [(0, b"hello")])


def test_nothing_passes_in_a_blocked_direction_and_all_in_the_other() -> None:
    a, b = Recorder(0), Recorder(1)
    schedule, network = joined(Weather(), a, b)
    network.set_blocked(frozenset({(0, 1)}))
    network.send(a, 1, HELLO)
    network.send(b, 0, HELLO)
    schedule.run(1000)
    assert (a.received, b.received) == ([(1, b"hello")], [])


def test_total_loss_loses_all_and_certain_duplication_doubles_all() -> None:
    a, b = Recorder(0), Recorder(1)
    schedule, network = joined(Weather(loss=1.0), a, b)
    network.send(a, 1, HELLO)
    schedule.run(1000)
    assert b.received == []
    network.weather = Weather(duplicate=1.0)
    network.send(a, 1, HELLO)
    schedule.run(2000)
    assert b.received == [(0, b"hello")] * 2


def test_replay_brings_back_an_old_packet_on_its_own_link() -> None:
    a, b, c = Recorder(0), Recorder(1), Recorder(2)
    schedule, network = joined(Weather(replay=1.0), a, b, c)
    for count in range(20):
        network.send(a, 1, TransactionPacket(b"%d" % count))
        network.send(a, 2, HELLO)
    schedule.run(1000)
    assert {sender for sender, _ in b.received} == {0}
    assert len(b.received) + len(c.received) == 80
    assert {transaction for _, transaction in c.received} == {b"hello"}


def test_both_ends_learn_that_a_link_is_up_and_then_that_it_is_not() -> None:
    a, b = Recorder(0), Recorder(1)
    schedule, network = joined(Weather(), a, b)
    network.recheck()
    schedule.run(1000)
    network.set_blocked(partition([[0], [1]]))
    schedule.run(2000)
    assert (a.links, b.links) == ([(1, True), (1, False)], [(0, True), (0, False)])


def test_the_other_end_sees_a_restart_as_a_new_link() -> None:
    a, b = Recorder(0), Recorder(1)
    schedule, network = joined(Weather(), a, b)
    network.recheck()
    schedule.run(1000)
    b.running = False
    network.stopped(b)
    b.generation, b.running = 2, True
    network.recheck()
    schedule.run(2000)
    assert a.links == [(1, True), (1, False), (1, True)]
    assert b.links == [(0, True), (0, True)]


def test_a_calm_core_is_spared_the_weather_and_the_blocks() -> None:
    a, b, outside = Recorder(0), Recorder(1), Recorder(2)
    schedule, network = joined(Weather(loss=1.0), a, b, outside)
    network.set_blocked(partition([[0], [1], [2]]))
    network.calm(Weather(), frozenset({0, 1}))
    for peer in (1, 2):
        network.send(a, peer, HELLO)
    network.send(outside, 0, HELLO)
    schedule.run(1000)
    assert (a.received, b.received, outside.received) == ([], [(0, b"hello")], [])
    assert network.blocked == frozenset({(0, 2), (2, 0), (1, 2), (2, 1)})


def test_an_endpoint_that_ends_over_a_link_down_hears_of_no_new_link() -> None:
    class Frail(Recorder):
        """Ends when a link goes down."""

        def link_changed(self, peer: int, up: bool) -> None:
            super().link_changed(peer, up)
            self.running = up

    a, b = Frail(0), Recorder(1)
    schedule, network = joined(Weather(), a, b)
    network.recheck()
    schedule.run(1000)
    b.generation += 1
    network.recheck()
    schedule.run(2000)
    assert a.links == [(1, True), (1, False)]
