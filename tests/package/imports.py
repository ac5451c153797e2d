"""Which distributions some of our files need: the imports in them, in what they import of ours, and so on."""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.utils import canonicalize_name

from tests.package.declared import PACKAGES, ROOT


def distributions(files: Iterable[Path]) -> set[str]:
    """The distributions that must be installed before all of these files can be imported."""
    modules = {module.partition(".")[0] for file in _closure(files) for module in _imported(file)}
    foreign = modules - sys.stdlib_module_names - {*PACKAGES, "tests"}
    return {canonicalize_name(_providers()[module][0]) for module in foreign}


def _closure(files: Iterable[Path]) -> set[Path]:
    """These files and all of ours that are imported with them."""
    reached: set[Path] = set()
    waiting = set(files)
    while waiting:
        file = waiting.pop()
        reached.add(file)
        waiting |= {path for module in _imported(file) for path in _files(module)} - reached
    return reached


def _files(module: str) -> Iterator[Path]:
    """The files that importing a module of ours runs: its own, and the roots of the packages around it."""
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        path = ROOT.joinpath(*parts[:length])
        yield from (file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file())


@cache
def _imported(file: Path) -> frozenset[str]:
    """The modules, and the names in them that may be modules, that a file imports."""
    modules: set[str] = set()
    for statement in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(statement, ast.Import):
            modules.update(alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            modules.update(f"{statement.module}.{alias.name}" for alias in statement.names)
    return frozenset(modules)


@cache
def _providers() -> dict[str, list[str]]:
    return dict(packages_distributions())
