"""A sparse Merkle map from 32-byte keys to 32-byte values in memory, copy-on-write (decision 0002).

Tree, hashes and proofs are those of `registry.primitives.map_proof`. `update` shares all that it does not
change: every older map stays readable at no cost, which is what forks are made of. Nothing is ever taken out.
The two hashes are written out here: an update makes some twenty of them, and a call for each would be felt.

It is one way to keep the records' map, which others know as a `registry.state_map.StateMap`; only
`registry.state` makes one.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

from registry.primitives.map_proof import EMPTY_ROOT, KEY_SIZE, MapProof, bit_of


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
    if type(node) is _Leaf and bit_of(node.key, depth):
        return _EMPTY, node
    return node, _EMPTY


def _descend(node: _Node, key: bytes) -> tuple[list[_Node], _Leaf | _Empty]:
    """The siblings along the path of `key` from the root down, and what stands at its end."""
    siblings: list[_Node] = []
    while type(node) is _Inner:
        if bit_of(key, len(siblings)):
            siblings.append(node.left)
            node = node.right
        else:
            siblings.append(node.right)
            node = node.left
    return siblings, node  # type: ignore[return-value]  # the loop ends at a leaf or at nothing


def _bitmap(siblings: Sequence[_Node]) -> bytes:
    bits = 0
    for sibling in siblings:
        bits = bits << 1 | (sibling is not _EMPTY)
    size = (len(siblings) + 7) >> 3
    return (bits << 8 * size - len(siblings)).to_bytes(size, "big")
