"""Transactions of other nodes that name attachments: bounded for each of those nodes, in number at one time
and in pace. Pure.

While a node's share is full, nothing more of it is looked at. It is not told: what it was given waits in its
own pool, and it sends it again (`node.pool.forwarding`).

The pace is for those that have the attachments already: in each block that names some, whoever lacks them
fetches them first, and a node may have been given them that gave them to some of the others only. A node's
own clients are not held to it, so what one node is given has its turn whenever that node leads.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from node.links.frames import TRANSACTION_BYTES
from node.transport.token_bucket import TokenBucket
from node.wording.units import MIB
from registry.ruleset import MAX_ATTACHMENTS

TRANSACTIONS = 1_024
BYTES = 2 * MIB
ADDRESSES = 2_048
"""Of one peer, at one time."""
PER_S = 2.0
BURST = 8
"""Transactions with attachments that one peer may send on, in the long run and at once."""


@dataclass(slots=True)
class _Share:
    """What waits for one peer: how many addresses each transaction waits for, by its bytes."""

    transactions: dict[bytes, int] = field(default_factory=dict)
    bytes: int = 0
    addresses: int = 0

    def has_room(self, more_bytes: int, more_addresses: int) -> bool:
        return (
            len(self.transactions) < TRANSACTIONS
            and self.bytes + more_bytes <= BYTES
            and self.addresses + more_addresses <= ADDRESSES
        )


class Awaiting:
    """Counts what waits; `begin` and `end` go together. `clock_s` is monotonic."""

    def __init__(self, clock_s: Callable[[], float]) -> None:
        self._clock_s = clock_s
        self._shares: dict[str, _Share] = {}
        self._paces: defaultdict[str, TokenBucket] = defaultdict(lambda: TokenBucket(PER_S, BURST))

    def is_in_pace(self, peer_id: str) -> bool:
        """Whether one more transaction with attachments of this peer is taken now; counts it if it is."""
        return self._paces[peer_id].try_charge(1, self._clock_s())

    def holds(self, peer_id: str, encoded: bytes) -> bool:
        """Whether exactly these bytes of this peer wait."""
        share = self._shares.get(peer_id)
        return share is not None and encoded in share.transactions

    def is_full(self, peer_id: str) -> bool:
        """Whether the longest transaction of this peer would find no room."""
        share = self._shares.get(peer_id)
        return share is not None and not share.has_room(TRANSACTION_BYTES, MAX_ATTACHMENTS)

    def begin(self, peer_id: str, encoded: bytes, addresses: int) -> bool:
        """The peer's transaction waits for so many attachments; False if it may not."""
        share = self._shares.setdefault(peer_id, _Share())
        if encoded in share.transactions or not share.has_room(len(encoded), addresses):
            return False
        share.transactions[encoded] = addresses
        share.bytes += len(encoded)
        share.addresses += addresses
        return True

    def end(self, peer_id: str, encoded: bytes) -> None:
        """It waits no longer."""
        share = self._shares[peer_id]
        share.addresses -= share.transactions.pop(encoded)
        share.bytes -= len(encoded)
        if not share.transactions:
            del self._shares[peer_id]
