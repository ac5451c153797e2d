"""A report as CSV, for a spreadsheet: a row for each file.

- C1 What begins a formula in a spreadsheet (`=`, `+`, `-`, `@`, also in full width, and behind blanks) is
  made text by an apostrophe: a name of a file is written by anybody.
- C2 Characters that act are shown, and do not act (`api.inert`): so a cell is one line.
- C3 It is UTF-8 with a byte order mark, without which Excel takes it for something else; fields are quoted,
  lines end in CR LF.
- C4 Each row is on its way to the disk before the next file is judged: what was judged is kept, whatever
  happens then.

Source: RFC 4180.
"""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from api.inert import inert
from api.verifier.credential.questions import ReaderQuestion
from node.cli.issue.credential.folder import FolderRow

HEADER: Final = (
    "file",
    "outcome",
    *(question.words for question in ReaderQuestion),
    "sentence",
    "reason",
)
_BEGIN_FORMULAS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
MAX_CELL: Final = 2_000


def cell(text: str) -> str:
    """A text that a spreadsheet shows and does not act on (C1, C2), of at most 2,000 characters."""
    shown = inert(text)[:MAX_CELL]
    return f"'{shown}" if shown.lstrip().startswith(_BEGIN_FORMULAS) else shown


def cells(row: FolderRow) -> list[str]:
    """A row of the report."""
    return [cell(text) for text in (row.file, row.outcome, *row.answers, row.sentence, row.reason)]


@contextmanager
def writing_csv(file: Path) -> Iterator[Callable[[FolderRow], None]]:
    """Writes a new file: call what is given for each row. Raises OSError, also where the file is there."""
    with file.open("x", encoding="utf-8-sig", newline="", errors="backslashreplace") as opened:
        writer = csv.writer(opened, quoting=csv.QUOTE_ALL)
        writer.writerow(HEADER)

        def write(row: FolderRow) -> None:
            _write(writer.writerow, opened, row)

        yield write


def _write(write_row: Callable[[list[str]], object], opened: TextIO, row: FolderRow) -> None:
    """C4."""
    write_row(cells(row))
    opened.flush()
