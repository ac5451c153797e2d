"""Measures the transport between two processes: `python -m tests.benchmarks.transport` prints JSON.

Round trips of a frame, frames a second one way, round trips again while bulk answers are fetched; and, with
the default timings, how soon a stopped and a killed process are down and a restarted one is linked again.
"""

import argparse
import asyncio
import json
import os
import signal
import statistics
import sys
import time
from random import Random

from node.transport.identity import PeerIdentity
from node.transport.libp2p import Libp2pTransport
from node.transport.port import Sink
from node.wording.units import MIB

FRAME_BYTES = 300
ANSWER_BYTES = 4 * MIB
_ANYWHERE = "/ip4/127.0.0.1/tcp/0"
_ECHO, _COUNT = b"e", b"c"


def _seeds() -> tuple[bytes, bytes]:
    """The dialler's seed and the listener's."""
    one, other = sorted(
        (bytes([1]) * 32, bytes([2]) * 32), key=lambda seed: PeerIdentity.from_seed(seed).peer_id
    )
    return one, other


class _Far(Sink):
    """The other process: echoes frames, counts frames, answers requests."""

    def __init__(self) -> None:
        self.transport: Libp2pTransport | None = None
        self.failed = asyncio.Event()
        self._counted = 0

    async def on_frames(self, peer: str, frames: list[bytes]) -> None:
        if self.transport is None:
            return
        for frame in frames:
            if frame.startswith(_ECHO):
                self.transport.send(peer, frame)
        counted = sum(frame.startswith(_COUNT) for frame in frames)
        if counted:
            self._counted += counted
            self.transport.send(peer, _COUNT + self._counted.to_bytes(8, "big"))

    def on_link(self, peer: str, up: bool) -> None:
        self._counted = 0

    def on_rival(self, peer: str) -> None:
        return

    def on_violation(self, peer: str) -> None:
        return

    async def on_request(self, peer: str, body: bytes) -> bytes:
        return bytes(ANSWER_BYTES)

    def on_failed(self, error: BaseException) -> None:
        self.failed.set()


class _Near(Sink):
    """This process: waits for echoes and counts."""

    def __init__(self) -> None:
        self.links: asyncio.Queue[bool] = asyncio.Queue()
        self.frames: asyncio.Queue[bytes] = asyncio.Queue()

    async def on_frames(self, peer: str, frames: list[bytes]) -> None:
        for frame in frames:
            self.frames.put_nowait(frame)

    def on_link(self, peer: str, up: bool) -> None:
        self.links.put_nowait(up)

    def on_rival(self, peer: str) -> None:
        return

    def on_violation(self, peer: str) -> None:
        return

    async def on_request(self, peer: str, body: bytes) -> bytes:
        return b""

    def on_failed(self, error: BaseException) -> None:
        raise error


async def _round_trips(near: _Near, transport: Libp2pTransport, peer: str, count: int) -> list[float]:
    """Seconds of each of `count` round trips, one after the other."""
    seconds = []
    for number in range(count):
        frame = _ECHO + number.to_bytes(4, "big") + bytes(FRAME_BYTES - 5)
        began = time.perf_counter()
        transport.send(peer, frame)
        while await near.frames.get() != frame:
            pass
        seconds.append(time.perf_counter() - began)
    return seconds


async def _flood(near: _Near, transport: Libp2pTransport, peer: str, count: int) -> float:
    """Frames a second, from the first frame sent to the far side's word that all have arrived."""
    frame = _COUNT + bytes(FRAME_BYTES - 1)
    began = time.perf_counter()
    sent = arrived = 0
    while arrived < count:
        while sent < count and transport.send(peer, frame):
            sent += 1
        arrived = int.from_bytes((await near.frames.get())[1:9], "big")
    return count / (time.perf_counter() - began)


def _milliseconds(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "p50": round(statistics.median(ordered) * 1000, 2),
        "p99": round(ordered[int(len(ordered) * 0.99)] * 1000, 2),
    }


async def measure(round_trips: int = 1000, frames: int = 300_000, answers: int = 20) -> dict[str, object]:
    """Start the other process, measure, stop it; milliseconds, seconds, and frames and bytes a second."""
    seed, far_seed = _seeds()
    near = _Near()
    transport = Libp2pTransport(seed, (), near, random=Random(0))
    peer = PeerIdentity.from_seed(far_seed).peer_id
    far, address = await _start_far(_ANYWHERE)
    try:
        await transport.start()
        transport.set_peers({peer: (address,)})
        await near.links.get()
        idle = await _round_trips(near, transport, peer, round_trips)
        frames_per_s = await _flood(near, transport, peer, frames)
        began = time.perf_counter()
        bulk = asyncio.create_task(_fetch(transport, peer, answers))
        beside_bulk: list[float] = []
        while not bulk.done():
            beside_bulk += await _round_trips(near, transport, peer, 10)
        await bulk
        bulk_s = time.perf_counter() - began
        stopped_s = await _seconds_until_link_changes(near, far, signal.SIGSTOP)
        await _seconds_until_link_changes(near, far, signal.SIGCONT)
        killed_s = await _seconds_until_link_changes(near, far, signal.SIGKILL)
        await far.wait()
        far, _ = await _start_far(address)
        began = time.perf_counter()
        await near.links.get()
        return {
            "frame_bytes": FRAME_BYTES,
            "round_trip_ms": _milliseconds(idle),
            "frames_per_s": round(frames_per_s),
            "round_trip_beside_bulk_ms": _milliseconds(beside_bulk),
            "bulk_bytes_per_s": round(answers * ANSWER_BYTES / bulk_s),
            "down_after_stop_s": round(stopped_s, 2),
            "down_after_kill_s": round(killed_s, 2),
            "linked_after_restart_s": round(time.perf_counter() - began, 2),
        }
    finally:
        await transport.stop()
        far.kill()
        await far.wait()


async def _start_far(listen: str) -> tuple[asyncio.subprocess.Process, str]:
    """The other process, and where it listens."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.transport", "--far", listen), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    return process, (await process.stdout.readline()).decode().strip()


async def _seconds_until_link_changes(
    near: _Near, far: asyncio.subprocess.Process, number: signal.Signals
) -> float:
    far.send_signal(number)
    began = time.perf_counter()
    await near.links.get()
    return time.perf_counter() - began


async def _fetch(transport: Libp2pTransport, peer: str, answers: int) -> None:
    for _ in range(answers):
        await transport.request(peer, b"", timeout_s=60)


async def _run_far(listen: str) -> None:
    """Listen, print the address, and serve until the process is ended."""
    seed, far_seed = _seeds()
    far = _Far()
    far.transport = Libp2pTransport(far_seed, (listen,), far, random=Random(1))
    far.transport.set_peers({PeerIdentity.from_seed(seed).peer_id: ()})
    await far.transport.start()
    sys.stdout.write(far.transport.addresses[0] + "\n")
    sys.stdout.flush()
    await far.failed.wait()


def main() -> None:
    """Run one side or, without --far, the measurement."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--far", metavar="MULTIADDR", help="be the other process, and listen there")
    arguments.add_argument("--one-core", action="store_true", help="keep both processes on one core")
    chosen = arguments.parse_args()
    if chosen.one_core:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if chosen.far:
        asyncio.run(_run_far(chosen.far))
    else:
        sys.stdout.write(json.dumps(asyncio.run(measure()) | {"one_core": chosen.one_core}, indent=2) + "\n")


if __name__ == "__main__":
    main()
