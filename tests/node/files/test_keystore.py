"""Key files: written once, opened only by their owner, their purpose and their passphrase."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from node.files.keystore import (
    FORMAT,
    MINIMAL,
    MODERATE,
    KeyPurpose,
    KeystoreError,
    KeystoreFault,
    create_key,
    least_cost,
    open_key,
    public_key_of,
    require_cost,
)
from registry.primitives import ed25519
from registry.records.network import NetworkKind

SEED = bytes(range(32))


def passphrase() -> bytes:
    return b"correct horse"


def counting(size: int) -> bytes:
    return bytes(range(size))


def never() -> bytes:
    raise AssertionError("the passphrase is asked only when it is needed")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "consensus.key"
    assert create_key(
        path, KeyPurpose.CONSENSUS, passphrase, cost=MINIMAL, random=counting
    ) == ed25519.public_key(SEED)
    return path


def fault_of(
    path: Path, purpose: KeyPurpose = KeyPurpose.CONSENSUS, ask: Callable[[], bytes] = passphrase
) -> KeystoreFault:
    with pytest.raises(KeystoreError) as caught:
        open_key(path, purpose, ask, least=MINIMAL)
    assert caught.value.where == str(path)
    assert caught.value.do
    return caught.value.fault


def test_a_key_comes_back_as_it_was_made(key: Path) -> None:
    assert open_key(key, KeyPurpose.CONSENSUS, passphrase, least=MINIMAL) == SEED
    assert key.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in key.parent.iterdir()] == ["consensus.key"]
    assert SEED not in key.read_bytes()


def test_a_key_is_never_overwritten(key: Path) -> None:
    before = key.read_bytes()
    with pytest.raises(KeystoreError) as caught:
        create_key(key, KeyPurpose.CONSENSUS, passphrase, cost=MINIMAL)
    assert caught.value.fault is KeystoreFault.EXISTS
    assert key.read_bytes() == before
    assert [path.name for path in key.parent.iterdir()] == ["consensus.key"]


def test_the_wrong_passphrase(key: Path) -> None:
    assert fault_of(key, ask=lambda: b"incorrect horse") is KeystoreFault.WRONG_PASSPHRASE


def test_another_purpose_is_refused_before_the_passphrase_is_asked(key: Path) -> None:
    assert fault_of(key, KeyPurpose.PEER, never) is KeystoreFault.OTHER_PURPOSE


def test_the_public_key_is_read_without_a_passphrase(key: Path) -> None:
    assert public_key_of(key, KeyPurpose.CONSENSUS) == ed25519.public_key(SEED)
    with pytest.raises(KeystoreError) as caught:
        public_key_of(key, KeyPurpose.PEER)
    assert caught.value.fault is KeystoreFault.OTHER_PURPOSE
    for content in ("{}", "[]", '{"purpose":"consensus","public_key":"z0"}', '{"purpose":1,"public_key":2}'):
        key.write_text(content)
        with pytest.raises(KeystoreError) as caught:
            public_key_of(key, KeyPurpose.CONSENSUS)
        assert caught.value.fault is KeystoreFault.FOREIGN
    for purpose, public_key in (("consensus", "z0"), (1, 2)):
        key.write_text(json.dumps({"format": FORMAT, "purpose": purpose, "public_key": public_key}))
        with pytest.raises(KeystoreError) as caught:
            public_key_of(key, KeyPurpose.CONSENSUS)
        assert caught.value.fault is KeystoreFault.DAMAGED


def test_a_file_that_others_can_read(key: Path) -> None:
    key.chmod(0o640)
    assert fault_of(key, ask=never) is KeystoreFault.OPEN_TO_OTHERS


def test_a_key_for_demonstrations_is_refused_before_the_passphrase_is_asked(key: Path) -> None:
    """Not in production: nothing else need be known of a network to refuse it there."""
    with pytest.raises(KeystoreError) as caught:
        open_key(key, KeyPurpose.CONSENSUS, never)
    assert caught.value.fault is KeystoreFault.TOO_CHEAP
    assert "matricula init" in caught.value.do
    for least in (
        replace(MINIMAL, operations=MINIMAL.operations + 1),
        replace(MINIMAL, memory_bytes=MINIMAL.memory_bytes + 1),
    ):
        with pytest.raises(KeystoreError) as caught:
            require_cost(key, least)
        assert caught.value.fault is KeystoreFault.TOO_CHEAP
    require_cost(key, MINIMAL)


def test_only_production_asks_for_protection() -> None:
    asked = {kind: least_cost(kind) for kind in NetworkKind}
    assert asked == {
        NetworkKind.PRODUCTION: MODERATE,
        NetworkKind.SANDBOX: MINIMAL,
        NetworkKind.DEMO: MINIMAL,
    }


def test_advice_about_a_missing_key_is_about_that_key(tmp_path: Path) -> None:
    for purpose in KeyPurpose:
        with pytest.raises(KeystoreError) as refused:
            public_key_of(tmp_path / "none.key", purpose)
        assert ("consensus key" in refused.value.do) is (purpose is KeyPurpose.CONSENSUS)


def test_a_missing_file(tmp_path: Path) -> None:
    assert fault_of(tmp_path / "none.key", ask=never) is KeystoreFault.MISSING


@pytest.mark.parametrize(
    "member, value",
    [
        ("derivation", None),
        (
            "derivation",
            {"algorithm": "argon2id", "operations": 1 << 40, "memory_bytes": 8192, "salt": "AAAA"},
        ),
        ("derivation", {"algorithm": "scrypt", "operations": 1, "memory_bytes": 8192, "salt": "AAAA"}),
        (
            "derivation",
            {"algorithm": "argon2id", "operations": 1, "memory_bytes": 1, "salt": "A" * 22 + "=="},
        ),
        ("derivation", {"operations": "1", "memory_bytes": 8192}),
        ("derivation", [1]),
        ("secretbox", "not base64!"),
        ("secretbox", "AAAA"),
        ("secretbox", ""),
        ("secretbox", None),
        ("public_key", "zSomethingElse"),
    ],
)
def test_a_damaged_file(key: Path, member: str, value: object) -> None:
    document = json.loads(key.read_bytes())
    key.write_text(json.dumps({**document, member: value}))
    assert fault_of(key) is KeystoreFault.DAMAGED


@pytest.mark.parametrize("content", [b"", b"\xff", b"[" * 4000, b" " * 5000, b"[]", b"7"])
def test_bytes_that_are_no_key_file(key: Path, content: bytes) -> None:
    key.write_bytes(content)
    assert fault_of(key, ask=never) is KeystoreFault.FOREIGN


def test_a_later_format_is_told_from_damage(key: Path) -> None:
    document = json.loads(key.read_bytes())
    key.write_text(json.dumps({**document, "format": "matricula/key/2"}))
    assert fault_of(key, ask=never) is KeystoreFault.UNKNOWN_FORMAT


def test_what_is_no_file_to_be_read(key: Path) -> None:
    (key.parent / "link.key").symlink_to(key)
    assert fault_of(key.parent / "link.key", ask=never) is KeystoreFault.UNREADABLE
    assert fault_of(key.parent, ask=never) is KeystoreFault.UNREADABLE
