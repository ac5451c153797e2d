"""Standard output and error that are not there, or take no more: a full disk, a reader that has ended."""

import os
import select
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from node.cli.terminal.console import Output
from node.files.os_errors import explain_os_error
from node.wording.explained import Explained

FAILED = 1
READER_S = 1.0
"""How long a reader that has stopped is waited for, before what cannot be told is dropped."""


def open_missing_streams() -> None:
    """A process may be started without them (`>&-`): then what is printed goes nowhere."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 -- open until the process ends
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 -- the same


def tell_lost_output(error: OSError) -> int:
    """Say that a result could not be written, and drop what is still held back of it; the exit code.

    Nothing is said where the reader has ended, as in `matricula … | head`: that was meant.
    """
    _discard(sys.stdout)
    if not isinstance(error, BrokenPipeError):
        told = explain_os_error(error)
        told.where = told.where or "standard output"
        with suppress(OSError):
            Output().error(told)
    return FAILED


def tell_error(output: Output, error: Explained) -> None:
    """Print why a command failed, if anybody takes it: the exit code says so in any case."""
    stream = sys.stdout if output.as_json else sys.stderr
    try:
        if _takes_more(stream):
            output.error(error)
            return
    except OSError as lost:
        tell_lost_output(lost)
    except SystemExit:
        pass  # how the library for styled text says that the reader has ended
    _discard(stream)


def _takes_more(stream: TextIO) -> bool:
    """Whether a write would not wait, now or soon."""
    try:
        descriptor = stream.fileno()
    except ValueError:  # in a test it may be no file at all
        return True
    return bool(select.select((), (descriptor,), (), READER_S)[1])


def _discard(stream: TextIO) -> None:
    """Point the stream elsewhere: else Python tries once more when it ends, and fails by itself."""
    with suppress(OSError, ValueError):  # in a test it may be no file at all
        descriptor = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
