"""The digest of a turn's contents and the links of the chain."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.storage.failure import Damage, DamageReason
from node.storage.layout import COLUMNS, Family, turn_key
from node.storage.turns import GENESIS, Entry, TurnRecord, contents_digest, verify_chain
from registry.tables import Table

PATH = Path("store")


def chain(length: int) -> list[TurnRecord]:
    turns = [GENESIS]
    for number in range(1, length + 1):
        turns.append(TurnRecord(number, turns[-1].hash, bytes([number]) * 32))
    return turns[1:]


def rows(turns: list[TurnRecord]) -> list[tuple[bytes, bytes]]:
    return [(turn_key(turn.number), turn.encoded) for turn in turns]


def test_contents_digest_is_over_these_bytes() -> None:
    entries: list[Entry] = [(Table.RECORD, b"k", b"value"), (Family.BLOCK, b"gone", None)]
    assert contents_digest(entries) == sha256(
        b"\x02" b"\0\0\0\x01" b"k" b"\1" b"\0\0\0\x05" b"value" b"\x40" b"\0\0\0\x04" b"gone" b"\0"
    ).digest()  # fmt: skip


ENTRIES = st.lists(
    st.tuples(st.sampled_from(COLUMNS), st.binary(max_size=6), st.none() | st.binary(max_size=6)),
    max_size=4,
)


@settings(derandomize=True, max_examples=300)
@given(ENTRIES, ENTRIES)
def test_different_contents_have_different_digests(first: list[Entry], second: list[Entry]) -> None:
    assert (contents_digest(first) == contents_digest(second)) is (first == second)


def test_a_record_is_encoded_in_72_bytes_and_read_back() -> None:
    record = TurnRecord(258, b"p" * 32, b"c" * 32)
    assert record.encoded == b"\0\0\0\0\0\0\x01\x02" + b"p" * 32 + b"c" * 32
    assert TurnRecord.decode(record.encoded) == record
    assert TurnRecord.decode(record.encoded[:-1]) is None


@pytest.mark.parametrize("begin", [1, 4])
def test_a_chain_is_followed_from_where_it_begins(begin: int) -> None:
    turns = chain(6)
    assert verify_chain(PATH, begin, rows(turns[begin - 1 :])) == turns[-1]


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        ([], DamageReason.TURN_GAP),
        (rows(chain(6)[1:]), DamageReason.TURN_GAP),
        (rows(chain(6)[:2] + chain(6)[3:]), DamageReason.TURN_GAP),
        (rows([*chain(2), TurnRecord(3, bytes(32), bytes(32))]), DamageReason.TURN_CHANGED),
        ([*rows(chain(2)), (turn_key(3), b"short")], DamageReason.TURN_CHANGED),
        ([*rows(chain(2)), (turn_key(4), chain(3)[2].encoded)], DamageReason.TURN_CHANGED),
    ],
    ids=["empty", "first missing", "middle missing", "other ancestor", "no record", "under another number"],
)
def test_a_chain_that_does_not_hold(damaged: list[tuple[bytes, bytes]], reason: DamageReason) -> None:
    with pytest.raises(Damage) as refused:
        verify_chain(PATH, 1, damaged)
    assert refused.value.reason is reason
