"""Status bits: roots against the definition, and every version readable for ever."""

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.kinds.status_list.bitmap import (
    ZERO_CHUNK,
    empty_root,
    read_chunk,
    read_node,
    with_bits,
    write_chunks,
)
from registry.kinds.status_list.record import CHUNK_BITS, MAX_SIZE, MIN_SIZE
from registry.primitives.merkle import inclusion_proof, leaf_hash, root_of
from registry.tables import MemoryStore, Overlay, Table

KEY = bytes(32)
CHUNK = st.binary(min_size=128, max_size=128)


def root_by_definition(chunks: list[bytes]) -> bytes:
    """RFC 6962 over all chunks."""
    return root_of(map(leaf_hash, chunks))


def path_by_definition(chunks: list[bytes], number: int) -> tuple[bytes, ...]:
    """The audit path of a chunk, each subtree worked out from its leaves."""
    leaves = list(map(leaf_hash, chunks))

    def node(level: int, index: int) -> bytes:
        return root_of(leaves[index << level : (index + 1) << level])

    return inclusion_proof(number, len(leaves), node)


def test_a_new_list_has_the_root_of_its_zeros() -> None:
    for size in (MIN_SIZE, MIN_SIZE + CHUNK_BITS, 200 * CHUNK_BITS, 255 * CHUNK_BITS):
        assert empty_root(size) == root_by_definition([ZERO_CHUNK] * (size // CHUNK_BITS))
    assert empty_root(MAX_SIZE) == root_by_definition([ZERO_CHUNK] * (MAX_SIZE // CHUNK_BITS))


def updates_of(count: int) -> st.SearchStrategy[tuple[int, list[dict[int, bytes]]]]:
    """Changes, one after the other, of a list of so many chunks."""
    change = st.dictionaries(st.integers(0, count - 1), CHUNK, min_size=1)
    return st.tuples(st.just(count), st.lists(change, max_size=6))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.integers(1, 21).flatmap(updates_of))
def test_every_version_keeps_its_root_its_chunks_and_their_paths(
    updated: tuple[int, list[dict[int, bytes]]],
) -> None:
    count, updates = updated
    rows = Overlay(MemoryStore())
    chunks = [ZERO_CHUNK] * count
    history = [list(chunks)]
    for version, changed in enumerate(updates, start=1):
        root = write_chunks(rows, KEY, count * CHUNK_BITS, version, changed)
        for chunk, content in changed.items():
            chunks[chunk] = content
        assert root == root_by_definition(chunks)
        history.append(list(chunks))
    for version, expected in enumerate(history):
        assert [read_chunk(rows, KEY, chunk, version) for chunk in range(count)] == expected
        nodes = partial(read_node, rows, KEY, version=version)
        paths = [inclusion_proof(chunk, count, nodes) for chunk in range(count)]
        assert paths == [path_by_definition(expected, chunk) for chunk in range(count)]


@pytest.mark.parametrize(("count", "levels"), [(1, []), (2, []), (8, [1, 2]), (11, [1, 2, 3])])
def test_nothing_is_stored_that_another_row_says(count: int, levels: list[int]) -> None:
    """No leaf, whose chunk is there, and no root of a whole tree, which is in the record's body."""
    rows = Overlay(MemoryStore())
    write_chunks(rows, KEY, count * CHUNK_BITS, 1, {0: bytes(127) + b"\x01"})
    stored = [key[len(KEY)] for key, _ in rows.scan(Table.CHUNK_NODE, KEY)]
    assert stored == levels


def test_without_a_changed_chunk_there_is_nothing_to_write() -> None:
    with pytest.raises(ValueError, match="no chunk changed"):
        write_chunks(Overlay(MemoryStore()), KEY, MIN_SIZE, 1, {})


def test_entry_0_is_the_left_most_bit() -> None:
    assert with_bits(ZERO_CHUNK, [0, 9], []) == (b"\x80\x40" + bytes(126), 2, 0)
    assert with_bits(ZERO_CHUNK, [1_023], []) == (bytes(127) + b"\x01", 1, 0)


def test_only_bits_that_change_are_counted() -> None:
    chunk, _, _ = with_bits(ZERO_CHUNK, [0, 1], [])
    assert with_bits(chunk, [1, 2], [0, 3]) == (b"\x60" + bytes(127), 1, 1)
