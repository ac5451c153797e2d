"""An exclusive lock on a data directory, held by an open file and released by the end of the process.

The lock is advisory and belongs to the open file, not to the file's existence: a stale file locks nothing,
and a crash of any kind releases it. The holder's process id is written into the file for the refusal's text.
"""

import fcntl
import os
import struct
import sys
from contextlib import suppress
from pathlib import Path

from node.files.regular import open_regular
from node.storage.diagnosis import system_errors
from node.storage.failure import DirectoryInUse

LOCK_FILE = "matricula.lock"
_UNKNOWN_HOLDER = "unknown"
_FLOCK = struct.Struct("hhqqi")
"""`struct flock` of Linux: type, from where, start, length, holder."""


class DirectoryLock:
    """Holds `directory` for this process until `release`.

    Raises DirectoryInUse where another holds it, StoreUnavailable where the lock cannot be taken.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        path = directory / LOCK_FILE
        with system_errors(path):
            self._descriptor = open_regular(path, os.O_RDWR | os.O_CREAT)
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                holder = _written_holder(self._descriptor)
                os.close(self._descriptor)
                raise DirectoryInUse(directory, holder) from error
            except OSError:
                os.close(self._descriptor)
                raise
            try:
                os.ftruncate(self._descriptor, 0)
                os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)
            except OSError:
                self.release()
                raise

    def release(self) -> None:
        """Let the directory go. The file stays: removing it would let two processes lock two files."""
        _hand_back(self._directory)
        os.close(self._descriptor)


def holder_of(directory: Path) -> str | None:
    """The id of the process that holds the directory, None if none does. Writes nothing; raises OSError."""
    try:
        descriptor = open_regular(directory / LOCK_FILE)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _written_holder(descriptor)
    finally:
        os.close(descriptor)
    return None


def database_holder(database: Path) -> str | None:
    """The id of another process that has the database itself open, past the directory's lock: another
    program, or a node whose lock file was deleted. None if none has.
    """
    if sys.platform != "linux":
        return None
    try:
        descriptor = open_regular(database / "LOCK")
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        query = _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind, _, _, _, holder = _FLOCK.unpack(fcntl.fcntl(descriptor, fcntl.F_GETLK, query))
    finally:
        os.close(descriptor)
    if kind == fcntl.F_UNLCK:
        return None
    return str(holder) if holder > 0 else _UNKNOWN_HOLDER


def _written_holder(descriptor: int) -> str:
    return os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or _UNKNOWN_HOLDER


def _hand_back(directory: Path) -> None:
    """What root made here becomes the directory's owner's: a node that runs as that user must be able to use
    it. `matricula backup` is often called as root. That user may put anything in place of a folder meanwhile,
    so no path is followed twice: each file is named within the folder that was opened.
    """
    if os.geteuid() != 0:
        return
    owner = directory.stat()
    for _, _, names, folder in os.fwalk(directory):
        for name in names:
            with suppress(OSError):  # a root without that right: the owner's next start names the file
                if os.stat(name, dir_fd=folder, follow_symlinks=False).st_uid != owner.st_uid:
                    os.chown(name, owner.st_uid, owner.st_gid, dir_fd=folder, follow_symlinks=False)
