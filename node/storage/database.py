"""RocksDB behind the registry's reading interface: open, read, write one batch, flush, snapshot, close
(decision 0051).

Three properties of the library shape this module:
- It raises the bare class `Exception` for every error of RocksDB. Reads turn that into `Damage` or
  `StoreUnavailable`, writes and flushes into `WriteFailed`; exceptions of any other class pass.
- `write` holds the interpreter's lock even through an fsync, `flush_wal` does not: batches are written
  without sync and flushed in a second call.
- A live iterator, snapshot or column-family object keeps the database open after `close`. Scans therefore
  read in chunks, each with an iterator of its own, and the `Database` keeps track of its snapshots.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any
from weakref import WeakSet

from rocksdict import (
    BlockBasedOptions,
    Cache,
    Checkpoint,
    DBCompressionType,
    DBRecoveryMode,
    Options,
    Rdict,
    WriteBatch,
)

from node.storage.diagnosis import failed_read
from node.storage.failure import WriteFailed
from node.storage.layout import COLUMNS, Column, Family, name_of
from node.storage.turns import Entry
from registry.tables import Table

SCAN_CHUNK = 512
"""Rows read by one iterator of a scan."""

MEMTABLES_BYTES = 32 * 1024 * 1024
"""All column families together; when they are full, all are flushed together."""

LOGS_BYTES = 64 * 1024 * 1024
"""All live write-ahead logs together: what a start has to replay at most."""

OPEN_TABLES = 128
"""Table files kept open where nobody names another number; further ones are opened when they are read."""

CACHE_BYTES = 32 * 1024 * 1024
"""Blocks of table files in memory, all families together."""

COMPRESSED: frozenset[Column] = frozenset({Table.VERSION, Family.BLOCK})
"""Families whose values repeat names and identifiers; the others hold hashes, which do not compress."""


class _Translated:
    """A context that turns the library's bare Exception into an error of ours."""

    def __init__(self, translate: Callable[[str], Exception]) -> None:
        self._translate = translate

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if kind is Exception:
            raise self._translate(str(error)) from error


class ReaderClosed(Exception):
    """A view was read after the store closed; a request that outlived the node ends with it."""


class RowReader:
    """Reads rows by column; every call sees the latest write. A registry `Reader`.

    Made over the live column families of a database; `Snapshot` reads as of one moment.
    """

    def __init__(self, path: Path, families: dict[Column, Any]) -> None:
        self.path = path
        self._families = families
        self._reading = _Translated(partial(failed_read, path))

    def get(self, table: Column, key: bytes) -> bytes | None:
        """The value under exactly this key, or None."""
        with self._reading:
            value: bytes | None = self._family(table).get(key)
            return value

    def floor(self, table: Column, prefix: bytes, key: bytes) -> tuple[bytes, bytes] | None:
        """The greatest (key, value) that begins with `prefix` and is at most `key`, which begins so too."""
        return next(self.backwards(table, prefix, key), None)

    def backwards(self, table: Column, prefix: bytes, key: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Every (key, value) whose key begins with `prefix` and is at most `key`, in descending order.

        Holds an iterator: to be exhausted or dropped within the call that made it (rule 7).
        """
        with self._reading:
            rows = self._family(table).iter()
            rows.seek_for_prev(key)
        while True:
            with self._reading:
                if not rows.valid():
                    rows.status()
                    return
                found_key: bytes = rows.key()
                value: bytes = rows.value()
                rows.prev()
            if not found_key.startswith(prefix):
                return
            yield found_key, value

    def scan(self, table: Column, prefix: bytes = b"", start: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Every (key, value) whose key begins with `prefix` and is at least `start`, in ascending order.

        A row written meanwhile may or may not be seen.
        """
        position = max(prefix, start)
        while True:
            rows = self._chunk(table, position)
            for row in rows:
                if not row[0].startswith(prefix):
                    return
                yield row
            if len(rows) < SCAN_CHUNK:
                return
            position = rows[-1][0] + b"\0"

    def last(self, table: Column) -> tuple[bytes, bytes] | None:
        """The row with the greatest key of the table."""
        with self._reading:
            rows = self._family(table).iter()
            rows.seek_to_last()
            if not rows.valid():
                rows.status()
                return None
            return rows.key(), rows.value()

    def read_through(self, table: Column) -> None:
        """Passes over every row once: the library reads each block and checks its sum. Raises Damage, or
        StoreUnavailable.

        Nothing is handed out, which takes a third of the time of a scan.
        """
        with self._reading:
            rows = self._family(table).iter()
            rows.seek_to_first()
            while rows.valid():
                rows.next()
            rows.status()

    def _family(self, table: Column) -> Any:
        family = self._families.get(table)
        if family is None:
            raise ReaderClosed(f"{name_of(table)}: the store is closed")
        return family

    def _chunk(self, table: Column, start: bytes) -> list[tuple[bytes, bytes]]:
        with self._reading:
            rows = self._family(table).iter()
            rows.seek(start)
            chunk: list[tuple[bytes, bytes]] = []
            while len(chunk) < SCAN_CHUNK and rows.valid():
                chunk.append((rows.key(), rows.value()))
                rows.next()
            rows.status()
            return chunk


class Snapshot:
    """Reads rows as they were when it was taken. A registry `Reader`.

    The library's snapshots answer `[key]` as of their moment, but their iterators show the latest rows.
    Ordered reads therefore take keys from the live rows and ask the snapshot for each: a younger row is
    passed over. This is right for tables from which nothing is removed, as are all that are read in order
    (`registry.tables`, rule 2).
    """

    def __init__(self, live: RowReader, snapshots: dict[Column, Any]) -> None:
        self.path = live.path
        self._live = live
        self._snapshots = snapshots

    def get(self, table: Column, key: bytes) -> bytes | None:
        """The value under exactly this key, or None."""
        snapshot = self._snapshots.get(table)
        if snapshot is None:
            raise ReaderClosed(f"{name_of(table)}: the store is closed")
        with _AbsentKey(self.path):
            value: bytes = snapshot[key]
            return value
        return None

    def floor(self, table: Column, prefix: bytes, key: bytes) -> tuple[bytes, bytes] | None:
        """The greatest (key, value) that begins with `prefix` and is at most `key`, which begins so too."""
        for key_found, _ in self._live.backwards(table, prefix, key):
            value = self.get(table, key_found)
            if value is not None:
                return key_found, value
        return None

    def scan(self, table: Column, prefix: bytes = b"", start: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Every (key, value) whose key begins with `prefix` and is at least `start`, in ascending order."""
        for key_found, _ in self._live.scan(table, prefix, start):
            value = self.get(table, key_found)
            if value is not None:
                yield key_found, value

    def release(self) -> None:
        """Let the snapshots go; later reads raise ReaderClosed."""
        self._snapshots = {}


class _AbsentKey:
    """A context for one read of a snapshot: an absent key ends it quietly, any other error is told."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> bool:
        if kind is not Exception:
            return False
        if str(error) == "key not found":
            return True
        raise failed_read(self._path, str(error)) from error


class Database(RowReader):
    """The open database; reads see the latest write. One thread writes."""

    def __init__(self, path: Path, *, create: bool, open_tables: int = OPEN_TABLES) -> None:
        """Opens the database at `path`, with so many table files kept open at most. Raises Damage or
        StoreUnavailable where RocksDB refuses it.
        """
        cache = Cache(CACHE_BYTES)
        options = {name_of(column): _family_options(column, cache) for column in COLUMNS}
        with _Translated(partial(failed_read, path)):
            self._rocksdb = Rdict(str(path), _options(create, open_tables), column_families=options)
            families = {column: self._rocksdb.get_column_family(name_of(column)) for column in COLUMNS}
            self._handles = {
                column: self._rocksdb.get_column_family_handle(name_of(column)) for column in COLUMNS
            }
        super().__init__(path, families)
        self._snapshots: WeakSet[Snapshot] = WeakSet()
        self._writing = _Translated(partial(WriteFailed, path))

    def write(self, entries: Sequence[Entry]) -> None:
        """Write all entries or none, to the log but not yet to the disk; raises WriteFailed."""
        batch = WriteBatch(raw_mode=True)
        put, handles = batch.put, self._handles
        for column, key, value in entries:
            if value is None:
                batch.delete(key, handles[column])
            else:
                put(key, value, handles[column])
        with self._writing:
            self._rocksdb.write(batch)

    def flush(self) -> None:
        """Wait until everything written is on the disk; raises WriteFailed."""
        with self._writing:
            self._rocksdb.flush_wal(True)

    def snapshot(self, columns: Sequence[Column]) -> Snapshot:
        """These columns as they are now. Called by the writing thread, between two writes."""
        with self._reading:
            snapshots = {column: self._family(column).snapshot() for column in columns}
        snapshot = Snapshot(self, snapshots)
        self._snapshots.add(snapshot)
        return snapshot

    def checkpoint(self, path: Path) -> None:
        """A complete database at `path`, which must not exist, as of now: files are linked where the file
        system permits, else copied. Raises WriteFailed.
        """
        with _Translated(partial(WriteFailed, path)):
            Checkpoint(self._rocksdb).create_checkpoint(str(path))

    def compact(self, column: Column) -> None:
        """Write the family's rows anew, so that no file still holds what was deleted. Raises WriteFailed."""
        with self._writing:
            self._families[column].flush()
            self._families[column].compact_range(None, None)

    def oldest_live_log(self) -> int:
        """The number of the oldest log that a recovery would need; what older logs held is in tables."""
        number: int = self._rocksdb.property_int_value("rocksdb.min-log-number-to-keep")
        return number

    def close(self) -> None:
        """Move everything to tables, the chain of turns last, and release the database and every snapshot.

        The order matters for a crash in between: the chain must not be ahead of what it vouches for. Raises
        WriteFailed, after which the database is released all the same: what was committed is in the log.
        """
        try:
            with self._writing:
                for column in sorted(self._families, key=lambda column: column is Family.TURN):
                    self._families[column].flush()
        except WriteFailed:
            self.abandon()
            raise
        self._let_go()
        with self._writing:
            self._rocksdb.close()

    def abandon(self) -> None:
        """Release the database after something else has failed. Where it does not close, the end of the
        process releases it.
        """
        self._let_go()
        with suppress(Exception):  # the library says once more what has failed already
            self._rocksdb.close()

    def _let_go(self) -> None:
        for snapshot in self._snapshots:
            snapshot.release()
        self._families = {}
        self._handles = {}


def _options(create: bool, open_tables: int) -> Any:
    options = Options(raw_mode=True)
    options.create_if_missing(create)
    options.create_missing_column_families(create)
    options.set_wal_recovery_mode(DBRecoveryMode.tolerate_corrupted_tail_records())
    # All families move to tables in one step, so that a lost log leaves the same gap in each of them.
    options.set_atomic_flush(True)
    options.set_db_write_buffer_size(MEMTABLES_BYTES)
    options.set_max_total_wal_size(LOGS_BYTES)
    options.set_paranoid_checks(True)
    options.set_keep_log_file_num(4)
    options.set_max_open_files(open_tables)
    options.set_stats_dump_period_sec(0)
    options.set_stats_persist_period_sec(0)
    return options


def _family_options(column: Column, cache: Any) -> Any:
    options = Options(raw_mode=True)
    compressed = column in COMPRESSED
    options.set_compression_type(DBCompressionType.lz4() if compressed else DBCompressionType.none())
    tables = BlockBasedOptions()
    tables.set_block_cache(cache)
    tables.set_bloom_filter(10, False)
    options.set_block_based_table_factory(tables)
    return options
