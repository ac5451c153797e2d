"""What no command catches, printed inert: a defect's traceback, and libraries' warnings.

Their texts quote what others wrote, and Python prints them as they are.
"""

import logging
import sys
import traceback
from types import TracebackType

from api.inert import inert


def take_over() -> None:
    """Print inert, from now on in this process, what Python itself would print; and what a stream's encoding
    has no characters for, by its number.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.excepthook = _print_traceback
    logging.captureWarnings(capture=True)
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_InertLines())


def lines_of(error: BaseException) -> list[str]:
    """A traceback as Python prints it, but inert: an error's text stays on one line."""
    lines: list[str] = []
    for part in traceback.format_exception(error):
        is_place = part.startswith("  File ")
        lines += part.splitlines() if is_place else [part.strip("\n")]
    return [inert(line) for line in lines]


def _print_traceback(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    del kind, trace  # the error has both
    sys.stderr.write("\n".join(lines_of(error)) + "\n")


class _InertLines(logging.Formatter):
    """A library's message in a line, its exception in lines below."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        return "\n".join([inert(record.getMessage()), *(lines_of(error) if error else [])])
