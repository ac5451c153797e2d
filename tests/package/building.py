"""Builds the package by its own build backend, and installs it without a network where nothing else is."""

import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

from tests.package.declared import ROOT

LEFT_BEHIND = shutil.ignore_patterns(".*", "__pycache__", "*.pyc")
LEFT_AT_THE_ROOT = shutil.ignore_patterns("*.egg-info", "build", "coverage", "dist", "localnet")
"""What lies in a working folder and is no source."""


@dataclass(frozen=True)
class Built:
    """The two archives, and the folder of sources that they were made from."""

    source: Path
    wheel: Path
    sdist: Path


def build(folder: Path) -> Built:
    """Build wheel and source archive from a copy of the sources, so that nothing is left in them."""
    source = folder / "source"
    shutil.copytree(ROOT, source, ignore=_no_sources)
    for kind in ("wheel", "sdist"):
        backend = f"from setuptools import build_meta; build_meta.build_{kind}({str(folder)!r})"
        run([sys.executable, "-c", backend], cwd=source)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return Built(source, wheel, sdist)


def install(wheel: Path, requirements: Iterable[Requirement], environment: Path) -> Path:
    """A new environment that holds a wheel, these requirements and what they need; returns its interpreter.
    The requirements are copied from the environment of the tests, since there may be no network."""
    venv.create(environment, symlinks=True)
    python = environment / "bin" / "python"
    pip(python, "install", "--quiet", "--no-index", "--no-deps", str(wheel))
    (packages,) = environment.glob("lib/python*/site-packages")
    for requirement in requirements:
        _copy(requirement, packages)
    return python


def pip(python: Path, *arguments: str) -> str:
    """Run the tests' own pip on another environment; what it prints."""
    return run([sys.executable, "-m", "pip", "--python", str(python), *arguments], cwd=python.parent)


def run(command: list[str], cwd: Path) -> str:
    """Run a command that must succeed; its standard output."""
    finished = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def _no_sources(folder: str, names: list[str]) -> set[str]:
    """Of the names in a folder those that are not to be copied."""
    anywhere = LEFT_BEHIND(folder, names)
    return anywhere | LEFT_AT_THE_ROOT(folder, names) if Path(folder) == ROOT else anywhere


def _copy(requirement: Requirement, packages: Path) -> None:
    """Copy the files of a distribution, and of those that it needs."""
    if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
        return
    installed = distribution(requirement.name)
    for file in installed.files or ():
        if ".." not in file.parts:
            target = packages / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file.locate(), target)
    for needed in installed.requires or ():
        _copy(Requirement(needed), packages)
