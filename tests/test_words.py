"""One word, one meaning (`ARCHITECTURE.md`, Words): no two public classes or type aliases have one name."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("api", "consensus", "node", "registry")
SHARED: dict[str, str] = {}
"""Names that two things may have, each with the reason. There is none."""


def public_types(source: str) -> Iterator[str]:
    """The classes and type aliases of a module that others may use."""
    for node in ast.parse(source).body:
        match node:
            case (
                ast.ClassDef(name=name)
                | ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias"))
                | ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp() | ast.Subscript())
            ):
                if name[0].isupper() and not name.isupper():  # neither private nor a constant
                    yield name


def modules_by_type() -> dict[str, list[str]]:
    modules = defaultdict(list)
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for name in public_types(path.read_text("utf-8")):
                modules[name].append(str(path.relative_to(ROOT)))
    return modules


def test_no_two_public_types_have_one_name() -> None:
    twice = {name: modules for name, modules in modules_by_type().items() if len(modules) > 1}
    assert {name: modules for name, modules in twice.items() if name not in SHARED} == {}
    assert SHARED.keys() <= twice.keys()


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("class Batch: ...", ["Batch"]),
        ("Proof: TypeAlias = int | str", ["Proof"]),
        ("Json = dict[str, int] | None", ["Json"]),
        ("class _Peer: ...\n_Key: TypeAlias = bytes", []),
        ("def Batch(): ...\nLIMIT: int = 3\nLIMIT_MS = 3 * LIMIT", []),
    ],
)
def test_the_rule_finds_classes_and_aliases(source: str, names: list[str]) -> None:
    assert list(public_types(source)) == names
