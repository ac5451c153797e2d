"""The command line before a node: a real ledger behind the real server, and a registrar with a key file."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from api.limits import ServerLimits
from node.cli import main
from node.files.durable import write_whole
from node.files.keystore import MINIMAL, KeyPurpose, create_key
from node.process import clock
from registry.draft import BlockDraft
from registry.record_type import RecordType
from tests.api.conftest import Served, serve
from tests.api.ledger import GENESIS, Ledger
from tests.registry.network import UNIVERSITY, seed

PASSPHRASE = b"correct horse"


@pytest.fixture(scope="session", autouse=True)
def commands_are_built_once() -> Iterator[None]:
    """A process runs one command, and builds its options from annotations; these tests run thousands, and
    most of their time would go into building the same options again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.main, "get_command", cache(typer.main.get_command))
        yield


def keep_key(
    path: Path, name: str, purpose: KeyPurpose = KeyPurpose.INSTITUTION, passphrase: bytes = PASSPHRASE
) -> None:
    """A key file with the key that stands for a name."""

    def random(size: int) -> bytes:
        return seed(name) if size == 32 else bytes(size)

    create_key(path, purpose, lambda: passphrase, cost=MINIMAL, random=random)


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document that --json prints."""
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def error(self) -> tuple[str, str, str]:
        """What, where and do, of a command that failed."""
        assert self.code != 0
        lines = dict(line.strip().partition(": ")[::2] for line in self.err.splitlines() if line)
        return lines["Error"], lines.get("where", ""), lines["to do"]


class Registrar:
    """Somebody at a terminal in `folder`, beside a served ledger whose clock the machine shares."""

    def __init__(self, served: Served, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.served = served
        self.ledger: Ledger = served.ledger
        self.folder = folder
        self.url = f"http://127.0.0.1:{served.port}"
        self.genesis = folder / "genesis.cbor"
        self._capsys = capsys
        write_whole(self.genesis, served.ledger.document.encode(), replace=False)
        write_whole(folder / "passphrase", PASSPHRASE + b"\n", replace=False)
        keep_key(folder / "institution.key", UNIVERSITY)

    @property
    def asking(self) -> tuple[str, ...]:
        """The options of a command that asks."""
        return ("--node", self.url, "--genesis", str(self.genesis))

    @property
    def signing(self) -> tuple[str, ...]:
        """The options of a command that signs as the university."""
        return (*self.asking, *self.key("institution.key", f"{UNIVERSITY}#key-1"))

    def key(self, file: str, name: str) -> tuple[str, ...]:
        """The options that name a key."""
        passphrase = str(self.folder / "passphrase")
        return ("--key", str(self.folder / file), "--as", name, "--passphrase-file", passphrase)

    def body(self, kind: RecordType[Any], record_id: str) -> Any:
        """The last body of a record on the ledger itself."""
        return BlockDraft(self.ledger.view().reader).body((kind, record_id))

    async def run(self, *arguments: object) -> Ran:
        """Run a command and wait for its end."""
        code = await asyncio.to_thread(main, [str(argument) for argument in arguments])
        captured = self._capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    async def json(self, *arguments: object) -> Any:
        """What a command that must succeed prints with --json."""
        ran = await self.run(*arguments, "--json")
        assert ran.code == 0, ran
        return ran.json


@pytest.fixture
def limits() -> ServerLimits:
    """The limits of the server; a test may name others."""
    return ServerLimits()


@pytest.fixture
async def registrar(
    limits: ServerLimits, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Registrar]:
    """A registrar of the university, and a ledger that has a block beside genesis."""
    ledger = Ledger(GENESIS)
    ledger.commit()
    monkeypatch.setattr(clock, "now_ms", lambda: ledger.now_ms)
    monkeypatch.chdir(tmp_path)
    for variable in ("MATRICULA_NODES", "MATRICULA_CONFIG", "MATRICULA_PASSPHRASE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("MATRICULA_OFFLINE", "1")  # nothing beyond this machine is asked
    async for served in serve(ledger, limits):
        yield Registrar(served, tmp_path, capsys)
