"""Each kind is a folder that exports one descriptor, and every folder is in the ruleset."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from registry import kinds
from registry.index import EntryType
from registry.kind import Kind
from registry.kinds import anchor
from registry.ruleset import CURRENT
from tests.registry.kinds import all_examples

FOLDERS = sorted(path.parent.name for path in Path(kinds.__path__[0]).glob("*/__init__.py"))

MADE_FROM_OTHERS = ("index", "pending")


def test_every_folder_is_a_kind_of_the_ruleset() -> None:
    assert sorted(kind.name.replace("-", "_") for kind in CURRENT.kinds) == FOLDERS
    assert [examples.kind for examples in all_examples()] == list(CURRENT.kinds)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_exports_one_descriptor(folder: str) -> None:
    """Those of the index and of proposals are made from the others'."""
    module = import_module(f"registry.kinds.{folder}")
    found = [value for value in vars(module).values() if isinstance(value, Kind)]
    in_ruleset = [kind for kind in CURRENT.kinds if kind.name.replace("-", "_") == folder]
    assert found == ([] if folder in MADE_FROM_OTHERS else in_ruleset)


@pytest.mark.parametrize("kind", CURRENT.kinds, ids=lambda kind: kind.name)
def test_what_a_descriptor_names_is_of_its_own_folder(kind: Kind[Any]) -> None:
    own = f"registry.kinds.{kind.name.replace('-', '_')}"
    named: list[Any] = [part for operation in kind.operations for part in (operation.type, operation.apply)]
    if kind.reasons is not None:
        named.append(kind.reasons)
    assert {part.__module__.rpartition(".")[0] for part in named} <= {own}
    contents = (content for operation in kind.operations for content in operation.contents)
    assert all(isinstance(content.too_long, kind.reasons or ()) for content in contents)


def test_what_has_no_records_has_an_index() -> None:
    entries = [kind for kind in CURRENT.kinds if isinstance(kind.record, EntryType)]
    assert entries == [anchor.KIND]
    assert [kind.name in CURRENT.records for kind in entries] == [False]
    with pytest.raises(TypeError, match="anchor has neither records nor an index"):
        replace(anchor.KIND, relation=None)
