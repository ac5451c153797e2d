"""Status bits: roots against the definition, and every version readable for ever."""

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.kinds.status_list.bitmap import ZERO_CHUNK, empty_root, read_chunk, with_bits, write_chunks
from registry.kinds.status_list.record import CHUNK_BITS, MAX_SIZE, MIN_SIZE
from registry.primitives.merkle import leaf_hash, root_of
from registry.tables import MemoryStore, Overlay

KEY = bytes(32)
CHUNK = st.binary(min_size=128, max_size=128)


def root_by_definition(chunks: list[bytes]) -> bytes:
    """RFC 6962 over all chunks."""
    return root_of(map(leaf_hash, chunks))


def test_a_new_list_has_the_root_of_its_zeros() -> None:
    for size in (MIN_SIZE, MIN_SIZE + CHUNK_BITS, 200 * CHUNK_BITS, 255 * CHUNK_BITS):
        assert empty_root(size) == root_by_definition([ZERO_CHUNK] * (size // CHUNK_BITS))
    assert empty_root(MAX_SIZE) == root_by_definition([ZERO_CHUNK] * (MAX_SIZE // CHUNK_BITS))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    count=st.integers(1, 21),
    updates=st.lists(st.dictionaries(st.integers(0, 20), CHUNK, min_size=1), max_size=6),
)
def test_every_version_keeps_its_root_and_its_chunks(count: int, updates: list[dict[int, bytes]]) -> None:
    rows = Overlay(MemoryStore())
    chunks = [ZERO_CHUNK] * count
    history = []
    for version, update in enumerate(updates, start=1):
        changed = {chunk: content for chunk, content in update.items() if chunk < count}
        root = write_chunks(rows, KEY, count * CHUNK_BITS, version, changed)
        for chunk, content in changed.items():
            chunks[chunk] = content
        assert root == root_by_definition(chunks)
        history.append(list(chunks))
    for version, expected in enumerate(history, start=1):
        assert [read_chunk(rows, KEY, chunk, version) for chunk in range(count)] == expected
    assert read_chunk(rows, KEY, 0, 0) == ZERO_CHUNK


def test_entry_0_is_the_left_most_bit() -> None:
    assert with_bits(ZERO_CHUNK, [0, 9], []) == (b"\x80\x40" + bytes(126), 2, 0)
    assert with_bits(ZERO_CHUNK, [1_023], []) == (bytes(127) + b"\x01", 1, 0)


def test_only_bits_that_change_are_counted() -> None:
    chunk, _, _ = with_bits(ZERO_CHUNK, [0, 1], [])
    assert with_bits(chunk, [1, 2], [0, 3]) == (b"\x60" + bytes(127), 1, 1)
