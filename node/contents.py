"""Attachments held for transactions and blocks that are not final yet: a bounded memory over the store.

Rules:
- An attachment is named by the hash of its bytes, so whoever brings it, it is the right one or none.
- Two shelves, each with half of the bound in bytes: what clients offered, which nothing names yet; and what
  a transaction in the pool or a block names. What is full gives up its oldest, and neither shelf can take
  room from the other: offering costs a client nothing, so no number of offers may keep a node from holding
  what a block needs, or for longer than they last from taking what another client offers.
- What is too old to be named by a transaction that is still valid is forgotten.
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


class _Shelf:
    """Attachments in the order in which they came, within `limit_bytes` unless one alone is longer."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._held: dict[bytes, _Held] = {}
        self.size_bytes = 0

    def get(self, address: bytes) -> bytes | None:
        held = self._held.get(address)
        return None if held is None else held.data

    def put(self, address: bytes, data: bytes, now_ms: int) -> None:
        while self._held and self.size_bytes + len(data) > self._limit_bytes:
            self.forget(next(iter(self._held)))
        self._held[address] = _Held(data, now_ms)
        self.size_bytes += len(data)

    def forget(self, address: bytes) -> None:
        held = self._held.pop(address, None)
        if held is not None:
            self.size_bytes -= len(held.data)

    def forget_older(self, than_ms: int) -> None:
        for address in list(takewhile(lambda one: self._held[one].since_ms < than_ms, self._held)):
            self.forget(address)


class Contents:
    """Attachments by address. Reading is free for all threads; the other methods belong to the event loop."""

    def __init__(self, store: Reader, limit_bytes: int = HELD_BYTES) -> None:
        self._store = store
        self._offered = _Shelf(limit_bytes // 2)
        self._named = _Shelf(limit_bytes // 2)
        self._time_ms = 0

    @property
    def size_bytes(self) -> int:
        """How much is held."""
        return self._offered.size_bytes + self._named.size_bytes

    def get(self, address: bytes) -> bytes | None:
        """The attachment, salt ‖ content, held or stored; None if this node does not have it."""
        # In this order: what is kept is put on the second shelf before it leaves the first.
        held = self._offered.get(address) or self._named.get(address)
        return self._store.get(Table.ATTACHMENT, address) if held is None else held

    def missing(self, addresses: Iterable[bytes]) -> list[bytes]:
        """Which of these this node does not have."""
        return [address for address in addresses if self.get(address) is None]

    def offer(self, data: bytes) -> None:
        """Holds an attachment that nothing names yet. Raises Malformed if it is none."""
        Attachment.decode(data)
        address = address_of(data)
        if self.get(address) is None:
            self._offered.put(address, data, self._time_ms)

    def keep(self, addresses: Iterable[bytes]) -> None:
        """A transaction that names these waits for a block now: no offer pushes them out."""
        for address in addresses:
            data = self._offered.get(address)
            if data is not None:
                self._named.put(address, data, self._time_ms)
                self._offered.forget(address)

    def hold_named(self, address: bytes, data: bytes) -> None:
        """Holds what a peer gave for an address that something names. Raises Malformed for another."""
        if address_of(data) != address:
            raise Malformed("not the attachment that was asked for")
        Attachment.decode(data)
        if self.get(address) is None:
            self._named.put(address, data, self._time_ms)
        self.keep([address])

    def settle(self, time_ms: int, stored: Iterable[bytes]) -> None:
        """Blocks became final, the last at that time: forgets what the store has now, and what is too old."""
        self._time_ms = time_ms
        for address in stored:
            self._offered.forget(address)
            self._named.forget(address)
        # No transaction that was valid when it came can name it any more.
        for shelf in (self._offered, self._named):
            shelf.forget_older(time_ms - 2 * REPLAY_WINDOW_MS)
