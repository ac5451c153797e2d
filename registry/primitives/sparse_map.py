"""A sparse Merkle map from 32-byte keys to 32-byte values, copy-on-write, with proofs of presence and of
absence (decision 0002).

1. The map is the binary tree over all 2^256 keys, most significant bit first, in which a subtree that holds
   one key is that leaf and a subtree that holds none is empty. Its shape and root follow from its content
   alone, not from the order of updates.
2. empty = 32 zero bytes; leaf = SHA-256(0x02 ‖ key ‖ value); inner = SHA-256(0x03 ‖ left ‖ right). The leaf
   names its whole key, so a leaf cannot stand for another; the prefixes differ from those of RFC 6962, so a
   map node is no log node.
3. `update` shares all that it does not change: every older map stays readable at no cost, which is what
   forks are made of. Nothing is ever taken out.
4. A proof lists the siblings from the root down to where the key's path ends; a bitmap leaves out the empty
   ones. The last sibling is never empty (by 1 the path would end above it), so the bitmap's last bit tells
   the depth and a proof has one encoding.

Keys are hashes, yet whoever searches long enough finds some that share a prefix. They cost depth and nothing
else: paths are at most 256 long, and a proof holds only siblings that exist.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeAlias

from registry.primitives.codec import Malformed
from registry.primitives.shape import Shape, blob, list_of, optional, record, tuple_of

KEY_SIZE = 32
MAX_DEPTH = 8 * KEY_SIZE
EMPTY_ROOT = bytes(32)


class _Empty:
    __slots__ = ("hash",)

    def __init__(self) -> None:
        self.hash = EMPTY_ROOT


class _Leaf:
    __slots__ = ("hash", "key", "value")

    def __init__(self, key: bytes, value: bytes) -> None:
        self.hash = sha256(b"\x02" + key + value).digest()
        self.key = key
        self.value = value


class _Inner:
    __slots__ = ("hash", "left", "right")

    def __init__(self, left: "_Node", right: "_Node") -> None:
        self.hash: bytes = sha256(b"\x03" + left.hash + right.hash).digest()
        self.left = left
        self.right = right


_Node: TypeAlias = _Empty | _Leaf | _Inner
_EMPTY: Final = _Empty()


@dataclass(frozen=True, slots=True)
class MapProof:
    """What a key's path through the map looks like.

    `present` has bit i (most significant first) set where the sibling at depth i + 1 is not empty, and no
    zero byte at its end; `siblings` are these, from the root down. `other` is the leaf (key, value) that
    stands alone where an absent key would be; None for a present key or an empty place.
    """

    present: bytes
    siblings: tuple[bytes, ...]
    other: tuple[bytes, bytes] | None


MAP_PROOF: Final[Shape[MapProof]] = record(
    MapProof,
    present=blob(max_bytes=MAX_DEPTH // 8),
    siblings=list_of(blob(32), MAX_DEPTH),
    other=optional(tuple_of(blob(32), blob(32))),
)


class SparseMap:
    """An immutable map. Start from `SparseMap.EMPTY`; `update` gives the next one."""

    __slots__ = ("_count", "_node")
    EMPTY: "SparseMap"

    def __init__(self, node: _Node, count: int) -> None:
        self._node = node
        self._count = count

    def __len__(self) -> int:
        return self._count

    @property
    def root(self) -> bytes:
        """The 32 bytes that commit to the whole map."""
        return self._node.hash

    def update(self, entries: Mapping[bytes, bytes]) -> "SparseMap":
        """The map with these entries set. Cheaper by far in one batch than one by one."""
        if not entries:
            return self
        if any(len(key) != KEY_SIZE or len(value) != 32 for key, value in entries.items()):
            raise ValueError("keys and values of a sparse map have 32 bytes")
        batch = _Batch(sorted(entries.items()))
        node = batch.apply(self._node, 0, len(batch.entries), 0)
        return SparseMap(node, self._count + batch.added)

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None."""
        _, end = _descend(self._node, key)
        return end.value if type(end) is _Leaf and end.key == key else None

    def prove(self, key: bytes) -> MapProof:
        """The proof that `key` has the value it has, or that it is absent."""
        siblings, end = _descend(self._node, key)
        other = (end.key, end.value) if type(end) is _Leaf and end.key != key else None
        return MapProof(_bitmap(siblings), tuple(node.hash for node in siblings if node is not _EMPTY), other)

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """All entries in the order of their keys."""
        waiting = [self._node]
        while waiting:
            node = waiting.pop()
            if type(node) is _Leaf:
                yield node.key, node.value
            elif type(node) is _Inner:
                waiting += (node.right, node.left)


SparseMap.EMPTY = SparseMap(_EMPTY, 0)


def map_root_from(proof: MapProof, key: bytes, value: bytes | None) -> bytes:
    """The root under which `proof` shows that `key` has `value`, or (None) that it is absent; compare it
    with the trusted one.

    Raises `Malformed` where no map has such a proof.
    """
    depth = _depth(proof)
    if value is not None:
        if proof.other is not None:
            raise Malformed("a proof of presence that names another leaf")
        node = _Leaf(key, value).hash
    elif proof.other is None:
        node = EMPTY_ROOT
    else:
        other, other_value = proof.other
        if other == key:
            raise Malformed("a proof of absence that shows the key")
        if _shared_bits(other, key) < depth:
            raise Malformed("a proof of absence whose leaf lies elsewhere")
        node = _Leaf(other, other_value).hash
    remaining = list(proof.siblings)
    for level in range(depth - 1, -1, -1):
        sibling = remaining.pop() if _bit(proof.present, level) else EMPTY_ROOT
        node = _inner_hash(sibling, node) if _bit(key, level) else _inner_hash(node, sibling)
    return node


class _Batch:
    """Sorted entries on their way down the tree; counts the keys that were not there before."""

    __slots__ = ("added", "entries")

    def __init__(self, entries: Sequence[tuple[bytes, bytes]]) -> None:
        self.entries = entries
        self.added = 0

    def apply(self, node: _Node, low: int, high: int, depth: int) -> _Node:
        """The subtree `node` at `depth` with the entries [low, high), which all belong under it. Recurses at
        most 256 deep.
        """
        if low == high:
            return node
        if high - low == 1:
            return self._set(node, *self.entries[low], depth)
        left, right = _children(node, depth)
        middle = self._first_right(low, high, depth)
        return _Inner(self.apply(left, low, middle, depth + 1), self.apply(right, middle, high, depth + 1))

    def _first_right(self, low: int, high: int, depth: int) -> int:
        """Where the entries whose bit at `depth` is set begin."""
        byte, mask = depth >> 3, 128 >> (depth & 7)
        while low < high:
            middle = (low + high) >> 1
            if self.entries[middle][0][byte] & mask:
                high = middle
            else:
                low = middle + 1
        return low

    def _set(self, node: _Node, key: bytes, value: bytes, depth: int) -> _Node:
        """One entry under `node`, without recursion: down to the end of its path, then back up."""
        path: list[tuple[int, _Node]] = []  # (the key's bit, the sibling)
        while type(node) is not _Empty:
            if type(node) is _Leaf and node.key == key:
                break
            left, right = (node.left, node.right) if type(node) is _Inner else _children(node, depth)
            if key[depth >> 3] & (128 >> (depth & 7)):
                path.append((1, left))
                node = right
            else:
                path.append((0, right))
                node = left
            depth += 1
        else:
            self.added += 1
        result: _Node = _Leaf(key, value)
        for bit, sibling in reversed(path):
            result = _Inner(sibling, result) if bit else _Inner(result, sibling)
        return result


def _children(node: _Node, depth: int) -> tuple[_Node, _Node]:
    """The two halves of a subtree at `depth`; a lone leaf is in the half of its key."""
    if type(node) is _Inner:
        return node.left, node.right
    if type(node) is _Leaf and _bit(node.key, depth):
        return _EMPTY, node
    return node, _EMPTY


def _descend(node: _Node, key: bytes) -> tuple[list[_Node], _Leaf | _Empty]:
    """The siblings along the path of `key` from the root down, and what stands at its end."""
    siblings: list[_Node] = []
    while type(node) is _Inner:
        if _bit(key, len(siblings)):
            siblings.append(node.left)
            node = node.right
        else:
            siblings.append(node.right)
            node = node.left
    return siblings, node  # type: ignore[return-value]  # the loop ends at a leaf or at nothing


def _depth(proof: MapProof) -> int:
    """The length of a proof's path, where its bitmap and its siblings belong together."""
    present = proof.present
    if len(present) > KEY_SIZE or present[-1:] == b"\x00":
        raise Malformed("a bitmap of siblings that is too long")
    bits = int.from_bytes(present, "big")
    if bits.bit_count() != len(proof.siblings):
        raise Malformed(f"{len(proof.siblings)} siblings, {bits.bit_count()} bits")
    if EMPTY_ROOT in proof.siblings:
        raise Malformed("an empty sibling that is not left out")
    trailing_zeros = (bits & -bits).bit_length() - 1
    return 8 * len(present) - trailing_zeros if bits else 0


def _bitmap(siblings: Sequence[_Node]) -> bytes:
    bits = 0
    for sibling in siblings:
        bits = bits << 1 | (sibling is not _EMPTY)
    size = (len(siblings) + 7) >> 3
    return (bits << 8 * size - len(siblings)).to_bytes(size, "big")


def _inner_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x03" + left + right).digest()


def _bit(data: bytes, place: int) -> bool:
    return bool(data[place >> 3] & (128 >> (place & 7)))


def _shared_bits(one: bytes, two: bytes) -> int:
    """How many bits two keys share before they differ."""
    return MAX_DEPTH - (int.from_bytes(one, "big") ^ int.from_bytes(two, "big")).bit_length()
