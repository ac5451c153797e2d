"""What the documents and docstrings point at is there: files, headings, modules and the names in them."""

import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import get_type_hints

import pytest

from node.setup.config import Config

ROOT = Path(__file__).parents[1]
PACKAGES = ("api", "consensus", "node", "registry")
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *(path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.md"))),
]
FILES_OF_A_NODE = (".key", ".toml")
SOURCES = [path for package in (*PACKAGES, "tests") for path in sorted((ROOT / package).rglob("*.py"))]

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
INDEX = ROOT / "docs" / "decisions" / "README.md"
READ_BESIDE_DECISIONS = [
    *(path for path in DOCUMENTS if path not in (*DECISIONS, INDEX)),
    *(path for path in SOURCES if "tests" not in path.relative_to(ROOT).parts),
]

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_TREE = re.compile(r"^```\n(node/\n.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"`((?:api|consensus|docs|node|registry|scripts|tests)/[\w./*-]*)`")
_SCRIPT = re.compile(r"(?<![\w/])(?:\./)?(scripts/[a-z]+(?:-[a-z]+)*)")
_MODULE = re.compile(r"python -m ([a-zA-Z_][\w.]*\w)")
_FILE = re.compile(r"`(\w+\.py)`")
_DECISION = re.compile(r"\bdecisions?[ /](\d{4}(?:,\s\d{4})*)|\[(?:decision )?(\d{4})\]\(")
_INDEXED = re.compile(r"^\| \[(\d{4})\]\(\1-[a-z0-9-]+\.md\) \| (.+?) \| \S.* \|$", re.MULTILINE)
_NAME = re.compile(r"`((?:api|consensus|node|registry)(?:\.[A-Za-z_]\w*)+)(?:\(\))?`")


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = (heading.lower() for heading in _HEADING.findall(_FENCED.sub("", text)))
    return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in headings}


def dead_links(document: Path) -> Iterator[str]:
    """The relative links of a document that lead nowhere."""
    for link in _LINK.findall(_FENCED.sub("", document.read_text("utf-8"))):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = document.parent / name if name else document
        if not target.exists() or (anchor and anchor not in anchors(target.read_text("utf-8"))):
            yield link


def is_there(name: str) -> bool:
    """Whether a dotted name is that of a module, or of something in one."""
    module, _, rest = name, "", ""
    while find_module(module) is None and "." in module:
        module, _, last = module.rpartition(".")
        rest = f"{last}.{rest}" if rest else last
    found = import_module(module)
    for part in filter(None, rest.split(".")):
        if not hasattr(found, part):
            return part in getattr(found, "__annotations__", {})
        found = getattr(found, part)
    return True


def decisions_named(text: str) -> set[str]:
    """The numbers of the decisions that a text names: `decision 0067`, `decisions 0062, 0067`, a link."""
    joined = " ".join(text.split())
    return {
        number
        for named in _DECISION.findall(joined)
        for group in named
        for number in re.findall(r"\d{4}", group)
    }


def is_setting(name: str) -> bool:
    """Whether a dotted name is one of a table and a setting in it, or of a file beside the settings."""
    table, _, setting = name.partition(".")
    settings = get_type_hints(get_type_hints(Config).get(table, object))
    return name.endswith(FILES_OF_A_NODE) or setting in settings


def unknown_commands(text: str) -> list[str]:
    """The scripts, and the modules to run with `python -m`, that a text shows and that are not there."""
    scripts = [name for name in _SCRIPT.findall(text) if not (ROOT / name).is_file()]
    return scripts + [name for name in _MODULE.findall(text) if not can_be_run(name)]


def can_be_run(module: str) -> bool:
    """Whether `python -m` finds something to run."""
    found = find_module(module)
    is_package = getattr(found, "submodule_search_locations", None) is not None
    return found is not None and (not is_package or find_module(f"{module}.__main__") is not None)


def find_module(name: str) -> object:
    """The module's specification, None where there is none: also where the parent is no package."""
    try:
        return find_spec(name)
    except ModuleNotFoundError:
        return None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_relative_link_is_dead(document: Path) -> None:
    assert list(dead_links(document)) == []


@pytest.mark.parametrize("document", [*DOCUMENTS, *SOURCES], ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_and_name_that_is_mentioned_is_there(document: Path) -> None:
    text = document.read_text("utf-8")
    gone = [path for path in _PATH.findall(text) if not any(ROOT.glob(path))]
    gone += [file for file in _FILE.findall(text) if not any(path.name == file for path in SOURCES)]
    gone += [name for name in _NAME.findall(text) if not is_there(name) and not is_setting(name)]
    assert gone == []


def folders_in(text: str) -> list[str]:
    """The folders of a tree that is drawn in a fenced block: one a line, by its name and a slash, each two
    spaces further in than the folder that holds it."""
    folders: list[str] = []
    for indent, name in re.findall(r"^( *)(\w+)/", text, re.MULTILINE):
        above = [folder for folder in folders if folder.count("/") < len(indent) // 2]
        folders.append(f"{above[-1]}/{name}" if indent else name)
    return folders


def test_the_rooms_of_the_node_are_those_that_are_drawn() -> None:
    """Two levels of the node, and the rooms of the command line; the tests have the same."""
    (drawn,) = _TREE.findall((ROOT / "ARCHITECTURE.md").read_text("utf-8"))
    folders = folders_in(drawn)
    packages = [*ROOT.glob("node/*/__init__.py"), *ROOT.glob("node/cli/*/__init__.py")]
    assert folders[0] == "node"
    assert sorted(folders[1:]) == sorted(str(path.parent.relative_to(ROOT)) for path in packages)
    assert [folder for folder in folders if not (ROOT / "tests" / folder).is_dir()] == []


def test_how_a_tree_is_drawn() -> None:
    drawn = "node/\n  cli/  Commands.\n    use/  Of those who ask/read.\n  demo/  A story.\n"
    assert folders_in(drawn) == ["node", "node/cli", "node/cli/use", "node/demo"]


def test_what_is_dead_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# A heading, with `code`\n")
    document = tmp_path / "document.md"
    document.write_text(
        "[a](there.md) [b](there.md#a-heading-with-code) [c](gone.md) [d](there.md#gone) [e](#gone)\n"
        "[f](https://example.org/)\n```\n[g](gone.md)\n```\n"
    )
    assert list(dead_links(document)) == ["gone.md", "there.md#gone", "#gone"]
    assert is_there("registry.names.owner_of")
    assert not is_there("registry.names.gone")
    assert not is_there("registry.gone")
    assert is_setting("consensus.delta_ms")
    assert not is_setting("consensus.gone")
    assert not is_setting("registry.gone")


def test_every_decision_is_named_where_a_reader_of_its_subject_looks() -> None:
    """And each that is named is there."""
    named = set().union(*(decisions_named(path.read_text("utf-8")) for path in READ_BESIDE_DECISIONS))
    assert named == {path.name[:4] for path in DECISIONS}


def test_the_index_of_the_decisions_has_each_with_its_title() -> None:
    titles = [path.read_text("utf-8").partition("\n")[0] for path in DECISIONS]
    indexed = [f"# {number} {title}" for number, title in _INDEXED.findall(INDEX.read_text("utf-8"))]
    assert sorted(indexed) == titles


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("(decision 0067)", {"0067"}),
        ("(decisions 0062,\n0067).", {"0062", "0067"}),
        ("[0095](decisions/0095-reads-go-on.md)", {"0095"}),
        ("see docs/decisions/0041", {"0041"}),
        ("files of mode 0600, and the year 2026", set()),
    ],
)
def test_how_a_decision_is_named(text: str, numbers: set[str]) -> None:
    assert decisions_named(text) == numbers


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_is_shown_is_there(document: Path) -> None:
    assert unknown_commands(document.read_text("utf-8")) == []


def test_a_command_that_is_not_there_is_found() -> None:
    text = (
        "`scripts/test` ./scripts/gone scripts/gone-too\n"
        "python -m tests.answers; `python -m tests.gone`, python -m tests.node"
    )
    assert unknown_commands(text) == ["scripts/gone", "scripts/gone-too", "tests.gone", "tests.node"]
