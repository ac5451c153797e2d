"""What is seen of an honest node from outside: readiness, metrics, health, log, memory, processor, disk."""

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import aiohttp

from node.setup.founding import DATA_DIRECTORY
from node.setup.localnet import LocalNode
from tests.benchmarks import machine

POLL_S = 0.5
ANSWER_S = 2.0
"""A health or metrics request that takes longer counts as not answered."""

_LINE = re.compile(r"^\[(\w+) *\] (.*?) +\w+=.* time=(\S+)$")
_MEMBER = re.compile(r"\bmember=(\S+)")
_SAMPLE = re.compile(r'^matricula_peer_faults_total\{fault="(.+?)",member="(.+?)"\} (\S+)$', re.MULTILINE)
_LOUD = {"warning", "error", "critical"}


@dataclass(slots=True)
class Named:
    """How a member was named: seconds from the start of the attack, by where (metric, log, health), and the
    kinds of its faults."""

    after_s: dict[str, float] = field(default_factory=dict)
    faults: set[str] = field(default_factory=set)

    def note(self, where: str, after_s: float) -> None:
        """It is named there now; the first time counts."""
        self.after_s.setdefault(where, after_s)


class Watched:
    """One honest node, looked at each half second while `watch` runs; since `begin` for the attack."""

    def __init__(self, node: LocalNode) -> None:
        assert node.process is not None
        self.node = node
        self._pid = node.process.pid
        self._log_at = 0
        self._counted: dict[tuple[str, str], float] = {}
        self._began_s = time.monotonic()
        self._began_wall_s = time.time()
        self._cpu_s = 0.0
        self._disk_bytes = 0
        self._memory_mb = 0.0
        self.unready: list[str] = []
        self.unanswered = 0
        self.named: dict[str, Named] = {}
        self.links_lost: list[str] = []
        self.memory_peak_mb = 0.0

    def begin(self) -> None:
        """The attack begins: everything is counted from now on."""
        self._began_s, self._began_wall_s = time.monotonic(), time.time()
        self._log_at = self.node.log.stat().st_size
        self._cpu_s = machine.cpu_seconds(self._pid)
        self._disk_bytes = _disk_bytes(self.node.folder / DATA_DIRECTORY)
        self._memory_mb = self.memory_peak_mb = machine.resident_megabytes(self._pid)
        self.unready, self.unanswered, self.named, self.links_lost = [], 0, {}, []

    @property
    def has_ended(self) -> bool:
        """Whether its process is gone."""
        return not self.node.running

    def cpu_share(self) -> float:
        """Of one core, since `begin`; 0 for a process that is gone."""
        if self.has_ended:
            return 0.0
        return (machine.cpu_seconds(self._pid) - self._cpu_s) / (time.monotonic() - self._began_s)

    def memory_growth_mb(self) -> float:
        """The most that it held since `begin`, above what it held then."""
        return self.memory_peak_mb - self._memory_mb

    def disk_growth_mb(self) -> float:
        """More on the disk than at `begin`."""
        return (_disk_bytes(self.node.folder / DATA_DIRECTORY) - self._disk_bytes) / 1e6

    async def watch(self, session: aiohttp.ClientSession) -> None:
        """Looks until cancelled."""
        while True:
            began_s = time.monotonic()
            await self.look(session)
            await asyncio.sleep(max(0.0, POLL_S - (time.monotonic() - began_s)))

    async def look(self, session: aiohttp.ClientSession) -> None:
        """Looks once."""
        await asyncio.gather(self._readiness(session), self._metrics(session), self._health(session))
        if not self.has_ended:
            self.memory_peak_mb = max(self.memory_peak_mb, machine.resident_megabytes(self._pid))
        self._read_log()

    async def _get(self, session: aiohttp.ClientSession, path: str) -> tuple[int, str]:
        """Status and body; status 0 where no answer came in time."""
        try:
            async with asyncio.timeout(ANSWER_S), session.get(self.node.api_url + path) as response:
                return response.status, await response.text()
        except (aiohttp.ClientError, TimeoutError, ConnectionError):
            return 0, ""

    async def _readiness(self, session: aiohttp.ClientSession) -> None:
        status, body = await self._get(session, "/readyz")
        if status != 200:
            self.unready.append(body[:200] if status else f"no answer in {ANSWER_S:.0f} s")

    async def _metrics(self, session: aiohttp.ClientSession) -> None:
        status, text = await self._get(session, "/metrics")
        if status != 200:
            self.unanswered += 1
            return
        for fault, member, value in _SAMPLE.findall(text):
            if float(value) > self._counted.get((fault, member), 0.0):
                self._note(member, "metric").faults.add(fault)
            self._counted[fault, member] = float(value)

    async def _health(self, session: aiohttp.ClientSession) -> None:
        status, body = await self._get(session, "/healthz")
        if status in (200, 503):
            began_ms = 1000 * self._began_wall_s
            for concern in json.loads(body).get("concerns", ()):
                if concern["lastMs"] >= began_ms:
                    self._note(concern["member"], "health").faults.add(concern["kind"])

    def _read_log(self) -> None:
        """Looks at what the node has logged since the last look."""
        with self.node.log.open("rb") as log:
            log.seek(self._log_at)
            text = log.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._log_at += len(whole)
        for line in whole.decode("utf-8", "replace").splitlines():
            self._log_line(line)

    def _log_line(self, line: str) -> None:
        read, member = _LINE.match(line), _MEMBER.search(line)
        if read is None or member is None:
            return
        level, event, written = read.groups()
        after_s = datetime.fromisoformat(written).timestamp() - self._began_wall_s
        if event == "link down":
            self.links_lost.append(member[1])
        elif level in _LOUD:
            self.named.setdefault(member[1], Named()).note("log", after_s)

    def _note(self, member: str, where: str) -> Named:
        named = self.named.setdefault(member, Named())
        named.note(where, time.monotonic() - self._began_s)
        return named


def _disk_bytes(folder: Path) -> int:
    """What the files in a folder take of the disk. One that goes away meanwhile takes nothing."""
    taken = 0
    for path in folder.rglob("*"):
        try:
            taken += path.stat().st_blocks * 512
        except FileNotFoundError:
            continue
    return taken
