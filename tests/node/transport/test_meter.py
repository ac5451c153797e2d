"""What a peer is charged for."""

from collections.abc import Awaitable, Callable

import pytest
import trio
from trio.testing import MockClock

from node.transport.meter import DoorMeter, PeerMeter
from node.transport.settings import TransportLimits

LIMITS = TransportLimits(
    inbound_bytes_per_s=1_000_000,
    inbound_burst_bytes=2_000_000,
    inbound_operations_per_s=1000,
    inbound_frames_per_s=5000,
    bulk_bytes_per_s=1_000_000,
    chunk_bytes=500_000,
    knocks_burst=2,
    knocks_per_s=0.5,
    links_burst=2,
    links_per_s=0.5,
)

Charge = Callable[[PeerMeter], Awaitable[None]]


def seconds_of(charge: Charge, times: int) -> float:
    """How long a peer needs to be charged so many times, if it does nothing else."""
    clock = MockClock(autojump_threshold=0)

    async def run() -> float:
        began_s = trio.current_time()
        meter = PeerMeter(LIMITS)
        for _ in range(times):
            await charge(meter)
        return trio.current_time() - began_s

    return trio.run(run, clock=clock)


@pytest.mark.parametrize(
    ("charge", "times", "seconds"),
    [
        pytest.param(lambda meter: meter.received(100_000), 100, 8.0, id="bytes: 10 MB, 2 MB at once"),
        pytest.param(lambda meter: meter.received(1), 3000, 2.0, id="reads: 3000, 1000 at once"),
        pytest.param(lambda meter: meter.operation(), 3000, 2.0, id="multiplexer frames: 3000, 1000 at once"),
        pytest.param(lambda meter: meter.operation(opens_stream=True), 60, 2.0, id="streams: 60, 20 at once"),
        pytest.param(lambda meter: meter.frames(500), 40, 3.0, id="consensus frames: 20,000, 5000 at once"),
        pytest.param(lambda meter: meter.bulk_sent(500_000), 5, 2.0, id="bulk: 2.5 MB, a chunk at once"),
    ],
)
def test_a_flood_takes_its_sender_time(charge: Charge, times: int, seconds: float) -> None:
    assert seconds_of(charge, times) == pytest.approx(seconds)


def test_coming_and_going_is_limited() -> None:
    clock = MockClock()

    async def run() -> list[bool]:
        meter = PeerMeter(LIMITS)
        at_once = [meter.may_link() for _ in range(3)]
        clock.jump(2)
        return at_once + [meter.may_link() for _ in range(2)]

    assert trio.run(run, clock=clock) == [True, True, False, True, False]


def test_each_address_may_knock_so_often() -> None:
    clock = MockClock()

    async def run() -> list[bool]:
        door = DoorMeter(LIMITS)
        at_once = [door.may_knock("192.0.2.1") for _ in range(3)] + [door.may_knock("192.0.2.2")]
        clock.jump(2)
        return at_once + [door.may_knock("192.0.2.1") for _ in range(2)]

    assert trio.run(run, clock=clock) == [True, True, False, True, True, False]
