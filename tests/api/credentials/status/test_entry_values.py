"""Where the value of an entry stands in an unpacked list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.credentials.status.entry_values import EntryValues, FirstBit

LEFT, RIGHT = FirstBit.LEFT_MOST, FirstBit.RIGHT_MOST


def test_the_first_bit_of_a_bitstring_is_the_left_most() -> None:
    entries = EntryValues(b"\x80\x01", LEFT)
    assert [entries.value(index, 1) for index in range(16)] == [1, *[0] * 14, 1]


def test_the_first_bit_of_a_token_is_the_right_most() -> None:
    entries = EntryValues(b"\x80\x01", RIGHT)
    assert [entries.value(index, 1) for index in range(16)] == [0] * 7 + [1, 1] + [0] * 7


def test_values_of_several_bits() -> None:
    """The values 1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3, as a token of two bits packs them."""
    values = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
    entries = EntryValues(bytes.fromhex("c944f9"), RIGHT)
    assert entries.count(2) == len(values)
    assert [entries.value(index, 2) for index in range(12)] == values


def test_a_value_of_a_bitstring_may_reach_over_the_end_of_a_byte() -> None:
    entries = EntryValues(0b000_001_010_011_100_101_110_111.to_bytes(3, "big"), LEFT)
    assert [entries.value(index, 3) for index in range(8)] == list(range(8))


@pytest.mark.parametrize("first", FirstBit)
def test_there_are_no_entries_beyond_the_list(first: FirstBit) -> None:
    """A rest that is too short for a value is no entry."""
    entries = EntryValues(bytes(2), first)
    assert entries.count(3) == 5
    for index in (-1, 5, 1 << 70):
        with pytest.raises(IndexError):
            entries.value(index, 3)


@given(data=st.binary(min_size=1, max_size=64), bits=st.integers(1, 8), index=st.integers(0, 600))
def test_each_value_is_what_its_bits_say(data: bytes, bits: int, index: int) -> None:
    """Compared with the list written out bit by bit."""
    left = "".join(f"{byte:08b}" for byte in data)
    expected = left[index * bits : (index + 1) * bits]
    if len(expected) < bits:
        return
    assert EntryValues(data, LEFT).value(index, bits) == int(expected, 2)
    if 8 % bits == 0:
        right = "".join(f"{byte:08b}"[::-1] for byte in data)
        assert EntryValues(data, RIGHT).value(index, bits) == int(right[index * bits :][:bits][::-1], 2)
