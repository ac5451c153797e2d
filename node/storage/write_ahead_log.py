"""Reads RocksDB's write-ahead logs before RocksDB does, to tell a record cut short from any other damage
(decision 0050).

RocksDB's recovery drops more than a torn last record: where a header's length points behind the end of the
file, or where a page of zeros begins, it takes that place for the end of the log and drops every record
behind it without a word. Therefore each log is walked first, by the framing alone (checksums are RocksDB's
part, and it does refuse on those).

Format: RocksDB wiki, "Write Ahead Log File Format". A log is a sequence of 32 KiB blocks; a block holds
fragments `crc u32le ‖ length u16le ‖ type u8 ‖ payload`; fewer than seven bytes left at a block's end are
zeros. A record is one FULL fragment, or FIRST MIDDLE* LAST. A fragment never crosses a block's border.
"""

import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from node.files.regular import open_regular
from node.storage.failure import Damage, DamageReason
from node.storage.turns import TurnRecord

BLOCK_SIZE = 32_768
HEADER_SIZE = 7
SEQUENCE_AND_COUNT_SIZE = 12
"""The head of every write batch; a batch that is nothing else holds no data."""


class Fragment(Enum):
    """The fragment types of the format that this store's options can produce."""

    FULL = 1
    FIRST = 2
    MIDDLE = 3
    LAST = 4


_FRAGMENTS = {fragment.value: fragment for fragment in Fragment}


@dataclass(frozen=True, slots=True)
class LogContent:
    """What one log holds: its whole turns in order, and the bytes of a last record cut short (or none)."""

    path: Path
    turns: tuple[TurnRecord, ...]
    torn: bytes | None


@dataclass(frozen=True, slots=True)
class LogSummary:
    """What all live logs hold together: the newest log's number (0: there is none), the last whole turn, and
    the bytes of a last record cut short.
    """

    newest: int
    last: TurnRecord | None
    torn: bytes | None


def log_number(path: Path) -> int:
    """The number in a log's name; younger logs have greater ones."""
    return int(path.stem)


def inspect_logs(directory: Path) -> LogSummary:
    """Walks every log of the database in `directory`; raises Damage where more than a torn end is wrong."""
    last: TurnRecord | None = None
    torn: LogContent | None = None
    newest = 0
    for path in sorted(directory.glob("*.log"), key=log_number):
        newest = log_number(path)
        content = _read_log(path)
        if content.turns and torn is not None:
            raise Damage(DamageReason.LOG_CUT_SHORT, torn.path, f"{path.name} continues after it")
        for turn in content.turns:
            _require_successor(path, last, turn)
            last = turn
        if content.torn is not None:
            torn = content
    if torn is None or torn.torn is None:
        return LogSummary(newest, last, None)
    if last is not None and last.is_followed_in(torn.torn):
        raise Damage(
            DamageReason.LOG_UNREADABLE, torn.path, f"turn {last.number + 1} is whole, but its frame is not"
        )
    return LogSummary(newest, last, torn.torn)


def _require_successor(path: Path, before: TurnRecord | None, turn: TurnRecord) -> None:
    if before is None:
        return
    if turn.number != before.number + 1:
        raise Damage(DamageReason.TURN_GAP, path, f"turn {before.number} is followed by turn {turn.number}")
    if turn.previous != before.hash:
        raise Damage(
            DamageReason.TURN_CHANGED, path, f"turn {turn.number} follows another turn {before.number}"
        )


def _read_log(path: Path) -> LogContent:
    with os.fdopen(open_regular(path), "rb") as file:
        data = file.read()
    turns: list[TurnRecord] = []
    offset, pending = 0, b""
    inside = False
    while offset < len(data):
        left_in_block = BLOCK_SIZE - offset % BLOCK_SIZE
        if left_in_block < HEADER_SIZE:
            if any(data[offset : offset + left_in_block]):
                raise _no_record(path, offset, "padding that is not zero")
            offset += left_in_block
            continue
        if len(data) - offset < HEADER_SIZE:
            return LogContent(path, tuple(turns), pending + data[offset:])
        length = int.from_bytes(data[offset + 4 : offset + 6], "little")
        fragment = _FRAGMENTS.get(data[offset + 6])
        if fragment is None or length > left_in_block - HEADER_SIZE:
            raise _no_record(path, offset, "neither a type nor a length of a fragment")
        if inside is not (fragment in (Fragment.MIDDLE, Fragment.LAST)):
            raise _no_record(path, offset, "a fragment out of order")
        offset += HEADER_SIZE
        payload = data[offset : offset + length]
        if len(payload) < length:
            return LogContent(path, tuple(turns), pending + payload)
        offset += length
        pending += payload
        inside = fragment in (Fragment.FIRST, Fragment.MIDDLE)
        if not inside:
            turns += _turn_of(path, offset, pending)
            pending = b""
    return LogContent(path, tuple(turns), pending if inside else None)


def _turn_of(path: Path, offset: int, batch: bytes) -> tuple[TurnRecord, ...]:
    if len(batch) <= SEQUENCE_AND_COUNT_SIZE:
        return ()
    record = TurnRecord.at_end_of(batch)
    if record is None:
        raise _no_record(path, offset, "a batch that is no turn")
    return (record,)


def _no_record(path: Path, offset: int, what: str) -> Damage:
    return Damage(DamageReason.LOG_UNREADABLE, path, f"at byte {offset}: {what}")
