"""The pauses between dials, on a clock that only the test moves."""

from random import Random

import trio
from trio.testing import MockClock

from node.transport.dialer import Backoff, keep_dialling
from node.transport.settings import TransportTimings

STEADY = TransportTimings(backoff_first_s=0.25, backoff_cap_s=2.0, backoff_jitter=0.0, dial_s=3.0)


def test_pauses_double_up_to_the_cap_and_begin_anew() -> None:
    backoff = Backoff(STEADY, Random(0))
    assert [backoff.next_s() for _ in range(5)] == [0.25, 0.5, 1.0, 2.0, 2.0]
    backoff.reset()
    assert backoff.next_s() == 0.25


def test_jitter_spreads_the_pauses_within_its_share_and_never_above_the_cap() -> None:
    timings = TransportTimings(backoff_first_s=1.0, backoff_cap_s=2.0, backoff_jitter=0.3)
    first = [Backoff(timings, Random(seed)).next_s() for seed in range(200)]
    assert len(set(first)) == 200
    assert 0.7 <= min(first) < 0.75
    assert 1.25 < max(first) <= 1.3
    capped = Backoff(timings, Random(0))
    assert max(capped.next_s() for _ in range(200)) == 2.0


def dials_within(
    seconds: float,
    lasting_s: float = 0.0,
    kept_out_s: float = 0.0,
    addresses: tuple[str, ...] = ("one", "two"),
) -> list[tuple[float, str]]:
    """When a peer is dialled where, if each connection lasts `lasting_s`."""
    dials: list[tuple[float, str]] = []
    clock = MockClock(autojump_threshold=0)
    began_s = clock.current_time()

    async def dial(peer: str, address: str) -> None:
        dials.append((clock.current_time() - began_s, address))
        await trio.sleep(lasting_s)

    def waiting(peer: str) -> float:
        return kept_out_s if not dials else 0.0

    async def run() -> None:
        with trio.move_on_after(seconds):
            await keep_dialling("peer", lambda: addresses, dial, waiting, STEADY, Random(0))

    trio.run(run, clock=clock)
    return dials


def test_failed_dials_slow_down_to_the_cap_and_go_through_the_addresses() -> None:
    assert dials_within(6.0) == [
        (0.0, "one"),
        (0.25, "two"),
        (0.75, "one"),
        (1.75, "two"),
        (3.75, "one"),
        (5.75, "two"),
    ]


def test_a_connection_that_lasted_is_redialled_with_the_first_pause() -> None:
    assert dials_within(25.0, lasting_s=10.0) == [(0.0, "one"), (10.25, "two"), (20.5, "one")]


def test_a_peer_that_is_kept_out_is_not_dialled_meanwhile() -> None:
    assert dials_within(5.1, kept_out_s=5.0) == [(5.0, "one")]


def test_a_peer_without_an_address_is_not_dialled() -> None:
    assert dials_within(10.0, addresses=()) == []
