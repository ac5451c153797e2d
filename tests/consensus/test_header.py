"""The header's bytes and hash, and the root over a block's transactions."""

from dataclasses import fields, replace
from typing import Any

import pytest

from consensus.header import HEADER, Header, block_hash, encode_header, transactions_root
from registry.primitives.codec import Malformed, decode
from registry.primitives.merkle import EMPTY_ROOT
from registry.primitives.shape import decode_as
from tests.frozen import Freeze

EXAMPLE = Header(
    version=1,
    ruleset=3,
    genesis_hash=b"\1" * 32,
    epoch=2,
    height=9,
    parent_hash=b"\2" * 32,
    time_ms=1_800_000_000_000,
    transactions_root=b"\3" * 32,
    log_size=40,
    log_root=b"\4" * 32,
    state_root=b"\5" * 32,
    validators_hash=b"\6" * 32,
    next_validators_hash=None,
    proposer=5,
)


def test_a_header_is_the_array_of_its_fields(frozen: Freeze) -> None:
    data = encode_header(EXAMPLE)
    assert decode(data, limit=1_000) == [getattr(EXAMPLE, field.name) for field in fields(Header)]
    assert decode_as(HEADER, data, limit=1_000) == EXAMPLE
    frozen("consensus/header", data)
    frozen("consensus/block-hash", block_hash(EXAMPLE))


def test_a_boundary_header_names_the_next_set(frozen: Freeze) -> None:
    boundary = replace(EXAMPLE, next_validators_hash=b"\7" * 32)
    frozen("consensus/header/boundary", encode_header(boundary))


@pytest.mark.parametrize("field", [field.name for field in fields(Header)])
def test_every_field_enters_the_hash(field: str) -> None:
    value = getattr(EXAMPLE, field)
    other: dict[str, Any] = {field: value + 1 if isinstance(value, int) else b"\x09" * 32}
    assert block_hash(replace(EXAMPLE, **other)) != block_hash(EXAMPLE)


@pytest.mark.parametrize(
    "changes",
    [
        {"height": -1},
        {"log_size": -1},
        {"parent_hash": b"short"},
        {"proposer": 70_000},
        {"ruleset": 70_000},
        {"epoch": 2**53},
        {"height": 2**53},
        {"time_ms": 2**53},
        {"log_size": 2**53},
    ],
)
def test_a_header_out_of_bounds_is_malformed(changes: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        encode_header(replace(EXAMPLE, **changes))  # type: ignore[arg-type]


def test_the_root_covers_every_transaction_in_order() -> None:
    assert transactions_root(()) == EMPTY_ROOT
    roots = {
        transactions_root(transactions)
        for transactions in ((), (b"",), (b"a",), (b"a", b"b"), (b"b", b"a"), (b"ab",))
    }
    assert len(roots) == 6
