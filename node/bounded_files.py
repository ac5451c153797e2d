"""Reading a file that somebody else wrote: never more of it than such a file can hold."""

from pathlib import Path
from typing import BinaryIO

from node.explained import Explained


class FileTooLong(Explained):
    """The file holds more than any file of its kind: most likely it is another one."""


def read_at_most(path: Path, limit_bytes: int) -> bytes:
    """The whole content of a file. Raises FileTooLong where it has more than `limit_bytes`, OSError."""
    with path.open("rb") as file:
        return read_open_at_most(file, limit_bytes, path)


def read_open_at_most(file: BinaryIO, limit_bytes: int, where: object) -> bytes:
    """What is left in an open file; `where` names it in the error. Raises FileTooLong, OSError."""
    data = file.read(limit_bytes + 1)
    if len(data) > limit_bytes:
        do = "is it the right file?"
        raise FileTooLong(f"the file is longer than {limit_bytes} bytes", where=where, do=do)
    return data
