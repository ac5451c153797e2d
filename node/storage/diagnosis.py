"""What a refusal means: damage, or something between the node and a store that is whole (decision 0053)."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from node.storage.failure import Damage, DamageReason, StoreUnavailable
from node.storage.obstacle import Obstacle, obstacle_in, obstacle_of

_CORRUPTION = "Corruption"
"""How RocksDB's texts of what it finds changed begin."""
_OTHER_TABLES = ("Invalid argument: Column family not found", "Invalid argument: Column families not opened")
"""How its texts for a store with fewer or more tables begin: one written in another layout."""


def failed_read(path: Path, text: str) -> Damage | StoreUnavailable:
    """What the database's text for a refused opening or reading means; `path` is its folder.

    An error of the system in the text outranks the database's own name for it: it calls a table file that it
    may not open a corruption. Damage is what it names so without such an error, a file that is truly not
    there, and a store with other tables than this version writes. A text that nobody here knows is no proof
    of anything.
    """
    obstacle = obstacle_in(text, path)
    if obstacle is Obstacle.ABSENT:
        if _names_missing_file(path, text):
            return missing_file(path, text)
        obstacle = Obstacle.UNKNOWN
    if obstacle is None and text.startswith(_CORRUPTION):
        return Damage(DamageReason.CHANGED, path, text)
    if obstacle is None and text.startswith(_OTHER_TABLES):
        return Damage(DamageReason.SCHEMA, path, text)
    return StoreUnavailable(obstacle or _seen_on_disk(path), path, text)


def missing_file(path: Path, detail: str) -> Damage:
    """A file that the database needs is not in its folder."""
    return Damage(DamageReason.FILE_MISSING, path, detail)


@contextmanager
def system_errors(path: Path) -> Iterator[None]:
    """An error of the system within is `StoreUnavailable`, which names the file it is about."""
    try:
        yield
    except OSError as error:
        file = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else path
        raise StoreUnavailable(obstacle_of(error), file, error.strerror or str(error)) from error


def is_there(path: Path) -> bool:
    """Whether there is something of that name; raises OSError where that cannot be seen."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _names_missing_file(path: Path, text: str) -> bool:
    """Whether the text names a file of the folder that the folder, which can be read, does not have."""
    file_names = set(re.findall(rf"{re.escape(str(path))}/([^\s:/]+)", text))
    try:
        return bool(file_names - set(os.listdir(path)))  # noqa: PTH208 -- names, not paths
    except OSError:
        return False


def _seen_on_disk(path: Path) -> Obstacle:
    """What the disk itself shows, where the database's text names no error of the system."""
    try:
        disk = os.statvfs(path)
    except OSError as error:
        return obstacle_of(error)
    if disk.f_flag & os.ST_RDONLY:
        return Obstacle.READ_ONLY
    return Obstacle.UNKNOWN if disk.f_bavail else Obstacle.NO_ROOM
