"""`matricula backup` and `matricula restore` on a real node folder."""

import json
import os
from pathlib import Path

import pytest

from node.cli import main
from node.files.keystore import MINIMAL, KeyPurpose, public_key_of
from node.setup.founding import Listen, Profile, found_node
from node.storage.failure import PASSING
from node.storage.guard_records import GuardLoss, GuardRecords, LostGuard
from node.storage.store import DATABASE_FOLDER, Store

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """The folder of a founded node."""
    found_node(
        tmp_path / "node", Profile("did:web:a.example", "A", "PT"), Listen(), lambda: b"x", cost=MINIMAL
    )
    return tmp_path / "node"


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def test_a_backup_comes_back_after_the_ledger_is_lost(node: Path, tmp_path: Path, capsys: Captured) -> None:
    settings, copy = node / "node.toml", tmp_path / "copy"
    assert run("backup", copy, "--config", settings, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"folder": str(copy), "height": -1}
    (node / "data" / DATABASE_FOLDER).rename(tmp_path / "lost")
    assert run("restore", copy, "--config", settings) == 0
    shown = capsys.readouterr().out
    assert "an empty ledger" in shown
    assert f"matricula run --config {settings} --no-vote" in shown
    Store.open(node / "data").close()


def test_a_running_node_is_not_backed_up(node: Path, tmp_path: Path, capsys: Captured) -> None:
    store = Store.open(node / "data")
    assert run("backup", tmp_path / "copy", "--config", node / "node.toml") == PASSING
    assert "is in use by process" in capsys.readouterr().err
    assert not (tmp_path / "copy").exists()
    store.close()


def test_a_ledger_is_never_overwritten(node: Path, tmp_path: Path, capsys: Captured) -> None:
    assert run("backup", tmp_path / "copy", "--config", node / "node.toml") == 0
    capsys.readouterr()
    assert run("restore", tmp_path / "copy", "--config", node / "node.toml", "--json") == 1
    assert json.loads(capsys.readouterr().out) == {
        "error": "there is a store already",
        "where": str(node / "data"),
        "do": "move it away; nothing is ever overwritten",
    }


def test_a_damaged_ledger_names_the_way_out(node: Path, tmp_path: Path, capsys: Captured) -> None:
    next((node / "data" / DATABASE_FOLDER).glob("*.sst")).unlink()
    assert run("backup", tmp_path / "copy", "--config", node / "node.toml") == 3
    assert "matricula restore" in capsys.readouterr().err


def test_without_a_backup_it_begins_anew(node: Path, tmp_path: Path, capsys: Captured) -> None:
    settings = node / "node.toml"
    assert run("restore", "--config", settings) == 2
    assert run("restore", "--empty", "--config", settings, "--json") == 1
    error = json.loads(capsys.readouterr().out)
    assert error["error"] == "there is a store already"
    (node / "data").rename(tmp_path / "lost")
    assert run("restore", "--empty", "--config", settings, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"folder": str(node / "data"), "height": -1}
    public_key = public_key_of(node / "keys" / "consensus.key", KeyPurpose.CONSENSUS)
    store = Store.open(node / "data")
    assert GuardRecords(store.reader, public_key).state() == LostGuard(GuardLoss.ABSENT)
    store.close()


def test_a_damaged_backup_does_not_lead_back_to_itself(node: Path, tmp_path: Path, capsys: Captured) -> None:
    settings, copy = node / "node.toml", tmp_path / "copy"
    assert run("backup", copy, "--config", settings) == 0
    (node / "data" / DATABASE_FOLDER).rename(tmp_path / "lost")
    next((copy / DATABASE_FOLDER).glob("*.sst")).write_bytes(b"junk")
    capsys.readouterr()
    assert run("restore", copy, "--config", settings, "--json") == 3
    error = json.loads(capsys.readouterr().out)
    assert (error["where"], "restore --empty" in error["do"]) == (str(copy), True)
    assert "last backup" not in error["do"]


@pytest.mark.parametrize("odd", ["pipe", "link", "folder"])
def test_a_backup_holds_plain_files_alone(odd: str, node: Path, tmp_path: Path, capsys: Captured) -> None:
    settings, copy = node / "node.toml", tmp_path / "copy"
    assert run("backup", copy, "--config", settings) == 0
    (node / "data" / DATABASE_FOLDER).rename(tmp_path / "lost")
    within = copy / DATABASE_FOLDER / odd
    {"pipe": os.mkfifo, "folder": os.mkdir}.get(odd, lambda path: path.symlink_to("/dev/zero"))(within)
    capsys.readouterr()
    assert run("restore", copy, "--config", settings, "--json") == 1
    assert json.loads(capsys.readouterr().out)["where"] == str(within)
    assert not (node / "data" / DATABASE_FOLDER).exists()
