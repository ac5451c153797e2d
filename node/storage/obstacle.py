"""What can stand between a node and a store that is whole, by the system's error numbers.

RocksDB gives no number, but its texts end with the system's own words for one (`strerror`), which are those
that this process gets for it.
"""

import errno
import os
import re
from enum import StrEnum
from pathlib import Path


class Obstacle(StrEnum):
    """Why the store cannot be used now. No member says anything against what the store holds."""

    NO_ROOM = "There is no room on the disk."
    FILE_TOO_LONG = "A file may not grow to the size that the store needs."
    NO_PERMISSION = "This user may not use a file of the store."
    READ_ONLY = "The disk is mounted read-only."
    NO_DESCRIPTORS = "The limit of open files is reached."
    NO_MEMORY = "The machine has no memory left."
    LOCKED = "Another program has locked a file of the store."
    DEVICE = "The disk reports an error."
    ABSENT = "There is no store in the data directory."
    UNKNOWN = "The database reports an error that this version does not know."


_STAY = "Do not move or change the data directory: no damage was found, and it holds the vote guard."

_WHAT_TO_DO: dict[Obstacle, str] = {
    Obstacle.NO_ROOM: "make room on that disk, outside the data directory (`df -h`, `df -i`, `quota`)",
    Obstacle.FILE_TOO_LONG: "raise the limit of this process (`ulimit -f`, LimitFSIZE in a service file)",
    Obstacle.NO_PERMISSION: "run it as the user who runs the node, or as root give all files back to that "
    "user (`ls -lnR` shows whose they are, `chown -R` changes it)",
    Obstacle.READ_ONLY: "find out why (`dmesg`, `mount`), then mount it for writing",
    Obstacle.NO_DESCRIPTORS: "raise the limit (`ulimit -n 65536`, LimitNOFILE in a service file)",
    Obstacle.NO_MEMORY: "end other programs, or give the machine more memory",
    Obstacle.LOCKED: "end the program that uses it (`lsof` or `fuser -v` on the folder names it)",
    Obstacle.DEVICE: "check the disk (`dmesg`, SMART), and the network if the disk is on another machine",
    Obstacle.UNKNOWN: "start it again; if the error comes back, check the disk (`dmesg`) and ask for help "
    "with this text",
}

ADVICE: dict[Obstacle, str] = {
    **{obstacle: f"{what}. {_STAY}" for obstacle, what in _WHAT_TO_DO.items()},
    Obstacle.ABSENT: "check that the disk is mounted, and that `storage.directory` in the settings is right. "
    "If the ledger is gone for good: docs/operating.md, *There is no ledger*",
}
"""What to do about each, for every obstacle."""

_BY_NUMBER: dict[int, Obstacle] = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), Obstacle.NO_ROOM),
    errno.EFBIG: Obstacle.FILE_TOO_LONG,
    **dict.fromkeys((errno.EACCES, errno.EPERM), Obstacle.NO_PERMISSION),
    errno.EROFS: Obstacle.READ_ONLY,
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), Obstacle.NO_DESCRIPTORS),
    errno.ENOMEM: Obstacle.NO_MEMORY,
    **dict.fromkeys((errno.EAGAIN, errno.EBUSY, errno.ENOLCK, errno.ETXTBSY), Obstacle.LOCKED),
    **dict.fromkeys(
        (
            errno.EIO,
            errno.ENXIO,
            errno.ENODEV,
            errno.ESTALE,
            errno.ETIMEDOUT,
            errno.ENOTCONN,
            errno.EHOSTDOWN,
            errno.EREMOTEIO,
            errno.EUCLEAN,
        ),
        Obstacle.DEVICE,
    ),
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR), Obstacle.ABSENT),
}

_BY_WORDS = {os.strerror(number): obstacle for number, obstacle in _BY_NUMBER.items()}
_WORDS = re.compile(": (" + "|".join(map(re.escape, sorted(_BY_WORDS, key=len, reverse=True))) + r")(?=\W|$)")


def obstacle_of(error: OSError) -> Obstacle:
    """What an error of the system stands for."""
    return _BY_NUMBER.get(error.errno or 0, Obstacle.UNKNOWN)


def obstacle_in(text: str, path: Path) -> Obstacle | None:
    """What the last error of the system in the database's text stands for; None where it names none.

    `path` is the database's folder: its name may hold any words.
    """
    messages = _WORDS.findall(text.replace(str(path), ""))
    return _BY_WORDS[messages[-1]] if messages else None
