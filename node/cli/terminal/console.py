"""What the command line prints, and where: the one place through which everything reaches the terminal.

Results go to standard output: for people as lines and tables, with --json as one JSON document on one line,
so that a program can read it. Progress and remarks go to standard error and are silent with --json. An error
is a sentence of what happened, where, and what to do; with --json it is an object with those three members,
and with what was proved where an answer is only too old.

Nearly everything that is printed was written by others: nodes, issuers, the names of files. So a result is a
list of lines, and each line is made inert as a whole (`api.inert`): no field adds a line, and none acts on
the terminal.
"""

import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import typer
from rich.live import Live
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from api.inert import inert, inert_json
from node.wording.explained import Explained
from node.wording.screen import Grid, TextTable, console_on, rows_of

NAME = "matricula"
_ANSWER = 12
"""Columns for what the library puts behind a question, and for a short answer."""


@dataclass(frozen=True)
class Output:
    """One command's way to speak. `as_json` is the global --json."""

    as_json: bool = False

    def result(self, document: Mapping[str, Any], lines: list[str], table: TextTable | None = None) -> None:
        """Print a command's result once: the document for programs, or the table and lines for people."""
        if self.as_json:
            _print_document(document)
            return
        if table is not None:
            for row in rows_of(table.title, sys.stdout):
                _write_styled(sys.stdout, row, "bold", len(row))
            console_on(sys.stdout).print(table.grid)
        _print_lines(sys.stdout, lines)

    def content(self, document: Mapping[str, Any]) -> None:
        """Print a document that is itself the result, for a file: never wrapped, indented for people."""
        if self.as_json:
            _print_document(document)
        else:
            _write(sys.stdout, inert_json(document, indent=2, ascii_only=_is_narrow(sys.stdout)))

    def remark(self, *lines: str) -> None:
        """Say what is going on, to a person only."""
        if not self.as_json:
            _print_lines(sys.stderr, lines)

    def to_copy(self, *lines: str) -> None:
        """Remark on commands of ours, to be copied: not folded, so nothing foreign may be in them."""
        if not self.as_json:
            for line in lines:
                _write(sys.stderr, inert(line))

    def progress(self) -> Progress:
        """A progress display on standard error, for work of more than a second. Its descriptions are ours."""
        remarks = console_on(sys.stderr, quiet=self.as_json)
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=remarks,
            transient=True,
            disable=not remarks.is_terminal or self.as_json,  # elsewhere it would leave an empty line
        )

    def busy(self, text: str) -> AbstractContextManager[object]:
        """A spinner for work whose length is not known."""
        return console_on(sys.stderr, quiet=self.as_json).status(Text(inert(text)))

    @contextmanager
    def live(self) -> Iterator[Callable[[Callable[[int], Grid]], None]]:
        """A table on standard error that is drawn again and again: call what is given with a function from
        the width in columns to the table.
        """
        remarks = console_on(sys.stderr, quiet=self.as_json)
        with Live(console=remarks, auto_refresh=False) as shown:
            yield lambda draw: shown.update(draw(remarks.width), refresh=True)

    def error(self, error: Explained) -> None:
        """Print an error: on standard error for people, on standard output as JSON for programs."""
        if self.as_json:
            do = f"{error.do}: {error.command}" if error.command else error.do
            _print_document({"error": error.what, "where": error.where, "do": do, **error.more})
            return
        first, *further = rows_of(f"Error: {error.what}", sys.stderr)
        _write_styled(sys.stderr, first, "bold red", len("Error"))
        for row in further:
            _write(sys.stderr, row)
        _print_lines(sys.stderr, [f"  where: {error.where}"] if error.where else [])
        _print_lines(sys.stderr, [f"  to do: {error.do}"] if error.do else [])
        if error.command:
            self.to_copy(f"    {error.command}")


def ask(question: str, *, hidden: bool = False, twice: bool = False) -> str:
    """What a person answers to a question, which is put on standard error. `twice`: asked again to compare.

    Raises typer.Abort where the person ends it.
    """
    answer: str = typer.prompt(_put(question), hide_input=hidden, confirmation_prompt=twice, err=True)
    return answer


def ask_whether(question: str) -> bool:
    """Whether a person says yes. Raises typer.Abort where the person ends it."""
    return typer.confirm(_put(question), err=True)


def json_lines(document: Any) -> list[str]:
    """A document as JSON for people, among other lines."""
    return inert_json(document, indent=2).split("\n")


def program() -> str:
    """How this program is called from here: by its name where a shell finds it, else by its path."""
    beside = Path(sys.executable).with_name(NAME)
    return NAME if shutil.which(NAME) or not beside.exists() else str(beside)


def command_line(*words: str) -> str:
    """A command of this program as a shell reads it, to be copied."""
    return shlex.join((program(), *words))


def _put(question: str) -> str:
    """Prints all rows of a question but the last, which the library prints before the answer."""
    *rows, last = rows_of(question, sys.stderr, spare=_ANSWER)
    for row in rows:
        _write(sys.stderr, row)
    return last


def _print_document(document: Mapping[str, Any]) -> None:
    _write(sys.stdout, inert_json(document, ascii_only=_is_narrow(sys.stdout)))


def _print_lines(stream: TextIO, lines: Iterable[str]) -> None:
    for line in lines:
        for row in rows_of(line, stream):
            _write(stream, row)


def _write_styled(stream: TextIO, row: str, style: str, length: int) -> None:
    """Write a row whose first `length` characters have a style, where the stream shows any."""
    shown = Text(row)
    shown.stylize(style, 0, length)
    console_on(stream).print(shown, soft_wrap=True)


def _write(stream: TextIO, line: str) -> None:
    stream.write(line + "\n")
    stream.flush()


def _is_narrow(stream: TextIO) -> bool:
    """Whether the stream cannot hold every character."""
    return (stream.encoding or "utf-8").lower().replace("-", "") != "utf8"
