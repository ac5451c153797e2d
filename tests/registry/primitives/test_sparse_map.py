"""The sparse map: its root against a naive definition, its proofs against every kind of nonsense, and
hostile keys.
"""

import sys
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.primitives.codec import Malformed
from registry.primitives.map_proof import EMPTY_ROOT, MAP_PROOF, MAX_DEPTH, MapProof, map_root_from
from registry.primitives.shape import decode_as, encode_as
from registry.primitives.sparse_map import SparseMap
from tests.frozen import Freeze
from tests.registry.recomputed_map import root_by_definition


def key(number: int) -> bytes:
    return sha256(number.to_bytes(8, "big")).digest()


def value(number: int) -> bytes:
    return sha256(b"value" + number.to_bytes(8, "big")).digest()


def entries(count: int) -> dict[bytes, bytes]:
    return {key(number): value(number) for number in range(count)}


def from_bits(bits: str) -> bytes:
    return int(bits.ljust(MAX_DEPTH, "0"), 2).to_bytes(32, "big")


# Keys that differ in few places, near the root and near the end, next to ordinary ones.
KEYS = st.one_of(
    st.integers(0, 30).map(key),
    st.integers(0, 15).map(lambda n: n.to_bytes(32, "big")),
    st.integers(0, 15).map(lambda n: (n << 252).to_bytes(32, "big")),
)
MAPS = st.dictionaries(KEYS, st.integers(0, 5).map(value), max_size=25)


def test_empty_map() -> None:
    assert (SparseMap.EMPTY.root, len(SparseMap.EMPTY), list(SparseMap.EMPTY.items())) == (EMPTY_ROOT, 0, [])
    proof = SparseMap.EMPTY.prove(key(0))
    assert proof == MapProof(b"", (), None)
    assert map_root_from(proof, key(0), None) == EMPTY_ROOT


@given(MAPS)
@settings(derandomize=True, max_examples=150)
def test_root_is_the_defined_one(content: dict[bytes, bytes]) -> None:
    mapping = SparseMap.EMPTY.update(content)
    assert mapping.root == root_by_definition(content)
    assert list(mapping.items()) == sorted(content.items())
    assert len(mapping) == len(content)


@given(MAPS, MAPS, st.randoms(use_true_random=False))
@settings(derandomize=True, max_examples=150)
def test_root_does_not_depend_on_history(
    first: dict[bytes, bytes], second: dict[bytes, bytes], order: object
) -> None:
    """Rule 1: two batches, one batch, and one entry at a time in any order give the same map."""
    content = first | second
    batches = SparseMap.EMPTY.update(first).update(second)
    single = SparseMap.EMPTY
    shuffled = list(content.items())
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    for entry in shuffled:
        single = single.update(dict([entry]))
    assert batches.root == single.root == SparseMap.EMPTY.update(content).root
    assert len(batches) == len(single) == len(content)


@given(MAPS, MAPS)
@settings(derandomize=True, max_examples=100)
def test_older_maps_stay_as_they_were(first: dict[bytes, bytes], second: dict[bytes, bytes]) -> None:
    """Rule 3."""
    older = SparseMap.EMPTY.update(first)
    root = older.root
    newer = older.update(second)
    assert (older.root, dict(older.items())) == (root, first)
    assert dict(newer.items()) == first | second


@given(MAPS, KEYS)
@settings(derandomize=True, max_examples=400)
def test_a_proof_shows_what_is_there_and_nothing_else(content: dict[bytes, bytes], asked: bytes) -> None:
    mapping = SparseMap.EMPTY.update(content)
    proof = mapping.prove(asked)
    there = content.get(asked)
    assert mapping.get(asked) == there
    assert decode_as(MAP_PROOF, encode_as(MAP_PROOF, proof), limit=16 * 1024) == proof
    assert map_root_from(proof, asked, there) == mapping.root
    assert not proves(proof, asked, value(99), mapping.root)
    if there is not None:
        assert not proves(proof, asked, None, mapping.root)


def proves(proof: MapProof, asked: bytes, claimed: bytes | None, root: bytes) -> bool:
    try:
        return map_root_from(proof, asked, claimed) == root
    except Malformed:
        return False


@given(MAPS, KEYS, KEYS)
@settings(derandomize=True, max_examples=300)
def test_a_proof_about_one_key_says_nothing_false_of_another(
    content: dict[bytes, bytes], asked: bytes, other: bytes
) -> None:
    """A proof of absence may well hold for a second absent key, but never for one that is there."""
    mapping = SparseMap.EMPTY.update(content)
    proof = mapping.prove(asked)
    for claimed in {None, value(0), value(1), *content.values()}:
        if proves(proof, other, claimed, mapping.root):
            assert content.get(other) == claimed


@given(MAPS.filter(bool), KEYS, st.data())
@settings(derandomize=True, max_examples=400)
def test_a_changed_proof_fails(content: dict[bytes, bytes], asked: bytes, data: st.DataObject) -> None:
    mapping = SparseMap.EMPTY.update(content)
    proof = mapping.prove(asked)
    siblings = list(proof.siblings)
    bits = bytearray(proof.present)
    match data.draw(st.sampled_from(["drop", "add", "change", "swap", "bit", "other"])):
        case "drop" if siblings:
            del siblings[data.draw(st.integers(0, len(siblings) - 1))]
        case "change" if siblings:
            siblings[data.draw(st.integers(0, len(siblings) - 1))] = data.draw(
                st.binary(min_size=32, max_size=32)
            )
        case "swap" if len(siblings) > 1:
            siblings.reverse()
        case "bit" if bits:
            bits[data.draw(st.integers(0, len(bits) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        case "other":
            other = None if proof.other else (key(77), value(77))
            assert not proves(replace(proof, other=other), asked, content.get(asked), mapping.root)
            return
        case _:
            siblings.insert(data.draw(st.integers(0, len(siblings))), value(1))
    changed = MapProof(bytes(bits), tuple(siblings), proof.other)
    assert not proves(changed, asked, content.get(asked), mapping.root)


HERE, NEAR, FAR = from_bits("0101"), from_bits("01011"), from_bits("1")
NONSENSE = {
    "a key said to be there with another leaf": (
        MapProof(b"", (), (FAR, value(1))),
        value(2),
        "names another leaf",
    ),
    "a key said to be absent and shown": (MapProof(b"", (), (HERE, value(1))), None, "shows the key"),
    "a leaf from elsewhere": (MapProof(b"\x80", (value(1),), (FAR, value(1))), None, "lies elsewhere"),
    "more siblings than bits": (MapProof(b"\x80", (value(1), value(2)), None), None, "2 siblings, 1 bits"),
    "fewer siblings than bits": (MapProof(b"\xc0", (value(1),), None), None, "1 siblings, 2 bits"),
    "a zero byte at the end": (
        MapProof(b"\x80\x00", (value(1),), None),
        None,
        "bitmap of siblings that is too long",
    ),
    "a path longer than a key": (MapProof(b"\x00" * 32 + b"\x80", (value(1),), None), None, "bitmap"),
    "an empty sibling": (
        MapProof(b"\x80", (EMPTY_ROOT,), None),
        None,
        "an empty sibling that is not left out",
    ),
}


@pytest.mark.parametrize(("proof", "claimed", "what"), NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_malformed(proof: MapProof, claimed: bytes | None, what: str) -> None:
    with pytest.raises(Malformed, match=what):
        map_root_from(proof, HERE, claimed)


def test_an_inner_node_is_no_leaf_and_no_log_node() -> None:
    """Rule 2: 64 bytes that are a key and a value in one role are two hashes in the other."""
    content = entries(2)
    left, right = sorted(content)
    mapping = SparseMap.EMPTY.update(content)
    as_leaf = sha256(b"\x02" + left + right).digest()
    assert mapping.root != as_leaf
    assert SparseMap.EMPTY.update({left: right}).root == as_leaf


def test_keys_that_share_all_but_the_last_bit() -> None:
    """The deepest path there is: 256 levels, one sibling, 255 of them left out of the proof."""
    one, two = bytes(32), bytes(31) + b"\x01"
    mapping = SparseMap.EMPTY.update({one: value(1), two: value(2)})
    assert mapping.root == SparseMap.EMPTY.update({one: value(1)}).update({two: value(2)}).root
    proof = mapping.prove(one)
    assert proof.present == bytes(31) + b"\x01"
    assert len(proof.siblings) == 1
    assert map_root_from(proof, one, value(1)) == mapping.root
    assert map_root_from(mapping.prove(FAR), FAR, None) == mapping.root


def test_hostile_keys_need_little_stack_and_small_proofs() -> None:
    """For each depth one key that leaves the path of the zero key there: every sibling exists."""
    hostile = {(1 << depth).to_bytes(32, "big"): value(depth) for depth in range(256)} | {
        bytes(32): value(256)
    }
    frames = 0
    frame = sys._getframe()
    while frame.f_back is not None:
        frame, frames = frame.f_back, frames + 1
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(frames + MAX_DEPTH + 40)
    try:
        mapping = SparseMap.EMPTY.update(hostile)
    finally:
        sys.setrecursionlimit(limit)
    proof = mapping.prove(bytes(32))
    assert (len(proof.siblings), proof.present) == (256, b"\xff" * 32)
    assert map_root_from(proof, bytes(32), value(256)) == mapping.root
    assert len(encode_as(MAP_PROOF, proof)) < 9 * 1024
    assert all(map_root_from(mapping.prove(k), k, v) == mapping.root for k, v in hostile.items())


def test_proofs_of_ordinary_keys_are_small() -> None:
    """Under 1 KB at a million records; here the depth is log2(n) + a few, so 1 KB leaves room for 31
    siblings.
    """
    mapping = SparseMap.EMPTY.update(entries(20_000))
    sizes = [len(encode_as(MAP_PROOF, mapping.prove(key(number)))) for number in range(0, 40_000, 100)]
    assert max(sizes) < 34 * (15 + 12)


@pytest.mark.parametrize("entry", [(bytes(31), bytes(32)), (bytes(33), bytes(32)), (bytes(32), b"")])
def test_keys_and_values_have_32_bytes(entry: tuple[bytes, bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SparseMap.EMPTY.update(dict([entry]))


def test_an_empty_update_changes_nothing() -> None:
    mapping = SparseMap.EMPTY.update(entries(3))
    assert mapping.update({}) is mapping


def test_encodings_are_frozen(frozen: Freeze) -> None:
    mapping = SparseMap.EMPTY.update(entries(100))
    frozen("primitives/sparse-map-root", mapping.root)
    frozen("primitives/map-proof/present", encode_as(MAP_PROOF, mapping.prove(key(7))))
    frozen("primitives/map-proof/absent", encode_as(MAP_PROOF, mapping.prove(key(1007))))
