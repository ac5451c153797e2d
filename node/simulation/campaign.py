"""Many seeds, on several processors, and what to say about them.

A seed fails the campaign, never ends it. Each failure is printed at once with the command that replays it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import TextIO

from node.simulation.world import Attacker, Result, World

PROGRESS_S = 20.0


@dataclass(frozen=True, slots=True)
class SeedResult:
    """What one seed gave, small enough to hand from one process to another."""

    seed: int
    attackers: Mapping[int, str]
    violated: str | None
    digest: str
    blocks: int
    packets: int
    virtual_ms: int
    cpu_s: float


def find(seed: int, *, nodes: int, attackers: Mapping[str, Attacker]) -> SeedResult:
    """Run one seed."""
    started_s = time.process_time()
    result = World(seed, nodes, attackers).run()
    return SeedResult(
        seed=seed,
        attackers=result.attackers,
        violated=None if result.violated is None else str(result.violated),
        digest=result.digest,
        blocks=result.blocks,
        packets=result.packets,
        virtual_ms=result.virtual_ms,
        cpu_s=time.process_time() - started_s,
    )


def findings(
    seeds: Sequence[int], *, nodes: int, attackers: Mapping[str, Attacker], jobs: int
) -> Iterator[SeedResult]:
    """Run every seed, on ``jobs`` processes, in any order."""
    work = partial(find, nodes=nodes, attackers=attackers)
    if jobs == 1:
        yield from map(work, seeds)
        return
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        yield from pool.imap_unordered(work, seeds, chunksize=4)


def replay_command(seed: int, nodes: int) -> str:
    """The command that shows what happened."""
    return f"scripts/simulate --first-seed {seed} --seeds 1 --nodes {nodes} --trace"


def main(arguments: Sequence[str], attackers: Mapping[str, Attacker]) -> int:
    """Run what the command line asks for; returns the exit status, 1 if any seed failed."""
    options = _parser().parse_args(arguments)
    if options.trace:
        result = World(options.first_seed, options.nodes, attackers, keep_trace=True).run()
        sys.stdout.writelines(f"{line}\n" for line in show(result))
        return 0 if result.violated is None else 1
    tally = Tally(options.nodes, options.first_seed, options.jobs)
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    reported_s = 0.0
    for finding in findings(seeds, nodes=options.nodes, attackers=attackers, jobs=options.jobs):
        tally.add(finding)
        if finding.violated is not None:
            command = replay_command(finding.seed, options.nodes)
            _say(sys.stderr, f"seed {finding.seed} FAILED: {finding.violated}\n  replay: {command}")
        if tally.elapsed_s - reported_s > PROGRESS_S:
            reported_s = tally.elapsed_s
            if options.minutes and reported_s > 60 * options.minutes:
                break
            _say(sys.stderr, f"{tally.seeds} of {len(seeds)} seeds, {tally.seeds_per_hour:,} an hour")
    _say(sys.stdout, json.dumps(tally.summary()) if options.json else tally.sentence())
    return 1 if tally.failed else 0


class Tally:
    """What a campaign has found so far."""

    def __init__(self, nodes: int, first_seed: int, jobs: int) -> None:
        self.nodes = nodes
        self.first_seed = first_seed
        self.jobs = jobs
        self.seeds = 0
        self.blocks = 0
        self.packets = 0
        self.virtual_ms = 0
        self.cpu_s = 0.0
        self.failed: list[int] = []
        self._digests: dict[int, str] = {}
        self._started_s = time.monotonic()

    def add(self, finding: SeedResult) -> None:
        """Count one more seed."""
        self.seeds += 1
        self.blocks += finding.blocks
        self.packets += finding.packets
        self.virtual_ms += finding.virtual_ms
        self.cpu_s += finding.cpu_s
        self._digests[finding.seed] = finding.digest
        if finding.violated is not None:
            self.failed.append(finding.seed)

    @property
    def elapsed_s(self) -> float:
        """Seconds of real time since the first seed."""
        return time.monotonic() - self._started_s

    @property
    def seeds_per_hour(self) -> int:
        """Over all jobs together, in real time."""
        return round(self.seeds / self.elapsed_s * 3600)

    @property
    def seeds_per_cpu_hour(self) -> int:
        """What one processor would do alone."""
        return round(self.seeds / self.cpu_s * 3600)

    def summary(self) -> Mapping[str, object]:
        """All figures by name."""
        return {
            "nodes": self.nodes,
            "first_seed": self.first_seed,
            "seeds": self.seeds,
            "failed": sorted(self.failed),
            "blocks": self.blocks,
            "packets": self.packets,
            "digest": self.digest(),
            "jobs": self.jobs,
            "elapsed_s": round(self.elapsed_s, 1),
            "virtual_hours": round(self.virtual_ms / 3_600_000, 2),
            "seeds_per_hour": self.seeds_per_hour,
            "seeds_per_cpu_hour": self.seeds_per_cpu_hour,
        }

    def digest(self) -> str:
        """SHA-256 over the digests of all runs in the order of their seeds: equal for equal campaigns."""
        return sha256("".join(digest for _, digest in sorted(self._digests.items())).encode()).hexdigest()

    def sentence(self) -> str:
        """All figures in a line."""
        return (
            f"{self.seeds} seeds at n = {self.nodes} from {self.first_seed}: {len(self.failed)} failed; "
            f"{self.blocks:,} blocks, {self.packets:,} packets; "
            f"{self.virtual_ms / 3_600_000:,.1f} hours of virtual time; "
            f"{self.elapsed_s:,.0f} s with {self.jobs} jobs, {self.seeds_per_hour:,} seeds an hour, "
            f"{self.seeds_per_cpu_hour:,} for an hour of processor time"
        )


def show(result: Result) -> Iterator[str]:
    """A run as text: its trace, then what became of it."""
    yield from result.lines
    yield f"seed {result.seed}, n = {result.validators}, attackers {dict(result.attackers) or 'none'}"
    yield f"{result.blocks} blocks, {result.packets} packets, {result.virtual_ms} ms; digest {result.digest}"
    yield "everything held" if result.violated is None else f"VIOLATED {result.violated}"
    if result.violated is not None:
        yield f"  ({result.violated.invariant.value})"


def _say(stream: TextIO, text: str) -> None:
    stream.write(text + "\n")
    stream.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/simulate", description="Run the consensus through simulated networks, one a seed."
    )
    parser.add_argument("--seeds", type=int, default=500, help="how many seeds to run")
    parser.add_argument("--first-seed", type=int, default=0, help="the first of them")
    parser.add_argument("--nodes", type=int, default=4, help="validators in each network")
    parser.add_argument("--jobs", type=int, default=1, help="how many processes to run seeds on")
    parser.add_argument("--minutes", type=float, help="stop after so many minutes, whatever is left")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    parser.add_argument("--trace", action="store_true", help="run the first seed alone and print every event")
    return parser
