"""Links between processes: loss, duplication, reordering, replay and partitions, each as the weather says.

A link joins two endpoints and carries whole packets. Each direction can be blocked by itself. The two ends
learn of a link going down or coming up some time after it did, as a transport does, and not at the same
moment. Messages overtake each other freely: nothing in the consensus rules may rest on their order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from consensus.messages import FinalBlock, Message
from node.simulation.schedule import Schedule

REPLAY_MEMORY = 256
"""How many past packets the network remembers for replay."""


@dataclass(frozen=True, slots=True)
class TransactionPacket:
    """A transaction on its way to another pool."""

    transaction: bytes


@dataclass(frozen=True, slots=True)
class RangeRequest:
    """Asks for the final blocks from this height on."""

    from_height: int


@dataclass(frozen=True, slots=True)
class RangeAnswer:
    """Final blocks in height order; empty where the peer has none."""

    from_height: int
    blocks: tuple[FinalBlock, ...]


@dataclass(frozen=True, slots=True)
class ContentRequest:
    """Asks for the attachments that these transactions name."""

    asked: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ContentAnswer:
    """The attachments of those of the transactions asked for whose attachments the sender holds."""

    asked: tuple[bytes, ...]
    given: tuple[bytes, ...]


BulkPacket = TransactionPacket | RangeRequest | RangeAnswer | ContentRequest | ContentAnswer
"""What travels beside the replicas' messages."""

Packet = Message | BulkPacket


class Endpoint(Protocol):
    """Whatever sits at the end of links under a validator's identity: an honest process or an attacker."""

    name: str
    validator: int
    running: bool
    generation: int
    """Counts the processes that have run here: a link belongs to one process at either end."""

    def receive(self, sender: int, packet: Packet) -> None:
        """A packet from the validator ``sender``: the link is authenticated, so that much is never forged."""

    def link_changed(self, peer: int, up: bool) -> None:
        """The link to the validator ``peer`` came up or went down."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How the network treats packets; chances are fractions of 1, delays milliseconds."""

    loss: float = 0.0
    duplicate: float = 0.0
    replay: float = 0.0
    delay_min_ms: int = 2
    delay_max_ms: int = 40


@dataclass(slots=True)
class _Link:
    """Which process each of two endpoints, in the order of their numbers, takes the other end of the link to
    be."""

    believed: list[int | None]
    checking: bool = False


Blocked = frozenset[tuple[int, int]]
"""Directions, as (source, destination) numbers of endpoints, in which nothing passes."""


class SimulatedNetwork:
    """Endpoints are numbered by their place in ``attach`` order; several may share one validator's
    identity."""

    def __init__(self, schedule: Schedule, random: Random, weather: Weather) -> None:
        self.weather = weather
        self.blocked: Blocked = frozenset()
        self._calm: tuple[Weather, frozenset[int]] = (weather, frozenset())
        self.sent = 0
        self.loses: Callable[[int, int, Packet], bool] = _nothing
        """For scenarios: whether this packet, from one endpoint's number to another's, is lost."""
        self.carries: Callable[[Packet], Packet | None] = _unchanged
        """What becomes of a packet on its way: itself, or what its bytes decode to, None for nothing."""
        self._schedule = schedule
        self._random = random
        self._endpoints: list[Endpoint] = []
        self._links: dict[tuple[int, int], _Link] = {}
        self._past: deque[tuple[int, int, Packet]] = deque(maxlen=REPLAY_MEMORY)

    def attach(self, endpoints: Sequence[Endpoint]) -> None:
        """Take the endpoints of the run; every link starts down."""
        self._endpoints = list(endpoints)
        numbers = range(len(endpoints))
        self._links = {
            (low, high): _Link([None, None])
            for low in numbers
            for high in numbers
            if low < high and endpoints[low].validator != endpoints[high].validator
        }

    def send(self, source: Endpoint, peer: int, packet: Packet) -> None:
        """Send to every endpoint under the identity of the validator ``peer``."""
        number = self._endpoints.index(source)
        for destination, endpoint in enumerate(self._endpoints):
            if endpoint.validator == peer and destination != number:
                self._carry(number, destination, packet)

    def broadcast(self, source: Endpoint, packet: Packet) -> None:
        """Send to every endpoint of every other validator."""
        number = self._endpoints.index(source)
        for destination, endpoint in enumerate(self._endpoints):
            if endpoint.validator != source.validator:
                self._carry(number, destination, packet)

    def calm(self, weather: Weather, healed: frozenset[int]) -> None:
        """Among the endpoints of ``healed`` this weather holds from now on and nothing is blocked."""
        self._calm = (weather, healed)
        self.set_blocked(
            frozenset((source, to) for source, to in self.blocked if not (source in healed and to in healed))
        )

    def set_blocked(self, blocked: Blocked) -> None:
        """From now on nothing passes in these directions (source, destination)."""
        self.blocked = blocked
        self.recheck()

    def recheck(self) -> None:
        """An endpoint started or stopped, or directions were blocked: have the ends of links notice in a
        while."""
        for pair, link in self._links.items():
            if not link.checking and any(link.believed[end] != self._other(pair, end) for end in (0, 1)):
                link.checking = True
                self._schedule.after(self._random.randint(5, 400), self._notice, pair)

    def stopped(self, endpoint: Endpoint) -> None:
        """The process behind ``endpoint`` ended: the next one knows of no link."""
        number = self._endpoints.index(endpoint)
        for pair, link in self._links.items():
            if number in pair:
                link.believed[pair.index(number)] = None
        self.recheck()

    def _other(self, pair: tuple[int, int], end: int) -> int | None:
        """The process that ``end`` of the link is really joined to, if any."""
        low, high = self._endpoints[pair[0]], self._endpoints[pair[1]]
        if not (low.running and high.running) or pair in self.blocked or pair[::-1] in self.blocked:
            return None
        return (high, low)[end].generation

    def _notice(self, pair: tuple[int, int]) -> None:
        link = self._links[pair]
        link.checking = False
        for end in (0, 1):
            here, there = self._endpoints[pair[end]], self._endpoints[pair[1 - end]]
            was, now = link.believed[end], self._other(pair, end)
            if was == now:
                continue
            link.believed[end] = now
            if was is not None and here.running:
                here.link_changed(there.validator, up=False)
            if now is not None and here.running:  # it may have ended over the news that the old link is down
                here.link_changed(there.validator, up=True)

    def _carry(self, source: int, destination: int, packet: Packet) -> None:
        self.sent += 1
        if (source, destination) in self.blocked or self.loses(source, destination, packet):
            return
        carried = self.carries(packet)
        if carried is None:
            return
        packet = carried
        calm, healed = self._calm
        weather, chance = (
            calm if source in healed and destination in healed else self.weather,
            self._random.random,
        )
        if weather.loss and chance() < weather.loss:
            return
        self._deliver_later(weather, source, destination, packet)
        if weather.duplicate and chance() < weather.duplicate:
            self._deliver_later(weather, source, destination, packet)
        if weather.replay:
            self._past.append((source, destination, packet))
            if chance() < weather.replay:
                self._deliver_later(weather, *self._past[self._random.randrange(len(self._past))])

    def _deliver_later(self, weather: Weather, source: int, destination: int, packet: Packet) -> None:
        delay_ms = weather.delay_min_ms + int(
            self._random.random() * (weather.delay_max_ms - weather.delay_min_ms + 1)
        )
        self._schedule.after(delay_ms, self._deliver, source, destination, packet)

    def _deliver(self, source: int, destination: int, packet: Packet) -> None:
        endpoint = self._endpoints[destination]
        if endpoint.running:
            endpoint.receive(self._endpoints[source].validator, packet)


def _unchanged(packet: Packet) -> Packet:
    return packet


def _nothing(source: int, destination: int, packet: Packet) -> bool:
    return False


def partition(groups: Iterable[Iterable[int]]) -> Blocked:
    """Every direction between two different groups of endpoints."""
    sets = [tuple(group) for group in groups]
    return frozenset(
        (source, destination)
        for mine in sets
        for theirs in sets
        if mine is not theirs
        for source in mine
        for destination in theirs
    )
