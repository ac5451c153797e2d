"""A whole network on this machine: N institutions, each a folder and a process of its own, on loopback.

For demonstrations, rehearsals and tests. The keys are protected by a passphrase that stands in a file, so
the genesis document says that the network is a demo.
"""

import asyncio
import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from node.files.durable import write_whole
from node.files.keystore import MINIMAL
from node.files.regular import open_regular
from node.setup.config import load_config
from node.setup.founding import (
    DATA_DIRECTORY,
    FOUNDING_FILE,
    GENESIS_FILE,
    SETTINGS_FILE,
    FoundingError,
    FoundingMember,
    Listen,
    Profile,
    draw_up_genesis,
    found_node,
    read_founding_file,
)
from node.setup.genesis_file import read_genesis
from node.storage.directory_lock import holder_of
from node.wording.explained import Explained
from registry.genesis import GenesisDocument
from registry.kinds.parameters.record import Parameters
from registry.network_kind import NetworkKind

PASSPHRASE = b"localnet"
PASSPHRASE_FILE = "passphrase"
LOG_FILE = "node.log"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 15.0
_POLL_S = 0.05
_MAX_PID = 2**22
"""The highest process id that Linux gives."""
_ROOT = str(Path(__file__).resolve().parents[2])

PROFILES = (
    Profile("did:web:university.lisbon.example", "University of Lisbon (example)", "PT"),
    Profile("did:web:university.turku.example", "University of Turku (example)", "FI"),
    Profile("did:web:polytechnic.zagreb.example", "Zagreb Polytechnic (example)", "HR"),
    Profile("did:web:agency.netherlands.example", "Netherlands Quality Agency (example)", "NL"),
    Profile("did:web:university.galway.example", "University of Galway (example)", "IE"),
    Profile("did:web:college.vienna.example", "Vienna College (example)", "AT"),
    Profile("did:web:institute.tartu.example", "Tartu Institute (example)", "EE"),
)


class LocalnetError(Explained):
    """A node of the local network did not do what it should."""

    def __init__(self, what: str, log: Path) -> None:
        super().__init__(what, where=log, do="read the end of that log")


@dataclass
class LocalNode:
    """One institution's node: its folder, and its process while it runs."""

    folder: Path
    profile: Profile
    api_url: str
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def log(self) -> Path:
        """Where the process writes its log."""
        return self.folder / LOG_FILE

    @property
    def keys(self) -> Path:
        """The folder of the sealed keys; `PASSPHRASE` opens them."""
        return self.folder / "keys"

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None


class Localnet:
    """The nodes in a folder: `prepare` makes it, `open` finds it again; then start, kill and stop them."""

    def __init__(self, folder: Path, nodes: Sequence[LocalNode], genesis: GenesisDocument) -> None:
        self.folder = folder
        self.nodes = tuple(nodes)
        self.genesis = genesis

    @classmethod
    def prepare(
        cls,
        folder: Path,
        profiles: Sequence[Profile],
        *,
        time_ms: int,
        parameters: Parameters | None = None,
        settings: str = "",
    ) -> "Localnet":
        """Found one node a profile under `folder`, on free ports, with one genesis document.

        `settings` is put at the end of `[api]` in each settings file. Raises FoundingError where `folder` is
        not empty.
        """
        ports = free_ports(2 * len(profiles))
        nodes, members = [], []
        for number, profile in enumerate(profiles):
            api = f"127.0.0.1:{ports[2 * number]}"
            node = LocalNode(folder / f"node-{number + 1}", profile, f"http://{api}")
            members.append(
                _found_node(node, Listen(f"/ip4/127.0.0.1/tcp/{ports[2 * number + 1]}", api), settings)
            )
            nodes.append(node)
        genesis = draw_up_genesis(f"localnet of {len(nodes)}", NetworkKind.DEMO, time_ms, members, parameters)
        for node in nodes:
            write_whole(node.folder / GENESIS_FILE, genesis.encode(), replace=False)
        return cls(folder, nodes, genesis)

    @classmethod
    def open(cls, folder: Path) -> "Localnet":
        """The network that `prepare` made in `folder`. Raises FoundingError where there is none."""
        folders = sorted((path for path in folder.glob("node-*") if _number(path)), key=_number)
        if not folders:
            raise FoundingError(
                "there is no local network", where=folder, do="make one with `matricula localnet`"
            )
        nodes = [
            LocalNode(
                node_folder,
                read_founding_file(node_folder / FOUNDING_FILE).profile,
                f"http://{load_config(node_folder / SETTINGS_FILE).settings.api.listen}",
            )
            for node_folder in folders
        ]
        return cls(folder, nodes, read_genesis(folders[0] / GENESIS_FILE))

    @property
    def api_urls(self) -> tuple[str, ...]:
        """Where each node's HTTP API listens, in the order of the nodes."""
        return tuple(node.api_url for node in self.nodes)

    def start(
        self, number: int, *, environment: Mapping[str, str] | None = None, arguments: Sequence[str] = ()
    ) -> None:
        """Start node `number` (from 0) as a process; `environment` is added to this process's."""
        node = self.nodes[number]
        path = os.pathsep.join(filter(None, (_ROOT, os.environ.get("PYTHONPATH", ""))))
        with os.fdopen(_open_log(node.log), "ab") as log:
            # Not asyncio's: its processes end with the loop, and a network can be left running.
            node.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "node",
                    "run",
                    "--config",
                    str(node.folder / SETTINGS_FILE),
                    *arguments,
                ],
                env={**os.environ, "PYTHONPATH": path, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def start_all(self) -> None:
        """Start every node and wait until all are ready."""
        for number in range(len(self.nodes)):
            self.start(number)
        for number in range(len(self.nodes)):
            await self.ready(number)

    async def ready(self, number: int) -> None:
        """Wait until node `number` is ready. Raises LocalnetError if it ends or takes too long."""
        node = self.nodes[number]
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
            try:
                async with asyncio.timeout(START_TIMEOUT_S):
                    while not await _is_ready(session, node.api_url):
                        if not node.running:
                            raise LocalnetError(
                                f"the node of {node.profile.name} ended at its start", node.log
                            )
                        await asyncio.sleep(_POLL_S)
            except TimeoutError as error:
                what = f"the node of {node.profile.name} was not ready within {START_TIMEOUT_S:.0f} s"
                raise LocalnetError(what, node.log) from error

    async def kill(self, number: int) -> None:
        """SIGKILL: the process ends at once, as in a power cut."""
        await self._end(self.nodes[number], signal.SIGKILL)

    async def stop(self, number: int) -> int:
        """SIGTERM, and SIGKILL if that is not heeded; the exit code."""
        return await self._end(self.nodes[number], signal.SIGTERM)

    async def stop_all(self) -> None:
        """Stop every node that runs."""
        await asyncio.gather(*(self._end(node, signal.SIGTERM) for node in self.nodes))

    async def _end(self, node: LocalNode, how: signal.Signals) -> int:
        process = node.process
        if process is None:
            return 0
        process.send_signal(how)
        try:
            return await asyncio.to_thread(process.wait, STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return await asyncio.to_thread(process.wait)


def _number(folder: Path) -> int:
    """The number in a node's folder's name; 0 where it is no such folder."""
    digits = folder.name.removeprefix("node-")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 4 else 0


def stop_left_running(folder: Path) -> int:
    """SIGTERM to every node in `folder` that an earlier command left running; how many there were."""
    stopped = 0
    for node in Localnet.open(folder).nodes:
        data = node.folder / DATA_DIRECTORY
        holder = holder_of(data)
        if holder is None:
            continue
        if not holder.isdecimal() or not 1 < int(holder) <= _MAX_PID:
            what = f"another process holds the ledger, and its id is not known ({holder!r})"
            do = "look for it with `lsof` on the folder, and end it"
            raise Explained(what, where=data, do=do)
        os.kill(int(holder), signal.SIGTERM)
        stopped += 1
    return stopped


def _found_node(node: LocalNode, listen: Listen, settings: str) -> FoundingMember:
    more = f'{settings}\n[log]\nformat = "console"\n'
    member = found_node(
        node.folder,
        node.profile,
        listen,
        lambda: PASSPHRASE,
        cost=MINIMAL,
        passphrase_file=PASSPHRASE_FILE,
        settings=more,
    )
    write_whole(node.folder / PASSPHRASE_FILE, PASSPHRASE + b"\n", replace=False)
    return member


def _open_log(path: Path) -> int:
    """The log of a node, to be written at its end. Raises Explained, OSError."""
    try:
        return open_regular(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EISDIR, errno.ENXIO):
            raise
        what = "the log of a node cannot be written: a folder, a pipe or a device is in its place"
        raise Explained(what, where=path, do="remove it: a new file is made") from error


async def _is_ready(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(f"{url}/readyz") as response:
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


def free_ports(count: int) -> list[int]:
    """Ports of loopback that were free a moment ago, all different."""
    with ExitStack() as opened:
        sockets = [opened.enter_context(socket.socket()) for _ in range(count)]
        for bound in sockets:
            bound.bind(("127.0.0.1", 0))
        return [bound.getsockname()[1] for bound in sockets]
