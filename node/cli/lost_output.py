"""Standard output and error that are not there, or take no more: a full disk, a reader that has ended."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from node.cli.console import Output
from node.os_errors import explain_os_error

FAILED = 1


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


def _discard(stream: TextIO) -> None:
    """Point the stream elsewhere: else Python tries once more when it ends, and fails by itself."""
    with suppress(OSError, ValueError):  # in a test it may be no file at all
        descriptor = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
