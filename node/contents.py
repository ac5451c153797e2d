"""Attachments held for transactions and blocks that are not final yet: a bounded memory over the store.

Rules:
- An attachment is named by the hash of its bytes, so whoever brings it, it is the right one or none.
- Held attachments have a bound in bytes. When it is reached nothing more is held until some become final or
  are too old to be named by a transaction that is still valid.
- What a block that this node votes for names is written with that block; from then on the store answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from registry.attachments import Attachment, address_of
from registry.primitives.codec import Malformed
from registry.ruleset import REPLAY_WINDOW_MS
from registry.tables import Reader, Table

HELD_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Held:
    data: bytes
    since_ms: int


class Contents:
    """Attachments by address. Reading is free for all threads; the other methods belong to the event loop."""

    def __init__(self, store: Reader, limit_bytes: int = HELD_BYTES) -> None:
        self._store = store
        self._limit_bytes = limit_bytes
        self._held: dict[bytes, _Held] = {}
        self._time_ms = 0
        self.bytes = 0

    def get(self, address: bytes) -> bytes | None:
        """The attachment, salt ‖ content, held or stored; None if this node does not have it."""
        held = self._held.get(address)
        return self._store.get(Table.ATTACHMENT, address) if held is None else held.data

    def missing(self, addresses: Iterable[bytes]) -> list[bytes]:
        """Which of these this node does not have."""
        return [address for address in addresses if self.get(address) is None]

    def hold(self, data: bytes) -> bool:
        """Holds an attachment; False if there is no room. Raises Malformed if it is none."""
        Attachment.decode(data)
        address = address_of(data)
        if self.get(address) is not None:
            return True
        if self.bytes + len(data) > self._limit_bytes:
            return False
        self._held[address] = _Held(data, self._time_ms)
        self.bytes += len(data)
        return True

    def hold_named(self, address: bytes, data: bytes) -> bool:
        """Holds what a peer gave for an address; False if there is no room. Raises Malformed for another."""
        if address_of(data) != address:
            raise Malformed("not the attachment that was asked for")
        return self.hold(data)

    def settle(self, time_ms: int, stored: Iterable[bytes]) -> None:
        """Blocks became final, the last at that time: forgets what the store has now, and what is too old."""
        self._time_ms = time_ms
        for address in stored:
            self._forget(address)
        for address in list(takewhile(self._is_old, self._held)):
            self._forget(address)

    def _is_old(self, address: bytes) -> bool:
        """Whether no transaction that was valid when it came can name it any more."""
        return self._held[address].since_ms + 2 * REPLAY_WINDOW_MS < self._time_ms

    def _forget(self, address: bytes) -> None:
        held = self._held.pop(address, None)
        if held is not None:
            self.bytes -= len(held.data)
