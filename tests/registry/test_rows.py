"""Rows: what was written is read back, and what cannot be read is damage."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.kinds.did.record import DID_RECORD
from registry.primitives.codec import MAX_INTEGER, encode
from registry.primitives.merkle import Frontier
from registry.record_log import head_hash
from registry.rows import (
    VERSION_ROW,
    Damaged,
    VersionRow,
    encode_ledger_frontier,
    encode_record_row,
    encode_version_row,
    head_of,
    read_body,
    read_ledger_frontier,
    read_record_log,
    read_row,
)
from registry.tables import FRONTIER_KEY, MemoryStore, Table, u64

LOG = Frontier(5, (b"a" * 32, b"b" * 32))


@settings(derandomize=True)
@given(size=st.integers(1, MAX_INTEGER))
def test_a_records_row_holds_its_log_and_its_name(size: int) -> None:
    log = Frontier(size, tuple(bytes([place]) * 32 for place in range(size.bit_count())))
    row = encode_record_row("did", "did:web:a.example", log)
    assert read_record_log(row) == log
    assert row.endswith(encode(["did", "did:web:a.example"]))


def test_a_records_head_is_its_count_and_root() -> None:
    assert head_of(LOG) == head_hash(5, LOG.root())


def test_a_version_and_the_frontier_are_read_back() -> None:
    row = encode_version_row(1, 2, 3, b"body")
    assert read_row(VERSION_ROW, row) == VersionRow(1, 2, 3, b"body")
    store = MemoryStore()
    assert read_ledger_frontier(store) == Frontier()
    store.apply({(Table.LEDGER, FRONTIER_KEY): encode_ledger_frontier(LOG)})
    assert read_ledger_frontier(store) == LOG


@pytest.mark.parametrize("length", [0, 7, 8, 40, 72])
def test_a_record_cut_short_is_damage(length: int) -> None:
    row = encode_record_row("did", "did:web:a.example", LOG)
    with pytest.raises(Damaged):
        read_record_log(row[:length])


@pytest.mark.parametrize("size", [0, 2**53, 2**63])
def test_a_record_of_an_impossible_count_is_damage(size: int) -> None:
    with pytest.raises(Damaged):
        read_record_log(u64(size) + bytes(32) + b"name")


@pytest.mark.parametrize("row", [b"", b"\x00", encode_version_row(1, 2, 3, b"body") + b"\x00"])
def test_a_version_that_cannot_be_read_is_damage(row: bytes) -> None:
    with pytest.raises(Damaged):
        read_row(VERSION_ROW, row)


@pytest.mark.parametrize("row", [b"\x82\x01\x80", b"\x82"])
def test_a_frontier_that_cannot_be_read_is_damage(row: bytes) -> None:
    store = MemoryStore()
    store.apply({(Table.LEDGER, FRONTIER_KEY): row})
    with pytest.raises(Damaged):
        read_ledger_frontier(store)


def test_a_body_that_is_none_of_its_kind_is_damage() -> None:
    with pytest.raises(Damaged):
        read_body(DID_RECORD, b"no body")
