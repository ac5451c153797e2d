"""`matricula inspect` recognises what the software writes, and says why it does not."""

import json
from pathlib import Path

import pytest

from api.verifier.encoding import answer_to_json, decode_answer
from node.cli import main
from node.files.keystore import MINIMAL
from node.setup.founding import Listen, Profile, draw_up_genesis, found_node
from registry.build import TransactionBuilder
from registry.records.network import NetworkKind
from tests.node.cli.conftest import Registrar
from tests.registry.network import UNIVERSITY

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    profile = Profile("did:web:a.example", "Uni A", "PT")
    member = found_node(tmp_path / "a", profile, Listen(), lambda: b"x", cost=MINIMAL)
    document = draw_up_genesis("Test", NetworkKind.SANDBOX, 1_000, [member])
    (tmp_path / "genesis.cbor").write_bytes(document.encode())
    builder = TransactionBuilder(document.genesis_hash, bytes(16))
    builder.deactivate_did("did:web:a.example")
    (tmp_path / "transaction").write_bytes(builder.sign("did:web:a.example#institution", bytes(32), 5_000))
    return tmp_path


def inspected(path: Path, capsys: Captured) -> tuple[str, dict[str, object]]:
    assert main(["inspect", str(path), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    return shown["what"], shown["content"]


def test_a_transaction(folder: Path, capsys: Captured) -> None:
    what, content = inspected(folder / "transaction", capsys)
    assert (what, content["signer"]) == ("transaction", "did:web:a.example#institution")
    payload = content["payload"]
    assert isinstance(payload, dict)
    assert payload["operations"] == [{"type": "DeactivateDid", "did": "did:web:a.example"}]


def test_a_genesis_document(folder: Path, capsys: Captured) -> None:
    what, content = inspected(folder / "genesis.cbor", capsys)
    assert (what, content["name"], content["kind"]) == ("genesis document", "Test", "sandbox")


def test_founding_and_key_files(folder: Path, capsys: Captured) -> None:
    assert inspected(folder / "a" / "founding.json", capsys)[0] == "founding file"
    what, content = inspected(folder / "a" / "keys" / "peer.key", capsys)
    assert (what, content["purpose"], content["secretbox"]) == ("key file", "peer", "(sealed)")


async def test_an_answer_is_called_the_same_in_both_forms(registrar: Registrar) -> None:
    binary, text = registrar.folder / "answer.cbor", registrar.folder / "answer.json"
    await registrar.json("get", "did", UNIVERSITY, "--verify", "--out", binary, *registrar.asking)
    content = answer_to_json(decode_answer(binary.read_bytes()))
    text.write_text(json.dumps(content))
    for file in (binary, text):
        assert await registrar.json("inspect", file) == {"what": "answer", "content": content}


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"{", b"\xd2", b"\xd2\x84", b"\xa0", b"{" * 100_000, b"junk"]
)
def test_what_is_no_file_of_ours(tmp_path: Path, content: bytes, capsys: Captured) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert main(["inspect", str(path), "--json"]) == 1
    error = json.loads(capsys.readouterr().out)
    assert error["error"].startswith("this is ")
    assert error["where"].partition(",")[0] == str(path)
    assert error["do"]
