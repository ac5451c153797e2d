"""Ed25519: exactly the signatures that the frozen set names, and an algorithm with every key."""

import json
from pathlib import Path

import pytest
from nacl.signing import SigningKey

from registry.primitives.codec import Malformed
from registry.primitives.ed25519 import UnknownAlgorithm, from_multikey, public_key, sign, to_multikey, verify

SEED = bytes(range(32))


def test_accepts_exactly_the_frozen_set_of_edge_cases(vectors: Path) -> None:
    cases = json.loads((vectors / "ed25519/cctv.json").read_text())
    expected = json.loads((vectors / "ed25519/accepted.json").read_text())
    accepted = [
        case["number"]
        for case in cases
        if verify(bytes.fromhex(case["key"]), case["msg"].encode(), bytes.fromhex(case["sig"]))
    ]
    assert len(cases) == expected["cctv_total"]
    assert accepted == expected["cctv_accepted"]


def test_accepts_exactly_the_frozen_set_of_the_second_collection(vectors: Path) -> None:
    cases = json.loads((vectors / "ed25519/speccheck.json").read_text())
    expected = json.loads((vectors / "ed25519/accepted.json").read_text())
    accepted = [
        number
        for number, case in enumerate(cases)
        if verify(*(bytes.fromhex(case[part]) for part in ("pub_key", "message", "signature")))
    ]
    assert len(cases) == expected["speccheck_total"]
    assert accepted == expected["speccheck_accepted"]


def test_first_vector_of_rfc_8032() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    signature = sign(seed, b"")
    assert public_key(seed).hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert signature.hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    assert verify(public_key(seed), b"", signature)


def test_signs_as_the_library_does() -> None:
    key = SigningKey(SEED)
    assert public_key(SEED) == bytes(key.verify_key)
    assert sign(SEED, b"message") == key.sign(b"message").signature


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_length_verifies_nothing(size: int) -> None:
    assert verify(bytes(size), b"message", sign(SEED, b"message")) is False


@pytest.mark.parametrize("size", [0, 63, 65, 128])
def test_a_signature_of_another_length_is_none(size: int) -> None:
    assert verify(public_key(SEED), b"message", bytes(size)) is False


def test_bytes_cannot_move_between_signature_and_message() -> None:
    signature = sign(SEED, b"message")
    assert verify(public_key(SEED), b"message", signature) is True
    assert verify(public_key(SEED), signature[63:] + b"message", signature[:63]) is False
    assert verify(public_key(SEED), b"essage", signature + b"m") is False
    assert verify(public_key(SEED), b"messagf", signature) is False


def test_a_multikey_names_its_algorithm() -> None:
    key = public_key(SEED)
    assert to_multikey(key) == b"\xed\x01" + key
    assert from_multikey(to_multikey(key)) == key


def test_another_algorithm_is_told_apart_from_a_malformed_key() -> None:
    with pytest.raises(UnknownAlgorithm):
        from_multikey(b"\x80\x24" + bytes(33))
    with pytest.raises(UnknownAlgorithm):
        from_multikey(b"")
    with pytest.raises(Malformed):
        from_multikey(b"\xed\x01" + bytes(31))
