"""A mark on a folder that archives and copies do not carry along: an extended attribute of the folder itself.

`tar`, `cp` and most backups leave extended attributes out unless they are told otherwise, and one that is
renewed at every start is another one than any copy holds that was made before. Not every file system keeps
them; there is no mark then, and nothing follows from that.
"""

import errno
import os
from pathlib import Path

_ATTRIBUTE = "user.matricula.start"
_UNSUPPORTED = (errno.ENOTSUP, errno.EPERM)
"""The file system keeps no such attributes, or not for this process."""

MARK_BYTES = 16
NO_MARK = bytes(MARK_BYTES)


def read_mark(folder: Path) -> bytes | None:
    """The folder's mark, `NO_MARK` if it has none; None where the file system keeps none. Raises OSError."""
    try:
        return os.getxattr(folder, _ATTRIBUTE)
    except OSError as error:
        if error.errno == errno.ENODATA:
            return NO_MARK
        if error.errno in _UNSUPPORTED:
            return None
        raise


def write_mark(folder: Path, mark: bytes) -> None:
    """Gives the folder this mark, durably, where the file system keeps one. Raises OSError."""
    try:
        os.setxattr(folder, _ATTRIBUTE, mark)
    except OSError as error:
        if error.errno in _UNSUPPORTED:
            return
        raise
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
