"""Publications as rows: the newest of each list is found at a start, older bytes go, digests stay."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from node.storage.failure import Damage
from node.storage.layout import Family
from node.storage.publication_records import KEPT_BYTES, KEPT_COUNT, PublicationRecords, PublicationRow
from node.storage.store import Store
from node.storage.turns import TurnWrites
from registry.primitives.digest import sha256

LIST = "did:web:a.example/status-lists/degrees"
OTHER = "did:web:b.example/status-lists/degrees"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.create(tmp_path)
    yield opened
    opened.close()


def row(
    from_ms: int, data: bytes = b"", list_id: str = LIST, form: int = 1, version: int = 0
) -> PublicationRow:
    name = f"{list_id.partition('/')[0]}#key"
    return PublicationRow(list_id, form, version, from_ms, from_ms + 1, name, sha256(data), len(data))


def put(store: Store, added: PublicationRow, data: bytes = b"") -> None:
    turn = TurnWrites()
    PublicationRecords(store.reader).put(turn, added, data)
    store.commit(turn)


def test_the_newest_of_each_list_and_form_is_found(store: Store) -> None:
    rows = [row(5), row(3, version=1), row(1, form=2), row(9, list_id=OTHER), row(10, list_id=OTHER)]
    for added in rows:
        put(store, added)
    newest = {(found.list_id, found.form): found for found in PublicationRecords(store.reader).newest()}
    assert newest == {(LIST, 1): rows[1], (LIST, 2): rows[2], (OTHER, 1): rows[4]}


def test_what_had_begun_by_a_time(store: Store) -> None:
    records = PublicationRecords(store.reader)
    for from_ms in (10, 20, 30):
        put(store, row(from_ms, str(from_ms).encode()), str(from_ms).encode())
    found = [records.begun_by(LIST, 1, time_ms) for time_ms in (9, 10, 29, 1_000)]
    assert found == [None, row(10, b"10"), row(20, b"20"), row(30, b"30")]
    assert records.data(row(20, b"20")) == b"20"
    assert records.begun_by(OTHER, 1, 1_000) is None


def test_older_bytes_go_and_digests_stay(store: Store) -> None:
    records = PublicationRecords(store.reader)
    for from_ms in range(KEPT_COUNT + 5):
        put(store, row(from_ms, b"x"), b"x")
    kept = [records.data(row(from_ms, b"x")) for from_ms in range(KEPT_COUNT + 5)]
    assert kept == [None] * 5 + [b"x"] * KEPT_COUNT
    assert len(list(store.reader.scan(Family.PUBLISHED))) == KEPT_COUNT + 5
    assert records.begun_by(LIST, 1, 0) == row(0, b"x")


def test_long_ones_are_kept_in_fewer(store: Store) -> None:
    long = bytes(KEPT_BYTES // 3)
    for from_ms in range(6):
        put(store, row(from_ms, long), long)
    assert len(list(store.reader.scan(Family.PUBLICATION))) == 3
    put(store, row(7, bytes(KEPT_BYTES + 1)), bytes(KEPT_BYTES + 1))
    assert [key for key, _ in store.reader.scan(Family.PUBLICATION)] == [row(7).stored_under]


def test_a_row_that_cannot_be_read_is_damage(store: Store) -> None:
    turn = TurnWrites()
    turn.put(Family.PUBLISHED, replace(row(1)).stored_under, b"\xff")
    store.commit(turn)
    with pytest.raises(Damage):
        list(PublicationRecords(store.reader).newest())
