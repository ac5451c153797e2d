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
from functools import partial
from pathlib import Path

import pytest

from api.credentials.schema import micro_credential_document
from node.cli import main
from node.files import bounded
from node.files.expected import (
    ANCHOR_PROOF,
    ANSWER,
    ANY_OF_OURS,
    CONTEXT,
    CREDENTIAL,
    FOUNDING,
    GENESIS,
    INDICES,
    KEY,
    PASSPHRASE,
    PICTURE,
    SCHEMA,
    SETTINGS,
    WRAPPED_CREDENTIAL,
    Expected,
)
from node.files.foreign import TEXT_WITHOUT_FORM, FileKind
from node.files.keystore import MINIMAL
from node.setup.founding import Listen, Profile, draw_up_genesis, found_node
from registry.network_kind import NetworkKind
from tests.node.cli.command_table import COMMANDS_BY_WORDS, Command, commands
from tests.node.files.foreign import CORPUS
from tests.node.files.foreign import CREDENTIAL as AWARD

DID = "did:web:a.example"
DOCUMENTED = {0, 1, 2, 3}
UNNAMED = frozenset(
    {FileKind.TEXT, FileKind.JSON_LIKE, FileKind.BINARY, FileKind.JSON, FileKind.BLANK, FileKind.EMPTY}
)
MAY_GROW_KIB = 256 * 1024
MAY_READ_BYTES = 2 * ANY_OF_OURS.limit_bytes
"""What one command may read in all, its own modules with it: the longest file that is read, and as much
again."""

SHARED: Mapping[str, str] = {
    "node": "http://127.0.0.1:9",
    "genesis": "genesis.cbor",
    "key": "node/keys/institution.key",
    "as_": f"{DID}#institution",
    "passphrase_file": "passphrase",
}
"""The options that many commands share, by the names of their parameters; nobody answers at that node."""
READ_ALONE: Mapping[str, frozenset[str]] = {"genesis": frozenset({"node"}), "config": frozenset()}
"""With which of them an option is tried that stands in for the others; all others are tried with all."""
OF_SHARED = {"key": KEY, "passphrase_file": PASSPHRASE, "genesis": GENESIS, "config": SETTINGS}
ASK_FIRST = frozenset(
    {"did rotate", "status set", "proposal approve", "credential sign", "status publish", "anchor"}
)
"""Commands that ask a node, or look at other files, before they open a key."""
CHANGED: Mapping[str, Mapping[str, str]] = {
    "did register": {"folder": "new-keys"},
    "credential sign": {"files": "unsigned.json"},
}
"""What these tests give a command in place of what stands in the table."""
FLAGS: Mapping[str, tuple[str, ...]] = {"status set": ("--yes",), "get": ("--verify",)}
"""Without which a command would ask a person, or read no genesis document."""

OWN: Mapping[tuple[str, str], tuple[Expected | None, Mapping[str, str]]] = {
    ("localnet", "folder"): (None, {}),
    ("init", "folder"): (None, {}),
    ("init", "passphrase_file"): (PASSPHRASE, {"folder": "new-node-{}"}),
    ("genesis", "founding_files"): (FOUNDING, {}),
    ("did web-files", "out"): (None, {}),
    ("did web-files", "answer"): (ANSWER, {}),
    ("genesis", "out"): (None, {"founding_files": "node/founding.json"}),
    ("backup", "folder"): (None, {"config": "node/node.toml"}),
    ("restore", "backup"): (None, {"config": "node/fresh.toml"}),
    ("fingerprint", "file"): (GENESIS, {}),
    ("did register", "folder"): (None, {}),
    ("did add-key", "new_key"): (KEY, {}),
    ("did rotate", "new_key"): (None, {}),
    ("credential sign", "files"): (CREDENTIAL, {}),
    ("credential sign", "schema"): (SCHEMA, {}),
    ("credential verify", "file"): (WRAPPED_CREDENTIAL, {}),
    ("credential verify", "anchor"): (ANCHOR_PROOF, {}),
    ("credential verify", "report"): (None, {}),
    ("credential bake", "file"): (CREDENTIAL, {}),
    ("credential bake", "image"): (PICTURE, {}),
    ("credential bake", "out"): (None, {}),
    ("schema publish", "example"): (CREDENTIAL, {}),
    ("schema publish", "file"): (SCHEMA, {}),
    ("schema show", "out"): (None, {"version": "1.0.0"}),
    ("status set", "file"): (INDICES, {}),
    ("status clear", "file"): (INDICES, {}),
    ("proposal approve", "file"): (INDICES, {}),
    ("anchor", "files"): (CREDENTIAL, {}),
    ("get", "out"): (None, {}),
    ("verify", "file"): (ANSWER, {}),
    ("context import", "file"): (CONTEXT, {}),
    ("inspect", "file"): (ANY_OF_OURS, {}),
}
"""Each argument of one command alone: what it expects (None where it writes, or the network reads it first),
and what else the command is given."""


@dataclass(frozen=True)
class Place:
    """A file argument of a command; in its command line {} stands for the file."""

    words: str
    parameter: str
    expected: Expected | None
    line: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.words} {self.parameter}"

    def arguments(self, file: str) -> list[str]:
        return [word.replace("{}", file) for word in self.line]


def parameters() -> Iterator[tuple[Command, str]]:
    """Every parameter of every command that is a path."""
    for command in commands():
        for parameter in command.parameters:
            is_path = "Path" in str(parameter.type_descriptor.annotation)
            if is_path or "file" in parameter.name or "folder" in parameter.name:
                yield command, parameter.name


def place_of(command: Command, parameter: str) -> Place:
    """How a parameter is tried. Raises KeyError for one that is not listed."""
    words = command.words
    if (words, parameter) in OWN:
        expected, own = OWN[words, parameter]
        more = {"as_": DID, **own}  # which key it is has to be asked, so nothing is sent
    else:
        asks_first = words in ASK_FIRST and parameter in ("key", "passphrase_file")
        expected, more = None if asks_first else OF_SHARED[parameter], {}
    beside = READ_ALONE.get(parameter, SHARED.keys())
    shared = {name: text for name, text in SHARED.items() if name in beside}
    line = command.line(shared, **{**CHANGED.get(words, {}), **more, parameter: "{}"})
    end = line.index("--")
    return Place(words, parameter, expected, (*line[:end], *FLAGS.get(words, ()), *line[end:]))


PLACES = [place_of(*found) for found in parameters()]
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
    (folder / "schema.json").write_bytes(micro_credential_document())
    (folder / "answer").write_bytes(CORPUS["a cut answer"][0])
    (folder / "copy").mkdir()
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
    monkeypatch.setattr("node.cli.operate.init.found_node", partial(found_node, cost=MINIMAL))
    monkeypatch.setattr(bounded, "PIPE_WAIT_S", 0.01)
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
    if expected in (CREDENTIAL, WRAPPED_CREDENTIAL):
        judged = {FileKind.JWT, FileKind.SD_JWT, FileKind.PRESENTATION, FileKind.STATUS_LIST_CREDENTIAL}
        judged.add(FileKind.ENVELOPED_CREDENTIAL)
        badges = {FileKind.BAKED_PNG, FileKind.BAKED_SVG} if expected is WRAPPED_CREDENTIAL else set()
        return expected.kinds | judged | badges
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
        if (place.words, file) == ("did register", "/"):
            continue  # who may write there would leave keys at the root of the machine
        told(place, file, capsys)
    assert Path("/dev/full").is_char_device()
    assert Path("/dev/null").is_char_device()
    assert Path("odd/huge").stat().st_size == 2 << 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < MAY_GROW_KIB


def test_every_listed_argument_exists() -> None:
    assert set(OWN) <= {(place.words, place.parameter) for place in PLACES}
    assert {*ASK_FIRST, *CHANGED, *FLAGS} <= COMMANDS_BY_WORDS.keys()


def test_the_award_of_these_tests_is_a_credential() -> None:
    assert set(AWARD) == {"@context", "type", "issuer", "credentialSubject"}
