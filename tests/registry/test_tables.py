"""The tables: every reader answers as one sorted dictionary of all layers would."""

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.tables import MemoryStore, Overlay, Reader, Table

KEYS = st.binary(min_size=1, max_size=3)
ROWS = st.dictionaries(st.tuples(st.sampled_from([Table.CHUNK, Table.VERSION]), KEYS), KEYS, max_size=20)


def expected_floor(rows: dict[bytes, bytes], prefix: bytes, key: bytes) -> tuple[bytes, bytes] | None:
    """The floor by its definition, over one plain dictionary."""
    found = [held for held in rows if held.startswith(prefix) and held <= key]
    return (max(found), rows[max(found)]) if found else None


@settings(derandomize=True, max_examples=200)
@given(layers=st.lists(ROWS, min_size=1, max_size=4), key=KEYS, cut=st.integers(0, 3), warm=st.booleans())
def test_layers_answer_as_one_dictionary(
    layers: list[dict[tuple[Table, bytes], bytes]], key: bytes, cut: int, warm: bool
) -> None:
    """`warm` asks for an order before the writes, so that the kept order is exercised as well as the first
    sort."""
    store = MemoryStore()
    reader: Reader = store
    if warm:
        assert store.floor(Table.CHUNK, b"", key) is None
    store.apply(layers[0])
    merged = dict(layers[0])
    for layer in layers[1:]:
        overlay = Overlay(reader)
        if warm:
            overlay.floor(Table.CHUNK, b"", key)
        for (table, place), value in layer.items():
            overlay.put(table, place, value)
        assert overlay.writes == layer
        merged |= layer
        reader = overlay
    prefix = key[:cut]
    for table in (Table.CHUNK, Table.VERSION, Table.NODE):
        rows = {place: value for (held, place), value in merged.items() if held is table}
        assert reader.get(table, key) == rows.get(key)
        assert reader.floor(table, prefix, key) == expected_floor(rows, prefix, key)
        inside = sorted(row for row in rows.items() if row[0].startswith(prefix))
        assert list(reader.scan(table, prefix)) == inside
        assert list(reader.scan(table, prefix, key)) == [row for row in inside if row[0] >= key]


def test_a_parent_that_was_written_to_the_store_can_be_dropped() -> None:
    store = MemoryStore()
    final = Overlay(store)
    final.put(Table.RECORD, b"a", b"1")
    above = Overlay(final)
    above.put(Table.RECORD, b"b", b"2")
    before = list(above.scan(Table.RECORD, b""))
    store.apply(final.writes)
    above.parent = store
    assert list(above.scan(Table.RECORD, b"")) == before == [(b"a", b"1"), (b"b", b"2")]
