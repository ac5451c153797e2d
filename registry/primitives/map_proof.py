"""What a path through the records' map proves: a key's value, or that it has none (decision 0002).

1. The map is the binary tree over all 2^256 keys, most significant bit first, in which a subtree that holds
   one key is that leaf and a subtree that holds none is empty. Its shape and root follow from its content
   alone, not from the order of updates.
2. empty = 32 zero bytes; leaf = SHA-256(0x02 ‖ key ‖ value); inner = SHA-256(0x03 ‖ left ‖ right). The leaf
   names its whole key, so a leaf cannot stand for another; the prefixes differ from those of RFC 6962, so a
   map node is no log node.
3. A proof lists the siblings from the root down to where the key's path ends; a bitmap leaves out the empty
   ones. The last sibling is never empty (by 1 the path would end above it), so the bitmap's last bit tells
   the depth and a proof has one encoding.

Whoever holds such a map, however it is kept, gives this proof (`registry.state_map`), and a reader needs only
this module. Keys are hashes, yet whoever searches long enough finds some that share a prefix. They cost depth
and nothing else: paths are at most 256 long, and a proof holds only siblings that exist.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from registry.primitives.codec import Malformed
from registry.primitives.shape import Shape, blob, list_of, optional, record, tuple_of

KEY_SIZE = 32
MAX_DEPTH = 8 * KEY_SIZE
EMPTY_ROOT = bytes(32)


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


def map_leaf(key: bytes, value: bytes) -> bytes:
    """The hash of a leaf (rule 2)."""
    return sha256(b"\x02" + key + value).digest()


def map_inner(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (rule 2)."""
    return sha256(b"\x03" + left + right).digest()


def bit_of(data: bytes, depth: int) -> bool:
    """The bit that says at this depth whether a path turns right."""
    return bool(data[depth >> 3] & (128 >> (depth & 7)))


def map_root_from(proof: MapProof, key: bytes, value: bytes | None) -> bytes:
    """The root under which `proof` shows that `key` has `value`, or (None) that it is absent; compare it
    with the trusted one.

    Raises `Malformed` where no map has such a proof.
    """
    depth = _depth(proof)
    if value is not None:
        if proof.other is not None:
            raise Malformed("a proof of presence that names another leaf")
        node = map_leaf(key, value)
    elif proof.other is None:
        node = EMPTY_ROOT
    else:
        other, other_value = proof.other
        if other == key:
            raise Malformed("a proof of absence that shows the key")
        if _shared_bits(other, key) < depth:
            raise Malformed("a proof of absence whose leaf lies elsewhere")
        node = map_leaf(other, other_value)
    remaining = list(proof.siblings)
    for level in range(depth - 1, -1, -1):
        sibling = remaining.pop() if bit_of(proof.present, level) else EMPTY_ROOT
        node = map_inner(sibling, node) if bit_of(key, level) else map_inner(node, sibling)
    return node


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


def _shared_bits(one: bytes, two: bytes) -> int:
    """How many bits two keys share before they differ."""
    return MAX_DEPTH - (int.from_bytes(one, "big") ^ int.from_bytes(two, "big")).bit_length()
