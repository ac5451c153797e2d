"""The values that an unpacked status list holds, one for each entry.

A value takes the same number of bits for every entry, and entry 0 stands first. In a Bitstring Status List
the first bit of a byte is its left-most one, and a value may reach over the end of a byte. In a Token Status
List it is the right-most one, and a value lies in one byte.

Source: W3C Bitstring Status List 1.0, §2.2, §3.2; IETF Token Status List, §4.1.
"""

from dataclasses import dataclass
from enum import Enum


class FirstBit(Enum):
    """Which bit of a byte is the first one."""

    LEFT_MOST = "left-most"
    RIGHT_MOST = "right-most"


@dataclass(frozen=True, slots=True)
class EntryValues:
    """An unpacked list."""

    data: bytes
    first_bit: FirstBit

    def count(self, bits: int) -> int:
        """How many entries there are, of so many bits each."""
        return 8 * len(self.data) // bits

    def value(self, index: int, bits: int) -> int:
        """The value of entry `index`. Raises `IndexError` where the list has no such entry."""
        if not 0 <= index < self.count(bits):
            raise IndexError(f"the list has no entry {index}")
        begin = index * bits
        end = begin + bits
        covering = self.data[begin >> 3 : (end + 7) >> 3]
        if self.first_bit is FirstBit.RIGHT_MOST:
            return int.from_bytes(covering, "little") >> (begin & 7) & ((1 << bits) - 1)
        return int.from_bytes(covering, "big") >> (-end & 7) & ((1 << bits) - 1)
