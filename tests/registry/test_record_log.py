"""The commitments of records and of the ledger: their bytes, and that no two things share one."""

import pytest

from registry.primitives.codec import Malformed, encode
from registry.primitives.digest import Domain, tagged
from registry.primitives.shape import decode_as
from registry.record_log import (
    INDEX_ENTRY,
    LEDGER_LEAF,
    VERSION_LEAF,
    IndexEntry,
    LedgerLeaf,
    VersionLeaf,
    body_hash,
    head_hash,
    index_entry,
    ledger_leaf,
    map_key,
    version_leaf,
)
from tests.frozen import Freeze

HASH = bytes(range(32))


def test_leaves_can_be_read_back() -> None:
    assert decode_as(VERSION_LEAF, version_leaf(7, 2, 1000, HASH), limit=100) == VersionLeaf(7, 2, 1000, HASH)
    entry = IndexEntry(7, 2, 0, 1000, "did:web:a.example")
    assert decode_as(INDEX_ENTRY, index_entry(7, 2, 0, 1000, "did:web:a.example"), limit=100) == entry
    assert decode_as(LEDGER_LEAF, ledger_leaf(7, 2, 1000, b"tx"), limit=100) == LedgerLeaf(7, 2, 1000, b"tx")


def test_kind_and_id_cannot_run_into_each_other() -> None:
    assert map_key("did", "x") == tagged(Domain.MAP_KEY, encode(["did", "x"]))
    assert map_key("di", "dx") != map_key("did", "x")


def test_a_head_binds_the_count() -> None:
    assert head_hash(1, HASH) == tagged(Domain.RECORD_HEAD, encode([1, HASH]))
    assert head_hash(1, HASH) != head_hash(2, HASH)


def test_an_id_that_no_record_can_have_is_malformed() -> None:
    with pytest.raises(Malformed, match="321 bytes"):
        map_key("did", "x" * 321)
    with pytest.raises(Malformed, match="0 bytes"):
        map_key("did", "")


def test_encodings_are_frozen(frozen: Freeze) -> None:
    frozen("registry/map-key", map_key("did", "did:web:a.example"))
    frozen("registry/head", head_hash(3, HASH))
    frozen("registry/body-hash", body_hash(b"body"))
    frozen("registry/version-leaf", version_leaf(7, 2, 1_000, HASH))
    frozen("registry/index-entry", index_entry(7, 2, 0, 1_000, "did:web:a.example"))
    frozen("registry/ledger-leaf", ledger_leaf(7, 2, 1_000, b"transaction"))
