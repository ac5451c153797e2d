"""What a terminal is given: lines folded so that no text reaches the left edge by itself, and tables.

A terminal that wraps begins the next row at the left edge, where verdicts and `Error` stand: whoever pads a
text to the width of the screen would write a row of their own there. So a line is folded here, and each
further row begins with `CONTINUED`, which foreign text can neither avoid nor put at the left edge.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO, TypeAlias

from rich import table as rich_table
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.text import Text

from api.inert import inert

CONTINUED = "  > "
"""Begins every row of a line but its first."""
_LEAST_WIDTH = 20
_MAX_LINE = 10_000
"""Characters of a line for people, so that one field cannot scroll the others away; --json has all."""
_DIGITS_OF_SIZE = 5
_TOKEN = re.compile(r" +|(?:`[^`]*`|[^ ])+")
"""Blanks, or a word; a command in backquotes is one word, so that it can be copied."""

Grid: TypeAlias = rich_table.Table
Cell: TypeAlias = str | list[str]
"""What stands in a cell of a table: a line, or several of ours."""


def forget_odd_sizes() -> None:
    """Drop sizes of the screen from the environment that are no number for the library: it takes any digit of
    any script for one, and ends in an error.
    """
    for name in ("COLUMNS", "LINES", "JUPYTER_COLUMNS", "JUPYTER_LINES"):
        size = os.environ.get(name, "")
        if not (size.isascii() and size.isdecimal() and len(size) <= _DIGITS_OF_SIZE):
            os.environ.pop(name, None)


def console_on(stream: TextIO, *, quiet: bool = False) -> Console:
    """A console that reads neither markup nor emoji names, and never wraps where no person reads it."""
    return Console(
        file=stream, highlight=False, markup=False, emoji=False, quiet=quiet, soft_wrap=not stream.isatty()
    )


def rows_of(line: str, stream: TextIO, *, spare: int = 0) -> list[str]:
    """The rows that a line takes on that stream, inert. One where no person reads it. `spare`: columns left
    free at the right.
    """
    shown = inert(line, _MAX_LINE)
    return list(fold(shown, console_on(stream).width - spare)) if stream.isatty() else [shown]


def fold(line: str, width: int) -> Iterator[str]:
    """The rows of an inert line on a screen of `width` columns, broken at blanks where there are any.

    Characters outside ASCII count as two columns: terminals disagree, and a row too short does no harm.
    """
    room = max(width, _LEAST_WIDTH)
    row, used = "", 0
    for token in _TOKEN.findall(line):
        size = _columns(token)
        if used + size > room and (token[0] == " " or size <= room - len(CONTINUED)):
            yield row.rstrip(" ")
            row, used = CONTINUED, len(CONTINUED)
            if token[0] == " ":
                continue
        for character in token:
            taken = _columns(character)
            if used + taken > room:
                yield row
                row, used = CONTINUED, len(CONTINUED)
            row += character
            used += taken
    yield row


def _columns(text: str) -> int:
    return len(text) if text.isascii() else sum(1 if character.isascii() else 2 for character in text)


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table to print: its title is a line of its own, the grid holds inert cells."""

    title: str
    grid: Grid


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> TextTable:
    """A table whose cells are folded where they are too wide."""
    grid = Grid()
    for column in columns:
        grid.add_column(Text(column), overflow="fold")
    for row in rows:
        grid.add_row(*map(_cell, row))
    return TextTable(title, grid)


def one_line_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], width: int) -> Grid:
    """A grid of `width` columns whose title and rows take one line each; the first column gives way."""
    first, *others = columns
    grid = Grid(
        title=Text(inert(title), no_wrap=True, overflow="ellipsis"),
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        width=width,
    )
    grid.add_column(Text(first), ratio=1, no_wrap=True, overflow="ellipsis")
    for column in others:
        grid.add_column(Text(column), no_wrap=True, overflow="fold")
    for row in rows:
        grid.add_row(*map(_cell, row))
    return grid


def _cell(cell: Cell) -> Text:
    return Text("\n".join(map(inert, [cell] if isinstance(cell, str) else cell)))
