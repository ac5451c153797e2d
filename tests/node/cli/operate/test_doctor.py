"""`matricula doctor`: what it finds on a machine, in a ledger, and on the network."""

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from api.client.bounded_http import BoundedHttp, Response
from api.credentials.multikey import key_text
from api.ports import (
    ClockComparison,
    ClockFinding,
    ClockKind,
    ClockOffset,
    Concern,
    Follows,
    PublicationConcern,
)
from node.cli import main
from node.cli.operate import doctor as commands
from node.cli.operate.checks import Diagnosis, machine
from node.cli.operate.checks.clocks import check_clocks
from node.cli.terminal.console import command_line
from node.files import bounded
from node.files.durable import write_whole
from node.files.keystore import MINIMAL, KeyPurpose, create_key, public_key_of
from node.ledger.opening import open_ledger
from node.process import clock
from node.setup.config import load_config
from node.setup.founding import FORMAT, FoundingMember, Listen, draw_up_genesis, found_node
from node.setup.localnet import PROFILES
from node.storage.chain_records import ChainRecords
from node.storage.directory_lock import DirectoryLock
from node.storage.guard_records import mark_guard_lost
from node.storage.store import Store
from node.transport.peer_id import peer_id_of
from node.wording.fingerprint import fingerprint
from node.wording.times import format_time
from registry.genesis import GenesisDocument
from registry.network_kind import NetworkKind
from registry.primitives import ed25519
from tests.api.conftest import serve
from tests.api.ledger import Ledger
from tests.registry.network import seed

NOW_MS = 1_800_000_000_000
PEERS = ["did:web:agency.netherlands.example", "did:web:polytechnic.zagreb.example"]


def draw_up(members: list[FoundingMember]) -> GenesisDocument:
    """The genesis document of these members and three more, whose addresses nobody listens at."""
    others = [
        FoundingMember(
            FORMAT,
            profile,
            key_text(ed25519.public_key(seed(profile.did))),
            key_text(ed25519.public_key(seed(f"consensus {profile.did}"))),
            f"peer of {profile.did}",
            ["/ip4/127.0.0.1/tcp/1"],
        )
        for profile in PROFILES[1:4]
    ]
    return draw_up_genesis("test", NetworkKind.DEMO, NOW_MS - 60_000, members + others)


@dataclass
class Machine:
    """A founded node of a network of four, stopped; `run` examines it."""

    folder: Path
    genesis: GenesisDocument
    capsys: pytest.CaptureFixture[str]

    @property
    def settings(self) -> Path:
        """The node's settings file."""
        return self.folder / "node.toml"

    def set(self, old: str, new: str) -> None:
        """Change a text of the settings."""
        self.settings.write_text(self.settings.read_text().replace(old, new))

    def run(self, *options: str) -> tuple[int, list[tuple[str, str, str]], str]:
        """Exit code, the findings as (check, level, what), and all advice."""
        code = main(["doctor", "--config", str(self.settings), "--json", *options])
        document: Any = json.loads(self.capsys.readouterr().out)
        found = [(one["check"], one["level"], one["what"]) for one in document["findings"]]
        levels = [level for _, level, _ in found]
        assert (document["problems"], document["warnings"]) == (
            levels.count("problem"),
            levels.count("warning"),
        )
        assert all(bool(one["do"]) is (one["level"] != "ok") for one in document["findings"])
        return code, found, " ".join(one["do"] for one in document["findings"])

    def about(self, check: str, *options: str) -> list[tuple[str, str]]:
        """The findings of one check, as (level, what)."""
        return [(level, what) for name, level, what in self.run(*options)[1] if name == check]


@pytest.fixture
def stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(clock, "now_ms", lambda: NOW_MS)
    monkeypatch.delenv("MATRICULA_NODES", raising=False)
    folder = tmp_path / "node"
    listen = Listen("/ip4/127.0.0.1/tcp/1", "127.0.0.1:1")
    member = found_node(
        folder, PROFILES[0], listen, lambda: b"secret", cost=MINIMAL, passphrase_file="passphrase"
    )
    write_whole(folder / "passphrase", b"secret\n", replace=False)
    document = draw_up([member])
    write_whole(folder / "genesis.cbor", document.encode(), replace=False)
    return Machine(folder, document, capsys)


@contextlib.asynccontextmanager
async def listening(stopped: Machine, *names: str) -> AsyncIterator[None]:
    """Takes connections for some validators, at addresses that the settings name."""
    async with contextlib.AsyncExitStack() as stack:
        lines = ["\n[network.addresses]"]
        for name in names:
            server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
            await stack.enter_async_context(server)
            port = server.sockets[0].getsockname()[1]
            lines.append(f'"peer of {name}" = ["/ip4/127.0.0.1/tcp/{port}"]')
        whole = stopped.settings.read_text()
        stopped.settings.write_text(whole + "\n".join(lines) + "\n")
        yield
        stopped.settings.write_text(whole)


class Running(Ledger):
    """A ledger that says what a node says about itself."""

    votes = 1
    evidence = 0

    def metrics(self) -> bytes:
        """See `Node.metrics`."""
        return b"matricula_votes %d.0\nmatricula_evidence_total %d.0\n" % (self.votes, self.evidence)


def test_a_stopped_node_alone(stopped: Machine) -> None:
    code, found, advice = stopped.run()
    assert code == 1
    folder = stopped.folder
    assert [finding for finding in found if finding[0] not in ("disk", "peer")] == [
        ("genesis", "ok", f"test: {fingerprint(stopped.genesis.genesis_hash)}"),
        ("keys", "ok", f"3 key files in {folder / 'keys'}, readable by their owner alone"),
        ("backup", "warning", "no backup is known"),
        ("ledger", "ok", f"not begun yet ({folder / 'data'})"),
        ("guard", "ok", "the vote guard is whole, with 0 votes above its floor"),
        ("node", "warning", "not running"),
        ("peers", "problem", "2 more validators are needed for a quorum of 3"),
    ]
    assert [level for check, level, _ in found if check == "peer"] == ["warning"] * 3
    assert f"start it: `{command_line('run', '--config', str(stopped.settings))}`" in advice
    assert f"`{command_line('backup', 'FOLDER', '--config', str(stopped.settings))}`" in advice


async def test_peers_that_can_be_reached(stopped: Machine) -> None:
    async with listening(stopped, *PEERS):
        code, found, _ = await asyncio.to_thread(stopped.run)
    assert code == 0
    peers = [(level, what.partition(" ")[0]) for check, level, what in found if check == "peer"]
    assert peers == [
        ("ok", PEERS[0]),
        ("ok", PEERS[1]),
        ("warning", "did:web:university.turku.example"),
    ]


def test_for_people_each_line_says_what_to_do(stopped: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--config", str(stopped.settings)]) == 1
    lines = capsys.readouterr().out.splitlines()
    place = lines.index("warning  node      not running")
    run = command_line("run", "--config", str(stopped.settings))
    assert lines[place + 1] == f"                   to do: start it: `{run}`"
    assert "problems: 1, warnings: 5" in lines


def test_keys_for_demonstrations_are_a_problem_in_production(stopped: Machine) -> None:
    document = replace(stopped.genesis, kind=NetworkKind.PRODUCTION)
    (stopped.folder / "genesis.cbor").write_bytes(document.encode())
    said = "the key file has the weak protection of a demonstration: its passphrase is easy to guess"
    assert stopped.about("keys") == [
        ("problem", f"{said}: {stopped.folder / 'keys' / name}.key")
        for name in ("consensus", "peer", "institution")
    ]


def test_backups_grow_old(stopped: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["doctor", "--backed-up", "--config", str(stopped.settings), "--json"]) == 0
    assert json.loads(stopped.capsys.readouterr().out) == {"backedUpMs": NOW_MS}
    monkeypatch.setattr(clock, "now_ms", lambda: NOW_MS + 7 * 86_400_000)
    assert stopped.about("backup") == [("ok", "the last backup is 7 days old")]
    monkeypatch.setattr(clock, "now_ms", lambda: NOW_MS + 8 * 86_400_000)
    assert stopped.about("backup") == [("warning", "the last backup is 8 days old")]
    (stopped.folder / "last-backup").write_text("lately\n")
    ((level, what),) = stopped.about("backup")
    assert (level, what.partition(":")[0]) == ("warning", "the time of the last backup cannot be read")


def test_a_backup_of_the_future_has_no_age(stopped: Machine) -> None:
    file = stopped.folder / "last-backup"
    file.write_text(format_time(NOW_MS + 100) + "\n")
    assert stopped.about("backup")[0][0] == "ok"  # clocks are set by so little
    file.write_text(format_time(NOW_MS + 3 * 86_400_000) + "\n")
    told = "the last backup is dated 3 days ahead of this machine's clock: its age is not known"
    assert stopped.about("backup") == [("warning", told)]
    for number in ("20261128", str(NOW_MS)):
        file.write_text(number)
        ((level, what),) = stopped.about("backup")
        assert (level, what) == ("warning", f"the time of the last backup cannot be read: {file}")


@pytest.mark.parametrize("make", [Path.touch, os.mkfifo], ids=["a file", "a pipe"])
def test_a_data_directory_that_is_none(stopped: Machine, make: Callable[[Path], None]) -> None:
    data = stopped.folder / "data"
    shutil.rmtree(data)
    make(data)
    ((level, what),) = stopped.about("disk")
    assert (level, what) == ("problem", f"the data directory {data} is a file, not a folder")


def test_keys_and_passphrase(stopped: Machine) -> None:
    keys = stopped.folder / "keys"
    (keys / "institution.key").unlink()
    (keys / "peer.key").chmod(0o640)
    (keys / "consensus.key").write_text("{}")
    (stopped.folder / "passphrase").chmod(0o644)
    assert stopped.about("keys") == [
        ("problem", f"this is JSON of another form, not a key file: {keys / 'consensus.key'}"),
        ("problem", f"the key file can be read or written by others than its owner: {keys / 'peer.key'}"),
        ("warning", f"no institution key in {keys}: nothing can be signed here"),
        (
            "problem",
            f"others can read the passphrase: the file's mode is 0644 ({stopped.folder / 'passphrase'})",
        ),
    ]
    (stopped.folder / "passphrase").unlink()
    assert stopped.about("keys")[-1] == (
        "problem",
        f"there is no passphrase file ({stopped.folder / 'passphrase'})",
    )


def test_a_key_that_took_the_place_of_the_first(stopped: Machine) -> None:
    keys = stopped.folder / "keys"
    (keys / "institution.key").rename(keys / "institution-2.key")
    assert stopped.about("keys") == [("ok", "the institution signs with institution-2.key")]


def test_a_peer_key_that_the_network_does_not_list(stopped: Machine) -> None:
    keys = stopped.folder / "keys"
    (keys / "peer.key").rename(keys / "peer.key.old")
    peer_id = peer_id_of(create_key(keys / "peer.key", KeyPurpose.PEER, lambda: b"secret", cost=MINIMAL))
    own = next(each for each in stopped.genesis.validators.validators if each.member == PROFILES[0].did)
    assert stopped.about("keys")[-1] == (
        "problem",
        f"peer.key gives the peer id {peer_id}, and the network lists {own.peer_id} for {own.member}: "
        f"no node takes a link from it ({keys})",
    )


def test_an_observer_and_a_stranger(stopped: Machine) -> None:
    (stopped.folder / "genesis.cbor").write_bytes(draw_up([]).encode())
    keys = stopped.folder / "keys"
    peer_id = peer_id_of(public_key_of(keys / "peer.key", KeyPurpose.PEER))
    nobody = (
        f"no node of the network takes a link from this one: its peer id {peer_id} is not listed ({keys})"
    )
    assert stopped.about("keys")[-1] == ("problem", nobody)
    ((level, what),) = stopped.about("genesis")
    assert level == "warning"
    assert what.endswith(f"{PROFILES[0].did} is no founding member")


PIPES = {
    "data/addresses.cbor": "peer",
    "data/matricula.lock": "ledger",
    "data/store/LOCK": "ledger",
    "data/store/CURRENT": "ledger",
    "data/store/{log}": "ledger",
    "keys/consensus.key": "keys",
    "last-backup": "backup",
}
"""Files, and the check that tells that a pipe stands in the place of one of them."""


@pytest.mark.parametrize(("name", "check"), PIPES.items(), ids=PIPES)
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(
    stopped: Machine, monkeypatch: pytest.MonkeyPatch, name: str, check: str
) -> None:
    monkeypatch.setattr(bounded, "PIPE_WAIT_S", 0.01)
    log = max(path.name for path in (stopped.folder / "data" / "store").glob("*.log"))
    pipe = stopped.folder / name.format(log=log)
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe, 0o600)
    begun = time.monotonic()
    _, found, _ = stopped.run()
    assert time.monotonic() - begun < 8
    assert {level for what, level, told in found if what == check and str(pipe) in told} & {
        "problem",
        "warning",
    }
    assert {"genesis", "keys", "disk", "backup", "node", "peer", "peers"} <= {what for what, _, _ in found}


def test_keys_that_are_pipes_are_not_waited_for(stopped: Machine) -> None:
    (stopped.folder / "keys" / "institution.key").unlink()
    for number in range(20):
        os.mkfifo(stopped.folder / "keys" / f"{number}.key", 0o600)
    begun = time.monotonic()
    ((level, what),) = stopped.about("keys")
    assert time.monotonic() - begun < 8
    assert (level, what.startswith("no institution key in ")) == ("warning", True)


def test_addresses_that_are_a_folder_are_told_in_words(stopped: Machine) -> None:
    (stopped.folder / "data" / "addresses.cbor").mkdir()
    (told,) = (what for _, what in stopped.about("peer") if "addresses.cbor" in what)
    assert told.startswith("the announced addresses cannot be read: it is a folder, not a file (")


UNREADABLE = {
    "genesis.cbor": "genesis",
    "keys/consensus.key": "keys",
    "keys/peer.key": "keys",
    "keys/institution.key": "keys",
    "passphrase": "keys",
    "last-backup": "backup",
    "data/matricula.lock": "ledger",
}
"""Files, and the check that tells that one of them cannot be read."""


@pytest.mark.parametrize(("name", "check"), UNREADABLE.items(), ids=UNREADABLE)
def test_what_cannot_be_read_is_a_finding_and_hides_no_other(stopped: Machine, name: str, check: str) -> None:
    """A folder stands in the file's place: nobody can read that, not even root."""
    file = stopped.folder / name
    file.unlink(missing_ok=True)
    file.mkdir()
    code, found, _ = stopped.run()
    assert code == 1
    levels = {level for what, level, told in found if what == check and str(file) in told}
    assert levels & {"problem", "warning"}
    silent = {"genesis": {"peer", "peers"}, "ledger": {"guard"}, "keys": {"guard"}}.get(check, set())
    every = {"genesis", "keys", "disk", "backup", "ledger", "guard", "node", "peer", "peers"}
    assert every - silent <= {what for what, _, _ in found}


@pytest.mark.parametrize("purpose", ["consensus", "peer"])
def test_a_lost_key_of_the_node_comes_from_the_backup_and_is_not_made_anew(
    stopped: Machine, purpose: str
) -> None:
    lost = stopped.folder / "keys" / f"{purpose}.key"
    lost.unlink()
    code, found, advice = stopped.run()
    assert code == 1
    assert ("keys", "problem", f"there is no key file: {lost}") in found
    assert "put the file back from your backup of keys" in advice
    assert "matricula init" not in advice
    assert ("--no-vote" in advice) is (purpose == "consensus")


def test_a_port_that_the_others_do_not_dial(stopped: Machine) -> None:
    other = "/ip4/127.0.0.1/tcp/2"
    stopped.set('listen = "/ip4/127.0.0.1/tcp/1"', f'listen = "{other}"')
    doubt = f"the node listens at {other} and is listed with /ip4/127.0.0.1/tcp/1: the ports differ"
    _, found, advice = stopped.run()
    assert ("peer", "warning", doubt) in found
    assert "correct if something forwards port 1 to port 2" in advice
    stopped.set(f'listen = "{other}"', f'listen = "{other}"\nannounce = ["{other}"]')
    assert "the ports differ" not in str(stopped.about("peer"))
    stopped.set(f'announce = ["{other}"]', 'announce = ["/dns4/a.example/tcp/3"]')
    doubt = f"the node listens at {other} and announces /dns4/a.example/tcp/3: the ports differ"
    assert ("warning", doubt) in stopped.about("peer")


@pytest.mark.parametrize(
    ("free", "level"),
    [
        (machine.LITTLE_SPACE_BYTES, "ok"),
        (machine.LITTLE_SPACE_BYTES - 1, "warning"),
        (machine.NO_SPACE_BYTES - 1, "problem"),
    ],
)
def test_room_on_the_disk(stopped: Machine, monkeypatch: pytest.MonkeyPatch, free: int, level: str) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: _Usage(free))
    ((found, what),) = stopped.about("disk")
    assert found == level
    assert "the ledger takes" in what


def test_no_data_directory(stopped: Machine) -> None:
    (stopped.folder / "data").rename(stopped.folder / "away")
    assert stopped.about("disk") == [("problem", f"there is no data directory {stopped.folder / 'data'}")]
    assert stopped.about("ledger") == []


def test_a_lost_guard(stopped: Machine) -> None:
    public_key = public_key_of(stopped.folder / "keys" / "consensus.key", KeyPurpose.CONSENSUS)
    store = Store.open(stopped.folder / "data")
    mark_guard_lost(store, public_key, "restored from a backup")
    store.close()
    _, found, advice = stopped.run()
    assert ("guard", "problem", "The vote guard was marked as lost. restored from a backup") in found
    assert "start it, as its vote guard is lost: `" in advice
    assert command_line("run", "--no-vote", "--config", str(stopped.settings)) in advice
    assert "start it: `" not in advice
    assert ("peers", "problem", "3 more validators are needed for a quorum of 3") in found


def test_a_lost_consensus_key(stopped: Machine) -> None:
    (stopped.folder / "keys" / "consensus.key").unlink()
    _, _, advice = stopped.run()
    assert "put consensus.key back, then start it. If the key is lost: `" in advice
    assert "run --no-vote --config" in advice


def test_a_damaged_ledger(stopped: Machine) -> None:
    current = stopped.folder / "data" / "store" / "CURRENT"
    current.unlink()
    code, found, advice = stopped.run("--thorough")
    ((level, what),) = [finding[1:] for finding in found if finding[0] == "ledger"]
    assert (code, level) == (1, "problem")
    assert what.startswith("A file of the database is missing.")
    assert "put it back" in advice
    assert "matricula restore" in advice
    assert "start it: `" not in advice


def test_a_ledger_that_is_not_there(stopped: Machine) -> None:
    data = stopped.folder / "data"
    (data / "store").rename(stopped.folder / "elsewhere")
    code, found, advice = stopped.run()
    ((level, what),) = [finding[1:] for finding in found if finding[0] == "ledger"]
    assert (code, level) == (1, "problem")
    assert "There is no store in the data directory." in what
    assert "check that the disk is mounted" in advice
    assert "matricula restore" not in advice


def test_a_ledger_that_the_genesis_document_does_not_belong_to(stopped: Machine) -> None:
    store = Store.open(stopped.folder / "data")
    open_ledger(store, ChainRecords(store.reader, None), stopped.genesis)
    store.close()
    folder, begun = stopped.folder / "data", format_time(stopped.genesis.time_ms)
    opens = f"opens, up to block 0 of {begun} ({folder})"
    assert stopped.about("ledger") == [("ok", f"{opens}; --thorough reads every row")]
    assert stopped.about("ledger", "--thorough") == [("ok", f"{opens}; every row was read")]
    other = replace(stopped.genesis, name="another")
    (stopped.folder / "genesis.cbor").write_bytes(other.encode())
    words = fingerprint(stopped.genesis.genesis_hash)
    assert ("problem", f"it belongs to another network: {words} ({folder})") in stopped.about("ledger")


async def examine(stopped: Machine, ledger: Ledger) -> tuple[list[tuple[str, str, str]], str]:
    """What is found while `ledger` is served as this node, and a process holds the data directory."""
    lock = DirectoryLock(stopped.folder / "data")
    async for served in serve(ledger):
        listen = load_config(stopped.settings).settings.api.listen
        stopped.set(listen, f"127.0.0.1:{served.port}")
        async with listening(stopped, *PEERS):
            _, found, advice = await asyncio.to_thread(stopped.run)
    lock.release()
    return [
        finding
        for finding in found
        if finding[0] in ("ledger", "guard", "node", "conduct", "lists", "clock", "evidence")
    ], advice


async def test_a_running_node(stopped: Machine) -> None:
    ledger = Running(stopped.genesis)
    found, _ = await examine(stopped, ledger)
    assert found == [
        ("node", "ok", "ready: block 0, 0 ms old, 3 links"),
        ("guard", "ok", "the node votes: a quorum of the others has said where they stand"),
        (
            "clock",
            "ok",
            "not behind the newest block; name other nodes with --node to compare more closely",
        ),
    ]


async def test_a_node_that_votes_by_its_own_record_is_no_fault(stopped: Machine) -> None:
    ledger = Running(stopped.genesis)
    ledger.voting = "relies"
    found, _ = await examine(stopped, ledger)
    assert [finding[1:] for finding in found if finding[0] == "guard"] == [
        (
            "ok",
            "the node votes: it goes by its own record of what it signed: too few of the others answered "
            "when it started. This is normal when several nodes start together. Do nothing, unless the data "
            "folder was put back from a copy (docs/operating.md, Lost guard)",
        )
    ]


async def test_a_running_node_in_trouble(stopped: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Running(stopped.genesis)
    ledger.votes, ledger.evidence, ledger.condition = 0, 1, "The node is linked to 1 validator and needs 2."
    ledger.follows = Follows.LOST_GUARD
    found, advice = await examine(stopped, ledger)
    assert found == [
        (
            "node",
            "problem",
            "not ready: The node is linked to 1 validator and needs 2. (block 0, 0 ms old, 3 links)",
        ),
        (
            "guard",
            "warning",
            "the node follows and does not vote: its vote guard is lost, and it was started with --no-vote, "
            "as it must be",
        ),
        ("evidence", "problem", "a validator signed contradictions"),
        (
            "clock",
            "ok",
            "not behind the newest block; name other nodes with --node to compare more closely",
        ),
    ]
    assert "never copy a guard back" in advice
    assert "--no-vote" not in advice

    monkeypatch.setattr(clock, "now_ms", lambda: NOW_MS - 120_000)
    found, _ = await examine(stopped, Running(stopped.genesis))
    (told,) = (what for check, level, what in found if (check, level) == ("clock", "problem"))
    assert told.startswith("the last block is dated 60 seconds ahead of this machine's clock: either")
    found, _ = await examine(stopped, Running(draw_up([])))
    ((level, what),) = [finding[1:] for finding in found if finding[0] == "node"]
    words = fingerprint(draw_up([]).genesis_hash)
    assert (
        level,
        what.startswith("a node of another network answers at ") and what.endswith(f": {words}"),
    ) == ("problem", True)


TURKU = "did:web:university.turku.example"


async def peers_of(stopped: Machine, ledger: Ledger) -> tuple[int, list[tuple[str, str]], str]:
    """The exit code, what is found of the others, and all advice, while `ledger` is served as this node and
    nobody can be dialled."""
    lock = DirectoryLock(stopped.folder / "data")
    async for served in serve(ledger):
        listen = load_config(stopped.settings).settings.api.listen
        stopped.set(listen, f"127.0.0.1:{served.port}")
        code, found, advice = await asyncio.to_thread(stopped.run)
    lock.release()
    return code, [(level, what) for check, level, what in found if check in ("peer", "peers")], advice


async def test_links_of_the_running_node_count_and_not_what_can_be_dialled(stopped: Machine) -> None:
    ledger = Running(stopped.genesis)
    ledger.linked = (*PEERS, TURKU)
    code, found, _ = await peers_of(stopped, ledger)
    refused = "/ip4/127.0.0.1/tcp/1 (connection refused)"
    assert (code, found) == (
        0,
        [("warning", f"{member} is linked, but not reached at {refused}") for member in (*PEERS, TURKU)],
    )
    ledger.linked = (TURKU,)
    code, found, advice = await peers_of(stopped, ledger)
    assert (code, sorted(found)) == (
        1,
        [
            ("problem", "1 more validator is needed for a quorum of 3"),
            ("warning", f"{PEERS[0]} is not reached at {refused}"),
            ("warning", f"{PEERS[1]} is not reached at {refused}"),
            ("warning", f"{TURKU} is linked, but not reached at {refused}"),
        ],
    )
    assert "nothing becomes final until it is back" in advice


async def test_who_can_be_dialled_and_has_no_link_is_told(stopped: Machine) -> None:
    ledger = Running(stopped.genesis)
    ledger.linked = ()
    async with listening(stopped, *PEERS):
        code, found, _ = await peers_of(stopped, ledger)
    told = [what.partition(", but takes connections at ")[0] for _, what in found]
    assert code == 1
    assert told[:2] == [f"{member} is not linked" for member in PEERS]
    assert found[-1] == ("problem", "2 more validators are needed for a quorum of 3")


async def test_who_is_linked_and_does_not_vote_is_named_and_counts_for_no_quorum(stopped: Machine) -> None:
    ledger = Running(stopped.genesis)
    ledger.linked, ledger.not_voting = (*PEERS, TURKU), (TURKU,)
    silent = ("warning", f"{TURKU} is linked and does not vote")
    code, found, advice = await peers_of(stopped, ledger)
    assert (code, silent in found) == (0, True)
    assert "ask its operator whether this is intended" in advice
    ledger.linked = (PEERS[0], TURKU)
    code, found, _ = await peers_of(stopped, ledger)
    assert (code, silent in found) == (1, True)
    assert ("problem", "1 more validator that votes is needed for a quorum of 3") in found
    ledger.linked, ledger.follows = (*PEERS, TURKU), Follows.BY_CHOICE
    _, found, _ = await peers_of(stopped, ledger)
    assert ("problem", "1 more validator that votes is needed for a quorum of 3") in found


@pytest.mark.parametrize(
    ("follows", "why", "do"),
    [
        (
            Follows.BY_CHOICE,
            "--no-vote, and its vote guard is whole",
            "start it without --no-vote",
        ),
        (Follows.LOST_GUARD, "its vote guard is lost", "tell the other operators"),
        (Follows.NO_KEY, "its consensus key cannot be read", "put consensus.key back"),
        (Follows.NOT_LISTED, "the network lists no validator", "correct for an observer"),
    ],
)
async def test_a_node_that_follows_is_told_why(stopped: Machine, follows: Follows, why: str, do: str) -> None:
    ledger = Running(stopped.genesis)
    ledger.votes, ledger.follows = 0, follows
    found, advice = await examine(stopped, ledger)
    ((level, what),) = [finding[1:] for finding in found if finding[0] == "guard"]
    assert (level, what.startswith("the node follows and does not vote: "), why in what) == (
        "warning",
        True,
        True,
    )
    assert do in advice
    assert "run with --no-vote" not in advice


class Odd(Running):
    """A node whose metrics are no numbers."""

    def __init__(self, document: GenesisDocument, told: str) -> None:
        super().__init__(document)
        self.told = told

    def metrics(self) -> bytes:
        """See `Node.metrics`."""
        return self.told.encode()


@pytest.mark.parametrize("name", ["votes", "evidence_total", "descriptors_open", "slow_writes_total"])
@pytest.mark.parametrize("value", ["1.2.3", ".", "e", "++", "1e999"])
async def test_metrics_that_are_no_numbers(stopped: Machine, name: str, value: str) -> None:
    found, _ = await examine(stopped, Odd(stopped.genesis, f"matricula_{name} {value}\n"))
    ((check, level, what),) = found
    assert (check, level) == ("node", "problem")
    assert what.startswith("its API at http://127.0.0.1:")
    assert what.endswith(f"does not answer as a node does (matricula_{name} is no number)")


@pytest.mark.parametrize(
    ("error", "told"),
    [(OSError(5, ""), "the disk could not read or write it"), (LookupError("odd"), "LookupError: odd")],
    ids=["a known error", "a defect"],
)
def test_a_check_of_the_network_that_fails_hides_no_other(
    stopped: Machine, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    async def fail(*_: object, **__: object) -> list[Diagnosis]:
        raise error

    monkeypatch.setattr(commands, "check_node", fail)
    code, found, _ = stopped.run("--node", "http://127.0.0.1:1")
    assert code == 1
    ((level, what),) = [finding[1:] for finding in found if finding[0] == "node"]
    assert (level, what.startswith("this check failed: "), told in what) == ("problem", True, True)
    assert {"clock", "peer", "peers", "keys"} <= {check for check, _, _ in found}


async def test_other_nodes_at_fault_are_named(stopped: Machine) -> None:
    ledger = Running(stopped.genesis)
    ledger.concerns = (
        Concern(PEERS[0], "invalid_vote", "a vote's signature does not verify", 7, NOW_MS - 5_000),
        Concern("", "malformed_message", "a message that is no message", 1, NOW_MS),
    )
    found, advice = await examine(stopped, ledger)
    assert [finding[1:] for finding in found if finding[0] == "conduct"] == [
        ("warning", f"{PEERS[0]}: a vote's signature does not verify; noted 7 times, last 5 seconds ago"),
        (
            "warning",
            "a node that is no validator's: a message that is no message; noted 1 time, last 0 ms ago",
        ),
    ]
    assert "tell that institution's operator" in advice
    ledger.concerns = (Concern(PEERS[0], "silent", "led views without a proposal", 7, NOW_MS),)
    _, advice = await examine(stopped, ledger)
    assert "its node runs other software" not in advice
    assert "ask that institution's operator to check the node" in advice


async def test_published_lists_that_are_due_are_named(stopped: Machine) -> None:
    ledger = Running(stopped.genesis)
    what = "it is not served: its end has come"
    ledger.due = (PublicationConcern("did:web:a.example/status-lists/b", "jwt", "expired", what),) * 100
    found, advice = await examine(stopped, ledger)
    told = [finding[1:] for finding in found if finding[0] == "lists"]
    assert told == [("warning", f"did:web:a.example/status-lists/b (jwt): {what}")] * 16
    assert "matricula status publish NAME" in advice


async def test_concerns_of_the_future_and_without_end(stopped: Machine) -> None:
    ledger = Running(stopped.genesis)
    ledger.concerns = (Concern(PEERS[0], "invalid_vote", "x", 7, NOW_MS + 3_600_000),) * 1_000
    found, _ = await examine(stopped, ledger)
    told = [finding[2] for finding in found if finding[0] == "conduct"]
    assert told == [f"{PEERS[0]}: x; noted 7 times, last dated 60 minutes ahead of this machine's clock"] * 64


CLOCKS: dict[ClockKind, str] = {
    ClockKind.OWN: "problem",
    ClockKind.OTHER: "warning",
    ClockKind.DIVIDED: "problem",
    ClockKind.LEDGER: "warning",
}


async def test_what_the_node_found_of_clocks_is_told_without_blame(stopped: Machine) -> None:
    ledger = Running(stopped.genesis)
    for kind, level in CLOCKS.items():
        ledger.clocks = ClockComparison(0, 3, 0, (), (ClockFinding(kind, "", f"of {kind}"),))
        found, advice = await examine(stopped, ledger)
        assert [finding[1:] for finding in found if finding[0] == "clock"] == [(level, f"of {kind}")]
        assert ("outside source" in advice) is (kind is not ClockKind.LEDGER)
    ledger.clocks = ClockComparison(0, 3, 0, (), (ClockFinding(ClockKind.OTHER, "", "x"),) * 1_000)
    found, _ = await examine(stopped, ledger)
    assert len([finding for finding in found if finding[0] == "clock"]) == 64
    others = (ClockOffset(PEERS[0], 3, 2, is_apart=False),) * 3
    ledger.clocks = ClockComparison(0, 3, 0, others, ())
    found, _ = await examine(stopped, ledger)
    assert ("clock", "ok", "the node's clock agrees with those of 3 of 3 others") in found


async def test_another_node_in_the_place_of_a_stopped_one(stopped: Machine) -> None:
    async for served in serve(Running(stopped.genesis)):
        stopped.set(load_config(stopped.settings).settings.api.listen, f"127.0.0.1:{served.port}")
        _, found, advice = await asyncio.to_thread(stopped.run)
    ((level, what),) = [finding[1:] for finding in found if finding[0] == "node"]
    place = f"http://127.0.0.1:{served.port}"
    told = f"not running: no process holds its data directory, and another node answers at {place}"
    assert (level, what) == ("problem", told)
    assert "set api.listen of this node to an address of its own" in advice
    assert [what for check, _, what in found if check == "guard"] == [
        "the vote guard is whole, with 0 votes above its floor"
    ]
    async with answering({}) as url:
        stopped.set(f"127.0.0.1:{served.port}", url.removeprefix("http://"))
        ((level, what),) = await asyncio.to_thread(stopped.about, "node")
    assert level == "problem"
    told = "not running: no process holds its data directory, and something that is no node ("
    assert (what.startswith(told), what.endswith(f" answers at {url}")) == (True, True)


async def test_where_nobody_can_tell_whether_it_runs_the_api_is_believed(stopped: Machine) -> None:
    lock = stopped.folder / "data" / "matricula.lock"
    lock.unlink()
    lock.mkdir()
    async for served in serve(Running(stopped.genesis)):
        stopped.set(load_config(stopped.settings).settings.api.listen, f"127.0.0.1:{served.port}")
        assert ("ok", "ready: block 0, 0 ms old, 3 links") in await asyncio.to_thread(stopped.about, "node")


def test_a_deleted_lock_file_makes_no_running_node_another_one(stopped: Machine) -> None:
    """The lock of the database, held by another process, tells that the node runs."""
    store = stopped.folder / "data" / "store"
    hold = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.lockf(f, fcntl.LOCK_EX); print(); input()"
    command = [sys.executable, "-uc", hold, str(store / "LOCK")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        (stopped.folder / "data" / "matricula.lock").unlink(missing_ok=True)
        ((level, what),) = stopped.about("node")
    finally:
        process.communicate(b"\n")
    assert (level, what.startswith("a process holds its data directory, but its API")) == ("problem", True)


async def test_addresses_of_other_nodes_are_read_as_by_every_command(stopped: Machine) -> None:
    async with answering({"/healthz": HEALTH}, Date="Fri, 15 Jan 2027 08:00:00 GMT") as url:
        found = await asyncio.to_thread(stopped.about, "clock", "--node", url.removeprefix("http://") + "/")
    assert found == [("ok", f"within 2 seconds of {url}")]
    for written in ("http://", "http://reader:secret@node.example"):
        assert main(["doctor", "--config", str(stopped.settings), "--node", written]) == 2
        told = "".join(stopped.capsys.readouterr())
        assert "--node or MATRICULA_NODES" in told
        assert "secret" not in told


async def test_a_process_that_does_not_answer(stopped: Machine) -> None:
    lock = DirectoryLock(stopped.folder / "data")
    ((level, what),) = await asyncio.to_thread(stopped.about, "node")
    lock.release()
    assert level == "problem"
    assert what.startswith("a process holds its data directory, but its API at http://127.0.0.1:")


HEALTH = (
    b'{"ready":true,"reason":"","height":1,"targetHeight":1,"lagMs":0,"peersConnected":3,"poolTransactions":0,'
    b'"poolBytes":0,"voting":"confirmed","concerns":[],'
    b'"clocks":{"ownOffsetMs":0,"agreeing":3,"ledgerAheadMs":0,"others":[],"findings":[]},'
    b'"linked":[],"notVoting":[],"follows":null}'
)
"""What a node answers to `/healthz`."""


@contextlib.asynccontextmanager
async def answering(bodies: dict[str, bytes], status: int = 200, **headers: str) -> AsyncIterator[str]:
    """Something that answers, as nodes do or not; its URL."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=bodies.get(request.path, b""), status=status, headers=headers)

    application = web.Application()
    application.router.add_get("/{path:.*}", answer)
    serving = web.AppRunner(application)
    await serving.setup()
    await web.TCPSite(serving, "127.0.0.1", 0).start()
    yield "http://{}:{}".format(*serving.addresses[0])
    await serving.cleanup()


DATES: dict[str, tuple[str, str]] = {
    "Fri, 15 Jan 2027 08:00:02 GMT": ("ok", "within 2 seconds of {url}"),
    "Fri, 15 Jan 2027 08:00:02": ("ok", "within 2 seconds of {url}"),
    "Fri, 15 Jan 2027 08:00:03 GMT": ("warning", "3 seconds apart from {url}"),
    "Fri, 15 Jan 2027 07:59:49 GMT": ("problem", "11 seconds apart from {url}"),
    "noon": ("warning", "{url} does not tell its time (its Date header is no date)"),
    "Sat, 28 Nov 99999999999999999999 03:00:00 GMT": ("warning", "{url} does not tell its time"),
    "Sat, 28 Nov 2026 03:00:00 +99999999999999999999999": ("warning", "{url} does not tell its time"),
}


@pytest.mark.parametrize("date", DATES)
async def test_clocks(stopped: Machine, date: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    async with answering({"/healthz": HEALTH}, Date=date) as url:
        ((found, told),) = await asyncio.to_thread(stopped.about, "clock", "--node", url)
    monkeypatch.undo()
    time.tzset()
    level, what = DATES[date]
    assert (found, told.startswith(what.format(url=url))) == (level, True)


@pytest.mark.parametrize(("body", "status"), [(HEALTH, 404), (HEALTH, 302), (b"<html>", 200), (b"{}", 200)])
async def test_only_a_node_tells_the_time(stopped: Machine, body: bytes, status: int) -> None:
    date = "Fri, 15 Jan 2027 08:00:00 GMT"
    async with answering({"/healthz": body}, status, Date=date, Location="/") as url:
        ((level, told),) = await asyncio.to_thread(stopped.about, "clock", "--node", url)
    assert (level, told.startswith(f"{url} does not tell its time (")) == ("warning", True)


async def test_a_clock_is_judged_by_when_the_header_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows the headers slowly makes no clock differ."""

    async def late(*_: object, **__: object) -> Response:
        return Response(200, "application/json", HEALTH, 0, "Fri, 15 Jan 2027 08:00:00 GMT", body_s=4.5)

    monkeypatch.setattr(clock, "now_ms", lambda: NOW_MS + 4_500)
    monkeypatch.setattr(BoundedHttp, "request", late)
    (found,) = await check_clocks(["http://node.example"])
    assert found.what == "within 2 seconds of http://node.example"


@dataclass
class _Usage:
    """What `shutil.disk_usage` gives."""

    free: int
