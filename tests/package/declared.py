"""What `pyproject.toml` declares: the core, the extras, and the group of the tests' tools."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("api", "consensus", "node", "registry")
EXTRAS: Final = ("client", "credentials", "issuer", "node")


@cache
def pyproject() -> dict[str, Any]:
    """The whole file."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def core() -> list[Requirement]:
    """What everybody installs."""
    return list(map(Requirement, pyproject()["project"]["dependencies"]))


def extra(name: str) -> list[Requirement]:
    """What an extra adds, without the other extras that it includes."""
    declared = map(Requirement, pyproject()["project"]["optional-dependencies"][name])
    return [requirement for requirement in declared if requirement.name != "matricula"]


def runtime() -> list[Requirement]:
    """The core and all extras."""
    return [*core(), *(requirement for name in EXTRAS for requirement in extra(name))]


def tools() -> list[Requirement]:
    """What the checks and the tests need besides."""
    return list(map(Requirement, pyproject()["dependency-groups"]["dev"]))


def names(requirements: list[Requirement]) -> set[str]:
    """The names of the distributions, in the one spelling that registries compare."""
    return {canonicalize_name(requirement.name) for requirement in requirements}
