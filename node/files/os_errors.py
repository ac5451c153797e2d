"""What the operating system says of files and folders, in words that lead on."""

import errno
import os
import shutil
from pathlib import Path

from node.wording.explained import Explained

MISSING = "there is no such file or folder"
_DISK = "check the disk (`df -h`, `dmesg`) before you go on"

_WORDS_BY_CODE: dict[int, tuple[str, str]] = {
    errno.EACCES: (
        "there is no permission for that",
        "run the command as the owner of the file, or change the owner: `ls -ld` shows it, also for the "
        "folders above",
    ),
    errno.EPERM: (
        "the system does not permit that",
        "it may be on a FAT disk (a USB stick) or in a network folder, or be protected (`lsattr`): "
        "use a folder of your own on this machine's disk",
    ),
    errno.EISDIR: ("it is a folder, not a file", "name a file in it"),
    errno.ENOTDIR: ("a part of the path is a file, not a folder", "check the path"),
    errno.ENOTEMPTY: ("the folder is not empty", "name a new one; nothing is overwritten"),
    errno.EEXIST: ("that name is in use already", "name another; nothing is overwritten"),
    errno.ENAMETOOLONG: (
        "the name is too long",
        "give it a shorter one: a name has at most 255 bytes, with what is added to it",
    ),
    errno.ELOOP: ("the symbolic links form a circle, or no link is allowed here", "name the file itself"),
    errno.ENOSPC: ("no space is left on the disk", "make room there (`df -h`), then run the command again"),
    errno.EDQUOT: (
        "your quota on this disk is used up",
        "make room there (`quota`), then run the command again",
    ),
    errno.EROFS: ("the disk is mounted read-only", "name a place on another disk, or mount it for writing"),
    errno.EMFILE: (
        "this process has too many files open",
        "raise the limit (`ulimit -n 4096`), or name fewer files at once",
    ),
    errno.ENFILE: (
        "this machine has too many files open",
        "end the programs that hold them: `lsof | wc -l` counts them",
    ),
    errno.EIO: ("the disk could not read or write it", _DISK),
    errno.ESTALE: ("the network folder has lost this file", "mount the folder again"),
    errno.EBUSY: (
        "another program uses it",
        "end that program (`lsof` names it), then run the command again",
    ),
    errno.ENXIO: ("it is a socket or a device, not a file", "name a file"),
    errno.ENODEV: ("it is a device, not a file", "name a file"),
    errno.EINVAL: ("it cannot be used like a file", "name an ordinary file"),
    errno.ENOMEM: ("the machine has no memory left", "end other programs, then run the command again"),
    errno.EFBIG: ("the file would be too long for that disk", "name a place on another disk"),
    errno.EPIPE: ("the program that read the output has ended", "nothing to do"),
    errno.EAGAIN: ("it is not ready to be read", "run the command again"),
}
_UNKNOWN = "check the path, the folders above it and the disk"


def explain_os_error(error: OSError) -> Explained:
    """What happened, where, and what to do; also of errors that name no file."""
    where = _file_of(error)
    if isinstance(error, shutil.Error):
        return _of_copy(error)
    if error.errno == errno.ENOENT:
        return Explained(MISSING, where=where, do=_what_is_there(where))
    what, do = _WORDS_BY_CODE.get(error.errno or 0, (_lower_first(error.strerror or str(error)), _UNKNOWN))
    return Explained(what, where=where, do=do)


def _of_copy(error: shutil.Error) -> Explained:
    """The first of the files that were not copied."""
    failures = error.args[0] if error.args else ()
    first = failures[0] if isinstance(failures, list) and failures else ("", "", str(error))
    what = f"a folder could not be copied whole: {first[-1]}"
    return Explained(what, where=first[0], do="a backup holds plain files and folders only: copy it again")


def _file_of(error: OSError) -> str:
    if error.filename is None or isinstance(error.filename, int):
        return ""
    return os.fsdecode(error.filename)


def _what_is_there(where: str) -> str:
    """Which folder of a path is the first that is missing; or what is the matter with the name itself."""
    if not where:
        return "check the name"
    if where != where.strip() or where[:1] in "\"'“":
        return "check the name: it begins or ends with a space or a quotation mark"
    if where.startswith("~"):
        return "write the full path of the home folder: only the shell understands ~, and only without quotes"
    missing = [folder for folder in Path(where).parents if not _exists(folder)]
    if missing:
        return f"check the path: there is no folder {missing[-1]}"
    return f"check the name: `ls {Path(where).parent}` shows what is there"


def _exists(folder: Path) -> bool:
    try:
        return folder.exists()
    except OSError:
        return True  # it cannot be seen: nothing is known to be missing


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
