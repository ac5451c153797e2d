"""RocksDB behind the registry's reading interface: open, read, write one batch, flush, snapshot, close.

Three properties of the library shape this module:
- It raises the bare class `Exception` for every error of RocksDB. Reads turn that into `Damage`, writes and
  flushes into `WriteFailed`; exceptions of any other class pass.
- `write` holds the interpreter's lock even through an fsync, `flush_wal` does not: batches are written
  without sync and flushed in a second call.
- A live iterator, snapshot or column-family object keeps the database open after `close`. Scans therefore
  read in chunks, each with an iterator of its own, and the `Database` keeps track of its snapshots.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any
from weakref import WeakSet

from rocksdict import BlockBasedOptions, Cache, DBCompressionType, DBRecoveryMode, Options, Rdict, WriteBatch

from node.storage.failure import Damage, DamageReason, WriteFailed
from node.storage.layout import COLUMNS, Column, Family, name_of
from node.storage.turns import Entry
from registry.tables import Table

SCAN_CHUNK = 512
"""Rows read by one iterator of a scan."""

MEMTABLES_BYTES = 32 * 1024 * 1024
"""All column families together; when they are full, all are flushed together."""

LOGS_BYTES = 64 * 1024 * 1024
"""All live write-ahead logs together: what a start has to replay at most."""

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
    """Reads rows from open sources: the live database or one snapshot of it. A registry `Reader`."""

    def __init__(self, path: Path, sources: dict[Column, Any]) -> None:
        self._sources = sources
        self._reading = _Translated(lambda text: Damage(DamageReason.UNREADABLE, path, text))

    def get(self, table: Column, key: bytes) -> bytes | None:
        """The value under exactly this key, or None."""
        for found, value in self._rows(table, key, 1):
            if found == key:
                return value
        return None

    def floor(self, table: Column, prefix: bytes, key: bytes) -> tuple[bytes, bytes] | None:
        """The greatest (key, value) that begins with `prefix` and is at most `key`, which begins so too."""
        with self._reading:
            rows = self._source(table).iter()
            rows.seek_for_prev(key)
            if not rows.valid():
                rows.status()
                return None
            found: bytes = rows.key()
            value: bytes = rows.value()
            return (found, value) if found.startswith(prefix) else None

    def scan(self, table: Column, prefix: bytes = b"", start: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Every (key, value) whose key begins with `prefix` and is at least `start`, in ascending order.

        On the live database a row written meanwhile may or may not be seen.
        """
        position = max(prefix, start)
        while True:
            rows = self._rows(table, position, SCAN_CHUNK)
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
            rows = self._source(table).iter()
            rows.seek_to_last()
            if not rows.valid():
                rows.status()
                return None
            return rows.key(), rows.value()

    def release(self) -> None:
        """Let the sources go; later reads raise ReaderClosed."""
        self._sources = {}

    def _source(self, table: Column) -> Any:
        source = self._sources.get(table)
        if source is None:
            raise ReaderClosed(f"{name_of(table)}: the store is closed")
        return source

    def _rows(self, table: Column, start: bytes, limit: int) -> list[tuple[bytes, bytes]]:
        with self._reading:
            rows = self._source(table).iter()
            rows.seek(start)
            chunk: list[tuple[bytes, bytes]] = []
            while len(chunk) < limit and rows.valid():
                chunk.append((rows.key(), rows.value()))
                rows.next()
            rows.status()
            return chunk


class Database(RowReader):
    """The open database; reads see the latest write. One thread writes."""

    def __init__(self, path: Path, *, create: bool) -> None:
        """Opens the database at `path`; raises Damage where RocksDB refuses it."""
        cache = Cache(CACHE_BYTES)
        families = {name_of(column): _family_options(column, cache) for column in COLUMNS}
        with _Translated(lambda text: Damage(DamageReason.UNREADABLE, path, text)):
            self._rocksdb = Rdict(str(path), _options(create), column_families=families)
            sources = {column: self._rocksdb.get_column_family(name_of(column)) for column in COLUMNS}
            self._handles = {
                column: self._rocksdb.get_column_family_handle(name_of(column)) for column in COLUMNS
            }
        super().__init__(path, sources)
        self._snapshots: WeakSet[RowReader] = WeakSet()
        self._writing = _Translated(lambda text: WriteFailed(f"{path}: {text}"))
        self._path = path

    def get(self, table: Column, key: bytes) -> bytes | None:
        """See `RowReader.get`; the live database answers for absent keys from its filters."""
        with self._reading:
            value: bytes | None = self._source(table).get(key)
            return value

    def write(self, entries: Sequence[Entry]) -> None:
        """Write all entries or none, to the log but not yet to the disk; raises WriteFailed."""
        batch = WriteBatch(raw_mode=True)
        for column, key, value in entries:
            if value is None:
                batch.delete(key, self._handles[column])
            else:
                batch.put(key, value, self._handles[column])
        with self._writing:
            self._rocksdb.write(batch)

    def flush(self) -> None:
        """Wait until everything written is on the disk; raises WriteFailed."""
        with self._writing:
            self._rocksdb.flush_wal(True)

    def snapshot(self, columns: Sequence[Column]) -> RowReader:
        """A reader of these columns as they are now. Called by the writing thread, between two writes."""
        with self._reading:
            reader = RowReader(self._path, {column: self._source(column).snapshot() for column in columns})
        self._snapshots.add(reader)
        return reader

    def oldest_live_log(self) -> int:
        """The number of the oldest log that a recovery would need; what older logs held is in tables."""
        number: int = self._rocksdb.property_int_value("rocksdb.min-log-number-to-keep")
        return number

    def close(self) -> None:
        """Move everything to tables, the chain of turns last, and release the database and every snapshot.

        The order matters for a crash in between: the chain must not be ahead of what it vouches for.
        """
        with self._writing:
            for column in sorted(self._sources, key=lambda column: column is Family.TURN):
                self._sources[column].flush()
        for reader in self._snapshots:
            reader.release()
        self.release()
        self._handles = {}
        self._rocksdb.close()


def _options(create: bool) -> Any:
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
