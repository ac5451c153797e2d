"""Transactions decoded once: at admission, and again only if they were never admitted here.

A decoded transaction never changes and follows from its bytes alone, so it is remembered under them. The
memory is bounded: two generations of at most `REMEMBERED` each, and of `REMEMBERED_BYTES` encoded, since
anybody may send long ones; the older one is dropped when the younger is full.
"""

from typing import Final

from node.wording.units import MIB
from registry.transaction import Transaction

REMEMBERED: Final = 8_192
REMEMBERED_BYTES: Final = 4 * MIB
"""Decoded, the same takes several times as much."""


class DecodedTransactions:
    """The memory; free for all threads, because each step is one operation on a dict."""

    def __init__(self, remembered: int = REMEMBERED, remembered_bytes: int = REMEMBERED_BYTES) -> None:
        self._remembered = remembered
        self._remembered_bytes = remembered_bytes
        self._young_bytes = 0
        self._young: dict[bytes, Transaction] = {}
        self._old: dict[bytes, Transaction] = {}

    def decode(self, data: bytes) -> Transaction:
        """The transaction in these bytes. Raises registry.rejection.Refused."""
        known = self.get(data)
        if known is not None:
            return known
        transaction = Transaction.decode(data)
        young = self._young
        young[data] = transaction
        self._young_bytes += len(data)  # two threads may lose one: the bound is no less of one for it
        if len(young) >= self._remembered or self._young_bytes >= self._remembered_bytes:
            self._old, self._young, self._young_bytes = young, {}, 0
        return transaction

    def get(self, data: bytes) -> Transaction | None:
        """The transaction, if it was decoded before."""
        return self._young.get(data) or self._old.get(data)
