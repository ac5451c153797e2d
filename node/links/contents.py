"""Attachments held for transactions and blocks that are not final yet: a bounded memory over the store.

Rules:
- An attachment is named by the hash of its bytes, so whoever brings it, it is the right one or none.
- Four shelves, each with a quarter of the bound in bytes, none of which takes room from another:
  what clients offered, which nothing names yet; what a transaction in the pool names; what one named that
  left the pool; what was fetched for a block. Offering costs a client nothing, so no number of offers may
  keep a node from holding what is needed.
- All but the shelf of the pool give up their oldest: the latest always finds room.
- The shelf of the pool gives nothing up: it holds a transaction's attachments until that leaves the pool, and
  a member may fill as much of it as it has left free, as in the pool itself (`node.pool.mempool`, M2). So a
  member that publishes much, or pretends to, waits; nobody else does.
- What a transaction named that left the pool unordered stays as long as there is room: other nodes were sent
  that transaction and may still ask for it (`node.links.asking`, A6), and its sender may mend and send it
  again.
- What is too old to be named by a transaction that is still valid is forgotten.
- What a block that this node votes for names is written with that block; from then on the store answers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from registry.attachments import SALT_SIZE, Attachment, address_of
from registry.kind import NamedContent
from registry.primitives.codec import Malformed
from registry.rejection import RejectionReason
from registry.ruleset import CURRENT
from registry.tables import Reader, Table

HELD_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Kept:
    data: bytes
    since_ms: int


class _Shelf:
    """Attachments in the order in which they came, within `limit_bytes` unless one alone is longer."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._by_address: dict[bytes, _Kept] = {}
        self.size_bytes = 0

    def get(self, address: bytes) -> bytes | None:
        attachment = self._by_address.get(address)
        return None if attachment is None else attachment.data

    def put(self, address: bytes, data: bytes, now_ms: int) -> None:
        while self._by_address and self.size_bytes + len(data) > self._limit_bytes:
            self.forget(next(iter(self._by_address)))
        self._by_address[address] = _Kept(data, now_ms)
        self.size_bytes += len(data)

    def forget(self, address: bytes) -> None:
        attachment = self._by_address.pop(address, None)
        if attachment is not None:
            self.size_bytes -= len(attachment.data)

    def forget_older(self, than_ms: int) -> None:
        old = takewhile(lambda address: self._by_address[address].since_ms < than_ms, self._by_address)
        for address in list(old):
            self.forget(address)


@dataclass(slots=True)
class _Pooled:
    """An attachment that transactions in the pool name; `member` is the one whose share it uses."""

    data: bytes
    member: str
    transactions: set[bytes] = field(default_factory=set)


class _Shares:
    """What transactions in the pool name, in shares, within `limit_bytes`."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._by_address: dict[bytes, _Pooled] = {}
        self._named_by: dict[bytes, tuple[bytes, ...]] = {}
        self._used: Counter[str] = Counter()
        self.size_bytes = 0

    def get(self, address: bytes) -> bytes | None:
        attachment = self._by_address.get(address)
        return None if attachment is None else attachment.data

    def has_room(self, member: str, more_bytes: int) -> bool:
        return not more_bytes or self._used[member] + more_bytes <= self._limit_bytes - self.size_bytes

    def put(self, transaction_id: bytes, member: str, contents: dict[bytes, bytes]) -> None:
        if transaction_id in self._named_by:
            return
        self._named_by[transaction_id] = tuple(contents)
        for address, data in contents.items():
            attachment = self._by_address.get(address)
            if attachment is None:
                attachment = self._by_address[address] = _Pooled(data, member)
                self._count(attachment, len(data))
            attachment.transactions.add(transaction_id)

    def named_only_by(self, transaction_id: bytes) -> dict[bytes, bytes]:
        """What no other transaction names, by address."""
        by_address = {
            address: self._by_address[address] for address in self._named_by.get(transaction_id, ())
        }
        return {
            address: attachment.data
            for address, attachment in by_address.items()
            if attachment.transactions == {transaction_id}
        }

    def release(self, transaction_id: bytes) -> None:
        """The transaction names nothing any more."""
        for address in self._named_by.pop(transaction_id, ()):
            attachment = self._by_address[address]
            attachment.transactions.discard(transaction_id)
            if not attachment.transactions:
                del self._by_address[address]
                self._count(attachment, -len(attachment.data))

    def _count(self, attachment: _Pooled, more_bytes: int) -> None:
        self.size_bytes += more_bytes
        self._used[attachment.member] += more_bytes
        if not self._used[attachment.member]:
            del self._used[attachment.member]


class Contents:
    """Attachments by address. Reading is free for all threads; the other methods belong to the event loop."""

    def __init__(self, store: Reader, limit_bytes: int = HELD_BYTES) -> None:
        self._store = store
        self._offered = _Shelf(limit_bytes // 4)
        self._pooled = _Shares(limit_bytes // 4)
        self._departed = _Shelf(limit_bytes // 4)
        self._fetched = _Shelf(limit_bytes // 4)
        self._time_ms = 0

    @property
    def size_bytes(self) -> int:
        """How much is held."""
        shelves = (self._offered, self._departed, self._fetched)
        return self._pooled.size_bytes + sum(shelf.size_bytes for shelf in shelves)

    def get(self, address: bytes) -> bytes | None:
        """The attachment, salt ‖ content, held or stored; None if this node does not have it."""
        data = self._in_memory(address)
        return self._store.get(Table.ATTACHMENT, address) if data is None else data

    def _in_memory(self, address: bytes) -> bytes | None:
        # What moves between the pool's shelf and another is put on the new one before it leaves the old one,
        # and moves in both directions: so one is looked at twice.
        shelves = (self._offered, self._departed, self._pooled, self._departed, self._fetched)
        return next((data for shelf in shelves if (data := shelf.get(address)) is not None), None)

    def missing(self, addresses: Iterable[bytes]) -> list[bytes]:
        """Which of these this node does not have."""
        return [address for address in addresses if self.get(address) is None]

    def offer(self, data: bytes) -> None:
        """Holds an attachment that nothing names yet. Raises Malformed if it is none."""
        Attachment.decode(data)
        address = address_of(data)
        if self.get(address) is None:
            self._offered.put(address, data, self._time_ms)

    def has_room(self, member: str, addresses: Iterable[bytes]) -> bool:
        """Whether the member's share has room for a transaction that names these."""
        new = (
            data
            for address in addresses
            if self._pooled.get(address) is None and (data := self._in_memory(address))
        )
        return self._pooled.has_room(member, sum(map(len, new)))

    def has_free_share(self, member: str) -> bool:
        """Whether the member's share has room for anything: what it names need else not be fetched."""
        return self._pooled.has_room(member, 1)

    def too_long(self, named: Mapping[bytes, NamedContent[Any]]) -> tuple[RejectionReason, int] | None:
        """Of these, by address, one that is longer than the operation that names it allows: the reason to
        refuse it, and its length in bytes without the salt. None if there is none.
        """
        for address, content in named.items():
            length = len(self._in_memory(address) or b"") - SALT_SIZE
            if length > content.max_bytes:
                return content.too_long, length
        return None

    def keep(self, transaction_id: bytes, member: str, addresses: Iterable[bytes]) -> None:
        """A transaction of the member waits for a block now: what it names stays until it leaves the pool.
        Whether there is room was asked before."""
        contents = {address: data for address in addresses if (data := self._in_memory(address)) is not None}
        self._pooled.put(transaction_id, member, contents)
        for address in contents:
            self._offered.forget(address)
            self._departed.forget(address)

    def take(self, address: bytes, data: bytes, *, for_block: bool) -> None:
        """Holds what a peer gave for an address that a block names, or a transaction that it sent. Raises
        Malformed for another."""
        if address_of(data) != address:
            raise Malformed("not the attachment that was asked for")
        Attachment.decode(data)
        if self.get(address) is None:
            (self._fetched if for_block else self._offered).put(address, data, self._time_ms)

    def release(self, left: Iterable[bytes]) -> None:
        """Transactions left the pool: what they named stays, until it is too old or its room is needed."""
        for transaction_id in left:
            for address, data in self._pooled.named_only_by(transaction_id).items():
                if self._departed.get(address) is None and self._store.get(Table.ATTACHMENT, address) is None:
                    self._departed.put(address, data, self._time_ms)
            self._pooled.release(transaction_id)

    def settle(self, time_ms: int, stored: Iterable[bytes], left: Iterable[bytes]) -> None:
        """Blocks became final, the last at that time, and transactions left the pool: forgets what the store
        has now, what nothing names any more, and what is too old."""
        self._time_ms = time_ms
        for address in stored:
            for shelf in (self._offered, self._departed, self._fetched):
                shelf.forget(address)
        self.release(left)
        # No transaction that was valid when it came can name it any more.
        for shelf in (self._offered, self._departed, self._fetched):
            shelf.forget_older(time_ms - 2 * CURRENT.limits.replay_window_ms)
