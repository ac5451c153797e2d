"""Stores built once by processes that crashed, and copies of them to damage."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from node.storage.store import DATABASE_FOLDER
from tests.node.storage import child

ROOT = Path(__file__).parents[3]


def start(scenario: str, directory: Path) -> subprocess.Popen[str]:
    """The child process of this scenario."""
    return subprocess.Popen(
        [sys.executable, "-m", child.__name__, scenario, str(directory)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def run(scenario: str, directory: Path) -> tuple[dict[str, Any], int]:
    """What the child reported, and its exit code."""
    process = start(scenario, directory)
    output, _ = process.communicate()
    facts: dict[str, Any] = json.loads(output)
    return facts, process.returncode


@dataclass(frozen=True)
class Crashed:
    """A store left by a child: its data directory and what the child said about it."""

    directory: Path
    facts: dict[str, Any]

    @property
    def store(self) -> Path:
        """The folder of the database's files."""
        return self.directory / DATABASE_FOLDER

    @property
    def logs(self) -> list[Path]:
        """The write-ahead logs, oldest first."""
        return sorted(self.store.glob("*.log"), key=lambda log: int(log.stem))

    @property
    def tables(self) -> list[Path]:
        """The table files."""
        return sorted(self.store.glob("*.sst"))


Crash = Callable[[str], Crashed]


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Crash:
    """Builds each scenario's store once."""
    built: dict[str, Crashed] = {}

    def original(scenario: str) -> Crashed:
        if scenario not in built:
            directory = tmp_path_factory.mktemp(scenario)
            facts, _ = run(scenario, directory)
            built[scenario] = Crashed(directory, facts)
        return built[scenario]

    return original


@pytest.fixture
def crash(originals: Crash, tmp_path: Path) -> Crash:
    """A copy of a scenario's store, to damage and open."""

    def copied(scenario: str) -> Crashed:
        original = originals(scenario)
        directory = tmp_path / scenario
        shutil.copytree(original.directory, directory)
        return Crashed(directory, original.facts)

    return copied
