"""The genesis fingerprint is stable and covers the first 88 bits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.wording.fingerprint import WORD_COUNT, fingerprint, fingerprint_words


def test_known_value() -> None:
    assert fingerprint(bytes(range(32))) == "abandon amount liar amount · expire adjust cage candy"


@settings(derandomize=True, max_examples=50)
@given(st.binary(min_size=32, max_size=32), st.integers(0, 87))
def test_each_of_the_first_88_bits_changes_exactly_one_word(genesis_hash: bytes, bit: int) -> None:
    flipped = (int.from_bytes(genesis_hash, "big") ^ 1 << (255 - bit)).to_bytes(32, "big")
    words, others = fingerprint_words(genesis_hash), fingerprint_words(flipped)
    assert [place for place in range(WORD_COUNT) if words[place] != others[place]] == [bit // 11]


def test_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        fingerprint_words(bytes(31))
