"""Virtual time: things happen in order of time, then in the order in which they were asked for."""

from __future__ import annotations

from node.simulation.clock import EPOCH_MS, SimulatedClock
from node.simulation.schedule import Schedule


def test_order_of_time_then_of_asking() -> None:
    schedule = Schedule()
    happened: list[tuple[int, str]] = []

    def note(what: str) -> None:
        happened.append((schedule.now_ms, what))

    schedule.at(20, note, "c")
    schedule.at(10, note, "a")
    schedule.at(10, note, "b")
    schedule.after(15, schedule.after, 5, note, "d")
    assert not schedule.run(100)
    assert happened == [(10, "a"), (10, "b"), (20, "c"), (20, "d")]
    assert (schedule.now_ms, schedule.taken) == (100, 5)


def test_the_past_is_now() -> None:
    schedule = Schedule()
    schedule.run(50)
    times: list[int] = []
    schedule.at(10, lambda: times.append(schedule.now_ms))
    schedule.run(60)
    assert times == [50]


def test_running_ends_as_soon_as_what_was_waited_for_holds() -> None:
    schedule = Schedule()
    for time_ms in (10, 20, 30):
        schedule.at(time_ms, lambda: None)
    assert schedule.run(100, lambda: schedule.taken == 2)
    assert schedule.now_ms == 20


def test_a_clock_reads_at_least_what_it_was_waited_for() -> None:
    for rate in (980, 995, 1000, 1005, 1020):
        clock = SimulatedClock(rate_permille=rate, offset_ms=-7, started_ms=123)
        for monotonic_ms in (0, 1, 299, 300, 12_345):
            due = clock.when_ms(monotonic_ms)
            assert clock.monotonic_ms(due) >= monotonic_ms > clock.monotonic_ms(due - 1)
        assert clock.wall_ms(1000) == EPOCH_MS + 993
