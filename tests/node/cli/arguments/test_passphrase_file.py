"""The passphrase's file: its first line, and only where nobody else can read it."""

import json
import stat
from pathlib import Path

import pytest

from node.cli import main
from node.cli.arguments.passphrase_file import OpenToOthers, is_open_to_others, read_passphrase
from node.files.bounded import WrongFile
from node.files.durable import write_whole
from node.files.foreign import FileKind
from node.files.keystore import MINIMAL
from node.setup.founding import Listen, Profile, draw_up_genesis, found_node
from node.wording.explained import Explained
from registry.records.network import NetworkKind

NODE, ROOT = 1000, 0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    write_whole(path, b"correct horse\nand a remark\n", replace=False)
    return path


def test_the_first_line_counts(file: Path) -> None:
    assert read_passphrase(file, named_by="--passphrase-file") == b"correct horse"


@pytest.mark.parametrize(
    ("content", "passphrase"),
    [
        (b"correct horse", b"correct horse"),
        (b"correct horse\r\n", b"correct horse"),
        (b"\xef\xbb\xbfcorrect horse\n", b"correct horse"),
        (b" correct horse \n", b" correct horse "),
        ("Zürich „1“\n".encode(), "Zürich „1“".encode()),
        (b"{k3;:<x>\n", b"{k3;:<x>"),
        (b"<abc", b"<abc"),
        (b"BZhello", b"BZhello"),
        (b"a = 1", b"a = 1"),
        (b"a: b", b"a: b"),
        (b"4711", b"4711"),
        (b"x" * 500, b"x" * 500),
        (b"correct horse\nan old one\n", b"correct horse"),
        (b"abcd,efgh\nijkl,mnop\n", b"abcd,efgh"),
        (b"deadbeef" * 8 + b"\n" + b"cafebabe" * 8 + b"\n", b"deadbeef" * 8),
        (b"eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJhIn0.c2ln", b"eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJhIn0.c2ln"),
        (b"https://node.example.edu", b"https://node.example.edu"),
        (b'"correct horse"', b'"correct horse"'),
        (b"[1, 2]", b"[1, 2]"),
    ],
)
def test_the_passphrase_is_what_a_person_would_type(file: Path, content: bytes, passphrase: bytes) -> None:
    file.write_bytes(content)
    assert read_passphrase(file, named_by="--passphrase-file") == passphrase


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("correct horse\n".encode("utf-16"), FileKind.UTF_16),
        ("Zürich\n".encode("latin-1"), FileKind.LEGACY_TEXT),
        (b"correct\0horse\n", FileKind.BINARY),
        (b'{"format": "matricula/key/1", "purpose": "peer"}', FileKind.KEY),
        (b'{\n"format": "matricula/key/1",\n"purpose": "peer"\n}\n', FileKind.KEY),
        (b"-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n", FileKind.PEM_PRIVATE_KEY),
        (b"# settings\n\n[institution]\nname = 'A'\n", FileKind.TOML),
        (b"<!DOCTYPE html>\n<html>\n</html>\n", FileKind.WEB_PAGE),
        (b"---\npassphrase: correct horse\nuser: me\n", FileKind.YAML),
        (b"[1,\n 2]\n", FileKind.JSON_LIST),
    ],
)
def test_another_file_never_gives_a_passphrase(file: Path, content: bytes, kind: FileKind) -> None:
    file.write_bytes(content)
    with pytest.raises(WrongFile) as refused:
        read_passphrase(file, named_by="--passphrase-file")
    assert refused.value.kind is kind


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(OpenToOthers) as caught:
        read_passphrase(file, named_by="--passphrase-file")
    assert (caught.value.where, caught.value.do) == (str(file), f"chmod 600 {file}")
    assert f"{mode:04o}" in caught.value.what


def test_there_is_none_or_nothing_in_it(file: Path) -> None:
    file.write_bytes(b"")
    with pytest.raises(Explained, match="the passphrase file is empty"):
        read_passphrase(file, named_by="--passphrase-file")
    file.write_bytes(b"\ncorrect horse\n")
    with pytest.raises(Explained, match="the first line of the passphrase file is empty"):
        read_passphrase(file, named_by="--passphrase-file")
    file.unlink()
    with pytest.raises(Explained, match="there is no passphrase file"):
        read_passphrase(file, named_by="--passphrase-file")


@pytest.mark.parametrize(
    ("mode", "owner", "read_only_mount", "refused"),
    [
        (0o600, NODE, False, False),
        (0o400, NODE, False, False),
        (0o640, NODE, False, True),
        (0o640, ROOT, False, False),
        (0o644, ROOT, False, True),
        (0o444, ROOT, True, False),
        (0o444, NODE, True, False),
    ],
)
def test_who_may_read_what(mode: int, owner: int, read_only_mount: bool, refused: bool) -> None:
    assert refused is is_open_to_others(
        stat.S_IFREG | mode, owner, user=NODE, read_only_mount=read_only_mount
    )


def test_what_is_no_file_on_a_disk_has_no_mode_of_its_own() -> None:
    assert not is_open_to_others(stat.S_IFIFO | 0o666, NODE, user=NODE, read_only_mount=False)


def test_a_node_does_not_start_on_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, passphrase = tmp_path / "node", tmp_path / "passphrase"
    passphrase.write_text("x\n")
    passphrase.chmod(0o644)
    profile = Profile("did:web:a.example", "A", "PT")
    member = found_node(
        folder, profile, Listen(), lambda: b"x", cost=MINIMAL, passphrase_file=str(passphrase)
    )
    document = draw_up_genesis("Test", NetworkKind.SANDBOX, 1_000, [member])
    write_whole(folder / "genesis.cbor", document.encode(), replace=False)
    assert main(["run", "--config", str(folder / "node.toml"), "--json"]) == 1
    error = json.loads(capsys.readouterr().out)
    assert (error["where"], error["do"]) == (str(passphrase), f"chmod 600 {passphrase}")
