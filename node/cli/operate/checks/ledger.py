"""The ledger on the disk, looked at while the node is stopped: is it whole, and may the node vote?
See decision 0081.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from consensus.timing import PRECISION_MS
from node.cli.operate.checks import OUTSIDE_SOURCE, Diagnosis, Severity, ok, problem, warning
from node.cli.terminal.console import command_line
from node.files.keystore import KeyPurpose, KeystoreError, KeystoreFault, public_key_of
from node.ledger.opening import RIGHT_GENESIS
from node.setup.config import LoadedConfig
from node.storage.chain_records import ChainRecords
from node.storage.directory_lock import database_holder, holder_of
from node.storage.failure import Damage, DirectoryInUse, StoreUnavailable, WriteFailed
from node.storage.guard_records import GuardRecords, LostGuard
from node.storage.store import DATABASE_FOLDER, Store
from node.wording.counted import counted
from node.wording.fingerprint import fingerprint
from node.wording.times import format_duration, format_time
from registry.genesis import GenesisDocument
from registry.primitives.reason import as_clause


def is_running(config: LoadedConfig) -> bool | None:
    """Whether a process holds the data directory, or the database in it; None where nobody can tell."""
    directory = config.path(config.settings.storage.directory)
    try:
        return (holder_of(directory) or database_holder(directory / DATABASE_FOLDER)) is not None
    except OSError:
        return None  # whose it is and what is wrong with it, the check of the ledger tells


def check_ledger(
    config: LoadedConfig, document: GenesisDocument | None, now_ms: int, *, thorough: bool
) -> Iterator[Diagnosis]:
    """What a start would find. `thorough` reads every row. The node must be stopped."""
    directory = config.path(config.settings.storage.directory)
    try:
        owner = directory.stat().st_uid
    except OSError:
        return  # the check of the disk tells
    if owner != os.getuid():
        do = f"run the command as the user {owner}, who runs the node: opening the ledger writes to it"
        yield warning("ledger", f"{directory} belongs to another user, so it is not opened", do)
        return
    try:
        store = Store.open(directory, read_everything=thorough)
        try:
            yield from _look_into(store, config, document, now_ms, thorough)
        finally:
            store.close()
    except Damage as damage:
        what = f"{damage.reason.sentence} {damage.detail} ({damage.path})"
        yield problem("ledger", what, as_clause(damage.remedy))
    except StoreUnavailable as error:
        yield problem("ledger", f"the node could not start now: {error.what} ({error.path})", error.do)
    except WriteFailed as failure:
        what = f"it cannot be written: {failure.obstacle.sentence} {failure.detail} ({failure.path})"
        yield problem("ledger", what, as_clause(failure.obstacle.remedy))
    except DirectoryInUse as error:
        do = "end that process first, or ask about the running node through its API"
        yield problem("ledger", f"process {error.holder} holds it ({error.path})", do)


class Start(NamedTuple):
    """How to start a stopped node, and whether it may vote then."""

    do: str
    votes: bool


def start_voting(config: LoadedConfig) -> Start:
    """Of a node with which nothing is wrong."""
    return Start(f"start it: `{command_line('run', '--config', str(config.file))}`", votes=True)


def how_to_start(config: LoadedConfig, findings: Iterable[Diagnosis]) -> Start:
    """By what was found of its ledger: with --no-vote where it must not vote."""
    problems = {finding.check for finding in findings if finding.level is Severity.PROBLEM}
    following = command_line("run", "--no-vote", "--config", str(config.file))
    if "ledger" in problems:
        return Start("first solve the problem of the ledger (see the finding `ledger`)", votes=False)
    if "guard" in problems:
        return Start(f"start it, as its vote guard is lost: `{following}`", votes=False)
    try:
        public_key_of(config.path(config.settings.keys.directory) / "consensus.key", KeyPurpose.CONSENSUS)
    except KeystoreError as error:
        if error.fault is KeystoreFault.MISSING:
            do = f"put consensus.key back, then start it. If the key is lost: `{following}`"
            return Start(do, votes=False)
    return start_voting(config)


def _look_into(
    store: Store, config: LoadedConfig, document: GenesisDocument | None, now_ms: int, thorough: bool
) -> Iterator[Diagnosis]:
    directory = config.path(config.settings.storage.directory)
    chain = ChainRecords(store.reader, None)
    height = chain.height
    if document is not None:
        yield from _check_network(chain, document, directory)
    read = "; every row was read" if thorough else "; --thorough reads every row"
    if height < 0:
        yield ok("ledger", f"not begun yet ({directory})")
    else:
        final = chain.block_at(height)
        time_ms = 0 if final is None else final.header.time_ms
        yield ok("ledger", f"opens, up to block {height} of {format_time(time_ms)} ({directory}){read}")
        if time_ms > now_ms + PRECISION_MS:
            ahead = format_duration(time_ms - now_ms)
            what = f"the last block is dated {ahead} ahead of this machine's clock: one of the two is wrong"
            yield problem("clock", what, OUTSIDE_SOURCE)
    try:
        public_key = public_key_of(
            config.path(config.settings.keys.directory) / "consensus.key", KeyPurpose.CONSENSUS
        )
    except KeystoreError:
        return  # the check of the keys tells
    state = GuardRecords(store.reader, public_key).state()
    if isinstance(state, LostGuard):
        what = f"{state.loss.sentence} {state.detail}".strip()
        yield problem("guard", what, as_clause(state.loss.remedy))
    else:
        votes = counted(len(state.votes), "vote")
        yield ok("guard", f"the vote guard is whole, with {votes} above its floor")


def _check_network(chain: ChainRecords, document: GenesisDocument, directory: Path) -> Iterator[Diagnosis]:
    stored = chain.genesis_document()
    if stored is not None and stored != document.encode():
        words = fingerprint(GenesisDocument.decode(stored).genesis_hash)
        yield problem("ledger", f"it belongs to another network: {words} ({directory})", RIGHT_GENESIS)
