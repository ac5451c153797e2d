"""Bytes changed by chance, each time in the same way."""

import random
from collections.abc import Sequence


def changed(sample: bytes, chance: random.Random, words: Sequence[bytes]) -> bytes:
    """A sample with a few changes, among them the words of its format in other places."""
    data = bytearray(sample)
    for _ in range(chance.choice((1, 1, 2, 4))):
        place, length = chance.randrange(len(data)), chance.choice((1, 1, 4, 40))
        match chance.randrange(6):
            case 0:
                data[place] ^= 1 << chance.randrange(8)
            case 1:
                del data[place : place + length]
            case 2:
                data[place:place] = chance.choice(words)
            case 3:
                data[place : place + length] = chance.randbytes(length)
            case 4:
                source = chance.randrange(len(data))
                data[place:place] = data[source : source + 10 * length]
            case _:
                data[place : place + length] = chance.choice(words)
        if not data:
            return b""
    return bytes(data)
