"""The file that holds the keys' passphrase: read only where nobody else could have read it (decision 0084).

As ssh does with keys: a file of this user must be for this user alone; one of another user, such as root,
may be for this user's group as well. On a mount that is read-only here its mode is not looked at: that is
how container platforms hand secrets over, in a mode that nobody inside can change.

The passphrase is what a person would type: UTF-8 text, without the byte order mark that some editors put
before it. A file that is clearly another one, such as a key file, is refused: its first line would otherwise
become a passphrase that anybody guesses.
"""

import os
import stat
from pathlib import Path

from node.files.bounded import open_to_read, read_open, text_in, wrong_kind
from node.files.expected import PASSPHRASE
from node.files.foreign import TEXT_WITHOUT_FORM, FileKind, recognise_text
from node.wording.explained import Explained

_OTHERS = stat.S_IRWXO
_ONE_LINE = TEXT_WITHOUT_FORM | {
    FileKind.JWT,
    FileKind.MAIL,
    FileKind.WEB_ADDRESS,
    FileKind.JSON_TEXT,
    FileKind.JSON_LIKE,
    FileKind.JSON_LIST,
    FileKind.XML,
}
"""What a single line may look like and still be what somebody, or a generator of passwords, chose."""
_FIRST_OF_SEVERAL = TEXT_WITHOUT_FORM - {FileKind.TOML, FileKind.YAML}
"""The same of several lines, of which the first one counts: settings are a file of another kind."""
_GROUP_AND_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class OpenToOthers(Explained):
    """Others than the owner can read or write the passphrase."""

    def __init__(self, file: Path, mode: int) -> None:
        what = f"others can read the passphrase: the file's mode is {stat.S_IMODE(mode):04o}"
        super().__init__(what, where=file, do=f"chmod 600 {file}")


def read_passphrase(file: Path, *, named_by: str) -> bytes:
    """The first line of the file. `named_by`: the option or setting that names it, for errors.

    Raises OpenToOthers, WrongFile, Explained where there is none, OSError.
    """
    try:
        opened = open_to_read(file)
    except FileNotFoundError as error:
        do = f"put it back, or name another with {named_by}"
        raise Explained("there is no passphrase file", where=file, do=do) from error
    with opened:
        _require_closed_to_others(file, opened.fileno())
        content = read_open(opened, PASSPHRASE, file)
    text = text_in(content, PASSPHRASE, file)
    lines = text.encode().splitlines()
    if not lines or not lines[0]:
        what = (
            "the first line of the passphrase file is empty"
            if text.strip()
            else "the passphrase file is empty"
        )
        raise Explained(what, where=file, do="put the passphrase on its first line")
    kind = recognise_text(text)
    if kind not in (_ONE_LINE if len(lines) == 1 else _FIRST_OF_SEVERAL):
        raise wrong_kind(kind, PASSPHRASE, file)
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
