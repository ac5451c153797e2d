"""The file that holds the keys' passphrase: read only where nobody else could have read it.

As ssh does with keys: a file of this user must be for this user alone; one of another user, such as root,
may be for this user's group as well. On a mount that is read-only here its mode is not looked at: that is
how container platforms hand secrets over, in a mode that nobody inside can change.
"""

import os
import stat
from pathlib import Path

from node.bounded_files import read_open_at_most
from node.explained import Explained

_MAX_BYTES = 64 * 1024
_OTHERS = stat.S_IRWXO
_GROUP_AND_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class OpenToOthers(Explained):
    """Others than the owner can read or write the passphrase."""

    def __init__(self, file: Path, mode: int) -> None:
        what = f"others can read the passphrase: the file's mode is {stat.S_IMODE(mode):04o}"
        super().__init__(what, where=file, do=f"chmod 600 {file}")


def read_passphrase(file: Path) -> bytes:
    """The first line of the file. Raises OpenToOthers, Explained where there is none, OSError."""
    try:
        opened = file.open("rb")
    except FileNotFoundError as error:
        do = "put it back, or name another with --passphrase-file or keys.passphrase_file in the settings"
        raise Explained("there is no passphrase file", where=file, do=do) from error
    with opened:
        _require_closed_to_others(file, opened.fileno())
        lines = read_open_at_most(opened, _MAX_BYTES, file).splitlines()
    if not lines or not lines[0]:
        raise Explained("the passphrase file is empty", where=file, do="put the passphrase on its first line")
    return lines[0]


def is_open_to_others(mode: int, owner: int, *, user: int, read_only_mount: bool) -> bool:
    """Whether a file of that mode and owner is too open for the process of `user` (user ids)."""
    if read_only_mount or not stat.S_ISREG(mode):
        return False
    return bool(mode & (_GROUP_AND_OTHERS if owner == user else _OTHERS))


def _require_closed_to_others(file: Path, descriptor: int) -> None:
    status = os.fstat(descriptor)
    read_only = bool(os.fstatvfs(descriptor).f_flag & os.ST_RDONLY)
    if is_open_to_others(status.st_mode, status.st_uid, user=os.geteuid(), read_only_mount=read_only):
        raise OpenToOthers(file, status.st_mode)
