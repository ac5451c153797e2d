"""Append-only Merkle trees as in RFC 6962 and RFC 9162 (section 2.1), with SHA-256.

A leaf's hash is SHA-256(0x00 ‖ data), an inner node's SHA-256(0x01 ‖ left ‖ right), and the tree over n > 1
leaves splits at the largest power of two below n.

*Full subtrees* never change once they exist: the one at (level, index) spans the leaves [index · 2^level,
(index + 1) · 2^level). A log stores each of two leaves or more once, by `Frontier.append`; those of level 0
are the leaves' hashes, which whoever has the leaves works out. From these every proof about every past size
follows: an inclusion proof reads at most 2 · log2(size) of them, of level 0 at most two.

Verifiers never raise on bad proofs: they return False, whatever the bytes and numbers.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from registry.primitives.codec import Malformed

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

MAX_PROOF = 128
"""No proof about a log of less than 2^64 leaves has more hashes."""

StoredNode: TypeAlias = tuple[int, int, bytes]
"""(level, index, hash) of a full subtree of two leaves or more: the level is at least 1."""

Nodes: TypeAlias = Callable[[int, int], bytes]
"""(level, index) -> hash of that full subtree; of level 0 that of the leaf. Asking for one that there is not
is the caller's bug."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that appending needs: the number of leaves and the hashes of the maximal full subtrees, the
    largest first.

    There is one hash for each bit set in `size`; a frontier of 2^40 leaves takes at most 40 hashes.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or self.size.bit_count() != len(self.hashes):
            raise Malformed(f"a frontier of {self.size} leaves with {len(self.hashes)} hashes")

    def append(self, leaf: bytes) -> tuple["Frontier", tuple[StoredNode, ...]]:
        """The frontier with one leaf (its hash) more, and the full subtrees above it that this completes, the
        smallest first.
        """
        stored: list[StoredNode] = []
        hashes = list(self.hashes)
        level, index, node = 0, self.size, leaf
        while index & 1:
            level, index, node = level + 1, index >> 1, node_hash(hashes.pop(), node)
            stored.append((level, index, node))
        return Frontier(self.size + 1, (*hashes, node)), tuple(stored)

    def peak(self, level: int, index: int) -> bytes | None:
        """The hash of a full subtree that is one of the maximal ones; None of any other."""
        if index % 2 or index + 1 != self.size >> level:
            return None
        return self.hashes[(self.size >> level + 1).bit_count()]

    def root(self) -> bytes:
        """The root of the tree."""
        return _fold(self.hashes) if self.hashes else EMPTY_ROOT


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over leaves whose hashes are given."""
    hashes: list[bytes] = []
    for count, leaf in enumerate(leaf_hashes):
        node, completed = leaf, count
        while completed & 1:
            completed, node = completed >> 1, node_hash(hashes.pop(), node)
        hashes.append(node)
    return _fold(hashes) if hashes else EMPTY_ROOT


def inclusion_proof(index: int, size: int, nodes: Nodes) -> tuple[bytes, ...]:
    """The audit path of leaf `index` in the tree of the first `size` leaves (RFC 9162, 2.1.3.1), from the
    leaf upwards.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_subtree(middle, high, nodes))
            high = middle
        else:
            path.append(_subtree(low, middle, nodes))
            low = middle
    return tuple(reversed(path))


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that an audit path gives (RFC 9162, 2.1.3.2). Raises `Malformed` where no tree has such a
    path.
    """
    if not 0 <= index < size:
        raise Malformed(f"no leaf {index} in a tree of {size}")
    if not _are_hashes([leaf, *proof]):
        raise Malformed("an audit path of things that are no hashes")
    place, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise Malformed("the audit path is too long")
        if place & 1 or place == last:
            root = node_hash(sibling, root)
            while not place & 1 and place:  # levels at which the right edge has no sibling
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise Malformed("the audit path is too short")
    return root


def range_proof(low: int, high: int, size: int, nodes: Nodes) -> tuple[bytes, ...]:
    """The proof that the leaves [low, high) are the ones that stand there among the first `size`.

    It is the hashes of the largest subtrees outside the range, from left to right. Adjacent leaves share
    most of their audit paths: two cost about as much as one, and a page of a thousand hardly more.
    """
    if not 0 <= low < high <= size:
        raise ValueError(f"no leaves {low} … {high} in a tree of {size}")
    return tuple(_subtree(start, end, nodes) for start, end in _outside(low, high, 0, size))


def root_from_range(leaves: Sequence[bytes], low: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that the leaves (their hashes) from number `low` on and their range proof give. Raises
    `Malformed` where no tree has such a proof.
    """
    high = low + len(leaves)
    if not 0 <= low < high <= size:
        raise Malformed(f"no leaves {low} … {high} in a tree of {size}")
    if not _are_hashes([*leaves, *proof]):
        raise Malformed("a range proof of things that are no hashes")
    remaining = iter(proof)

    def subtree(start: int, end: int) -> bytes:
        if end <= low or high <= start:
            return next(remaining)
        if low <= start and end <= high:
            return root_of(leaves[start - low : end - low])
        middle = start + _split(end - start)
        return node_hash(subtree(start, middle), subtree(middle, end))

    try:
        root = subtree(0, size)
    except StopIteration:
        raise Malformed("the range proof is too short") from None
    if next(remaining, None) is not None:
        raise Malformed("the range proof is too long")
    return root


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that the leaf with this hash is number `index` of `size` under `root`."""
    try:
        return root_from_inclusion(leaf, index, size, proof) == root
    except Malformed:
        return False


def _are_hashes(values: Iterable[bytes]) -> bool:
    """Whether each has 32 bytes: a longer and a shorter one could hash like two others."""
    return all(len(value) == HASH_SIZE for value in values)


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _subtree(low: int, high: int, nodes: Nodes) -> bytes:
    """The root over the leaves [low, high), where `low` is where the tree's own splits put it."""
    return _fold([nodes(level, index) for level, index in _full_subtrees(low, high)])


def _outside(low: int, high: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The largest subtrees of [start, end) that hold no leaf of [low, high), from left to right."""
    if end <= low or high <= start:
        yield start, end
    elif start < low or high < end:
        middle = start + _split(end - start)
        yield from _outside(low, high, start, middle)
        yield from _outside(low, high, middle, end)


def _full_subtrees(low: int, high: int) -> Iterator[tuple[int, int]]:
    while low < high:
        level = (high - low).bit_length() - 1
        yield level, low >> level
        low += 1 << level


def _fold(hashes: Sequence[bytes]) -> bytes:
    """The root over adjacent full subtrees of falling size."""
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root
