"""The store: a locked data directory, its database, and turns committed one after the other."""

import shutil
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from traceback import clear_frames

from node.files.durable import sync_directory
from node.files.regular import require_regular
from node.storage.database import OPEN_TABLES, Database, RowReader, Snapshot
from node.storage.diagnosis import is_there, missing_file, system_errors
from node.storage.directory_lock import DirectoryLock, database_holder
from node.storage.failpoints import FailPoint, FailPoints
from node.storage.failure import Damage, DamageReason, DirectoryInUse, StoreUnavailable, WriteFailed
from node.storage.layout import COLUMNS, SCHEMA_VERSION, Column, Family, turn_key
from node.storage.obstacle import Obstacle
from node.storage.turns import GENESIS, Entry, TurnRecord, TurnWrites, contents_digest, verify_chain
from node.storage.write_ahead_log import LogSummary, inspect_logs, log_number
from registry.rows import Damaged
from registry.tables import u64

DATABASE_FOLDER = "store"
UNFINISHED_FOLDER = "store.unfinished"

SCHEMA_KEY = b"schema"
CHAIN_BEGIN_KEY = b"chain-begin"
DAMAGE_KEY = b"damage"

PRUNE_INTERVAL = 1024
"""Turns between two looks at which turn records are no longer needed."""

PRUNE_LIMIT = 4 * PRUNE_INTERVAL
"""Turn records removed at once, at most."""


READ_AGAIN = frozenset({DamageReason.CHANGED, DamageReason.FILE_MISSING, DamageReason.LOG_UNREADABLE})
"""Findings about bytes, which a disk may read wrongly once."""


class StoreExists(Exception):
    """`Store.create` was asked for a place that holds a store."""


class Store:
    """An open store. `commit` and `snapshot` belong to one thread; reading is free for all.

    Made by `Store.create` and `Store.open`.
    """

    def __init__(
        self, lock: DirectoryLock, database: Database, tip: TurnRecord, chain_begin: int, path: Path
    ) -> None:
        self._lock = lock
        self._database = database
        self._tip = tip
        self._chain_begin = chain_begin
        self._path = path
        self._failed: WriteFailed | None = None
        self._observed: deque[tuple[int, int]] = deque()
        self._in_tables = chain_begin
        self._failpoints = FailPoints()
        self._on_failure: Callable[[WriteFailed], None] | None = None

    @classmethod
    def create(cls, directory: Path) -> "Store":
        """A new, empty store in the data directory, which must exist.

        It is built aside and renamed when it is whole, so a crash leaves either no store or a good one.
        Raises StoreExists, DirectoryInUse, StoreUnavailable and WriteFailed.
        """
        lock = DirectoryLock(directory)
        path, aside = directory / DATABASE_FOLDER, directory / UNFINISHED_FOLDER
        try:
            with system_errors(directory):
                if is_there(path):
                    raise StoreExists(f"{path} exists already")
                shutil.rmtree(aside, ignore_errors=True)
                cls._fill_new(lock, aside)
                aside.rename(path)
                sync_directory(directory)
        finally:
            lock.release()
        return cls.open(directory)

    @classmethod
    def _fill_new(cls, lock: DirectoryLock, path: Path) -> None:
        database = Database(path, create=True)
        try:
            first = TurnWrites()
            first.put(Family.META, SCHEMA_KEY, u64(SCHEMA_VERSION))
            first.put(Family.META, CHAIN_BEGIN_KEY, u64(1))
            cls(lock, database, GENESIS, 1, path).commit(first)
        except WriteFailed:
            database.abandon()
            raise
        database.close()

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        read_everything: bool = True,
        open_tables: int = OPEN_TABLES,
        failpoints: FailPoints | None = None,
        on_failure: Callable[[WriteFailed], None] | None = None,
    ) -> "Store":
        """The store in the data directory, checked, with its boot turn on the disk.

        With `read_everything` each row of each table is read once, so that a changed byte anywhere is found
        now; without it the guard and the chain of turns are, and other tables when they are read. At most
        `open_tables` table files are kept open. Each
        later `commit` passes the fail points around its write and its flush. `on_failure` is called where a
        write or flush has failed, on that thread and before anything else can happen: it ends the process.
        Raises DirectoryInUse, StoreUnavailable, WriteFailed and, where it is proved, Damage.
        """
        with system_errors(directory):
            if not is_there(directory):
                raise StoreUnavailable(Obstacle.ABSENT, directory, "The directory itself is missing")
            lock = DirectoryLock(directory)
        try:
            with system_errors(directory):
                store = cls._open_surely(lock, directory / DATABASE_FOLDER, read_everything, open_tables)
        except BaseException:
            lock.release()
            raise
        store._failpoints = failpoints or store._failpoints
        store._on_failure = on_failure
        return store

    @classmethod
    def _open_surely(
        cls, lock: DirectoryLock, path: Path, read_everything: bool, open_tables: int
    ) -> "Store":
        """Opens the database, and once more where bytes were found changed: what is read rightly the second
        time was a fault of the disk, or of the way to it, and is no damage.
        """
        try:
            return cls._open_locked(lock, path, read_everything, open_tables)
        except Damage as damage:
            if damage.reason not in READ_AGAIN:
                raise
            first = damage
        clear_frames(first.__traceback__)  # they hold the database that refused, and with it its lock
        try:
            cls._open_locked(lock, path, read_everything, open_tables)._database.close()
        except StoreUnavailable as again:
            if again.obstacle is Obstacle.LOCKED:
                raise first from None
            raise
        what = f"The store read wrong bytes once, and the right ones the next time: {first.detail}"
        raise StoreUnavailable(Obstacle.DEVICE, first.path, what)

    @classmethod
    def _open_locked(
        cls, lock: DirectoryLock, path: Path, read_everything: bool, open_tables: int
    ) -> "Store":
        _require_database(path)
        logs = inspect_logs(path)
        database = Database(path, create=False, open_tables=open_tables)
        try:
            begin, tip = _check(
                database, path, logs, COLUMNS if read_everything else (Family.GUARD, Family.META)
            )
            store = cls(lock, database, tip, begin, path)
            store._observed.append((logs.newest, tip.number))
            store.commit(TurnWrites())
        except Damage as damage:
            if damage.reason is DamageReason.LOG_NOT_REPLAYED:
                _record(database, damage)
            _close_after(damage, database)
            raise
        except BaseException:
            database.abandon()
            raise
        return store

    @property
    def reader(self) -> RowReader:
        """Reads the latest committed rows."""
        return self._database

    @property
    def turn(self) -> int:
        """The number of the last committed turn."""
        return self._tip.number

    def snapshot(self, columns: Sequence[Column]) -> Snapshot:
        """These columns as of the last committed turn, until it is dropped or the store closes."""
        return self._database.snapshot(columns)

    def commit(self, turn: TurnWrites) -> int:
        """Make a turn durable and return its number; when this returns, it is on the disk.

        An empty turn is written too: what leaves the process after it is covered by its flush. Raises
        WriteFailed, after which the process must end; every later call raises it again.
        """
        if self._failed is not None:
            raise self._failed
        number = self._tip.number + 1
        with system_errors(self._path):
            entries = [*turn.entries, *self._prune(number)]
        record = TurnRecord(number, self._tip.hash, contents_digest(entries))
        self._failpoints.reach(FailPoint.BEFORE_WRITE)
        try:
            self._database.write([*entries, record.entry])
            self._failpoints.reach(FailPoint.BEFORE_FLUSH)
            self._database.flush()
        except WriteFailed as failure:
            self._failed = failure
            if self._on_failure is not None:
                self._on_failure(failure)
            raise
        self._failpoints.reach(FailPoint.AFTER_FLUSH)
        self._tip = record
        return number

    def checkpoint(self, directory: Path) -> None:
        """A data directory of its own with all that is committed; called by the thread that commits.

        It holds the guard too: `node.storage.backup` takes that out. Raises WriteFailed.
        """
        self._database.checkpoint(directory / DATABASE_FOLDER)

    def erase(self, family: Family) -> None:
        """Delete every row of a family and rewrite its files without them. Raises WriteFailed."""
        turn = TurnWrites()
        for key, _ in self._database.scan(family):
            turn.delete(family, key)
        self.commit(turn)
        self._database.compact(family)

    def condemn(self, finding: Damaged) -> Damage:
        """What was found damaged after the start, as damage of this store; later starts refuse it too.

        Bytes that cannot be read are met again by every start, which reads everything; what is readable and
        wrong is not, so it is recorded.
        """
        damage = (
            finding if isinstance(finding, Damage) else Damage(DamageReason.CONTENT, self._path, str(finding))
        )
        if damage.reason not in (DamageReason.CHANGED, DamageReason.FILE_MISSING):
            _record(self._database, damage)
        return damage

    def close(self) -> None:
        """Release the database and the data directory; views handed out before can no longer be read. Raises
        WriteFailed, with both released.
        """
        try:
            if self._failed is None:
                self._database.close()
            else:
                self._database.abandon()  # nothing is written after a failed write
        finally:
            self._lock.release()

    def _prune(self, number: int) -> list[Entry]:
        """Removes turn records that lie in tables, except the newest of those: no log can lose them.

        What was committed before a log began is in that log or an older one. Once the oldest log still
        needed is a younger one, all of it is in tables.
        """
        if number % PRUNE_INTERVAL:
            return []
        newest_log = max(log_number(log) for log in self._path.glob("*.log"))
        self._observed.append((newest_log, number - 1))
        oldest_live = self._database.oldest_live_log()
        while self._observed and self._observed[0][0] < oldest_live:
            self._in_tables = self._observed.popleft()[1]
        begin = min(self._in_tables, self._chain_begin + PRUNE_LIMIT)
        if begin <= self._chain_begin:
            return []
        removed: list[Entry] = [(Family.TURN, turn_key(old), None) for old in range(self._chain_begin, begin)]
        self._chain_begin = begin
        return [*removed, (Family.META, CHAIN_BEGIN_KEY, u64(begin))]


def _require_database(path: Path) -> None:
    """That there is a database and no other process has it open. Raises StoreUnavailable, DirectoryInUse,
    Damage and OSError.
    """
    names = [file.name for file in path.iterdir()] if is_there(path) else []
    if not names:
        raise StoreUnavailable(Obstacle.ABSENT, path, "The folder of the database is missing or empty")
    for file in path.iterdir():
        if not file.is_dir() and is_there(file):  # the database would wait for whoever is behind a pipe
            require_regular(file.stat().st_mode, file)
    holder = database_holder(path)
    if holder is not None:
        raise DirectoryInUse(path, holder)
    if "CURRENT" not in names:
        raise missing_file(path, "The file CURRENT is missing, other files are there")


def _close_after(damage: Damage, database: Database) -> None:
    """Closes the database in order, so that what was recorded stays; the damage is told all the same."""
    try:
        database.close()
    except WriteFailed as failure:
        damage.add_note(f"The database could not be closed in order: {failure}")


def _check(
    database: Database, path: Path, logs: LogSummary, columns: Sequence[Column]
) -> tuple[int, TurnRecord]:
    """Where the chain of turns begins and its last turn; raises Damage."""
    recorded = database.get(Family.META, DAMAGE_KEY)
    if recorded is not None:
        reason, _, detail = recorded.decode().partition(" ")
        raise Damage(DamageReason[reason], path, f"{detail} (found by an earlier start)")
    schema = database.get(Family.META, SCHEMA_KEY)
    if schema != u64(SCHEMA_VERSION):
        stored_version = "none" if schema is None else str(int.from_bytes(schema, "big"))
        raise Damage(
            DamageReason.SCHEMA,
            path,
            f"It has version {stored_version}, this program version {SCHEMA_VERSION}",
        )
    begin = int.from_bytes(database.get(Family.META, CHAIN_BEGIN_KEY) or b"", "big")
    tip = verify_chain(path, begin, database.scan(Family.TURN))
    if logs.last is not None and logs.last.number != tip.number:
        raise Damage(
            DamageReason.LOG_NOT_REPLAYED,
            path,
            f"The log ends at turn {logs.last.number}, the database at turn {tip.number}",
        )
    if logs.torn is not None and tip.is_followed_in(logs.torn):
        raise Damage(
            DamageReason.LOG_NOT_REPLAYED, path, f"The log holds turn {tip.number + 1}, the database does not"
        )
    for column in columns:
        database.read_through(column)
    return begin, tip


def _record(database: Database, damage: Damage) -> None:
    """Keep the finding, so that later starts refuse too: opening has already replaced the logs."""
    try:
        database.write([(Family.META, DAMAGE_KEY, f"{damage.reason.name} {damage.detail}".encode())])
        database.flush()
    except WriteFailed as failure:
        damage.add_note(f"The finding could not be recorded: {failure}")
