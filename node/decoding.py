"""Transactions decoded once: at admission, and again only if they were never admitted here.

A decoded transaction never changes and follows from its bytes alone, so it is remembered under them. The
memory is bounded: two generations of at most `REMEMBERED` each, the older one dropped when the younger is
full.
"""

from registry.transaction import Transaction

REMEMBERED = 8_192


class DecodedTransactions:
    """The memory; free for all threads, because each step is one operation on a dict."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
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
        if len(young) >= self._remembered:
            self._old, self._young = young, {}
        return transaction

    def get(self, data: bytes) -> Transaction | None:
        """The transaction, if it was decoded before."""
        return self._young.get(data) or self._old.get(data)
