"""The machine: genesis document, key files, disk, backups. None of it needs the node to run."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from consensus.timing import PRECISION_MS
from node.cli.arguments.passphrase_file import read_passphrase
from node.cli.operate.backup_age import last_backup_ms
from node.cli.operate.checks import OUTSIDE_SOURCE, Diagnosis, ok, problem, warning
from node.cli.terminal.console import command_line
from node.files.keystore import (
    MINIMAL,
    KeyPurpose,
    KeystoreError,
    KeystoreFault,
    least_cost,
    public_key_of,
    require_cost,
)
from node.files.os_errors import explain_os_error
from node.setup.config import LoadedConfig
from node.storage.obstacle import Obstacle
from node.wording.counted import counted
from node.wording.explained import Explained
from node.wording.fingerprint import fingerprint
from node.wording.times import format_duration
from node.wording.units import GIB, MIB
from registry.genesis import GenesisDocument
from registry.primitives.reason import as_clause

LITTLE_SPACE_BYTES = 5 * GIB
NO_SPACE_BYTES = 512 * MIB
FEW_FILES = 1_000
OLD_BACKUP_MS = 7 * 86_400_000
_KEYS = (KeyPurpose.CONSENSUS, KeyPurpose.PEER, KeyPurpose.INSTITUTION)


def check_genesis(config: LoadedConfig, document: GenesisDocument) -> Diagnosis:
    """Who this node takes for its network, in words to compare by voice."""
    words = fingerprint(document.genesis_hash)
    did = config.settings.institution.did
    if did not in {member.did for member in document.members}:
        do = "check `institution.did` in the settings, and that the genesis document is of this network"
        return warning("genesis", f"{document.name}: {words}; {did} is no founding member", do)
    return ok("genesis", f"{document.name}: {words}")


def check_keys(config: LoadedConfig, document: GenesisDocument | None) -> Iterator[Diagnosis]:
    """Key files: there, readable by their owner alone, each of its purpose."""
    folder = config.path(config.settings.keys.directory)
    owners = {}
    for purpose in _KEYS:
        path = folder / f"{purpose.value}.key"
        try:
            public_key = public_key_of(path, purpose)
            require_cost(path, MINIMAL if document is None else least_cost(document.kind))
            owners[purpose] = public_key
        except KeystoreError as error:
            if error.fault is KeystoreFault.MISSING and purpose is KeyPurpose.INSTITUTION:
                if others := _keys_of_institution(folder):
                    yield ok("keys", f"the institution signs with {', '.join(others)}")
                    continue
                do = "this is correct if you keep it elsewhere: then name it with --key to sign"
                yield warning("keys", f"no institution key in {folder}: nothing can be signed here", do)
            else:
                yield problem("keys", f"{error.what}: {path}", error.do)
    if len(owners) == len(_KEYS):
        yield ok("keys", f"{len(owners)} key files in {folder}, readable by their owner alone")
    passphrase_file = config.settings.keys.passphrase_file
    if passphrase_file is not None:
        yield from _check_passphrase(config.path(passphrase_file), config.file)


def _keys_of_institution(folder: Path) -> list[str]:
    """The files of institution keys that took the place of the first; those of other purposes are checked by
    themselves.
    """
    names = []
    for file in sorted(folder.glob("*.key")):
        try:
            public_key_of(file, KeyPurpose.INSTITUTION)
        except KeystoreError:
            continue
        names.append(file.name)
    return names


def _check_passphrase(path: Path, settings: Path) -> Iterator[Diagnosis]:
    try:
        read_passphrase(path, named_by=f"keys.passphrase_file in {settings}")
    except OSError as failed:
        error = explain_os_error(failed)
        yield problem("keys", f"the passphrase file cannot be read: {error.what} ({path})", error.do)
    except Explained as error:
        yield problem("keys", f"{error.what} ({error.where})", error.do)


def check_disk(config: LoadedConfig) -> Diagnosis:
    """Room for the ledger. A node whose disk is full stops at once and loses nothing."""
    directory = config.path(config.settings.storage.directory)
    try:
        if not stat.S_ISDIR(directory.stat().st_mode):
            what = f"the data directory {directory} is a file, not a folder"
            return problem("disk", what, "check `storage.directory` in the settings, and what that file is")
        free = shutil.disk_usage(directory).free
        disk = os.statvfs(directory)
    except (FileNotFoundError, NotADirectoryError):
        return problem("disk", f"there is no data directory {directory}", "is the disk mounted?")
    except OSError as error:
        explanation = explain_os_error(error)
        return problem(
            "disk", f"the data directory cannot be read: {explanation.what} ({directory})", explanation.do
        )
    what = f"{_size(free)} free, the ledger takes {_size(_size_on_disk(directory))} ({directory})"
    if disk.f_flag & os.ST_RDONLY:
        return problem("disk", f"mounted read-only; {what}", as_clause(Obstacle.READ_ONLY.remedy))
    if disk.f_files and disk.f_favail < FEW_FILES:
        do = "delete other files on that disk: the node stops when it cannot make a file"
        return problem("disk", f"room for {counted(disk.f_favail, 'more file')} (`df -i`); {what}", do)
    if free < NO_SPACE_BYTES:
        return problem("disk", what, "make room now: the node stops when a write fails")
    if free < LITTLE_SPACE_BYTES:
        return warning("disk", what, "make room, or move the ledger to a larger disk")
    return ok("disk", what)


def check_backup(config: LoadedConfig, now_ms: int) -> Diagnosis:
    """How old the last backup is."""
    command = command_line("backup", "FOLDER", "--config", str(config.file))
    do = (
        f"stop the node, `{command}` with a new folder in place of FOLDER, start it, and take the folder to "
        "another machine"
    )
    try:
        last_ms = last_backup_ms(config)
    except Explained as error:
        return warning("backup", f"{error.what}: {error.where}", error.do)
    if last_ms is None:
        return warning("backup", "no backup is known", do)
    if last_ms > now_ms + PRECISION_MS:
        ahead = format_duration(last_ms - now_ms)
        what = f"the last backup is dated {ahead} ahead of this machine's clock: its age is not known"
        return warning("backup", what, f"{OUTSIDE_SOURCE}; if it is right: {do}")
    what = f"the last backup is {format_duration(max(0, now_ms - last_ms))} old"
    return ok("backup", what) if now_ms - last_ms <= OLD_BACKUP_MS else warning("backup", what, do)


def _size_on_disk(directory: Path) -> int:
    """Bytes of all files below a directory; one that cannot be seen counts nothing."""
    total = 0
    for folder, _, names in os.walk(directory):
        for name in names:
            try:
                total += os.lstat(Path(folder) / name).st_size
            except OSError:
                continue
    return total


def _size(count: int) -> str:
    for name, size in (("GiB", GIB), ("MiB", MIB)):
        if count >= size:
            return f"{count / size:.1f} {name}"
    return f"{count / 1024:.1f} KiB"
