"""The plan of one run: everything that will go wrong, drawn from the seed before anything starts.

A run has two periods. In the first, anything may happen. At ``stabilise_ms`` at least a quorum of
honest nodes is healed, among themselves and for good, and every fault outside these becomes permanent:
from then on the network owes progress. A plan is plain data, so that a scenario can write one by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from node.simulation.network import Blocked, Weather, partition


class InjectedFault(StrEnum):
    """What can happen to one process; ``amount`` of the incident gives the size."""

    CRASH = "crash"
    """The process ends here and now, whatever it was doing; it is started again after ``amount`` ms."""
    CRASH_IN_TURN = "crash-in-turn"
    """The process ends between two effects of its next turn; it is started again after ``amount`` ms."""
    FLUSH_ERROR = "flush-error"
    """The next flush fails, which ends the process; it is started again after ``amount`` ms."""
    SLOW_DISK = "slow-disk"
    """Every flush takes ``amount`` ms from now on."""
    SLOW_EXECUTION = "slow-execution"
    """Every execution takes ``amount`` ms from now on."""
    DISK_LOSS = "disk-loss"
    """The process ends and its disk is lost, its guard with it; it is started again after ``amount`` ms, to
    follow and never to vote."""
    COPY = "copy"
    """What the disk holds is copied."""
    PUT_BACK = "put-back"
    """The process ends and its disk becomes again what it was when it was copied, an old vote guard that
    looks whole included; it is started again after ``amount`` ms."""
    WALL_JUMP = "wall-jump"
    """The wall clock's error becomes ``amount`` ms."""


COMMON = tuple(
    fault
    for fault in InjectedFault
    if fault not in (InjectedFault.DISK_LOSS, InjectedFault.COPY, InjectedFault.PUT_BACK)
)
"""What may happen to any number of validators at once."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One fault of one endpoint; what ``amount`` says depends on the fault."""

    at_ms: int
    endpoint: int
    fault: InjectedFault
    amount: int = 0


@dataclass(frozen=True, slots=True)
class WeatherPeriod:
    """From ``at_ms`` the network has this weather and these blocked directions."""

    at_ms: int
    weather: Weather
    blocked: Blocked = frozenset()


@dataclass(frozen=True, slots=True)
class Burst:
    """``count`` transactions are handed to one process at ``at_ms``."""

    at_ms: int
    endpoint: int
    count: int


@dataclass(frozen=True, slots=True)
class ClockError:
    """How a machine's clocks start out: speed of the monotonic one, error of the wall clock."""

    rate_permille: int = 1000
    offset_ms: int = 0


CALM = Weather()


@dataclass(frozen=True, slots=True)
class Plan:
    """All incidents in order of time; ``healed`` numbers endpoints."""

    stabilise_ms: int
    healed: tuple[int, ...]
    clocks: tuple[ClockError, ...]
    periods: tuple[WeatherPeriod, ...]
    incidents: tuple[Incident, ...]
    bursts: tuple[Burst, ...]
    calm: Weather = CALM
    calm_for_attackers: bool = False
    """Whether from ``stabilise_ms`` on the attackers' links are as good as those of the healed."""


STABILISE_MS = 16_000
UNDISTURBED_MS = 4_000
LARGEST_JUMP_MS = 4_000
"""A wall clock may be ahead by this much. Blocks it dates are believed only once the others' clocks have come
that far."""


def draw_plan(random: Random, endpoints: int, honest: Sequence[int], quorum: int) -> Plan:
    """Draw a plan for ``endpoints`` endpoints, of which those numbered in ``honest`` follow the rules."""
    lost = _draw_loss(random, honest, quorum)
    put_back = [endpoint for endpoint in lost if random.random() < 0.5]
    voting = [endpoint for endpoint in honest if endpoint not in lost]
    healed = random.sample(voting, random.randint(quorum, len(voting)))
    healed += [endpoint for endpoint in lost if random.random() < 0.7]
    return Plan(
        stabilise_ms=STABILISE_MS,
        healed=tuple(sorted(healed)),
        clocks=tuple(_draw_clock(random) for _ in range(endpoints)),
        periods=tuple(_draw_periods(random, endpoints)),
        incidents=tuple(_draw_incidents(random, voting, lost, put_back)),
        bursts=tuple(_draw_bursts(random, honest)),
        calm=Weather(delay_min_ms=2, delay_max_ms=random.choice((10, 40, 90))),
        calm_for_attackers=random.random() < 0.5,
    )


def _draw_clock(random: Random) -> ClockError:
    return ClockError(
        rate_permille=random.choice((1000, 1000, 1000, 995, 1005, 980, 1020)),
        offset_ms=random.choice((0, 0, 0, random.randint(-200, 200), random.randint(-2000, LARGEST_JUMP_MS))),
    )


def _draw_periods(random: Random, endpoints: int) -> list[WeatherPeriod]:
    weather = Weather(
        loss=random.choice((0.0, 0.0, 0.03, 0.15, 0.4, 0.7)),
        duplicate=random.choice((0.0, 0.0, 0.1)),
        replay=random.choice((0.0, 0.0, 0.05)),
        delay_min_ms=random.choice((1, 5, 50)),
        delay_max_ms=random.choice((60, 200, 700, 2000)),
    )
    periods = [WeatherPeriod(0, weather)]
    at_ms = 0
    if random.random() < 0.2:
        return periods
    while (at_ms := at_ms + random.randint(800, 5000)) < STABILISE_MS:
        blocked = _draw_blocked(random, endpoints)
        periods.append(WeatherPeriod(at_ms, weather if random.random() < 0.6 else Weather(), blocked))
    return periods


def _draw_blocked(random: Random, endpoints: int) -> Blocked:
    """Nothing blocked, two or three groups, one direction between two groups, or single directions here and
    there."""
    kind = random.randrange(5)
    if kind == 0:
        return frozenset()
    if kind <= 2:
        groups: list[list[int]] = [[] for _ in range(random.choice((2, 2, 3)))]
        for endpoint in range(endpoints):
            random.choice(groups).append(endpoint)
        both = partition(groups)
        if kind == 1:
            return both
        deaf = set(groups[0])
        return frozenset(direction for direction in both if direction[1] in deaf)
    return frozenset(
        (source, destination)
        for source in range(endpoints)
        for destination in range(endpoints)
        if source != destination and random.random() < 0.25
    )


def _draw_loss(random: Random, honest: Sequence[int], quorum: int) -> list[int]:
    """The endpoints that will lose their disks, or have an old copy of them put back: with the attackers
    never more than f."""
    spare = len(honest) - quorum
    return random.sample(honest, random.randint(1, spare)) if spare and random.random() < 0.4 else []


def _draw_incidents(
    random: Random, voting: Sequence[int], lost: Sequence[int], put_back: Sequence[int]
) -> list[Incident]:
    incidents = [
        Incident(
            random.randint(100, STABILISE_MS - 500),
            endpoint,
            InjectedFault.DISK_LOSS,
            random.choice((1, 2000)),
        )
        for endpoint in lost
        if endpoint not in put_back
    ]
    copies = [incident for endpoint in put_back for incident in _draw_copy(random, endpoint)]
    rate = random.choice((0, 1, 2, 4))
    for endpoint in (*voting, *lost):
        if random.random() < 0.5:
            incidents.append(Incident(0, endpoint, InjectedFault.SLOW_DISK, random.choice((1, 4, 20))))
        incidents += [_draw_incident(random, endpoint) for _ in range(random.randint(0, rate))]
    if random.random() < 0.15:
        power_cut_ms = random.randint(1_000, STABILISE_MS - 500)
        incidents += [
            Incident(power_cut_ms, endpoint, InjectedFault.CRASH_IN_TURN, random.choice((1, 50, 500)))
            for endpoint in (*voting, *lost)
        ]
    if copies and random.random() < 0.5:  # all others run when the copy is put back, and listen to nobody
        incidents = [one for one in incidents if abs(one.at_ms - copies[-1].at_ms) > UNDISTURBED_MS]
    return sorted(incidents + copies, key=lambda incident: (incident.at_ms, incident.endpoint))


def _draw_copy(random: Random, endpoint: int) -> list[Incident]:
    """A copy, and soon or late after it the end of what was done since."""
    at_ms = random.randint(100, STABILISE_MS - 5_000)
    later_ms = at_ms + random.choice((20, 100, 400, 1_500, 4_000))
    return [
        Incident(at_ms, endpoint, InjectedFault.COPY),
        Incident(later_ms, endpoint, InjectedFault.PUT_BACK, random.choice((1, 300, 2_000))),
    ]


def _draw_incident(random: Random, endpoint: int) -> Incident:
    fault = random.choice(
        (InjectedFault.CRASH, InjectedFault.CRASH_IN_TURN, InjectedFault.CRASH_IN_TURN, *COMMON)
    )
    amount = {
        InjectedFault.SLOW_DISK: random.choice((5, 50, 400)),
        InjectedFault.SLOW_EXECUTION: random.choice((20, 200, 900)),
        InjectedFault.WALL_JUMP: random.randint(-LARGEST_JUMP_MS, LARGEST_JUMP_MS),
    }.get(fault, random.choice((1, 200, 2000, 9000)))
    return Incident(random.randint(100, STABILISE_MS - 500), endpoint, fault, amount)


def _draw_bursts(random: Random, honest: Sequence[int]) -> list[Burst]:
    """Short bursts with idle stretches between them."""
    bursts = []
    at_ms = random.randint(0, 3000)
    while at_ms < STABILISE_MS:
        bursts.append(Burst(at_ms, random.choice(honest), random.randint(1, 6)))
        at_ms += random.choice((200, 600, 1500, 5000))
    return bursts
