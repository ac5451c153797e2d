"""A genesis hash as words that two people can read to each other over the telephone.

Eight words of the BIP 39 English list, 11 bits each: the first 88 bits of the hash. Whoever wants to pass off
another network as this one has to find a second document with the same 88 bits.
"""

from functools import cache

from mnemonic import Mnemonic

WORD_COUNT = 8
_BITS_PER_WORD = 11  # the list has 2,048 words


@cache
def _word_list() -> tuple[str, ...]:
    return tuple(Mnemonic("english").wordlist)


def fingerprint_words(genesis_hash: bytes) -> tuple[str, ...]:
    """The eight words of a 32-byte genesis hash, most significant bits first."""
    if len(genesis_hash) != 32:
        raise ValueError(f"a genesis hash has 32 bytes, not {len(genesis_hash)}")
    prefix = int.from_bytes(genesis_hash, "big") >> (256 - WORD_COUNT * _BITS_PER_WORD)
    words = _word_list()
    return tuple(
        words[prefix >> _BITS_PER_WORD * (WORD_COUNT - 1 - place) & (1 << _BITS_PER_WORD) - 1]
        for place in range(WORD_COUNT)
    )


def fingerprint(genesis_hash: bytes) -> str:
    """The words as one line, in two groups of four."""
    words = fingerprint_words(genesis_hash)
    return f"{' '.join(words[:4])} · {' '.join(words[4:])}"
