"""Campaigns: what they print and return, and how a failing seed is told."""

from __future__ import annotations

import json
from random import Random

import pytest

from node.simulation import world
from node.simulation.campaign import main
from node.simulation.faults import InjectedFault, draw_plan


def test_a_campaign_in_which_everything_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--first-seed", "1", "--seeds", "2", "--json"], {}) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["nodes"], told["first_seed"], told["seeds"], told["failed"]) == (4, 1, 2, [])
    assert told["blocks"] > 0
    assert len(told["digest"]) == 64


def test_processes_share_the_seeds_and_change_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    digests = []
    for jobs in ("1", "2"):
        assert main(["--first-seed", "1", "--seeds", "3", "--jobs", jobs, "--json"], {}) == 0
        digests.append(json.loads(capsys.readouterr().out)["digest"])
    assert digests[0] == digests[1]


def test_a_failing_seed_is_told_with_the_command_that_shows_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world, "PROGRESS_MS", 1)
    assert main(["--first-seed", "1", "--seeds", "1"], {}) == 1
    told = capsys.readouterr()
    assert "seed 1 FAILED: PROGRESS: from height" in told.err
    assert "scripts/simulate --first-seed 1 --seeds 1 --nodes 4 --trace" in told.err
    assert told.out.startswith("1 seeds at n = 4 from 1: 1 failed;")


def test_a_trace_ends_with_the_verdict(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["--first-seed", "1", "--trace"], {}) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "      0  v0    starts from turn 1"
    assert lines[-1] == "everything held"
    monkeypatch.setattr(world, "PROGRESS_MS", 1)
    assert main(["--first-seed", "1", "--trace"], {}) == 1
    assert "VIOLATED PROGRESS" in capsys.readouterr().out


def test_a_plan_leaves_a_quorum_that_can_vote() -> None:
    for seed in range(200):
        honest = [0, 1, 2, 4, 5, 6] if seed % 2 else list(range(7))
        plan = draw_plan(Random(seed), 7, honest, quorum=5)
        lost = {incident.endpoint for incident in plan.incidents if incident.fault is InjectedFault.DISK_LOSS}
        assert len(lost) <= len(honest) - 5
        assert len(set(plan.healed) - lost) >= 5
        assert set(plan.healed) <= set(honest)
        times = [incident.at_ms for incident in plan.incidents]
        assert times == sorted(times)
        assert all(at_ms < plan.stabilise_ms for at_ms in times)
