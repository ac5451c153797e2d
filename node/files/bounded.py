"""Reading a file that somebody else wrote: never more of it than such a file can hold, and never as something
that it is not.

Rules:

1. A file has the length that its kind may have (`node.files.expected`), or it is refused for its length; no
   more of it is read than tells what it is.
2. Whatever cannot be used is refused by `WrongFile`, which says what it is (`node.files.foreign`), and how to
   come to the one that was asked for.
3. Text is UTF-8. A byte order mark is taken off text that people write (lists, settings, a passphrase), where
   it means nothing. A JSON document with one is refused: others would refuse what was made of it.
4. JSON is one object by the rules of `api.credentials.document`, whatever it is for.
5. A pipe through which nobody writes is given up after `PIPE_WAIT_S`.
"""

import errno
import os
import select
import stat
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from api.credentials.document import Document, DocumentError, DocumentFault, load
from node.files.expected import Expected
from node.files.foreign import ENCODINGS, HEAD_BYTES, FileKind, of_document, recognise
from node.files.foreign.json_faults import fault_in
from node.wording.explained import Explained
from registry.primitives.reason import as_clause

PIPE_WAIT_S = 10.0
_MARK = "\ufeff".encode()
_UNTOLD = frozenset({FileKind.TEXT, FileKind.JSON_LIKE, FileKind.BINARY})
"""Kinds that say no more than that the file is none that is known."""

_OF_WHAT_IS_WRITTEN = frozenset(
    {
        DocumentFault.TOO_DEEP,
        DocumentFault.DUPLICATE_NAME,
        DocumentFault.INEXACT_NUMBER,
        DocumentFault.LONE_SURROGATE,
    }
)
"""Faults of a document that is JSON: whoever wrote it can correct it, so no other file is asked for."""


class WrongFile(Explained):
    """The file is not what was asked for. `kind` is what it is, as far as it can be told."""

    def __init__(self, what: str, *, where: object, do: str, kind: FileKind) -> None:
        super().__init__(what, where=where, do=do)
        self.kind = kind


class FileTooLong(WrongFile):
    """The file holds more than any file of its kind: most likely it is another one."""


class SilentPipe(Explained):
    """Nobody writes into the pipe that is to be read."""


def read_file(path: Path, expected: Expected) -> bytes:
    """The whole content of a file. Raises FileTooLong, SilentPipe, OSError."""
    with open_to_read(path) as file:
        return read_open(file, expected, path)


def read_text(path: Path, expected: Expected) -> str:
    """The text of a file, without a byte order mark. Raises WrongFile, SilentPipe, OSError."""
    return text_in(read_file(path, expected), expected, path)


def open_to_read(path: Path, *, follow_links: bool = True) -> BinaryIO:
    """The file, open and with something to read. Raises SilentPipe, OSError: also for a folder."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    descriptor = os.open(path, flags if follow_links else flags | os.O_NOFOLLOW)
    with ExitStack() as undo:
        undo.callback(os.close, descriptor)
        _require_something_to_read(descriptor, path)
        os.set_blocking(descriptor, True)
        undo.pop_all()
    return os.fdopen(descriptor, "rb")


def read_open(file: BinaryIO, expected: Expected, where: object) -> bytes:
    """What is left in an open file; `where` names it in the error. Raises FileTooLong, OSError."""
    limit = expected.limit_bytes
    size = _size(file)
    content = file.read(limit + 1 if size <= limit else HEAD_BYTES)
    if max(len(content), size) <= limit:
        return content
    kind = recognise(content[:HEAD_BYTES])
    length = f"{size:,} bytes" if size > limit else f"more than {limit:,} bytes"
    what = f"the file has {length}, and {expected.phrase} has {limit:,} at most"
    do = expected.why_limited if kind in _UNTOLD else f"it seems to be {kind.phrase}: {expected.get}"
    raise FileTooLong(what, where=where, do=do, kind=kind)


def text_in(content: bytes, expected: Expected, where: object) -> str:
    """UTF-8 text without its byte order mark. Raises WrongFile."""
    try:
        text = content.removeprefix(_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        raise wrong_file(content, expected, where, "it is not UTF-8 text") from error
    if "\x00" in text:
        raise wrong_file(content, expected, where, "there are zero bytes in it")
    return text


def object_in(content: bytes, expected: Expected, where: object) -> Document:
    """The one JSON object that these bytes are, whatever it is for. Raises WrongFile."""
    try:
        return load(content, limit=expected.limit_bytes)
    except DocumentError as error:
        raise _no_object(error, content, expected, where) from error


def object_of_kind(
    content: bytes, expected: Expected, where: object, also: frozenset[FileKind] = frozenset()
) -> Document:
    """The one JSON object that these bytes are, if it looks like what is expected, or like one of `also`.
    Raises WrongFile, which calls any other what it is.
    """
    document = object_in(content, expected, where)
    kind = of_document(document)
    if kind not in expected.kinds | also:
        raise wrong_kind(kind, expected, where)
    return document


def wrong_file(content: bytes, expected: Expected, where: object, finding: str = "") -> WrongFile:
    """The error for a file that is not what was expected; `finding` is what its reader stumbled over."""
    kind = recognise(content)
    detail = f": {finding}" if finding else ""
    if kind in expected.kinds:
        do = f"it was cut off or changed on its way, or is of another version: {expected.get}"
        return WrongFile(f"this is {kind.phrase}, but a damaged one{detail}", where=where, do=do, kind=kind)
    if kind in _UNTOLD:
        return WrongFile(f"this is not {expected.phrase}{detail}", where=where, do=expected.get, kind=kind)
    return wrong_kind(kind, expected, where)


def wrong_kind(kind: FileKind, expected: Expected, where: object) -> WrongFile:
    """The error for a file of another kind, or of the right one in another encoding."""
    if kind in ENCODINGS and expected.is_text:
        what = f"this is {kind.phrase}, and {expected.phrase} is read in UTF-8"
        return WrongFile(what, where=where, do=kind.advice, kind=kind)
    do = "; ".join(filter(None, (kind.advice, expected.get)))
    return WrongFile(f"this is {kind.phrase}, not {expected.phrase}", where=where, do=do, kind=kind)


def _no_object(error: DocumentError, content: bytes, expected: Expected, where: object) -> WrongFile:
    kind = recognise(content)
    if error.fault in _OF_WHAT_IS_WRITTEN and kind is not FileKind.DEEP_JSON:
        what = f"this cannot be read as {expected.phrase}: {as_clause(str(error))}"
        return WrongFile(what, where=where, do=as_clause(error.fault.remedy), kind=kind)
    misplaced = None
    if error.fault is DocumentFault.NOT_JSON and kind in (FileKind.JSON_LIKE, FileKind.TEXT, FileKind.JSON):
        misplaced = fault_in(content.decode("utf-8"))
    if misplaced is None:
        return wrong_file(content, expected, where, as_clause(str(error)))
    what = f"this is not {expected.phrase}, because it is not JSON: {as_clause(misplaced.fault.sentence)}"
    position = f"{where}, line {misplaced.line}, column {misplaced.column}"
    return WrongFile(what, where=position, do=as_clause(misplaced.fault.remedy), kind=kind)


def _require_something_to_read(descriptor: int, path: Path) -> None:
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if stat.S_ISFIFO(mode):
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        if not waiting.poll(PIPE_WAIT_S * 1000):
            what = f"nobody wrote anything into this pipe for {PIPE_WAIT_S:g} seconds"
            raise SilentPipe(
                what, where=path, do="name a file, or check the program that should write into it"
            )


def _size(file: BinaryIO) -> int:
    """The length that a file on a disk has; 0 of a pipe, a device, and what is no file of the system."""
    try:
        status = os.fstat(file.fileno())
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
