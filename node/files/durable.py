"""Small files that are on the disk whole or not at all, whatever interrupts their writing."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FIRST_MODE = 0o600


def write_whole(path: Path, data: bytes, *, replace: bool) -> None:
    """Write a file for its owner alone; when this returns, it is durable under its name.

    It is written aside and synced, then linked into place, which raises FileExistsError where the name is
    taken, or with `replace` renamed over what is there. A folder or device is never replaced. Raises OSError,
    which names `path`.
    """
    with _telling_of(path):
        if not path.name or path.name == ".." or path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if path.exists() and not path.is_file():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        _write(path, data, replace=replace)


def sync_directory(directory: Path) -> None:
    """Make the directory's own entries durable: a new name is on the disk only after this."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, data: bytes, *, replace: bool) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FIRST_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            aside.rename(path)
        else:
            path.hardlink_to(aside)
    finally:
        aside.unlink(missing_ok=True)
    sync_directory(path.parent)


@contextmanager
def _telling_of(path: Path) -> Iterator[None]:
    """An error of the system names the file that was to be written, not the one beside it."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error
