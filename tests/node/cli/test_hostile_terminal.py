"""What reaches a terminal of 80 columns: rows that begin with our words, and nothing that acts."""

import contextlib
import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from node.cli import main
from node.cli.terminal import uncaught
from node.cli.terminal.console import Output
from node.wording.explained import Explained
from node.wording.screen import CONTINUED, fold, table
from registry.records.member import Name
from tests.api.ledger import GENESIS
from tests.node.cli.hostile import COLOURS, FORGED, PAYLOADS, assert_inert

WIDTH = 80
PADDED = "." * (WIDTH - 10) + FORGED
PADDINGS = {
    **{name: text for name, text in PAYLOADS.items() if name != "lone surrogates"},
    **{f"dots {length}": "." * length + FORGED for length in range(50, 82)},
    "words": ("ab " * 60) + FORGED,
    "wide letters": "東" * 36 + FORGED,
    "backquotes": "`" + "." * 75 + f"` {FORGED} `" + " x" * 60 + f" {FORGED}",
}


class Screen(io.StringIO):
    """A terminal that keeps what it is given."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def rows(shown: str) -> list[str]:
    """The rows on the screen, without colours, checked to be inert and no wider than it."""
    plain = COLOURS.sub("", shown)
    assert_inert(plain)
    found = plain.split("\n")
    standing = (sum(unicodedata.category(one)[0] != "M" for one in row) for row in found)
    assert max(standing) <= WIDTH
    return found


@pytest.mark.parametrize("text", PADDINGS.values(), ids=PADDINGS)
def test_no_text_reaches_the_left_edge(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    monkeypatch.setenv("TERM", "xterm-256color")
    out, err = Screen(), Screen()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    Output().result({}, [f"invalid       status    {text}", "", "invalid, as of 1970"])
    Output().remark(f"remark {text}")
    Output().error(Explained(f"error {text}", where=text, do=text))
    Output().result({}, [], table(f"title {text}", ("id", "name"), [(text[:300], text[:300])]))
    heads = ("invalid", "title", "┏", "┃", "┡", "│", "└", CONTINUED)
    for row in rows(out.getvalue()):
        assert row == "" or row.startswith(heads), row
    for row in rows(err.getvalue()):
        assert row == "" or row.startswith(("remark", "Error", "  where:", "  to do:", CONTINUED)), row


def test_a_line_is_broken_at_blanks_and_commands_stay_whole() -> None:
    assert list(fold("", 30)) == [""]
    assert list(fold("a short line", 30)) == ["a short line"]
    assert list(fold("did:web:example.edu is not registered there", 30)) == [
        "did:web:example.edu is not",
        "  > registered there",
    ]
    assert list(fold("ask it again with `matricula did show DID` or", 30)) == [
        "ask it again with",
        "  > `matricula did show DID`",
        "  > or",
    ]
    assert list(fold("x" * 45, 20)) == ["x" * 20, "  > " + "x" * 16, "  > " + "x" * 9]
    assert "".join(row.removeprefix(CONTINUED) for row in fold(PADDED * 9, WIDTH)).replace(" ", "") == (
        PADDED * 9
    ).replace(" ", "")


COMMAND = (b"-m", b"node")


def on_a_terminal(
    arguments: Sequence[bytes], folder: Path, answer: bytes = b"", program: Sequence[bytes] = COMMAND
) -> str:
    """What a process of its own writes to a real terminal of 80 columns, where `answer` is typed."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))
    environment = {name: text for name, text in os.environ.items() if name not in ("COLUMNS", "LINES")}
    environment |= {"TERM": "xterm-256color", "PYTHONPATH": str(Path(__file__).parents[3])}
    process = subprocess.Popen(
        [sys.executable, *program, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env=environment,
    )
    os.close(theirs)
    os.write(ours, answer)
    pieces: list[bytes] = []
    with contextlib.suppress(OSError), os.fdopen(ours, "rb", buffering=0) as reading:  # EIO: the end
        while piece := reading.read(65_536):
            pieces.append(piece)
    process.wait()
    return b"".join(pieces).decode("utf-8")


def test_on_a_real_terminal(tmp_path: Path) -> None:
    text = f"\x1b[2J\x1b]52;c;eA==\x07\u202e\n{PADDED}:school:"
    university, *others = GENESIS.members
    named = replace(university, names=(Name("en", text),))
    document = replace(GENESIS, name=text[:60], members=(named, *others))
    (tmp_path / "genesis.cbor").write_bytes(document.encode())
    hostile_name = b"\x1b[2J\r\n" + b"." * 70 + FORGED.encode() + b"\xc2\x9b"
    for arguments, expected in (
        ([b"fingerprint"], "validators    4, of which 1 may fail; 3 decide"),
        ([b"inspect", b"genesis.cbor"], '"name": "\\u001b[2J\\u001b]52;c;eA==\\u0007\\u202e\\n....'),
        ([b"inspect", hostile_name], "\\u{1B}[2J\\u{D}\\u{A}...."),
        (
            [b"inspect", b"\xff" + hostile_name],
            "word 2 of the command line is not UTF-8 text: '\\udcff\\x1b[2J",
        ),
        ([b"did", b"show", hostile_name, b"--node", b"127.0.0.1:9"], "Error"),
        ([hostile_name], "'\\x1b[2J"),
    ):
        shown = re.sub("\r\n", "\n", on_a_terminal(arguments, tmp_path))
        assert expected in " ".join(rows(shown))
        assert "Traceback" not in shown


def test_a_question_on_a_real_terminal(tmp_path: Path) -> None:
    question = f"End did:web:\x1b[2J\n{PADDED} for good?".encode()
    asking = b"import sys; from node.cli.terminal.console import ask_whether; print(ask_whether(sys.argv[1]))"
    shown = on_a_terminal([question], tmp_path, b"n\n", (b"-c", asking))
    # What is typed before the question is echoed above it.
    found = rows(shown.replace("\r\n", "\n").replace("[y/N]: ", "[y/N]: \n"))
    assert found == [
        "n",
        "End did:web:\\u{1B}[2J\\u{A}" + "." * 42,
        CONTINUED + "." * 28 + f"{FORGED} for good? [y/N]: ",
        "False",
        "",
    ]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_terminal_of_another_encoding(encoding: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "node",
        "credential",
        "template",
        "did:web:a.example",
        "--name",
        "Évora 東",
    ]
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, env=environment, check=True)
    shown = {"utf-8": "Évora 東", "ascii": "\\u00c9vora \\u6771", "latin-1": "\\u00c9vora \\u6771"}[encoding]
    assert f'"name": "{shown}"' in done.stdout.decode(encoding)


def test_a_defect_is_told_inert() -> None:
    text = "".join(PAYLOADS.values())
    try:
        try:
            raise ValueError(text)
        except ValueError as error:
            raise KeyError(text) from error
    except KeyError as defect:
        lines = uncaught.lines_of(defect)
    assert_inert("\n".join(lines))
    assert sum(line.startswith(("ValueError: ", "KeyError: ")) for line in lines) == 2
    assert all(line.startswith((" ", "Traceback", "ValueError", "KeyError", "The above")) for line in lines)


@pytest.mark.parametrize("size", ["²", "٣", "①", "9" * 5_000, "-1", "", "x"])
@pytest.mark.parametrize("name", ["COLUMNS", "LINES"])
def test_an_odd_size_of_the_screen_ends_no_command(
    name: str, size: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, size)
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("matricula ")
    assert main(["doctor", "--config", "/nowhere/node.toml"]) == 1
    assert "/nowhere/node.toml" in capsys.readouterr().err


def test_a_size_of_the_screen_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert main(["--version"]) == 0
    assert os.environ["COLUMNS"] == "120"
