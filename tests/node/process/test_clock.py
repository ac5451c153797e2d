"""A process of a test whose clock is wrong, and set while it runs."""

from pathlib import Path

from node.process.clock import CLOCK, SHIFT_VARIABLE, machine_clock

FAR_MS = 10_000_000_000


def test_the_wall_clock_follows_the_file_and_the_monotonic_clock_does_not(tmp_path: Path) -> None:
    shift = tmp_path / "shift"
    shift.write_text(f"{FAR_MS}\n")
    clock = machine_clock({SHIFT_VARIABLE: str(shift)})
    before = CLOCK.now()
    assert clock.wall_ms() >= before.wall_ms + FAR_MS
    shift.write_text(str(-FAR_MS))
    assert before.wall_ms - FAR_MS <= clock.wall_ms() < before.wall_ms
    assert before.monotonic_ms <= clock.monotonic_ms() < before.monotonic_ms + FAR_MS


def test_without_the_variable_it_is_the_machine_s() -> None:
    assert abs(machine_clock({}).wall_ms() - CLOCK.wall_ms()) < FAR_MS
