"""The simulated disk: what was flushed stays, and of the rest some suffix may go."""

from __future__ import annotations

from random import Random

import pytest

from node.simulation.disk import Flush, SimulatedDisk, WritesLost


def written(*batches: tuple[str, ...]) -> SimulatedDisk[str]:
    disk: SimulatedDisk[str] = SimulatedDisk()
    for batch in batches:
        disk.write(batch)
    return disk


def test_a_flush_makes_all_that_was_written_durable() -> None:
    disk = written(("a", "b"), ("c",))
    assert disk.durable_turns == 0
    assert disk.flushed() == [Flush(1, ("a", "b")), Flush(2, ("c",))]
    assert disk.durable_turns == 2
    assert disk.flushed() == []


def test_a_crash_keeps_some_prefix_and_each_is_possible() -> None:
    outcomes = set()
    for seed in range(64):
        disk = written(("a",), ("b",), ("c",))
        kept = disk.crash(Random(seed))
        assert kept == [Flush(1, ("a",)), Flush(2, ("b",)), Flush(3, ("c",))][: len(kept)]
        outcomes.add((len(kept), disk.torn))
        assert disk.open() == len(kept)
        disk.write(("d",))
        assert disk.flushed() == [Flush(len(kept) + 1, ("d",))]
    assert outcomes == {(0, False), (0, True), (1, False), (1, True), (2, False), (2, True), (3, False)}


def test_what_was_flushed_survives_every_crash() -> None:
    disk = written(("a",))
    disk.flushed()
    assert disk.crash(Random(0)) == []
    assert disk.open() == 1


def test_opening_beside_a_living_process_is_refused() -> None:
    disk = written(("a",))
    with pytest.raises(WritesLost):
        disk.open()
