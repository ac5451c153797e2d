"""What can stand between a node and a store that is whole, by the system's error numbers.

RocksDB gives no number, but its texts end with the system's own words for one (`strerror`), which are those
that this process gets for it.
"""

import errno
import os
import re
from pathlib import Path

from registry.primitives.reason import Reason

_STAY = " Do not move or change the data directory: no damage was found, and it holds the vote guard."


class Obstacle(Reason):
    """Why the store cannot be used now. No member says anything against what the store holds. The node's
    operator meets it.
    """

    NO_ROOM = (
        "no-room",
        "There is no room on the disk.",
        "Make room on that disk, outside the data directory (`df -h`, `df -i`, `quota`)." + _STAY,
    )
    FILE_TOO_LONG = (
        "file-too-long",
        "A file may not grow to the size that the store needs.",
        "Raise the limit of this process (`ulimit -f`, LimitFSIZE in a service file)." + _STAY,
    )
    NO_PERMISSION = (
        "no-permission",
        "This user may not use a file of the store.",
        "Run it as the user who runs the node. Or as root give all files back to that user (`ls -lnR` shows "
        "whose they are, `chown -R` changes it)." + _STAY,
    )
    READ_ONLY = (
        "read-only",
        "The disk is mounted read-only.",
        "Find out why (`dmesg`, `mount`), then mount it for writing." + _STAY,
    )
    NO_DESCRIPTORS = (
        "no-descriptors",
        "The limit of open files is reached.",
        "Raise the limit (`ulimit -n 65536`, LimitNOFILE in a service file)." + _STAY,
    )
    NO_MEMORY = (
        "no-memory",
        "The machine has no memory left.",
        "End other programs, or give the machine more memory." + _STAY,
    )
    LOCKED = (
        "locked",
        "Another program has locked a file of the store.",
        "End the program that uses it (`lsof` or `fuser -v` on the folder names it)." + _STAY,
    )
    DEVICE = (
        "device",
        "The disk reports an error.",
        "Check the disk (`dmesg`, SMART), and the network if the disk is on another machine." + _STAY,
    )
    ABSENT = (
        "absent",
        "There is no store in the data directory.",
        "Check that the disk is mounted, and that `storage.directory` in the settings is right. If the "
        "ledger is gone for good: docs/operating.md, *There is no ledger*.",
    )
    UNKNOWN = (
        "unknown",
        "The database reports an error that this version does not know.",
        "Start it again. If the error comes back, check the disk (`dmesg`), and ask for help with this text."
        + _STAY,
    )


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
