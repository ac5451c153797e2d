"""Merkle logs: the public vectors, an independent implementation, and the properties that proofs rest on."""

import json
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from registry.primitives.codec import Malformed
from registry.primitives.merkle import (
    EMPTY_ROOT,
    MAX_PROOF,
    Frontier,
    inclusion_proof,
    leaf_hash,
    node_hash,
    range_proof,
    root_from_inclusion,
    root_from_range,
    root_of,
    verify_inclusion,
)

SIZE = 70
DATA = [number.to_bytes(2, "big") for number in range(SIZE)]
LEAVES = [leaf_hash(data) for data in DATA]


class Stored:
    """A log's leaves, and the nodes above them only as `Frontier.append` gives them; counts how often it is
    read."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.frontier = Frontier()
        self.reads = 0
        for number, leaf in enumerate(leaves):
            self.nodes[0, number] = leaf
            self.frontier, stored = self.frontier.append(leaf)
            self.nodes |= {(level, index): node for level, index, node in stored}

    def __call__(self, level: int, index: int) -> bytes:
        self.reads += 1
        return self.nodes[level, index]


LOG = Stored(LEAVES)
SIZES = st.integers(1, SIZE)


def test_empty_and_single() -> None:
    assert Frontier().root() == root_of([]) == EMPTY_ROOT == sha256(b"").digest()
    assert root_of(LEAVES[:1]) == LEAVES[0] == sha256(b"\x00\x00\x00").digest()
    assert root_of(LEAVES[:3]) == node_hash(node_hash(LEAVES[0], LEAVES[1]), LEAVES[2])


@pytest.mark.parametrize("size", range(SIZE + 1))
def test_roots_and_proofs_agree_with_an_independent_implementation(size: int) -> None:
    other = InmemoryTree.init_from_entries(DATA[:size], algorithm="sha256")
    root = other.get_root() if size else EMPTY_ROOT
    frontier = Stored(LEAVES[:size]).frontier
    assert (frontier.root(), root_of(LEAVES[:size])) == (root, root)
    for index in range(size):
        proof = inclusion_proof(index, size, LOG)
        assert list(proof) == other.prove_inclusion(index + 1, size).path[1:]


def test_stored_nodes_are_the_full_subtrees() -> None:
    expected = {
        (level, index): root_of(LEAVES[index << level : (index + 1) << level])
        for level in range(7)
        for index in range(SIZE >> level)
    }
    assert LOG.nodes == expected


@pytest.mark.parametrize("size", range(SIZE + 1))
def test_a_frontier_gives_its_peaks_and_no_other_subtree(size: int) -> None:
    frontier = Stored(LEAVES[:size]).frontier
    given = {place: frontier.peak(*place) for place in LOG.nodes}
    peaks = {place: node for place, node in given.items() if node is not None}
    assert sorted(peaks.values()) == sorted(frontier.hashes)
    assert all(LOG.nodes[place] == node for place, node in peaks.items())


@pytest.mark.parametrize("size", range(1, SIZE + 1))
def test_every_leaf_of_every_size_is_proved_from_the_same_nodes(size: int) -> None:
    root = root_of(LEAVES[:size])
    for index in range(size):
        LOG.reads = 0
        proof = inclusion_proof(index, size, LOG)
        assert LOG.reads <= 2 * (size - 1).bit_length()
        assert len(proof) <= MAX_PROOF
        assert root_from_inclusion(LEAVES[index], index, size, proof) == root
        assert verify_inclusion(LEAVES[index], index, size, proof, root) is True


@pytest.mark.parametrize("index", [0, 1, 2**63, 2**64 - 2])
def test_sizes_near_the_limit_end_at_once(index: int) -> None:
    assert verify_inclusion(LEAVES[0], index, 2**64 - 1, [bytes(32)] * MAX_PROOF, EMPTY_ROOT) is False


def test_the_border_between_two_hashes_cannot_be_moved() -> None:
    joined = LEAVES[0] + LEAVES[1]
    root = root_of(LEAVES[:2])
    assert verify_inclusion(joined[:31], 0, 2, [joined[31:]], root) is False


@given(SIZES, st.data())
@settings(derandomize=True, max_examples=400)
def test_a_changed_inclusion_proof_fails(size: int, data: st.DataObject) -> None:
    """The claimed size is not among the changes: a root does not bind it, which is why heads carry the
    count.
    """
    index = data.draw(st.integers(0, size - 1))
    proof = list(inclusion_proof(index, size, LOG))
    leaf, root, claimed = LEAVES[index], root_of(LEAVES[:size]), index
    match data.draw(st.sampled_from(["index", "leaf", "root", "drop", "add", "change"])):
        case "index":
            claimed = data.draw(st.integers(-1, SIZE).filter(lambda other: other != index))
        case "leaf":
            leaf = bytes(32)
        case "root":
            root = bytes(32)
        case "drop" if proof:
            del proof[data.draw(st.integers(0, len(proof) - 1))]
        case "change" if proof:
            proof[data.draw(st.integers(0, len(proof) - 1))] = bytes(32)
        case _:
            proof.insert(data.draw(st.integers(0, len(proof))), bytes(32))
    assert verify_inclusion(leaf, claimed, size, proof, root) is False


@given(SIZES, st.data())
@settings(derandomize=True, max_examples=300)
def test_a_range_is_proved(size: int, data: st.DataObject) -> None:
    low = data.draw(st.integers(0, size - 1))
    high = data.draw(st.integers(low + 1, size))
    LOG.reads = 0
    proof = range_proof(low, high, size, LOG)
    assert len(proof) <= LOG.reads <= 3 * size.bit_length()
    assert root_from_range(LEAVES[low:high], low, size, proof) == root_of(LEAVES[:size])


@pytest.mark.parametrize("index", [0, 31, 32, 63, 64, 69])
def test_the_range_of_one_leaf_has_the_hashes_of_its_audit_path(index: int) -> None:
    assert sorted(range_proof(index, index + 1, SIZE, LOG)) == sorted(inclusion_proof(index, SIZE, LOG))


@given(SIZES, st.data())
@settings(derandomize=True, max_examples=400)
def test_a_changed_range_fails(size: int, data: st.DataObject) -> None:
    low = data.draw(st.integers(0, size - 1))
    high = data.draw(st.integers(low + 1, size))
    leaves, proof, claimed = LEAVES[low:high], list(range_proof(low, high, size, LOG)), low
    match data.draw(st.sampled_from(["low", "leaf", "omit", "repeat", "drop", "add", "change"])):
        case "low":
            claimed = data.draw(st.integers(-1, SIZE).filter(lambda other: other != low))
        case "leaf":
            leaves[data.draw(st.integers(0, len(leaves) - 1))] = bytes(32)
        case "omit":
            del leaves[data.draw(st.integers(0, len(leaves) - 1))]
        case "repeat":
            leaves.insert(0, leaves[0])
        case "drop" if proof:
            del proof[data.draw(st.integers(0, len(proof) - 1))]
        case "change" if proof:
            proof[data.draw(st.integers(0, len(proof) - 1))] = bytes(32)
        case _:
            proof.insert(data.draw(st.integers(0, len(proof))), bytes(32))
    try:
        assert root_from_range(leaves, claimed, size, proof) != root_of(LEAVES[:size])
    except Malformed:
        return


@pytest.mark.parametrize(
    ("leaves", "low", "size", "proof", "what"),
    [
        ([], 0, 3, [], "no leaves 0 … 0 in a tree of 3"),
        (LEAVES[:2], 2, 3, [], "no leaves 2 … 4 in a tree of 3"),
        (LEAVES[:2], -1, 3, [], "no leaves -1 … 1 in a tree of 3"),
        ([b"short"], 0, 1, [], "no hashes"),
        (LEAVES[:1], 0, 2, [b"short"], "no hashes"),
        (LEAVES[:1], 0, 2, [], "too short"),
        (LEAVES[:2], 0, 2, [bytes(32)], "too long"),
        (LEAVES[:1], 2**64 - 2, 2**64 - 1, [bytes(32)] * 200, "too long"),
    ],
)
def test_a_range_that_no_tree_has(
    leaves: list[bytes], low: int, size: int, proof: list[bytes], what: str
) -> None:
    with pytest.raises(Malformed, match=what):
        root_from_range(leaves, low, size, proof)


def test_proofs_of_what_is_not_there_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="no leaf 3 in a tree of 3"):
        inclusion_proof(3, 3, LOG)
    with pytest.raises(ValueError, match="no leaves 2 … 2 in a tree of 3"):
        range_proof(2, 2, 3, LOG)


def test_a_frontier_has_one_hash_for_each_bit_of_its_size() -> None:
    with pytest.raises(Malformed, match="a frontier of 3 leaves with 1 hashes"):
        Frontier(3, (bytes(32),))
    with pytest.raises(Malformed, match="a frontier of -1 leaves"):
        Frontier(-1, (bytes(32),))


def hashes(encoded: list[str] | None) -> list[bytes]:
    return [b64decode(text) for text in encoded or []]


def test_public_inclusion_vectors(vectors: Path) -> None:
    files = sorted((vectors / "merkle/inclusion").rglob("*.json"))
    verdicts, expected = {}, {}
    for file in files:
        case = json.loads(file.read_text())
        leaf, root = b64decode(case["leafHash"] or ""), b64decode(case["root"] or "")
        verdicts[file] = verify_inclusion(
            leaf, case["leafIdx"], case["treeSize"], hashes(case["proof"]), root
        )
        expected[file] = not case["wantErr"]
    assert len(files) == 98
    assert verdicts == expected
