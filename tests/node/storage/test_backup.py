"""Backups hold everything but the guard, and come back whole."""

from pathlib import Path

import pytest

from consensus.messages import VoteKind
from node.files.keystore import MINIMAL
from node.storage.backup import BackupError, back_up, restore
from node.storage.failure import Damage
from node.storage.guard_records import GuardLoss, GuardRecords, LostGuard, create_guarded_key
from node.storage.layout import COLUMNS, Family
from node.storage.store import DATABASE_FOLDER, Store
from node.storage.turns import TurnWrites
from registry.tables import Table
from tests.node.storage.chain import vote


def filled(directory: Path) -> tuple[Store, bytes]:
    """A store with a guard that has voted and rows in every family; and the public key."""
    directory.mkdir()
    store = Store.create(directory)
    public_key = create_guarded_key(store, directory / "consensus.key", lambda: b"secret", cost=MINIMAL)
    turn = TurnWrites()
    GuardRecords(store.reader, public_key).put_vote(turn, vote(VoteKind.NULLIFY, 86))
    for column in COLUMNS:
        if column not in (Family.GUARD, Family.TURN):
            turn.put(column, b"row", column.name.encode())
    store.commit(turn)
    return store, public_key


def rows(store: Store) -> dict[str, list[tuple[bytes, bytes]]]:
    """Everything but what each start adds."""
    return {column.name: list(store.reader.scan(column)) for column in COLUMNS if column is not Family.TURN}


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_a_backup_holds_everything_but_the_guard(tmp_path: Path) -> None:
    store, public_key = filled(tmp_path / "node")
    before = rows(store)
    back_up(store, tmp_path / "backup")
    assert rows(store) == before
    store.commit(TurnWrites())
    store.close()

    restore(tmp_path / "backup", tmp_path / "restored")
    again = Store.open(tmp_path / "restored")
    assert rows(again) == {**before, "GUARD": []}
    assert GuardRecords(again.reader, public_key).state() == LostGuard(GuardLoss.ABSENT)
    again.close()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["backup", "node", "restored"]
    assert [entry.name for entry in (tmp_path / "restored").glob("store*")] == ["store"]


def test_no_file_of_a_backup_holds_a_vote_of_the_guard(tmp_path: Path) -> None:
    store, _ = filled(tmp_path / "node")
    back_up(store, tmp_path / "backup")
    store.close()
    signature = vote(VoteKind.NULLIFY, 86).signature
    assert signature in everything_in(tmp_path / "node")
    held = everything_in(tmp_path / "backup")
    assert b"CHUNK_NODE" in held
    assert signature not in held


def test_the_store_goes_on_and_the_backup_does_not_follow(tmp_path: Path) -> None:
    store, _ = filled(tmp_path / "node")
    back_up(store, tmp_path / "backup")
    turn = TurnWrites()
    turn.put(Table.RECORD, b"row", b"later")
    store.commit(turn)
    store.close()
    backup = Store.open(tmp_path / "backup")
    assert backup.reader.get(Table.RECORD, b"row") == b"RECORD"
    backup.close()
    store = Store.open(tmp_path / "node")
    assert store.reader.get(Table.RECORD, b"row") == b"later"
    store.close()


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    store, _ = filled(tmp_path / "node")
    back_up(store, tmp_path / "backup")
    with pytest.raises(BackupError, match="the folder exists"):
        back_up(store, tmp_path / "backup")
    store.close()
    with pytest.raises(BackupError, match="there is a store already"):
        restore(tmp_path / "backup", tmp_path / "node")
    with pytest.raises(BackupError, match="there is no backup"):
        restore(tmp_path / "elsewhere", tmp_path / "new")


def test_a_damaged_backup_is_not_put_into_place(tmp_path: Path) -> None:
    store, _ = filled(tmp_path / "node")
    back_up(store, tmp_path / "backup")
    store.close()
    next((tmp_path / "backup" / DATABASE_FOLDER).glob("*.sst")).unlink()
    for _ in range(2):
        with pytest.raises(Damage):
            restore(tmp_path / "backup", tmp_path / "restored")
        assert not (tmp_path / "restored" / DATABASE_FOLDER).exists()
