"""Opening files of this node's own folders, where nothing but a file may stand.

A pipe, a device or a socket in a file's place is refused at once: opening or reading it could wait for ever.
"""

import errno
import os
import stat
from pathlib import Path


def open_regular(path: Path, flags: int = os.O_RDONLY, mode: int = 0o600) -> int:
    """The descriptor of a regular file; never waits for whoever is behind a pipe. Raises OSError."""
    descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY, mode)
    try:
        require_regular(os.fstat(descriptor).st_mode, path)
        os.set_blocking(descriptor, True)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def require_regular(mode: int, path: Path) -> None:
    """Raises OSError for what is no regular file, by its `st_mode`."""
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a pipe, a socket or a device, not a file", str(path))
