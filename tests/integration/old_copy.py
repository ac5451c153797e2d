"""A data folder put back from a `tar` while the other nodes run: what becomes of the node, and whether it
ever signs a contradiction.

    python -m tests.integration.old_copy FOLDER --tries 50

The files are put back into the folder that they came from, and the folder's mark as well, so that nothing in
the machine tells: as with a snapshot of the whole disk.
"""

import argparse
import asyncio
import re
import shutil
import tarfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from consensus.messages import Vote
from consensus.vote_pool import contradicts
from node.files.keystore import MINIMAL, KeyPurpose, open_key
from node.setup.localnet import PASSPHRASE, PROFILES, Localnet, LocalnetError, LocalNode
from node.storage.folder_mark import NO_MARK, read_mark, write_mark
from node.storage.guard_records import GuardRecords
from node.storage.store import Store
from registry.primitives import ed25519
from tests.integration.crowd import Crowd

VICTIM = 1
OTHERS = (0, 2, 3)
MOST_LOOKS = 2_000
_EVIDENCE = re.compile(r"^matricula_evidence_total ([0-9.e+]+)$", re.MULTILINE)
_VOTING = re.compile(r"on=['\"]?(\w+)")


@dataclass
class Copy:
    """The data folder of one node, as archives beside it."""

    node: LocalNode
    marks: dict[str, bytes]

    @property
    def data(self) -> Path:
        """What is copied and put back."""
        return self.node.folder / "data"

    @property
    def _database(self) -> Path:
        """The folder that the guard was born in."""
        return next(self.data.rglob("CURRENT")).parent

    def take(self, name: str) -> None:
        """`tar c`, the node being down."""
        with tarfile.open(self.node.folder / f"{name}.tar", "w") as archive:
            archive.add(self.data, arcname=".")
        self.marks[name] = read_mark(self._database) or NO_MARK

    def put_back(self, name: str) -> None:
        """`tar x` in place of what is there, into the very folders that are there."""
        for found in self.data.rglob("*"):
            if not found.is_dir():
                found.unlink()
        with tarfile.open(self.node.folder / f"{name}.tar") as archive:
            archive.extractall(self.data, filter="data")
        write_mark(self._database, self.marks[name])

    def votes(self, scratch: Path) -> tuple[Vote, ...]:
        """What the guard holds, read from a copy: opening writes."""
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.copytree(self.data, scratch)
        key = open_key(
            self.node.folder / "keys" / "consensus.key",
            KeyPurpose.CONSENSUS,
            lambda: PASSPHRASE,
            least=MINIMAL,
        )
        store = Store.open(scratch)
        try:
            records = GuardRecords(store.reader, ed25519.public_key(key))
            return records.votes()
        finally:
            store.close()


async def one_try(network: Localnet, crowd: Crowd, turns: int) -> tuple[str, int]:
    """What the node did that was put back `turns` transactions, and pairs of votes that contradict."""
    copy = Copy(network.nodes[VICTIM], {})
    writers = [asyncio.create_task(crowd.write(OTHERS[0]))]
    try:
        await network.stop(VICTIM)
        copy.take("old")
        await _start(network)
        await crowd.more(turns)
        await network.kill(VICTIM)
        copy.take("true")
        before = copy.votes(copy.node.folder / "scratch")
        copy.put_back("old")
        begins = copy.node.log.stat().st_size
        network.start(VICTIM)
        for _ in range(MOST_LOOKS):
            if not copy.node.running or said(copy.node.log, begins).endswith("votes"):
                break
            await crowd.more(1)
        await crowd.more(10)
        did = said(copy.node.log, begins)
        if copy.node.running:
            await network.stop(VICTIM)
        after = copy.votes(copy.node.folder / "scratch")
        if did == "halted":
            copy.put_back("true")  # it has signed nothing since
        await _start(network)
    finally:
        await crowd.stop(writers)
    return did, sum(contradicts(one, other) for one in before for other in after)


async def _start(network: Localnet) -> None:
    """Starts the node and waits until it is ready, however busy the machine is."""
    network.start(VICTIM)
    is_ready = False
    while not is_ready:
        try:
            await network.ready(VICTIM)
            is_ready = True
        except LocalnetError:
            if not network.nodes[VICTIM].running:
                raise


def said(log: Path, begins: int) -> str:
    """How far a node has come by its log, from that byte on: `halted`, `started`, `listens`, or on what it
    votes."""
    text = log.read_bytes()[begins:].decode(errors="replace")
    if "the node has halted" in text:
        return "halted"
    on = [found for line in text.splitlines() if "voting" in line for found in _VOTING.findall(line)]
    last = on[-1] if on else "started"
    return last if last in ("listens", "started") else f"{last}, votes"


async def evidence(crowd: Crowd) -> int:
    """Pieces of evidence that the others have noted."""
    found = 0.0
    for number in OTHERS:
        text = await (await crowd.get(number, "/metrics")).text()
        match = _EVIDENCE.search(text)
        found += float(match[1]) if match else 0.0
    return int(found)


async def run(folder: Path, tries: int) -> int:
    """Prints each try and the sum; gives the number of contradictions."""
    network = Localnet.prepare(folder, PROFILES[:4], time_ms=time.time_ns() // 1_000_000)
    outcomes: Counter[str] = Counter()
    pairs = 0
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        crowd = Crowd(network, session)
        try:
            await network.start_all()
            for number in range(tries):
                did, found = await one_try(network, crowd, turns=1 + number % 12)
                outcomes[did] += 1
                pairs += found
                print(f"try {number + 1}: {did}; contradictory pairs {found}", flush=True)
            noted = await evidence(crowd)
        finally:
            await network.stop_all()
    print(f"{tries} tries: {dict(outcomes)}; contradictory pairs {pairs}, evidence noted by others {noted}")
    return pairs + noted


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line above; 1 if anything contradicted."""
    parser = argparse.ArgumentParser(prog="python -m tests.integration.old_copy")
    parser.add_argument("folder", type=Path, help="an empty folder for the network")
    parser.add_argument("--tries", type=int, default=50)
    options = parser.parse_args(arguments)
    return 1 if asyncio.run(run(options.folder, options.tries)) else 0


if __name__ == "__main__":
    raise SystemExit(main())
