"""Every file argument of every command, against every file that is none of ours.

No command ends in a traceback, whatever the file: the exit code is one of the documented, the error says what
happened, where, and what to do; a file of a kind that can be recognised is called what it is. A command or an
argument that is new fails here until it is listed.
"""

import io
import os
import resource
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import pytest
import typer

from node import bounded_files
from node.cli import main
from node.expected_files import (
    ANCHOR_PROOF,
    ANSWER,
    ANY_OF_OURS,
    CREDENTIAL,
    FOUNDING,
    GENESIS,
    INDICES,
    KEY,
    PASSPHRASE,
    SCHEMA,
    SETTINGS,
    Expected,
)
from node.foreign_files import TEXT_WITHOUT_FORM, FileKind
from node.founding import Listen, Profile, draw_up_genesis, found_node
from node.keystore import MINIMAL
from registry.records.network import NetworkKind
from tests.node.cli.command_table import commands
from tests.node.foreign import CORPUS
from tests.node.foreign import CREDENTIAL as AWARD

DID = "did:web:a.example"
DOCUMENTED = {0, 1, 2, 3}
UNNAMED = frozenset(
    {FileKind.TEXT, FileKind.JSON_LIKE, FileKind.BINARY, FileKind.JSON, FileKind.BLANK, FileKind.EMPTY}
)
MAY_GROW_KIB = 256 * 1024
MAY_READ_BYTES = 2 * ANY_OF_OURS.limit_bytes
"""What one command may read in all, its own modules with it: the longest file that is read, and as much
again."""

ASKING = ("--node", "http://127.0.0.1:9", "--genesis", "genesis.cbor")
SIGNING = (*ASKING, "--key", "node/keys/institution.key", "--as", DID, "--passphrase-file", "passphrase")
INSTITUTION = ("--name", "A", "--did", DID, "--country", "PT", "--announce", "/ip4/127.0.0.1/tcp/4001")
WITHOUT: Mapping[str, tuple[str, ...]] = {
    "--key": (*ASKING, "--as", f"{DID}#institution", "--passphrase-file", "passphrase"),
    "--passphrase-file": (*ASKING, "--key", "node/keys/institution.key", "--as", f"{DID}#institution"),
    "--genesis": ("--node", "http://127.0.0.1:9"),
    "--config": (),
}
"""The options of a command beside the one that is tried."""

COMMAND_LINES: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("did", "register"): ("new-keys",),
    ("did", "add-key"): ("#key-2", "--new-key", "two.key", "--purpose", "assertionMethod"),
    ("did", "rotate"): ("#institution", "--new-key", "two.key", "--to", "key-2"),
    ("did", "retire"): ("#institution",),
    ("did", "report-compromised"): ("#institution", "--since", "2026-01-01"),
    ("did", "deactivate"): (DID, "--yes"),
    ("did", "show"): (DID,),
    ("credential", "sign"): ("unsigned.json",),
    ("credential", "verify"): ("award.json",),
    ("schema", "publish"): ("degree", "1.0.0", "--micro-credential"),
    ("schema", "deprecate"): ("degree", "1.0.0"),
    ("schema", "withdraw"): ("degree", "1.0.0", "--yes"),
    ("schema", "show"): (f"{DID}/schemas/degree",),
    ("schema", "list"): (DID,),
    ("status", "create"): ("degrees",),
    ("status", "set"): ("degrees", "1", "--yes"),
    ("status", "clear"): ("degrees", "1"),
    ("status", "show"): (f"{DID}/status-lists/degrees",),
    ("status", "list"): (DID,),
    ("anchor",): ("award.json",),
    ("get",): ("did", DID, "--verify"),
    ("verify",): ("answer.cbor",),
    ("run",): (),
    ("doctor",): (),
    ("backup",): ("backup",),
    ("restore",): ("backup",),
}
"""What each command takes beside the shared options, to come as far as reading those."""

_SHARED = {"--key": KEY, "--passphrase-file": PASSPHRASE, "--genesis": GENESIS, "--config": SETTINGS}
_SIGNERS = frozenset(
    words
    for words in COMMAND_LINES
    if words[0] in ("did", "credential", "schema", "status", "anchor") and words[-1] not in ("show", "list")
) - {("credential", "verify")}

_ASK_FIRST = frozenset({("did", "rotate"), ("status", "set"), ("credential", "sign"), ("anchor",)})
"""Commands that ask a node, or look at other files, before they open a key."""

OWN: Mapping[tuple[tuple[str, ...], str], tuple[Expected | None, tuple[str, ...]]] = {
    (("localnet",), "folder"): (None, ("{}", "--stop")),
    (("init",), "folder"): (
        None,
        ("{}", *INSTITUTION, "--passphrase-file", "passphrase"),
    ),
    (("init",), "passphrase_file"): (
        PASSPHRASE,
        ("new-node-{}", *INSTITUTION, "--passphrase-file", "{}"),
    ),
    (("genesis",), "founding_files"): (FOUNDING, ("{}", "--name", "N", "--out", "drawn.cbor")),
    (("genesis",), "out"): (None, ("node/founding.json", "--name", "N", "--out", "{}")),
    (("backup",), "folder"): (None, ("{}", "--config", "node/node.toml")),
    (("restore",), "backup"): (None, ("{}", "--config", "node/fresh.toml")),
    (("fingerprint",), "file"): (GENESIS, ("{}",)),
    (("did", "register"), "folder"): (None, ("{}", *SIGNING)),
    (("did", "add-key"), "new_key"): (
        KEY,
        ("#key-2", "--new-key", "{}", "--purpose", "assertionMethod", *SIGNING),
    ),
    (("did", "rotate"), "new_key"): (None, ("#key-1", "--new-key", "{}", "--to", "key-2", *SIGNING)),
    (("credential", "sign"), "files"): (CREDENTIAL, ("{}", *SIGNING)),
    (("credential", "sign"), "schema"): (SCHEMA, ("unsigned.json", "--schema", "{}", *SIGNING)),
    (("credential", "verify"), "file"): (CREDENTIAL, ("{}", *ASKING)),
    (("credential", "verify"), "anchor"): (ANCHOR_PROOF, ("award.json", "--anchor", "{}", *ASKING)),
    (("schema", "publish"), "example"): (
        CREDENTIAL,
        ("degree", "1.0.0", "--micro-credential", "--example", "{}", *SIGNING),
    ),
    (("schema", "publish"), "file"): (SCHEMA, ("degree", "1.0.0", "{}", *SIGNING)),
    (("schema", "show"), "out"): (
        None,
        (f"{DID}/schemas/degree", "--version", "1.0.0", "--out", "{}", *ASKING),
    ),
    (("status", "set"), "file"): (INDICES, ("degrees", "--file", "{}", "--yes", *SIGNING)),
    (("status", "clear"), "file"): (INDICES, ("degrees", "--file", "{}", *SIGNING)),
    (("anchor",), "files"): (CREDENTIAL, ("{}", *SIGNING)),
    (("get",), "out"): (None, ("did", DID, "--verify", "--out", "{}", *ASKING)),
    (("verify",), "file"): (ANSWER, ("{}", "--genesis", "genesis.cbor")),
    (("inspect",), "file"): (ANY_OF_OURS, ("{}",)),
}
"""Each argument of one command alone: what it expects (None where it writes, or the network reads it first),
and a command line with the file in the place of {}."""


@dataclass(frozen=True)
class Place:
    """A file argument of a command."""

    words: tuple[str, ...]
    parameter: str
    expected: Expected | None
    line: tuple[str, ...]

    def __str__(self) -> str:
        return f"{' '.join(self.words)} {self.parameter}"

    def arguments(self, file: str) -> list[str]:
        return [*self.words, *(word.replace("{}", file) for word in self.line)]


def parameters() -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Every parameter of every command that is a path: the command, its name, its option."""
    for command in commands():
        for parameter in command.parameters:
            is_path = "Path" in str(parameter.type_descriptor.annotation)
            if is_path or "file" in parameter.name or "folder" in parameter.name:
                yield tuple(command.words.split()), parameter.name, parameter.opts[0]


def place_of(words: tuple[str, ...], parameter: str, option: str) -> Place:
    """How a parameter is tried. Raises KeyError for one that is not listed."""
    if (words, parameter) in OWN:
        return Place(words, parameter, *OWN[words, parameter])
    others = WITHOUT[option] if words in _SIGNERS else () if option == "--config" else WITHOUT["--genesis"]
    if words == ("verify",):
        others = ()
    expected = None if words in _ASK_FIRST and option in ("--key", "--passphrase-file") else _SHARED[option]
    return Place(words, parameter, expected, (*COMMAND_LINES[words], *others, option, "{}"))


PLACES = [place_of(*found) for found in parameters()]
built_once = cache(typer.main.get_command)
SAMPLE = (
    *(
        "empty",
        "PNG",
        "UTF-16 with mark",
        "Windows-1252",
        "byte order mark",
        "100,000 brackets",
        "a login page",
    ),
    *("curly quotes", "a number of 5,000 digits", "a presentation", "PEM private key", "chance", "zeros"),
)
"""What is tried on the options that many commands share and read in one place: all else once, on the first
of these commands."""


def corpus_for(place: Place) -> Iterator[tuple[str, str, bytes, FileKind]]:
    """The name of each file that is tried there, its path, its content and its kind."""
    whole = place.expected is not None and corpus_is_whole(place)
    for number, (name, (content, kind)) in enumerate(CORPUS.items()):
        if whole or name in SAMPLE:
            yield name, f"corpus/{number}", content, kind


def corpus_is_whole(place: Place) -> bool:
    """Whether it is an argument of its command alone, or the first of those that share an option."""
    first_of_its_kind = next(other for other in PLACES if other.parameter == place.parameter) is place
    return first_of_its_kind or (place.words, place.parameter) in OWN


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a node that was founded, and all the files of the corpus."""
    folder = tmp_path_factory.mktemp("machine")
    member = found_node(folder / "node", Profile(DID, "A", "PT"), Listen(), lambda: b"x", cost=MINIMAL)
    genesis = draw_up_genesis("Test", NetworkKind.DEMO, 1_000, [member]).encode()
    (folder / "genesis.cbor").write_bytes(genesis)
    (folder / "node" / "genesis.cbor").write_bytes(genesis)
    settings = (folder / "node" / "node.toml").read_text()
    (folder / "node" / "fresh.toml").write_text(settings.replace('"data"', '"fresh"'))
    (folder / "passphrase").write_text("x\n")
    (folder / "passphrase").chmod(0o600)
    (folder / "award.json").write_bytes(CORPUS["a signed credential"][0])
    (folder / "unsigned.json").write_bytes(CORPUS["an unsigned credential"][0])
    (folder / "schema.json").write_bytes(CORPUS["a JSON Schema"][0])
    (folder / "answer.cbor").write_bytes(CORPUS["a cut answer"][0])
    (folder / "backup").mkdir()
    (folder / "corpus").mkdir()
    for number, (content, _) in enumerate(CORPUS.values()):
        (folder / "corpus" / str(number)).write_bytes(content)
        (folder / "corpus" / str(number)).chmod(0o600)
    _make_what_is_no_file(folder / "odd")
    return folder


def _make_what_is_no_file(folder: Path) -> None:
    folder.mkdir()
    (folder / "folder").mkdir()
    (folder / "circle").symlink_to(folder / "circle")
    (folder / "dangling").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe", 0o600)
    with (folder / "huge").open("wb") as huge:
        huge.truncate(2 << 30)
    (folder / "huge").chmod(0o600)
    (folder / "picture").write_bytes(CORPUS["JPEG"][0] + bytes(5_000_000))
    (folder / "picture").chmod(0o600)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(folder / "socket"))


ODD = (
    *("odd/folder", "odd/circle", "odd/dangling", "odd/pipe", "odd/huge", "odd/picture", "odd/socket"),
    *("odd/nothing", "award.json/below", "no/such/folder/file", "x" * 300, ".", "..", "/", "", " "),
    *("/dev/null", "/dev/zero", "/dev/full", "~/award.json", "awärd\udcff.json", "\x1b[2J", "a\nb"),
)


@pytest.fixture
def at_a_terminal(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In that folder, with nobody to ask, and with keys that cost nothing."""
    monkeypatch.chdir(machine)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    monkeypatch.setattr("node.cli.init.found_node", partial(found_node, cost=MINIMAL))
    monkeypatch.setattr(bounded_files, "PIPE_WAIT_S", 0.01)
    monkeypatch.setattr(typer.main, "get_command", built_once)
    for variable in ("MATRICULA_NODES", "MATRICULA_CONFIG", "MATRICULA_PASSPHRASE"):
        monkeypatch.delenv(variable, raising=False)


Captured = pytest.CaptureFixture[str]


def bytes_read() -> int:
    """What this process has read so far, from whatever file, device or pipe."""
    members = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(members["rchar"])


def told(place: Place, file: str, capsys: Captured) -> tuple[str, str, str] | None:
    """What, where and do of the error that a command tells of a file; None where it tells none."""
    before_bytes = bytes_read()
    code = main(place.arguments(file))
    read_bytes = bytes_read() - before_bytes
    printed = capsys.readouterr()
    assert code in DOCUMENTED, (file, code)
    assert read_bytes < MAY_READ_BYTES, (file, read_bytes)
    if code == 0 or "Error: " not in printed.err:
        assert "Traceback" not in printed.out + printed.err
        return None
    error = printed.err[printed.err.index("Error: ") :]
    what, _, rest = error.removeprefix("Error: ").partition("\n  where: ")
    where, _, do = rest.partition("\n  to do: ") if rest else ("", "", "")
    what, _, late = what.partition("\n  to do: ")
    assert what.strip()
    assert (do or late).strip(), (file, error)
    return what, where, do or late


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.usefixtures("at_a_terminal")
def test_no_foreign_file_is_met_without_its_name(place: Place, capsys: Captured) -> None:
    for name, path, content, kind in corpus_for(place):
        error = told(place, path, capsys)
        assert Path(path).read_bytes() == content, name
        if place.expected is None or kind in UNNAMED or kind in _own(place.expected):
            continue
        assert error is not None, name
        assert kind.phrase in f"{error[0]} {error[2]}" or _is_said(name, error[0]), (name, error)
        assert "ine 1, column 1." not in error[0], (name, error)


def _own(expected: Expected) -> frozenset[FileKind]:
    """Kinds that are read on, and judged by their content."""
    if expected is INDICES:
        return TEXT_WITHOUT_FORM | {FileKind.WEB_ADDRESS, FileKind.UTF_8_WITH_MARK}
    if expected is PASSPHRASE:
        one_line = {FileKind.JWT, FileKind.SD_JWT, FileKind.WEB_ADDRESS, FileKind.JSON_TEXT, FileKind.XML}
        return TEXT_WITHOUT_FORM | one_line | {FileKind.JSON_LIST, FileKind.UTF_8_WITH_MARK}
    if expected is CREDENTIAL:
        return expected.kinds | {FileKind.PRESENTATION, FileKind.STATUS_LIST_CREDENTIAL}
    if expected is SETTINGS:
        return expected.kinds | TEXT_WITHOUT_FORM | {FileKind.UTF_8_WITH_MARK, FileKind.JSON_LIST}
    return expected.kinds


def _is_said(name: str, what: str) -> bool:
    """Of JSON that ends in a second document that is said, with its place."""
    return CORPUS[name][1] is FileKind.JSON_LINES and "a second JSON document" in what


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.usefixtures("at_a_terminal")
def test_what_is_no_file_at_all_is_told_as_well(place: Place, capsys: Captured) -> None:
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for file in ODD if corpus_is_whole(place) else ODD[:5]:
        told(place, file, capsys)
    assert Path("/dev/full").is_char_device()
    assert Path("/dev/null").is_char_device()
    assert Path("odd/huge").stat().st_size == 2 << 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < MAY_GROW_KIB


def test_every_listed_argument_exists() -> None:
    found = {(words, parameter) for words, parameter, _ in parameters()}
    assert set(OWN) <= found
    assert {words for words, _ in found} >= set(COMMAND_LINES)


def test_the_award_of_these_tests_is_a_credential() -> None:
    assert set(AWARD) == {"@context", "type", "issuer", "credentialSubject"}
