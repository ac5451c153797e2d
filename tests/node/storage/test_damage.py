"""Real stores, damaged on the disk: each row is one damage and the reason for which the store refuses it.

Rule 4 of `node.storage`: only a last record cut short by the end of the file may be dropped.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from node.storage.database import Database
from node.storage.diagnosis import failed_read
from node.storage.failure import Damage, DamageReason, StoreUnavailable
from node.storage.layout import Column, Family, turn_key
from node.storage.obstacle import Obstacle
from node.storage.store import Store
from node.storage.turns import TurnWrites
from tests.node.storage.child import filled_turn
from tests.node.storage.conftest import Crash, Crashed

Harm = Callable[[Crashed], object]


def flip(path: Path, offset: int, bit: int = 1) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        (byte,) = file.read(1)
        file.seek(offset)
        file.write(bytes([byte ^ bit]))


def overwrite(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def rewrite_a_turn(crashed: Crashed) -> None:
    """Write a turn's row again with another digest, through an open store."""
    store = Store.open(crashed.directory)
    changed = TurnWrites()
    changed.put(Family.TURN, turn_key(5), turn_key(5) + bytes(64))
    store.commit(changed)
    store.close()


def remove_a_turn(crashed: Crashed) -> None:
    store = Store.open(crashed.directory)
    changed = TurnWrites()
    changed.delete(Family.TURN, turn_key(5))
    store.commit(changed)
    store.close()


def log_end(crashed: Crashed, back: int) -> int:
    """Where the record `back` before the end of the last log ends: 0 is the last record."""
    ends: list[int] = crashed.facts["ends"]
    return ends[-1 - back]


DAMAGES: dict[str, tuple[str, Harm, DamageReason]] = {
    "bit flip in the middle of the log": (
        "one_log",
        lambda c: flip(c.logs[0], log_end(c, 10) + 100),
        DamageReason.CHANGED,
    ),
    "bit flip in the last record": (
        "one_log",
        lambda c: flip(c.logs[0], log_end(c, 1) + 100),
        DamageReason.CHANGED,
    ),
    "bit flip in a record of several blocks": (
        "large_records",
        lambda c: flip(c.logs[0], log_end(c, 2) + 40_000),
        DamageReason.CHANGED,
    ),
    "length of a middle record too long for its block": (
        "one_log",
        lambda c: flip(c.logs[0], log_end(c, 10) + 5, 0x80),
        DamageReason.LOG_UNREADABLE,
    ),
    "length of the last record behind the end of the file": (
        "one_log",
        lambda c: flip(c.logs[0], log_end(c, 1) + 5, 0x08),
        DamageReason.LOG_UNREADABLE,
    ),
    "length of the last record but one behind the end of the file": (
        "one_log",
        lambda c: flip(c.logs[0], log_end(c, 2) + 5, 0x08),
        DamageReason.LOG_UNREADABLE,
    ),
    "page of zeros in the middle of the log": (
        "large_records",
        lambda c: overwrite(c.logs[0], 40_960, bytes(4096)),
        DamageReason.CHANGED,
    ),
    "whole records of zeros before good ones": (
        "one_log",
        lambda c: overwrite(c.logs[0], log_end(c, 5), bytes(log_end(c, 4) - log_end(c, 5))),
        DamageReason.LOG_UNREADABLE,
    ),
    "last record all zeros, size kept": (
        "one_log",
        lambda c: overwrite(c.logs[0], log_end(c, 1), bytes(log_end(c, 0) - log_end(c, 1))),
        DamageReason.LOG_UNREADABLE,
    ),
    "half of the last record zeros, size kept": (
        "one_log",
        lambda c: overwrite(c.logs[0], log_end(c, 0) - 200, bytes(200)),
        DamageReason.LOG_UNREADABLE,
    ),
    "zeros behind the end of the log": (
        "one_log",
        lambda c: append(c.logs[0], bytes(4096)),
        DamageReason.LOG_UNREADABLE,
    ),
    "garbage behind the end of the log": (
        "one_log",
        lambda c: append(c.logs[0], b"\xa5" * 500),
        DamageReason.LOG_UNREADABLE,
    ),
    "older log cut inside a record": (
        "two_logs",
        lambda c: os.truncate(c.logs[0], c.facts["older"][-1] - 100),
        DamageReason.LOG_CUT_SHORT,
    ),
    "older log cut at the border of a record": (
        "two_logs",
        lambda c: os.truncate(c.logs[0], c.facts["older"][-2]),
        DamageReason.TURN_GAP,
    ),
    "older log emptied": (
        "two_logs",
        lambda c: os.truncate(c.logs[0], 0),
        DamageReason.TURN_GAP,
    ),
    "older log gone": (
        "two_logs",
        lambda c: c.logs[0].unlink(),
        DamageReason.TURN_GAP,
    ),
    "bit flip in the older log": (
        "two_logs",
        lambda c: flip(c.logs[0], c.facts["older"][3] + 100),
        DamageReason.CHANGED,
    ),
    "log cut at the border of a record, the chain in tables": (
        "chain_ahead",
        lambda c: os.truncate(c.logs[0], log_end(c, 1)),
        DamageReason.LOG_NOT_REPLAYED,
    ),
    "length of the only record behind the end of the file": (
        "just_started",
        lambda c: flip(c.logs[0], 5, 0x08),
        DamageReason.LOG_NOT_REPLAYED,
    ),
    "a turn's row gone": ("tables", remove_a_turn, DamageReason.TURN_GAP),
    "a turn's row rewritten": ("tables", rewrite_a_turn, DamageReason.TURN_CHANGED),
    "manifest cut": (
        "tables",
        lambda c: os.truncate(next(c.store.glob("MANIFEST-*")), 300),
        DamageReason.CHANGED,
    ),
    "manifest gone": (
        "tables",
        lambda c: next(c.store.glob("MANIFEST-*")).unlink(),
        DamageReason.FILE_MISSING,
    ),
    "the file that names the manifest gone": (
        "tables",
        lambda c: (c.store / "CURRENT").unlink(),
        DamageReason.FILE_MISSING,
    ),
}


@pytest.mark.parametrize(("scenario", "harm", "reason"), DAMAGES.values(), ids=DAMAGES.keys())
def test_damage_is_refused_at_every_start(
    crash: Crash, scenario: str, harm: Harm, reason: DamageReason
) -> None:
    crashed = crash(scenario)
    harm(crashed)
    for _ in range(2):
        with pytest.raises(Damage) as refused:
            Store.open(crashed.directory)
        assert refused.value.reason is reason, refused.value


@pytest.mark.parametrize("harm", ["flip", "cut", "gone"])
def test_damage_of_any_table_file_is_refused(crash: Crash, originals: Crash, harm: str) -> None:
    for index in range(len(originals("tables").tables)):
        crashed = crash("tables")
        table = crashed.tables[index]
        match harm:
            case "flip":
                flip(table, 40)
            case "cut":
                os.truncate(table, table.stat().st_size - 10)
            case _:
                table.unlink()
        with pytest.raises(Damage) as refused:
            Store.open(crashed.directory)
        is_gone = harm == "gone"
        assert refused.value.reason is (DamageReason.FILE_MISSING if is_gone else DamageReason.CHANGED)
        crashed.directory.rename(crashed.directory.with_name(f"{harm}{index}"))


@pytest.mark.parametrize("record", [0, 1, 7])
@pytest.mark.parametrize("position", range(7))
@pytest.mark.parametrize("bit", [0x01, 0x04, 0x80])
def test_no_flip_in_a_header_loses_a_turn(crash: Crash, record: int, position: int, bit: int) -> None:
    """Every byte of a record's header: checksum, length, type; of the last record and of earlier ones."""
    crashed = crash("one_log")
    flip(crashed.logs[0], log_end(crashed, record + 1) + position, bit)
    with pytest.raises(Damage) as refused:
        Store.open(crashed.directory)
    assert refused.value.reason in (DamageReason.CHANGED, DamageReason.LOG_UNREADABLE)


@pytest.mark.parametrize("scenario", ["one_log", "large_records"])
@pytest.mark.parametrize("left", ["1 byte", "7 bytes", "half", "all but one byte"])
def test_a_last_record_cut_short_by_the_end_of_the_file_is_dropped(
    crash: Crash, scenario: str, left: str
) -> None:
    crashed = crash(scenario)
    begin, end = log_end(crashed, 1), log_end(crashed, 0)
    sizes = {"1 byte": 1, "7 bytes": 7, "half": (end - begin) // 2, "all but one byte": end - begin - 1}
    os.truncate(crashed.logs[0], begin + sizes[left])
    store = Store.open(crashed.directory)
    # One turn was dropped whole and the boot turn took its number.
    assert store.turn == crashed.facts["turn"]
    lost = filled_turn(len(crashed.facts["ends"]), 300)
    for column, key, _ in lost.entries:
        assert store.reader.get(column, key) is None
    store.close()
    Store.open(crashed.directory).close()


@pytest.mark.parametrize("loss", ["cut at the border of a record", "gone"])
def test_the_newest_log_lost_cannot_be_seen_here(crash: Crash, loss: str) -> None:
    """The limit of rule 4, stated: such a store opens, some turns back. Only peers can tell (R12)."""
    crashed = crash("one_log")
    if loss == "gone":
        crashed.logs[0].unlink()
        expected = 2
    else:
        os.truncate(crashed.logs[0], log_end(crashed, 3))
        expected = crashed.facts["turn"] - 3 + 1
    store = Store.open(crashed.directory)
    assert store.turn == expected
    store.close()


def test_an_undamaged_store_recovers_every_turn(crash: Crash) -> None:
    for scenario in ("one_log", "large_records", "two_logs", "tables"):
        crashed = crash(scenario)
        store = Store.open(crashed.directory)
        assert store.turn == crashed.facts["turn"] + 1
        store.close()


@pytest.mark.parametrize(("times", "is_damage"), [(1, False), (2, True)])
def test_what_is_read_wrongly_once_is_no_damage(
    crash: Crash, monkeypatch: pytest.MonkeyPatch, times: int, is_damage: bool
) -> None:
    read, wrong = Database.read_through, [failed_read(Path("store"), "Corruption: block checksum mismatch")]

    def read_wrongly(database: Database, table: Column) -> None:
        if len(wrong) <= times:
            wrong.append(wrong[0])
            raise wrong[0]
        read(database, table)

    monkeypatch.setattr(Database, "read_through", read_wrongly)
    crashed = crash("one_log")
    with pytest.raises((Damage, StoreUnavailable)) as refused:
        Store.open(crashed.directory)
    assert isinstance(refused.value, Damage) is is_damage
    if isinstance(refused.value, StoreUnavailable):
        assert refused.value.obstacle is Obstacle.DEVICE
        assert "wrong bytes once, and the right ones the next time: Corruption" in refused.value.detail
    Store.open(crashed.directory).close()


def test_a_refusal_says_what_is_wrong_and_what_to_do(crash: Crash) -> None:
    crashed = crash("two_logs")
    os.truncate(crashed.logs[0], crashed.facts["older"][-2])
    with pytest.raises(Damage) as refused:
        Store.open(crashed.directory)
    text = str(refused.value)
    assert "turn 11 is followed by turn 13" in text
    assert "matricula restore" in text
