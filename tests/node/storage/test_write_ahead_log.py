"""The walk over a log's frames, on logs made here and on those that RocksDB makes."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from node.storage.failure import Damage, DamageReason
from node.storage.store import DATABASE_FOLDER, Store
from node.storage.turns import GENESIS, TurnRecord, TurnWrites
from node.storage.write_ahead_log import BLOCK_SIZE, HEADER_SIZE, LogSummary, inspect_logs
from registry.tables import Table, u64

FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4


def chain(length: int) -> list[TurnRecord]:
    turns = [GENESIS]
    for number in range(1, length + 1):
        turns.append(TurnRecord(number, turns[-1].hash, bytes([number]) * 32))
    return turns[1:]


def batch(turn: TurnRecord, filling: int = 0) -> bytes:
    """A write batch as far as the walk looks at it: a head, anything, and the turn's entry at its end."""
    return bytes(12) + b"\xee" * filling + b"\x05\x48" + b"\x08" + u64(turn.number) + b"\x48" + turn.encoded


def fragment(kind: int, payload: bytes, *, length: int | None = None) -> bytes:
    size = len(payload) if length is None else length
    return bytes(4) + size.to_bytes(2, "little") + bytes([kind]) + payload


def framed(batches: Sequence[bytes]) -> bytes:
    """The log of these batches, split at the borders of blocks as the format demands."""
    log = b""
    for content in batches:
        rest, first = content, True
        while rest or first:
            left = BLOCK_SIZE - len(log) % BLOCK_SIZE
            if left < HEADER_SIZE:
                log += bytes(left)
                continue
            piece, rest = rest[: left - HEADER_SIZE], rest[left - HEADER_SIZE :]
            kind = (FIRST if rest else FULL) if first else (MIDDLE if rest else LAST)
            log += fragment(kind, piece)
            first = False
    return log


def inspected(directory: Path, *logs: bytes) -> LogSummary:
    for number, log in enumerate(logs, start=8):
        (directory / f"{number:06}.log").write_bytes(log)
    return inspect_logs(directory)


def test_turns_are_followed_through_all_logs_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    turns = chain(120)
    logs = [framed([batch(turn) for turn in turns[part : part + 40]]) for part in (0, 40, 80)]
    assert inspected(tmp_path, *logs) == LogSummary(10, turns[-1], None)


def test_without_logs_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert inspect_logs(tmp_path) == LogSummary(0, None, None)
    assert inspected(tmp_path, b"", b"") == LogSummary(9, None, None)


@pytest.mark.parametrize("short_of_border", range(20))
def test_records_at_the_border_of_a_block(tmp_path: Path, short_of_border: int) -> None:
    """The second record begins 0 … 19 bytes before a block's end: in padding, in a header, in a piece."""
    turns = chain(3)
    first = BLOCK_SIZE - short_of_border - HEADER_SIZE - len(batch(turns[0]))
    log = framed([batch(turns[0], first), batch(turns[1], 70_000), batch(turns[2])])
    assert inspected(tmp_path, log) == LogSummary(8, turns[-1], None)


def test_every_cut_of_a_last_record_is_told_from_a_whole_one(tmp_path: Path) -> None:
    turns = chain(2)
    begin = len(framed([batch(turns[0])]))
    whole = framed([batch(turns[0]), batch(turns[1], 40)])
    for end in range(begin + 1, len(whole)):
        summary = inspected(tmp_path, whole[:end])
        assert (summary.last, summary.torn is None) == (turns[0], False)
    assert inspected(tmp_path, whole[:begin]) == LogSummary(8, turns[0], None)


TURNS = chain(4)
WHOLE = [batch(turn) for turn in TURNS]
OTHER = TurnRecord(2, b"o" * 32, bytes(32))

NO_LOGS: dict[str, tuple[list[bytes], DamageReason]] = {
    "a piece in the middle without a first": ([fragment(MIDDLE, WHOLE[0])], DamageReason.LOG_UNREADABLE),
    "a last piece without a first": ([fragment(LAST, WHOLE[0])], DamageReason.LOG_UNREADABLE),
    "a whole record after a first piece": (
        [fragment(FIRST, b"x" * 50) + fragment(FULL, WHOLE[0])],
        DamageReason.LOG_UNREADABLE,
    ),
    "an unknown type": ([fragment(9, WHOLE[0])], DamageReason.LOG_UNREADABLE),
    "a piece longer than its block": (
        [fragment(FULL, WHOLE[0], length=BLOCK_SIZE)],
        DamageReason.LOG_UNREADABLE,
    ),
    "padding that is not zero": (
        [framed([batch(TURNS[0], BLOCK_SIZE - 3 - HEADER_SIZE - len(WHOLE[0]))]) + b"\0\1\0"],
        DamageReason.LOG_UNREADABLE,
    ),
    "a batch that is no turn": ([framed([bytes(200)])], DamageReason.LOG_UNREADABLE),
    "a turn missing": ([framed([WHOLE[0], WHOLE[2]])], DamageReason.TURN_GAP),
    "a turn twice": ([framed([WHOLE[0], WHOLE[0]])], DamageReason.TURN_GAP),
    "a turn missing between logs": ([framed(WHOLE[:2]), framed(WHOLE[3:])], DamageReason.TURN_GAP),
    "another store's turn": ([framed([WHOLE[0], batch(OTHER)])], DamageReason.TURN_CHANGED),
    "a torn log before one with turns": (
        [framed(WHOLE[:2])[:-1], framed(WHOLE[2:])],
        DamageReason.LOG_CUT_SHORT,
    ),
    "a frame too long for the file around a whole turn": (
        [framed(WHOLE[:1]) + fragment(FULL, WHOLE[1], length=len(WHOLE[1]) + 1)],
        DamageReason.LOG_UNREADABLE,
    ),
}


@pytest.mark.parametrize(("logs", "reason"), NO_LOGS.values(), ids=NO_LOGS.keys())
def test_what_no_writer_leaves_behind_is_damage(
    tmp_path: Path, logs: list[bytes], reason: DamageReason
) -> None:
    with pytest.raises(Damage) as refused:
        inspected(tmp_path, *logs)
    assert refused.value.reason is reason


def test_a_torn_log_may_be_followed_by_one_that_a_recovery_did_not_finish(tmp_path: Path) -> None:
    """Recovery begins a new log before the old ones go; a crash in between leaves both."""
    empty_batch = fragment(FULL, bytes(12))
    for newer in (b"", empty_batch):
        summary = inspected(tmp_path, framed(WHOLE[:2])[:-1], newer)
        assert summary.last == TURNS[0]
        assert summary.torn is not None


def test_a_peer_cannot_make_a_torn_record_look_whole(tmp_path: Path) -> None:
    """Whatever a peer has put into the torn batch, it does not know the hash of the turn before."""
    forged = b"".join(TurnRecord(2, bytes([guess]) * 32, bytes(32)).encoded for guess in range(8))
    torn = fragment(FULL, bytes(12) + forged, length=len(forged) + 200)
    assert inspected(tmp_path, framed(WHOLE[:1]) + torn).last == TURNS[0]


def test_the_walk_reads_what_the_database_writes(tmp_path: Path) -> None:
    """Batches of many sizes, so that records lie across borders in every way the library produces."""
    store = Store.create(tmp_path)
    for number in range(150):
        turn = TurnWrites()
        turn.put(Table.RECORD, u64(number), bytes(number * 97 % 9_000))
        store.commit(turn)
    summary = inspect_logs(tmp_path / DATABASE_FOLDER)
    assert summary.torn is None
    assert summary.last is not None
    assert summary.last.number == store.turn
    store.close()


def test_the_database_runs_with_the_options_that_the_rules_rest_on(tmp_path: Path) -> None:
    Store.create(tmp_path).close()
    newest = max((tmp_path / DATABASE_FOLDER).glob("OPTIONS-*"))
    options = set(newest.read_text().replace(" ", "").splitlines())
    assert options >= {
        "atomic_flush=true",
        "wal_recovery_mode=kTolerateCorruptedTailRecords",
        "avoid_flush_during_recovery=false",
        "paranoid_checks=true",
        "recycle_log_file_num=0",
        "wal_compression=kNoCompression",
        "manual_wal_flush=false",
        "two_write_queues=false",
        "unordered_write=false",
        "enable_pipelined_write=false",
    }
