"""Backups of a store, and their way back.

Rules:
1. A backup is a data directory of its own that holds everything but the vote guard: whoever starts from it
   has a lost guard (R12) by construction. No file of it holds a vote of the guard.
2. A backup is made and restored aside and renamed when it has been opened and read whole; a backup or a
   data directory is there checked, or not at all.
3. Neither ever overwrites anything.
"""

import shutil
from pathlib import Path

from node.files.durable import sync_directory
from node.storage.failure import Damage
from node.storage.layout import Family
from node.storage.store import DATABASE_FOLDER, Store
from node.wording.explained import Explained

_ANOTHER_BACKUP = (
    "This backup is damaged: use an older one, or start again with `matricula restore --empty` and fetch "
    "everything from the peers."
)


_BAD_COPY = "The ledger itself is good: check the disk of the backup, or name a folder on another disk."


class BackupError(Explained):
    """A backup cannot be made or restored there."""


def back_up(store: Store, folder: Path) -> None:
    """Put a backup of the store, as of its last turn, into a new folder. Raises BackupError,
    StoreUnavailable, WriteFailed, and Damage where the copy is not what was written.

    On the same file system the backup shares its table files with the store, by hard links: copy it to
    another machine for it to be of use when this one is lost.
    """
    aside = _aside(folder)
    store.checkpoint(aside)
    try:
        copy = Store.open(aside)
    except Damage as damage:
        raise Damage(damage.reason, aside, damage.detail, _BAD_COPY) from damage
    copy.erase(Family.GUARD)
    copy.close()
    _finish(aside, folder)


def restore(backup: Path, directory: Path) -> None:
    """Put a backup into place as the store of a data directory. Raises BackupError, StoreUnavailable, and
    Damage where the backup itself is damaged.
    """
    if not (backup / DATABASE_FOLDER).is_dir():
        raise BackupError("there is no backup", where=backup, do="name a folder that `matricula backup` made")
    if (directory / DATABASE_FOLDER).exists():
        raise BackupError(
            "there is a store already", where=directory, do="move it away; nothing is ever overwritten"
        )
    _require_plain_files(backup / DATABASE_FOLDER)
    directory.mkdir(parents=True, exist_ok=True)
    target = directory / DATABASE_FOLDER
    aside = _aside(target)
    shutil.copytree(backup / DATABASE_FOLDER, aside / DATABASE_FOLDER)
    try:
        copy = Store.open(aside)
    except Damage as damage:
        raise Damage(damage.reason, backup, damage.detail, _ANOTHER_BACKUP) from damage
    copy.erase(Family.GUARD)
    copy.close()
    _finish(aside / DATABASE_FOLDER, target)
    shutil.rmtree(aside)


def _require_plain_files(folder: Path) -> None:
    """What `back_up` makes has nothing else; copying a device or what a link leads to might never end."""
    for path in folder.iterdir():
        if path.is_symlink() or not path.is_file():
            what = "the backup holds something that is no plain file"
            raise BackupError(what, where=path, do="copy the backup again from where it was made")


def _aside(folder: Path) -> Path:
    """A new, empty folder beside the one that is to be made."""
    if folder.exists():
        raise BackupError("the folder exists", where=folder, do="name a new one; nothing is ever overwritten")
    aside = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    return aside


def _finish(aside: Path, folder: Path) -> None:
    aside.rename(folder)
    sync_directory(folder.parent)
