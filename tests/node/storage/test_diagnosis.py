"""What stands between a node and its store, told from damage by the database's own texts."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from node.storage import database
from node.storage import store as storage
from node.storage.database import RowReader
from node.storage.diagnosis import failed_read, system_errors
from node.storage.directory_lock import DirectoryLock
from node.storage.failure import Damage, DamageReason, StoreUnavailable, WriteFailed
from node.storage.layout import COLUMNS, SCHEMA_VERSION, Column, Family
from node.storage.obstacle import Obstacle
from node.storage.store import Store
from registry.primitives.reason import as_clause
from registry.tables import Table

GUIDE = Path(__file__).parents[3] / "docs" / "operating.md"

NUMBERS = {
    errno.ENOSPC: Obstacle.NO_ROOM,
    errno.EDQUOT: Obstacle.NO_ROOM,
    errno.EFBIG: Obstacle.FILE_TOO_LONG,
    errno.EACCES: Obstacle.NO_PERMISSION,
    errno.EPERM: Obstacle.NO_PERMISSION,
    errno.EROFS: Obstacle.READ_ONLY,
    errno.EMFILE: Obstacle.NO_DESCRIPTORS,
    errno.ENFILE: Obstacle.NO_DESCRIPTORS,
    errno.ENOMEM: Obstacle.NO_MEMORY,
    errno.EAGAIN: Obstacle.LOCKED,
    errno.ENOLCK: Obstacle.LOCKED,
    errno.EIO: Obstacle.DEVICE,
    errno.ESTALE: Obstacle.DEVICE,
    errno.ENXIO: Obstacle.DEVICE,
    errno.ETIMEDOUT: Obstacle.DEVICE,
    errno.EUCLEAN: Obstacle.DEVICE,
}
"""Errors of the system, and what each stands for."""

FORMS = {
    "plain": "IO error: While appending to file: {file}: {words}",
    "with a name for it in front": "IO error: {words}: While appending to file: {file}: {words}",
    "called a corruption": "Corruption: Can't access /000010.sst: IO error: while stat a file for size: "
    "{file}: {words}\n",
    "called an invalid argument": "Invalid argument: Found options incompatible with filesystem: IO error: "
    "While open a file for random read: {file}: {words}",
    "more behind it": "IO error: While fdatasync: {file}: {words}; retried",
}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A database's folder with one table, below a folder whose name could mislead."""
    folder = tmp_path / "x: No space left on device" / "store"
    folder.mkdir(parents=True)
    (folder / "000010.sst").write_bytes(b"table")
    return folder


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(("number", "obstacle"), NUMBERS.items())
def test_an_error_of_the_system_is_no_damage(store: Path, number: int, obstacle: Obstacle, form: str) -> None:
    text = form.format(file=store / "000010.sst", words=os.strerror(number))
    found = failed_read(store, text)
    assert isinstance(found, StoreUnavailable)
    assert (found.obstacle, found.do, found.detail) == (obstacle, as_clause(obstacle.remedy), text)
    assert WriteFailed(store, text).obstacle is obstacle
    with pytest.raises(StoreUnavailable) as refused, system_errors(store):
        raise OSError(number, os.strerror(number), str(store / "LOCK"))
    assert (refused.value.obstacle, refused.value.path) == (obstacle, store / "LOCK")


@pytest.mark.parametrize(
    "text",
    [
        "Not implemented: something new",
        "IO error: something else",
        "",
    ],
)
def test_a_text_that_nobody_knows_is_no_damage(store: Path, text: str) -> None:
    found = failed_read(store, text)
    assert isinstance(found, StoreUnavailable)
    assert (found.obstacle, found.detail) == (Obstacle.UNKNOWN, text)
    assert WriteFailed(store, text).obstacle is Obstacle.UNKNOWN


def test_a_file_is_missing_only_if_it_is_not_there(store: Path) -> None:
    words = os.strerror(errno.ENOENT)
    there = failed_read(store, f"IO error: While open a file: {store / '000010.sst'}: {words}")
    assert isinstance(there, StoreUnavailable)
    assert there.obstacle is Obstacle.UNKNOWN
    gone = failed_read(store, f"Corruption: IO error: While open a file: {store / '000011.sst'}: {words}")
    assert isinstance(gone, Damage)
    assert gone.reason is DamageReason.FILE_MISSING
    assert "put it back" in gone.remedy


def test_what_the_database_finds_changed_is_damage(store: Path) -> None:
    found = failed_read(store, "Corruption: block checksum mismatch: stored = 1, computed = 2")
    assert isinstance(found, Damage)
    assert found.reason is DamageReason.CHANGED


@pytest.mark.parametrize("found", ["family not found: anchor", "families not opened: later"])
def test_a_store_with_other_tables_is_of_another_layout(store: Path, found: str) -> None:
    text = f"Invalid argument: Column {found}"
    damage = failed_read(store, text)
    assert isinstance(damage, Damage)
    assert (damage.reason, damage.detail) == (DamageReason.SCHEMA, text)


FEWER = tuple(column for column in COLUMNS if column is not Table.ANCHOR)


@pytest.mark.parametrize(("columns", "version"), [(FEWER, SCHEMA_VERSION), (COLUMNS, 1)])
def test_a_store_of_another_layout_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: tuple[Column, ...], version: int
) -> None:
    with monkeypatch.context() as written:
        written.setattr(database, "COLUMNS", columns)
        written.setattr(storage, "COLUMNS", columns)
        written.setattr(storage, "SCHEMA_VERSION", version)
        Store.create(tmp_path).close()
    with pytest.raises(Damage) as refused:
        Store.open(tmp_path)
    assert refused.value.reason is DamageReason.SCHEMA


def test_no_advice_for_an_obstacle_costs_the_guard() -> None:
    for obstacle in Obstacle:
        assert "restore" not in obstacle.remedy
        assert "aside" not in obstacle.remedy.lower()


@pytest.mark.parametrize("told", [*Obstacle, *DamageReason])
def test_the_guide_holds_every_sentence_that_an_operator_may_look_for(told: Obstacle | DamageReason) -> None:
    assert f"{told.sentence} " in GUIDE.read_text("utf-8")


def test_a_read_that_the_disk_refuses_later_is_no_damage(store: Path) -> None:
    class Refusing:
        """A column family on a disk that has gone."""

        def get(self, _: bytes) -> Any:
            raise Exception(f"IO error: While pread: {store / '000010.sst'}: {os.strerror(errno.EIO)}")

    with pytest.raises(StoreUnavailable) as refused:
        RowReader(store, {Family.META: Refusing()}).get(Family.META, b"key")
    assert refused.value.obstacle is Obstacle.DEVICE


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")
def test_what_root_opens_stays_its_owners(tmp_path: Path) -> None:
    somebody = 65_534
    Store.create(tmp_path).close()
    for path in (tmp_path, *tmp_path.rglob("*")):
        os.chown(path, somebody, somebody)
    Store.open(tmp_path).close()
    assert {path.stat().st_uid for path in tmp_path.rglob("*")} == {somebody}
    (tmp_path / "matricula.lock").unlink()
    DirectoryLock(tmp_path).release()
    assert (tmp_path / "matricula.lock").stat().st_uid == somebody
