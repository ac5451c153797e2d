"""The commands that the documentation shows exist, with the options that it shows."""

import re
import shlex
from importlib import import_module
from pathlib import Path

import pytest
import typer

from node.cli.app import COMMANDS

ROOT = Path(__file__).parents[3]
GUIDES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_SHOWN = re.compile(r"(?:^|`)(matricula [a-z][^`\n]*)", re.MULTILINE)

_COMMENT = re.compile(r"\s#\s.*")


def options_of(words: list[str]) -> set[str]:
    """The options of the command that the words begin with."""
    command = typer.main.get_command(import_module(COMMANDS[words[1]][0]).command)
    inner = getattr(command, "commands", None)
    if inner is not None and len(words) > 2:
        command = inner[words[2]]
    return {name for parameter in command.params for name in parameter.opts} | {"--help"}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_documented_commands_exist(guide: Path) -> None:
    for shown in _SHOWN.findall(guide.read_text("utf-8")):
        words = shlex.split(_COMMENT.sub("", shown))
        assert words[1] in COMMANDS, shown
        unknown = {word.partition("=")[0] for word in words if word.startswith("-")} - options_of(words)
        assert not unknown, shown


def test_the_guides_show_most_commands() -> None:
    shown = {words.split()[1] for guide in GUIDES for words in _SHOWN.findall(guide.read_text("utf-8"))}
    assert set(COMMANDS) - shown <= {"inspect", "demo", "localnet"}
