"""What ARCHITECTURE.md says of the rows that are kept is what the code does."""

import re
from collections.abc import Iterator
from pathlib import Path

from node.storage.layout import COLUMNS

ROOT = Path(__file__).parents[3]
SECTION = (ROOT / "ARCHITECTURE.md").read_text("utf-8").partition("## What is kept, and for how long")[2]
ROWS = re.findall(r"^\| (`[A-Z_`, ]+`) \| (.*?) \|", SECTION, re.MULTILINE)

SHRINKS = {"BLOCK", "OPEN_BLOCK", "CERTIFICATE", "GUARD", "TURN", "PUBLICATION"}
"""The rest only grows, or is written over."""

_REMOVED = re.compile(
    r"(?:delete|remove_between|erase)\([^()]*?\b(?:Family|Table)\.(\w+)"
    r"|\((?:Family|Table)\.(\w+), \w+\(\w+\), None\)"
)


def documented() -> Iterator[tuple[str, str]]:
    """Each column family, and what is said to remove its rows."""
    for names, goes in ROWS:
        yield from ((name, goes) for name in re.findall(r"\w+", names))


def test_every_column_family_is_documented_once() -> None:
    assert [name for name, _ in documented()] == [column.name for column in COLUMNS]


def test_nothing_else_is_removed_than_is_said() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "node").rglob("*.py")]
    removed = {"".join(names) for source in sources for names in _REMOVED.findall(source)}
    assert removed == SHRINKS


def test_what_is_never_removed_is_said_to_be() -> None:
    kept = {name for name, goes in documented() if goes.startswith(("never", "written over"))}
    assert kept == {column.name for column in COLUMNS} - SHRINKS - {"META"}
