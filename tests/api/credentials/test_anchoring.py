"""Anchored batches: every credential proves itself and nothing else."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pymerkle
import pytest

from api.credentials.anchoring import (
    MAX_LEAVES,
    MIN_LEAVES,
    AnchorProof,
    AnchorTextError,
    batch,
    credential_hash,
    proves,
)
from api.issuer.keeping import KeptProof
from registry.primitives.digest import sha256
from tests.api.credentials.samples import credential


def counter() -> Callable[[int], bytes]:
    """A source of bytes that are all different, in place of a random one."""
    made = 0

    def next_bytes(size: int) -> bytes:
        nonlocal made
        made += 1
        return sha256(made.to_bytes(8, "big"))[:size]

    return next_bytes


def hashes(count: int) -> list[bytes]:
    return [sha256(b"credential" + bytes([number])) for number in range(count)]


@pytest.mark.parametrize(("count", "size"), [(1, 16), (15, 16), (16, 16), (17, 32), (100, 128)])
def test_each_proves_itself_and_no_other(count: int, size: int) -> None:
    digests = hashes(count)
    made = batch(digests, counter())
    assert made.size == size
    assert sorted({proof.index for proof in made.proofs}) == sorted(proof.index for proof in made.proofs)
    for digest, proof in zip(digests, made.proofs, strict=True):
        assert proves(proof, digest, made.root)
        assert not proves(proof, sha256(digest), made.root)
        assert not proves(replace(proof, salt=bytes(32)), digest, made.root)
        assert not proves(replace(proof, index=proof.index ^ 1), digest, made.root)
        assert not proves(proof, digest, bytes(32))


def test_root_is_the_one_of_rfc_6962() -> None:
    source = counter()
    digests = hashes(3)
    made = batch(digests, source)
    source = counter()
    salts = [source(32) for _ in digests]
    commitments = [sha256(salt + digest) for salt, digest in zip(salts, digests, strict=True)]
    leaves = sorted(commitments + [source(32) for _ in range(13)])
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        tree.append_entry(leaf)
    assert made.root == tree.get_root()
    assert [leaves.index(commitment) for commitment in commitments] == [proof.index for proof in made.proofs]


GUIDE = (Path(__file__).parents[3] / "docs" / "verifying.md").read_text("utf-8")


def documented() -> tuple[bytes, list[str]]:
    """The small credential that the guide shows, and the blocks under the heading of the anchor proof."""
    _, _, section = GUIDE.partition("### Anchor proof\n")
    section, _, _ = section.partition("\n### ")
    blocks = re.findall(r"^```\w*\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return blocks[0].strip().encode(), blocks


def test_the_example_of_the_guide_is_made_so() -> None:
    """The second of three credentials of a batch, with salts and padding from the source above."""
    content, blocks = documented()
    digests = [sha256(b"one"), credential_hash(json.loads(content)), sha256(b"three")]
    made = batch(digests, counter())
    kept = KeptProof("did:web:university.example", made.root, made.proofs[1])
    assert blocks[1].encode() == kept.encode()
    assert f"`{digests[1].hex()}`" in GUIDE
    assert f"`{sha256(made.proofs[1].salt + digests[1]).hex()}`" in GUIDE


def test_the_example_of_the_guide_leads_to_its_root_by_the_steps_of_the_guide() -> None:
    content, blocks = documented()
    file = json.loads(blocks[1])
    digest = hashlib.sha256(content).digest()  # the text is its own RFC 8785 form
    commitment = hashlib.sha256(bytes.fromhex(file["salt"]) + digest).digest()
    node, number = hashlib.sha256(b"\0" + commitment).digest(), file["index"]
    for text in file["path"]:
        sibling = bytes.fromhex(text)
        pair = sibling + node if number % 2 else node + sibling
        node, number = hashlib.sha256(b"\1" + pair).digest(), number // 2
    assert (node.hex(), number, 1 << len(file["path"])) == (file["root"], 0, file["size"])


def test_the_guide_tells_the_bounds() -> None:
    assert f"at least {MIN_LEAVES}" in GUIDE
    assert f"at most {MAX_LEAVES:,}" in GUIDE


def test_hash_ignores_layout_and_holds_the_proof() -> None:
    document = credential()
    assert credential_hash(dict(reversed(document.items()))) == credential_hash(document)
    assert credential_hash({**document, "proof": {}}) != credential_hash(document)


@pytest.mark.parametrize("count", [0, (1 << 20) + 1])
def test_batch_is_bounded(count: int) -> None:
    with pytest.raises(ValueError, match="a batch has 1 to 1048576 credentials"):
        batch([bytes(32)] * count, counter())


def test_text_form_is_read_back() -> None:
    made = batch(hashes(3), counter())
    for proof in made.proofs:
        assert AnchorProof.from_json(proof.to_json()) == proof


@pytest.mark.parametrize(
    "change",
    [
        {"salt": "00"},
        {"salt": "G" * 64},
        {"salt": None},
        {"index": -1},
        {"index": 16},
        {"index": True},
        {"size": 1 << 30},
        {"path": "x"},
        {"path": [5]},
        {"path": ["00" * 32] * 22},
        {"more": 1},
    ],
)
def test_text_form_is_checked(change: dict[str, object]) -> None:
    proof = batch(hashes(3), counter()).proofs[0].to_json()
    with pytest.raises(AnchorTextError):
        AnchorProof.from_json({**proof, **change})  # type: ignore[dict-item]
