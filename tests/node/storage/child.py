"""Builds stores in a process of its own, which then ends without closing anything, as a crash does.

Run as `python -m tests.node.storage.child SCENARIO DIRECTORY`. What the tests need to know is printed as JSON
on one line; nothing is printed before it is durable.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from node.storage.failpoints import FailPoints
from node.storage.failure import WriteFailed
from node.storage.layout import Family
from node.storage.store import DATABASE_FOLDER, Store
from node.storage.turns import TurnWrites
from registry.tables import Table, u64

CRASHED = 9
REFUSED = 7


def filled_turn(number: int, size: int) -> TurnWrites:
    """A turn as a node writes it: state, a block and a guard's record in one batch."""
    turn = TurnWrites()
    turn.put(Table.RECORD, u64(number) * 4, bytes([number % 256]) * size)
    turn.put(Family.BLOCK, u64(number) * 4, b"block" * (size // 5))
    turn.put(Family.GUARD, u64(number), b"vote" * 25)
    return turn


def newest_log(directory: Path) -> Path:
    """The log that RocksDB appends to."""
    return max((directory / DATABASE_FOLDER).glob("*.log"), key=lambda log: int(log.stem))


def commit(store: Store, directory: Path, first: int, last: int, size: int) -> list[int]:
    """Commits turns and returns the size of the newest log after each."""
    ends: list[int] = []
    for number in range(first, last + 1):
        store.commit(filled_turn(number, size))
        ends.append(newest_log(directory).stat().st_size)
    return ends


def one_log(directory: Path) -> None:
    """Everything since the start in one log, in small records."""
    store = Store.create(directory)
    report(ends=commit(store, directory, 1, 20, 300), turn=store.turn)
    os._exit(CRASHED)


def large_records(directory: Path) -> None:
    """Records of several blocks of the log each."""
    store = Store.create(directory)
    report(ends=commit(store, directory, 1, 6, 50_000), turn=store.turn)
    os._exit(CRASHED)


def two_logs(directory: Path) -> None:
    """Two live logs: one family is moved to tables alone, so the others still need the older log."""
    store = Store.create(directory)
    older = commit(store, directory, 1, 10, 300)
    store._database._families[Family.BLOCK].flush()
    newer = commit(store, directory, 11, 20, 300)
    report(older=older, newer=newer, turn=store.turn)
    os._exit(CRASHED)


def chain_ahead(directory: Path) -> None:
    """The chain of turns is in tables, everything else in a log only."""
    store = Store.create(directory)
    ends = commit(store, directory, 1, 10, 300)
    store._database._families[Family.TURN].flush()
    report(ends=ends, turn=store.turn)
    os._exit(CRASHED)


def just_started(directory: Path) -> None:
    """The only log holds one record, the boot turn."""
    store = Store.create(directory)
    commit(store, directory, 1, 3, 300)
    store.close()
    store = Store.open(directory)
    report(ends=[0, newest_log(directory).stat().st_size], turn=store.turn)
    os._exit(CRASHED)


def tables(directory: Path) -> None:
    """Everything in table files, by an orderly close."""
    store = Store.create(directory)
    commit(store, directory, 1, 20, 300)
    turn = store.turn
    store.close()
    report(turn=turn)


def killed(directory: Path) -> None:
    """Commits without end until it is killed, saying each turn once it is durable."""
    store = Store.create(directory)
    number = 0
    while True:
        number += 1
        store.commit(filled_turn(number, 300))
        report(turn=store.turn)


def holding(directory: Path) -> None:
    """Holds the data directory until its input ends."""
    store = Store.create(directory)
    report(pid=os.getpid())
    sys.stdin.read()
    store.close()


def disk_full(directory: Path) -> None:
    """The log cannot grow: every further write fails with EFBIG."""
    store = Store.create(directory)
    commit(store, directory, 1, 3, 300)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (newest_log(directory).stat().st_size + 100,) * 2)
    fails_twice(store)


def sync_fails(directory: Path) -> None:
    """The log's descriptor becomes a pipe, which takes writes and refuses fdatasync."""
    store = Store.create(directory)
    commit(store, directory, 1, 3, 300)
    log = newest_log(directory)
    descriptor = next(
        int(entry.name)
        for entry in Path("/proc/self/fd").iterdir()
        if entry.exists() and entry.readlink() == log
    )
    _, write_end = os.pipe()
    os.dup2(write_end, descriptor)
    fails_twice(store)


def ends_at_once(directory: Path) -> None:
    """As `disk_full`, with a store that ends the process by itself."""
    Store.create(directory).close()
    store = Store.open(directory, on_failure=lambda _: os._exit(REFUSED))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (newest_log(directory).stat().st_size + 100,) * 2)
    report(turn=store.turn)
    store.commit(filled_turn(1, 3000))


def fails_twice(store: Store) -> None:
    """Two commits must fail with the same failure; the process ends as a node's driver ends it."""
    before = store.turn
    failures: list[WriteFailed] = []
    for number in (4, 5):
        try:
            store.commit(filled_turn(number, 3000))
        except WriteFailed as failure:
            failures.append(failure)
    report(before=before, after=store.turn, failures=len(failures), same=failures[0] is failures[-1])
    os._exit(REFUSED)


def fail_point(directory: Path) -> None:
    """Dies at the point that the environment names, in the second turn after the start."""
    Store.create(directory).close()
    store = Store.open(directory, failpoints=FailPoints.from_environment(os.environ))
    commit(store, directory, 1, 2, 300)


def report(**facts: object) -> None:
    """One line of JSON for the test."""
    print(json.dumps(facts), flush=True)


SCENARIOS: dict[str, Callable[[Path], None]] = {
    scenario.__name__: scenario
    for scenario in (
        one_log,
        large_records,
        two_logs,
        chain_ahead,
        just_started,
        tables,
        killed,
        holding,
        disk_full,
        sync_fails,
        ends_at_once,
        fail_point,
    )
}

if __name__ == "__main__":
    SCENARIOS[sys.argv[1]](Path(sys.argv[2]))
