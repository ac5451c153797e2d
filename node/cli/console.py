"""What the command line prints, and where.

Results go to standard output: for people as text and tables, with --json as one JSON document on one line,
so that a program can read it. Progress and remarks go to standard error and are silent with --json. An error
is a sentence of what happened, where, and what to do; with --json it is an object with those three members.
"""

import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from node.explained import Explained

NAME = "matricula"


@dataclass(frozen=True)
class Output:
    """One command's way to speak. `as_json` is the global --json."""

    as_json: bool = False

    @property
    def console(self) -> Console:
        """Standard output, for the result; never wrapped where no person reads it."""
        return Console(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())

    @property
    def remarks(self) -> Console:
        """Standard error, for all that is no result; silent where a program reads."""
        return Console(file=sys.stderr, highlight=False, quiet=self.as_json)

    def result(self, document: Mapping[str, Any], text: str = "", table: Table | None = None) -> None:
        """Print a command's result once: the document for programs, or the text and table for people."""
        if self.as_json:
            _print_line(document)
            return
        if table is not None:
            self.console.print(table)
        if text:
            self.console.print(text, markup=False)

    def content(self, document: Mapping[str, Any]) -> None:
        """Print a document that is itself the result, for a file: never wrapped, indented for people."""
        if self.as_json:
            _print_line(document)
        else:
            print(json.dumps(document, indent=2, ensure_ascii=False))  # noqa: T201 -- nothing may wrap it

    def remark(self, text: str) -> None:
        """Say what is going on, to a person only."""
        self.remarks.print(text, markup=False, soft_wrap=True)

    def progress(self) -> Progress:
        """A progress display on standard error, for work of more than a second."""
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.remarks,
            transient=True,
            disable=not self.remarks.is_terminal or self.as_json,  # elsewhere it would leave an empty line
        )

    def busy(self, text: str) -> AbstractContextManager[object]:
        """A spinner for work whose length is not known."""
        return self.remarks.status(text)

    def error(self, error: Explained) -> None:
        """Print an error: on standard error for people, on standard output as JSON for programs."""
        if self.as_json:
            document = {"error": error.what, "where": error.where, "do": error.do}
            _print_line(document)
            return
        err = Console(file=sys.stderr, highlight=False, soft_wrap=True)
        err.print(f"[bold red]Error[/]: {escape(error.what)}")
        if error.where:
            err.print(f"  where: {escape(error.where)}")
        if error.do:
            err.print(f"  to do: {escape(error.do)}")


def program() -> str:
    """How this program is called from here: by its name where a shell finds it, else by its path."""
    beside = Path(sys.executable).with_name(NAME)
    return NAME if shutil.which(NAME) or not beside.exists() else str(beside)


def counted(count: int, thing: str) -> str:
    """A number of things: `1 credential`, `2 credentials`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table of text cells; markup inside cells is not read."""
    built = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        built.add_column(column, overflow="fold")
    for row in rows:
        built.add_row(*(escape(cell) for cell in row))
    return built


def _print_line(document: Mapping[str, Any]) -> None:
    line = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    print(line, flush=True)  # noqa: T201 -- read by programs: nothing may wrap or colour it
