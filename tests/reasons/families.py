"""All families of reasons: every enumeration with members that derives from `Reason`, wherever it stands."""

from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from pkgutil import walk_packages

import api
import consensus
import node
import registry
from registry.primitives.reason import Reason

PACKAGES = (api, consensus, node, registry)


def families() -> list[type[Reason]]:
    """The families by module and name."""
    return [each for each in enumerations() if issubclass(each, Reason)]


def enumerations() -> list[type[Enum]]:
    """All enumerations with members, by module and name, after every module of the product is imported."""
    for package in PACKAGES:
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                import_module(module.name)
    ours = {package.__name__ for package in PACKAGES}
    found = {each for each in _below(Enum) if list(each) and each.__module__.partition(".")[0] in ours}
    return sorted(found, key=lambda each: (each.__module__, each.__name__))


def _below(base: type[Enum]) -> Iterator[type[Enum]]:
    for each in base.__subclasses__():
        yield each
        yield from _below(each)
