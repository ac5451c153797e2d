"""The bits of status lists: chunks of 1,024 entries under an RFC 6962 tree, written version by version.

1. Entry i is bit i of the list, the most significant bit of a byte first (W3C Bitstring Status List 1.0).
   Chunk c holds the entries 1,024·c … 1,024·c + 1,023 in 128 bytes, and is leaf c of the tree.
2. A chunk, or a full subtree, that was never written is all zeros. So creating a list writes nothing.
3. A chunk as of version n is the one stored under the greatest version at most n: a single seek.
4. Nothing is stored that another row says: a leaf's hash is worked out from its chunk, and the root of the
   whole tree stands in the list's body (decision 0109).
"""

from collections.abc import Mapping
from struct import Struct
from typing import Final

from registry.kinds.status_list.record import CHUNK_BITS, CHUNK_BYTES, MAX_SIZE
from registry.primitives.merkle import Frontier, leaf_hash, node_hash
from registry.tables import Overlay, Reader, Table, u32, u64

ZERO_CHUNK: Final = bytes(CHUNK_BYTES)

# The parts of keys that follow the record's, see `registry.tables.Table`.
_NODE = Struct(">BI").pack
_VERSIONED_NODE = Struct(">BIQ").pack
_VERSIONED_CHUNK = Struct(">IQ").pack


def _zero_nodes() -> tuple[bytes, ...]:
    nodes = [leaf_hash(ZERO_CHUNK)]
    while CHUNK_BITS << len(nodes) <= MAX_SIZE:
        nodes.append(node_hash(nodes[-1], nodes[-1]))
    return tuple(nodes)


_ZERO_NODES: Final = _zero_nodes()
"""The hash of a full subtree of zero chunks, by level."""


def read_chunk(reader: Reader, record_key: bytes, chunk: int, version: int) -> bytes:
    """The 128 bytes of a chunk as of a version of the list (from 0)."""
    prefix = record_key + u32(chunk)
    found = reader.floor(Table.CHUNK, prefix, prefix + u64(version))
    return ZERO_CHUNK if found is None else found[1]


def read_node(reader: Reader, record_key: bytes, level: int, position: int, version: int) -> bytes:
    """The hash of a full subtree of 2^level chunks, but not of the whole tree, as of a version of the
    list."""
    if level == 0:
        return leaf_hash(read_chunk(reader, record_key, position, version))
    prefix = record_key + _NODE(level, position)
    found = reader.floor(Table.CHUNK_NODE, prefix, prefix + u64(version))
    return _ZERO_NODES[level] if found is None else found[1]


def empty_root(size: int) -> bytes:
    """The root of a list of `size` clear entries."""
    chunks = size // CHUNK_BITS
    return _root_of_peaks([_ZERO_NODES[level] for level, _ in _peaks(chunks)], chunks)


def write_chunks(
    rows: Overlay, record_key: bytes, size: int, version: int, chunks: Mapping[int, bytes]
) -> bytes:
    """Store changed chunks, and the subtrees above them, as of `version`; the list's new root. Raises
    ValueError where none changed: then the root is that of the version before."""
    if not chunks:
        raise ValueError("no chunk changed")
    count = size // CHUNK_BITS
    hashes = {}
    for chunk, content in chunks.items():
        rows.put(Table.CHUNK, record_key + _VERSIONED_CHUNK(chunk, version), content)
        hashes[chunk] = leaf_hash(content)
    level = 0
    while hashes:
        if 1 << level == count:  # the whole tree, whose hash the caller keeps
            return hashes[0]
        if level:
            for position, node in hashes.items():
                rows.put(Table.CHUNK_NODE, record_key + _VERSIONED_NODE(level, position, version), node)
        above: dict[int, bytes] = {}
        for position in hashes:
            parent = position >> 1
            if parent in above or (parent + 1) << (level + 1) > count:
                continue
            left, right = (
                hashes.get(child) or read_node(rows, record_key, level, child, version)
                for child in (2 * parent, 2 * parent + 1)
            )
            above[parent] = node_hash(left, right)
        hashes, level = above, level + 1
    peaks = [read_node(rows, record_key, level, position, version) for level, position in _peaks(count)]
    return _root_of_peaks(peaks, count)


def _peaks(count: int) -> list[tuple[int, int]]:
    """(level, position) of the maximal full subtrees of a tree of `count` leaves, the largest first."""
    peaks = []
    start = 0
    while start < count:
        level = (count - start).bit_length() - 1
        peaks.append((level, start >> level))
        start += 1 << level
    return peaks


def _root_of_peaks(peaks: list[bytes], count: int) -> bytes:
    return Frontier(count, tuple(peaks)).root()


def with_bits(chunk: bytes, set_offsets: list[int], clear_offsets: list[int]) -> tuple[bytes, int, int]:
    """The chunk with some bits set and others cleared, and how many of each were not so before."""
    bits = bytearray(chunk)
    newly_set = newly_cleared = 0
    for offset in set_offsets:
        mask = 0x80 >> (offset & 7)
        if not bits[offset >> 3] & mask:
            bits[offset >> 3] |= mask
            newly_set += 1
    for offset in clear_offsets:
        mask = 0x80 >> (offset & 7)
        if bits[offset >> 3] & mask:
            bits[offset >> 3] &= ~mask
            newly_cleared += 1
    return bytes(bits), newly_set, newly_cleared
