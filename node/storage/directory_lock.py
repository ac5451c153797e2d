"""An exclusive lock on a data directory, held by an open file and released by the end of the process.

The lock is advisory and belongs to the open file, not to the file's existence: a stale file locks nothing,
and a crash of any kind releases it. The holder's process id is written into the file for the refusal's text.
"""

import fcntl
import os
from pathlib import Path

from node.storage.failure import DirectoryInUse

LOCK_FILE = "matricula.lock"


class DirectoryLock:
    """Holds `directory` for this process until `release`; raises DirectoryInUse where another holds it."""

    def __init__(self, directory: Path) -> None:
        path = directory / LOCK_FILE
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._descriptor)
            raise DirectoryInUse(directory, holder) from error
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let the directory go. The file stays: removing it would let two processes lock two files."""
        os.close(self._descriptor)
