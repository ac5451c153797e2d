"""One trial: a new network of four, calm for a while, then under attack by one attacker."""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from node.observing.percentile import percentile
from node.process.clock import now_ms
from node.setup.localnet import PROFILES, Localnet
from registry.records.network import Parameters
from tests.redteam.attacker import Attacker
from tests.redteam.load import Load, Sample
from tests.redteam.outcome import NodeSeen, Outcome, Times
from tests.redteam.seats import HONEST, NODES, SEAT
from tests.redteam.watch import Watched

WARM_UP_S = 1.0
SETTLE_S = 5.0
"""How long transactions of the attack may still take after it."""
START_S = 60.0
RECORDS = 2**40
"""A quota that no trial reaches."""
MEMBER_LOG = "hostile.log"


@dataclass(frozen=True, slots=True)
class Setting:
    """How long the phases are, and how many transactions are submitted a second."""

    calm_s: float
    attack_s: float
    per_second: float


class HostileProcess:
    """The process of `tests.redteam.member_process`, and the lines that it says."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    @classmethod
    async def prepare(cls, localnet: Localnet, name: str) -> "HostileProcess":
        """Starts the process, but not the member's node."""
        log = localnet.folder / MEMBER_LOG
        command = (sys.executable, "-m", "tests.redteam.member_process", str(localnet.folder), name)
        with log.open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )
        return cls(process, log)

    async def prepared(self) -> None:
        """Waits until it can start."""
        async with asyncio.timeout(START_S):
            await self._line()

    async def start(self) -> None:
        """Starts its node, and waits until that is linked to all others."""
        async with asyncio.timeout(START_S):
            await self._answer("start")

    async def attack(self, seconds: float) -> Mapping[str, int]:
        """Lets it attack for so long; its tally."""
        tally: Mapping[str, int] = json.loads(await self._answer(f"attack {seconds}"))
        return tally

    async def stop(self) -> None:
        """Ends it."""
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()

    async def _answer(self, command: str) -> bytes:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n".encode())
        await self._process.stdin.drain()
        return await self._line()

    async def _line(self) -> bytes:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the hostile member ended by itself:\n{self._log.read_text()[-3000:]}")
        return line


async def try_attacker(attacker: type[Attacker], folder: Path, setting: Setting) -> Outcome:
    """The trial of one attacker, in an empty folder."""
    async with _network(folder, attacker.name) as (localnet, hostile):
        load = Load([localnet.nodes[number] for number in HONEST], localnet.genesis, setting.per_second)
        watched = [Watched(localnet.nodes[number]) for number in HONEST]
        async with _running(load, watched) as session:
            await asyncio.sleep(WARM_UP_S)
            calm_s = time.monotonic()
            await asyncio.sleep(setting.calm_s)
            calm = load.between(calm_s, time.monotonic())
            await load.settled(SETTLE_S)  # none of them may be hit by the attack
            for one in watched:
                one.begin()
            attack_s = time.monotonic()
            did = await hostile.attack(setting.attack_s)
            over_s = time.monotonic()
            await asyncio.gather(*(one.look(session) for one in watched))
            seen = [_seen(one, n + 1, localnet) for n, one in zip(HONEST, watched, strict=True)]
            during = load.between(attack_s, over_s)
            await load.settled(SETTLE_S)
            return Outcome(
                name=attacker.name,
                is_fault=attacker.is_fault,
                proof=attacker.proof,
                hostile=localnet.nodes[SEAT].profile.did,
                before=_times(calm),
                during=_times(during),
                nodes=seen,
                did=did,
            )


@asynccontextmanager
async def _network(folder: Path, name: str) -> AsyncIterator[tuple[Localnet, HostileProcess]]:
    parameters = Parameters(record_quota=RECORDS, status_daily_permille=1_000)
    localnet = Localnet.prepare(folder / "network", PROFILES[:NODES], time_ms=now_ms(), parameters=parameters)
    hostile = await HostileProcess.prepare(localnet, name)
    try:
        await hostile.prepared()  # or the others would wait for it, and name it for being late
        for number in HONEST:
            localnet.start(number)
        await hostile.start()
        for number in HONEST:
            await localnet.ready(number)
        yield localnet, hostile
    finally:
        await hostile.stop()
        await localnet.stop_all()


@asynccontextmanager
async def _running(load: Load, watched: Sequence[Watched]) -> AsyncIterator[aiohttp.ClientSession]:
    """The load and the watchers beside the block, which is given the watchers' session."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        tasks = [asyncio.create_task(one.watch(session)) for one in watched]
        tasks.append(asyncio.create_task(load.run()))
        try:
            yield session
            for task in tasks:
                if task.done():
                    task.result()  # a watcher that failed has watched nothing
        finally:
            for task in tasks:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)


def _times(samples: Sequence[Sample]) -> Times:
    failures = Counter(one.outcome or "not final" for one in samples if not one.is_final)
    taken = [one.taken_ms() for one in samples]
    return Times(len(samples), percentile(taken, 50), percentile(taken, 99), dict(failures))


def _seen(watched: Watched, number: int, localnet: Localnet) -> NodeSeen:
    honest = {localnet.nodes[number].profile.did for number in HONEST}
    return NodeSeen(
        number=number,
        memory_mb=watched.memory_growth_mb(),
        cpu_share=watched.cpu_share(),
        disk_mb=watched.disk_growth_mb(),
        unready=tuple(watched.unready),
        metrics_unanswered=watched.unanswered,
        honest_links_lost=sum(member in honest for member in watched.links_lost),
        named={member: dict(named.after_s) for member, named in watched.named.items()},
        faults={member: sorted(named.faults) for member, named in watched.named.items()},
        has_ended=watched.has_ended,
    )
