"""Parts by themselves: the execution of the costliest block, and the transport between two processes."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping

from tests.benchmarks import costliest_block
from tests.benchmarks import transport as benchmark
from tests.benchmarks.figures import Measured, Setting


async def costliest(setting: Setting) -> Mapping[str, Measured]:
    """Every kind of block that is filled to its limits, each signature checked in one thread."""
    setting.say("a block of each kind, in a process of their own")
    command = [sys.executable, "-m", costliest_block.__name__]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    output, _ = await process.communicate()
    report = json.loads(output)
    worst, kinds = report["worst"], report["workloads"]
    how = f"CPU time with every signature checked, the costliest of {len(kinds)} kinds: {worst}"
    return {"costliest-block": Measured(kinds[worst]["cold_ms"], how)}


async def transport(setting: Setting) -> Mapping[str, Measured]:
    """Two processes over libp2p."""
    setting.say("frames, round trips and lost links between two processes")
    measured = await benchmark.measure(round_trips=500, frames=200_000, answers=5)
    trips = measured["round_trip_ms"]
    assert isinstance(trips, dict)
    both = "two processes on this machine, frames of 300 bytes"
    return {
        "transport-frames": Measured(float(str(measured["frames_per_s"])), both),
        "transport-round-trip": Measured(
            float(trips["p50"]),
            f"{both}; p99 {trips['p99']} ms; a bridge between two event loops at each end",
        ),
        "transport-down": Measured(
            float(str(measured["down_after_stop_s"])),
            f"until a stopped process is noticed; a killed one after {measured['down_after_kill_s']} s,"
            f" linked again {measured['linked_after_restart_s']} s after its restart",
        ),
    }
