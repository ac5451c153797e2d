"""Small files that are on the disk whole or not at all, whatever interrupts their writing."""

import os
from pathlib import Path

FIRST_MODE = 0o600


def write_whole(path: Path, data: bytes, *, replace: bool) -> None:
    """Write a file for its owner alone; when this returns, it is durable under its name.

    It is written aside and synced, then linked into place, which raises FileExistsError where the name is
    taken, or with `replace` renamed over what is there.
    """
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


def sync_directory(directory: Path) -> None:
    """Make the directory's own entries durable: a new name is on the disk only after this."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
