"""Everything that reaches a terminal goes through `node.cli.terminal.console`: foreign text stays inert."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("registry", "consensus", "api", "node")
WRITES = {"sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__", "os.write"}
WRITES |= {
    f"typer.{name}" for name in ("echo", "secho", "confirm", "prompt", "launch", "pause", "progressbar")
}
WRITES |= {"print", "input", "traceback.print_exc", "traceback.print_exception", "warnings.warn"}
LIBRARIES = {"rich", "click", "getpass", "readline", "pprint", "curses"}

ALLOWED = {
    "node/__main__.py": {"sys.stderr"},  # says which library is missing, and prints nothing foreign
    "node/cli/terminal/console.py": {*WRITES, *LIBRARIES},
    "node/wording/screen.py": {"rich"},
    "node/cli/__init__.py": {"sys.stdout"},  # flushes it
    "node/cli/terminal/lost_output.py": {"sys.stdout", "sys.stderr"},  # gives them up
    "node/cli/terminal/uncaught.py": {"sys.stdout", "sys.stderr"},  # what Python itself would print
    "node/observing/log_output.py": {"os.write"},  # the log's descriptor, which must never make the node wait
    "node/process/app.py": {"sys.stdout"},  # the log's stream: node.observing.logs makes its fields inert
    "node/simulation/campaign.py": {"sys.stdout", "sys.stderr"},  # prints what it made itself
}
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def used(source: str) -> Iterator[str]:
    """The ways to print, and the libraries that do, which a module uses."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name) if f"{module}.{name}" in WRITES:
                yield f"{module}.{name}"
            case ast.Call(func=ast.Name(id=name)) if name in WRITES:
                yield name
            case ast.Import(names=names):
                yield from ({alias.name.partition(".")[0] for alias in names} & LIBRARIES)
            case ast.ImportFrom(module=str(module), names=names):
                yield from {module.partition(".")[0]} & LIBRARIES
                yield from {f"{module}.{alias.name}" for alias in names} & WRITES


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_printed_past_the_one_place(path: Path) -> None:
    allowed = ALLOWED.get(str(path.relative_to(ROOT)), set())
    assert set(used(path.read_text("utf-8"))) <= allowed


def test_what_is_allowed_is_used() -> None:
    for name in ALLOWED:
        assert set(used((ROOT / name).read_text("utf-8"))), name


@pytest.mark.parametrize(
    "source",
    [
        "print(1)",
        "import rich.console",
        "from rich import print",
        "import sys\nsys.stdout.write('x')",
        "from sys import stderr",
        "import typer\ntyper.echo('x')",
        "from typer import confirm",
        "input('x')",
    ],
)
def test_the_rule_finds_each_way(source: str) -> None:
    assert list(used(source))
