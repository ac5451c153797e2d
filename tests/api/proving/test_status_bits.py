"""Whole lists are read once per version, and kept within their room."""

from collections.abc import Iterator

from api.proving.status_bits import KeptBits
from registry.kinds.status_list.record import STATUS_LIST_RECORD
from registry.record_log import map_key
from registry.tables import Reader, Table
from tests.api.ledger import Ledger
from tests.api.routes.v1.test_proofs import LIST, grow

KEY = map_key(STATUS_LIST_RECORD.name, LIST)
CHUNKS = 128


class Counting:
    """A reader that counts its seeks."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.seeks = 0

    def get(self, table: Table, key: bytes) -> bytes | None:
        return self._reader.get(table, key)

    def floor(self, table: Table, prefix: bytes, key: bytes) -> tuple[bytes, bytes] | None:
        self.seeks += 1
        return self._reader.floor(table, prefix, key)

    def scan(self, table: Table, prefix: bytes, start: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        return self._reader.scan(table, prefix, start)


def test_a_version_is_read_once() -> None:
    ledger = Ledger()
    grow(ledger)
    reader, kept = Counting(ledger.view().reader), KeptBits(1 << 20)
    for _ in range(3):
        assert kept.read(reader, KEY, 0, CHUNKS) == bytes(128 * CHUNKS)
    assert reader.seeks == CHUNKS
    assert kept.read(reader, KEY, 1, CHUNKS)[0] == 0x80
    assert reader.seeks == 2 * CHUNKS


def test_the_list_asked_for_longest_ago_goes_first() -> None:
    ledger = Ledger()
    grow(ledger)
    reader, kept = Counting(ledger.view().reader), KeptBits(2 * 128 * CHUNKS)
    other = map_key(STATUS_LIST_RECORD.name, "other")
    for key, version in ((KEY, 0), (KEY, 1), (KEY, 0), (other, 0), (KEY, 0)):
        kept.read(reader, key, version, CHUNKS)
    assert reader.seeks == 3 * CHUNKS
    kept.read(reader, KEY, 1, CHUNKS)
    assert reader.seeks == 4 * CHUNKS


def test_without_room_nothing_is_kept() -> None:
    ledger = Ledger()
    grow(ledger)
    reader, kept = Counting(ledger.view().reader), KeptBits(0)
    for _ in range(2):
        assert len(kept.read(reader, KEY, 0, CHUNKS)) == 128 * CHUNKS
    assert reader.seeks == 2 * CHUNKS
