"""Transactions of other nodes whose attachments have not come: bounded for each of those nodes. Pure.

A node that sends more than this is not told: what it was given waits in its own pool, and it sends it again
(`node.forwarding`).
"""

from dataclasses import dataclass, field

from node.units import MIB

TRANSACTIONS = 256
BYTES = 2 * MIB
ADDRESSES = 1_024
"""Of one peer, at one time."""


@dataclass(slots=True)
class _Share:
    """What waits for one peer: how many addresses each transaction waits for, by its bytes."""

    transactions: dict[bytes, int] = field(default_factory=dict)
    bytes: int = 0
    addresses: int = 0


class Awaiting:
    """Counts what waits; `begin` and `end` go together."""

    def __init__(self) -> None:
        self._shares: dict[str, _Share] = {}

    def holds(self, peer_id: str, encoded: bytes) -> bool:
        """Whether exactly these bytes of this peer wait."""
        share = self._shares.get(peer_id)
        return share is not None and encoded in share.transactions

    def begin(self, peer_id: str, encoded: bytes, addresses: int) -> bool:
        """The peer's transaction waits for so many attachments; False if it may not."""
        share = self._shares.setdefault(peer_id, _Share())
        if (
            encoded in share.transactions
            or len(share.transactions) >= TRANSACTIONS
            or share.bytes + len(encoded) > BYTES
            or share.addresses + addresses > ADDRESSES
        ):
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
