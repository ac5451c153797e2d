"""Founding: what an institution gets, what it gives away, and one document for all."""

from pathlib import Path

import pytest

from api.credentials.multikey import key_text
from node.files.bounded import WrongFile
from node.files.foreign import FileKind
from node.files.keystore import MINIMAL, KeyPurpose, open_key
from node.setup.config import load_config
from node.setup.founding import (
    FOUNDING_FILE,
    SETTINGS_FILE,
    FoundingError,
    FoundingMember,
    Listen,
    Profile,
    draw_up_genesis,
    found_node,
    read_founding_file,
)
from node.storage.guard_records import GuardRecords, LostGuard
from node.storage.store import Store
from registry.genesis import GenesisDocument
from registry.primitives import ed25519
from registry.primitives.codec import Malformed
from registry.records.network import NetworkKind

LISTEN = Listen("/ip4/127.0.0.1/tcp/4101", "127.0.0.1:8101", ("/dns4/a.example/tcp/4101",))


def passphrase() -> bytes:
    return b"for tests"


def profile(name: str) -> Profile:
    return Profile(f"did:web:{name}.example", f"Institution {name}", "PT")


def found(folder: Path, name: str) -> FoundingMember:
    return found_node(folder / name, profile(name), LISTEN, passphrase, cost=MINIMAL)


def test_a_founded_node_has_settings_three_keys_and_a_guard_born_with_its_key(tmp_path: Path) -> None:
    member = found(tmp_path, "a")
    folder = tmp_path / "a"
    settings = load_config(folder / SETTINGS_FILE).settings
    assert (settings.institution.did, settings.api.listen) == ("did:web:a.example", "127.0.0.1:8101")
    seeds = {
        open_key(folder / "keys" / f"{purpose.value}.key", purpose, passphrase, least=MINIMAL)
        for purpose in (KeyPurpose.CONSENSUS, KeyPurpose.PEER, KeyPurpose.INSTITUTION)
    }
    assert len(seeds) == 3
    seed = open_key(folder / "keys" / "consensus.key", KeyPurpose.CONSENSUS, passphrase, least=MINIMAL)
    store = Store.open(folder / "data")
    try:
        state = GuardRecords(store.reader, ed25519.public_key(seed)).state()
    finally:
        store.close()
    assert not isinstance(state, LostGuard)
    assert (state.floor, state.votes) == ((0, 0), ())
    assert member == read_founding_file(folder / FOUNDING_FILE)
    assert member.addresses == ["/dns4/a.example/tcp/4101"]


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "thesis.txt").write_text("years of work")
    with pytest.raises(FoundingError, match="not empty"):
        found(tmp_path, "a")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["thesis.txt"]


def test_the_order_of_founding_files_does_not_matter(tmp_path: Path) -> None:
    members = [found(tmp_path, name) for name in "abcd"]
    document = draw_up_genesis("four", NetworkKind.SANDBOX, 1_000, members)
    assert document == draw_up_genesis("four", NetworkKind.SANDBOX, 1_000, members[::-1])
    assert GenesisDocument.decode(document.encode()) == document
    assert [validator.member for validator in document.validators.validators] == [
        f"did:web:{name}.example" for name in "abcd"
    ]


def test_an_institution_cannot_found_twice(tmp_path: Path) -> None:
    member = found(tmp_path, "a")
    with pytest.raises(Malformed):
        draw_up_genesis("one", NetworkKind.SANDBOX, 1_000, [member, member])


@pytest.mark.parametrize(
    "content, what",
    [
        (b"", "an empty file, not a founding file"),
        (b"{}", "not a founding file"),
        (b"\xff\xfe", "UTF-16 text.*, and a founding file is read in UTF-8"),
        (b" " * 70_000, "a founding file has 65,536 at most"),
    ],
)
def test_bytes_that_are_no_founding_file(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "founding.json"
    path.write_bytes(content)
    with pytest.raises(WrongFile, match=what):
        read_founding_file(path)


def test_a_key_that_is_none_is_found_when_the_file_is_read(tmp_path: Path) -> None:
    found(tmp_path, "a")
    path = tmp_path / "a" / FOUNDING_FILE
    text = path.read_text()
    start = text.index('"consensus_key": "z') + len('"consensus_key": "z')
    path.write_text(text[:start] + "111111" + text[start + 6 :])
    with pytest.raises(FoundingError, match="the founding file was changed"):
        read_founding_file(path)


def test_an_address_that_nobody_can_dial_is_found_when_the_file_is_read(tmp_path: Path) -> None:
    found(tmp_path, "a")
    path = tmp_path / "a" / FOUNDING_FILE
    path.write_text(path.read_text().replace("tcp/4101", "tcp/99999"))
    with pytest.raises(FoundingError) as refused:
        read_founding_file(path)
    assert refused.value.what == "the founding file was changed: there is no port '99999'"


def test_a_founding_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FoundingError, match="there is no founding file"):
        read_founding_file(tmp_path / FOUNDING_FILE)


@pytest.mark.parametrize(("name", "kind"), [("a key file", FileKind.KEY), ("settings", FileKind.TOML)])
def test_another_file_of_the_node_in_its_place(tmp_path: Path, name: str, kind: FileKind) -> None:
    found(tmp_path, "a")
    place = {"a key file": "keys/peer.key", "settings": "node.toml"}[name]
    with pytest.raises(WrongFile) as refused:
        read_founding_file(tmp_path / "a" / place)
    assert refused.value.kind is kind


@pytest.mark.parametrize("name", ["institution_key", "consensus_key"])
def test_a_key_that_no_private_key_has_is_found_when_the_file_is_read(tmp_path: Path, name: str) -> None:
    member = found(tmp_path, "a")
    path = tmp_path / "a" / FOUNDING_FILE
    identity = key_text((1).to_bytes(32, "little"))
    path.write_text(path.read_text().replace(getattr(member, name), identity))
    expected = f"the founding file was changed: {identity} of did:web:a.example is no Ed25519 public key"
    with pytest.raises(FoundingError) as refused:
        read_founding_file(path)
    assert refused.value.what == expected
