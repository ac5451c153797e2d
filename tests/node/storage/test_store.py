"""Turns committed, read back, pruned; processes that end in between; writes that fail."""

import json
import signal
from pathlib import Path

import pytest

from node.storage import store as store_module
from node.storage.database import ReaderClosed
from node.storage.failpoints import VARIABLE
from node.storage.failure import Damage, DamageReason, DirectoryInUse
from node.storage.layout import COLUMNS, Family, turn_key
from node.storage.store import Store, StoreExists
from node.storage.turns import TurnWrites
from registry.tables import MemoryStore, Reader, Table
from tests.node.storage import child
from tests.node.storage.child import filled_turn
from tests.node.storage.conftest import run, start


def test_a_turn_is_read_back_in_every_column(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    turn = TurnWrites()
    written = [column for column in COLUMNS if column is not Family.TURN]
    for column in written:
        turn.put(column, b"key", column.name.encode())
    store.commit(turn)
    store.close()
    store = Store.open(tmp_path)
    assert {column: store.reader.get(column, b"key") for column in written} == {
        column: column.name.encode() for column in written
    }
    store.close()


def test_later_entries_of_a_turn_win_and_a_delete_removes(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    turn = TurnWrites()
    turn.put(Family.BLOCK, b"a", b"1")
    turn.put(Family.BLOCK, b"a", b"2")
    turn.put(Family.BLOCK, b"b", b"1")
    turn.delete(Family.BLOCK, b"b")
    turn.delete(Family.BLOCK, b"never there")
    store.commit(turn)
    assert list(store.reader.scan(Family.BLOCK)) == [(b"a", b"2")]
    store.close()


def read_all(reader: Reader) -> list[object]:
    """The same questions to any reader."""
    return [
        reader.get(Table.VERSION, b"aa"),
        reader.get(Table.VERSION, b"a"),
        reader.get(Table.VERSION, b"zz"),
        reader.floor(Table.VERSION, b"a", b"ab"),
        reader.floor(Table.VERSION, b"a", b"a\xff"),
        reader.floor(Table.VERSION, b"b", b"b"),
        reader.floor(Table.VERSION, b"", b"\x00"),
        reader.floor(Table.NODE, b"", b"z"),
        list(reader.scan(Table.VERSION, b"")),
        list(reader.scan(Table.VERSION, b"a")),
        list(reader.scan(Table.VERSION, b"a", b"ab")),
        list(reader.scan(Table.VERSION, b"a", b"b")),
        list(reader.scan(Table.NODE, b"")),
    ]


def test_the_store_and_its_snapshot_read_as_the_store_in_memory_does(tmp_path: Path) -> None:
    writes = {(Table.VERSION, key): b"v" + key for key in (b"aa", b"ac", b"ad", b"ba", b"c")}
    memory = MemoryStore()
    memory.apply(writes)
    store = Store.create(tmp_path)
    turn = TurnWrites()
    turn.apply(writes)
    store.commit(turn)
    assert read_all(store.reader) == read_all(memory)
    assert read_all(store.snapshot(list(Table))) == read_all(memory)
    store.close()


def test_a_scan_goes_on_over_chunks(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    turn = TurnWrites()
    rows = [(number.to_bytes(4, "big"), b"%d" % number) for number in range(2048 + 7)]
    for key, value in rows:
        turn.put(Table.NODE, key, value)
    store.commit(turn)
    assert list(store.reader.scan(Table.NODE)) == rows
    assert list(store.reader.scan(Table.NODE, b"", rows[600][0])) == rows[600:]
    store.close()


def test_a_snapshot_keeps_what_was_true_when_it_was_taken(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    for number in (1, 2):
        store.commit(filled_turn(number, 10))
    view = store.snapshot([Table.RECORD, Family.BLOCK])
    key = filled_turn(2, 0).entries[0][1]

    def read(reader: Reader) -> list[object]:
        return [
            list(reader.scan(Table.RECORD, b"")),
            reader.floor(Table.RECORD, b"", b"\xff"),
            reader.floor(Table.RECORD, key, key),
            reader.get(Table.RECORD, key),
            reader.get(Table.RECORD, key + b"x"),
        ]

    before = read(view)
    assert before == read(store.reader)
    for number in (2, 3, 4):
        store.commit(filled_turn(number, 20))
    assert read(view) == before
    assert all(new != old for new, old in zip(read(store.reader)[:4], before[:4], strict=True))
    store.close()


def test_closing_releases_the_database_under_live_views_and_scans(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    store.commit(filled_turn(1, 10))
    view = store.snapshot([Table.RECORD])
    unfinished = store.reader.scan(Table.RECORD)
    next(unfinished)
    store.close()
    Store.open(tmp_path).close()
    with pytest.raises(ReaderClosed):
        view.get(Table.RECORD, b"")


def test_a_store_is_created_once(tmp_path: Path) -> None:
    Store.create(tmp_path).close()
    with pytest.raises(StoreExists):
        Store.create(tmp_path)


def test_a_creation_that_did_not_finish_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / store_module.UNFINISHED_FOLDER).mkdir()
    (tmp_path / store_module.UNFINISHED_FOLDER / "CURRENT").write_bytes(b"half")
    Store.create(tmp_path).close()
    assert not (tmp_path / store_module.UNFINISHED_FOLDER).exists()
    Store.open(tmp_path).close()


def test_a_second_start_on_a_data_directory_names_the_first(tmp_path: Path) -> None:
    holder = start("holding", tmp_path)
    assert holder.stdin is not None
    assert holder.stdout is not None
    pid = json.loads(holder.stdout.readline())["pid"]
    for second in (Store.open, Store.create):
        with pytest.raises(DirectoryInUse) as refused:
            second(tmp_path)
        assert refused.value.holder == str(pid)
    holder.communicate()
    Store.open(tmp_path).close()


def test_the_directory_is_held_within_one_process_too(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    with pytest.raises(DirectoryInUse):
        Store.open(tmp_path)
    store.close()


def test_a_killed_process_loses_no_acknowledged_turn(tmp_path: Path) -> None:
    process = start("killed", tmp_path)
    assert process.stdout is not None
    for _ in range(200):
        acknowledged = json.loads(process.stdout.readline())["turn"]
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    reported = [json.loads(line)["turn"] for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    acknowledged = max([acknowledged, *reported])
    store = Store.open(tmp_path)
    # The boot turn follows the last turn on the disk, which may be one that was not yet acknowledged.
    assert store.turn in (acknowledged + 1, acknowledged + 2)
    for number in range(1, acknowledged - 1):
        for column, key, value in filled_turn(number, 300).entries:
            assert store.reader.get(column, key) == value
    store.close()


@pytest.mark.parametrize(
    ("point", "kept"), [("before-write", False), ("before-flush", True), ("after-flush", True)]
)
def test_a_turn_is_whole_or_absent_wherever_the_process_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str, kept: bool
) -> None:
    """The kernel keeps what was written when only the process dies, so an unflushed turn survives here."""
    monkeypatch.setenv(VARIABLE, f"{point}:2")
    process = start("fail_point", tmp_path)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    store = Store.open(tmp_path)
    assert store.turn == (6 if kept else 5)
    for number, expected in ((1, True), (2, kept)):
        for column, key, _ in filled_turn(number, 300).entries:
            assert (store.reader.get(column, key) is not None) is expected
    store.close()


@pytest.mark.parametrize("scenario", ["disk_full", "sync_fails"])
def test_a_failed_write_or_flush_is_final(tmp_path: Path, scenario: str) -> None:
    facts, code = run(scenario, tmp_path)
    assert code == child.REFUSED
    assert facts == {"before": 5, "after": 5, "failures": 2, "same": True}
    store = Store.open(tmp_path)
    assert store.turn == 6
    assert store.reader.get(Family.GUARD, (3).to_bytes(8, "big")) is not None
    assert store.reader.get(Family.GUARD, (4).to_bytes(8, "big")) is None
    store.close()


def test_a_failure_can_end_the_process_where_it_happens(tmp_path: Path) -> None:
    facts, code = run("ends_at_once", tmp_path)
    assert code == child.REFUSED
    store = Store.open(tmp_path)
    assert store.turn == facts["turn"] + 1
    store.close()


def test_turn_records_are_pruned_only_when_no_log_can_lose_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "PRUNE_INTERVAL", 4)
    monkeypatch.setattr(store_module, "PRUNE_LIMIT", 6)

    def kept(store: Store) -> list[int]:
        return [int.from_bytes(key, "big") for key, _ in store.reader.scan(Family.TURN)]

    store = Store.create(tmp_path)
    for _ in range(30):
        store.commit(filled_turn(store.turn, 10))
    # One live log holds them all: none may go.
    assert kept(store) == list(range(1, 33))
    store.close()

    # Opening moves what the logs held to tables; removal follows, a few rows at a time.
    store = Store.open(tmp_path)
    for _ in range(8):
        store.commit(TurnWrites())
    store.close()
    store = Store.open(tmp_path)
    for _ in range(16):
        store.commit(TurnWrites())
    remaining = kept(store)
    assert remaining[0] > 1
    assert remaining == list(range(remaining[0], store.turn + 1))
    store.close()
    Store.open(tmp_path).close()


def test_the_first_kept_turn_missing_is_a_gap(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    turn = TurnWrites()
    turn.delete(Family.TURN, turn_key(1))
    store.commit(turn)
    store.close()
    with pytest.raises(Damage) as refused:
        Store.open(tmp_path)
    assert refused.value.reason is DamageReason.TURN_GAP
