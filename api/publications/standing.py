"""Whether a publication that is held is served, and how much of its life is left.

What was right when it was taken may not be served any more: its end has come, the ledger has gone ahead of
it, its key was lost. Then readers get a reason, never the old bytes, and whoever runs the node is told.
"""

from dataclasses import dataclass
from typing import Final

from api.publications.check import LedgerList, PublicationOrder, is_behind, is_lost, key_of
from api.publications.withheld import Withheld
from registry.kinds.did.record import Purpose

WARN_AT_PERCENT: Final = (50, 25, 10)
"""Of its life left: a publication is made again at half its life, and what is told gets more urgent."""


@dataclass(frozen=True, slots=True)
class HeldPublication:
    """What a node remembers of a publication that it took: its order, its end, its key (a DID URL)."""

    order: PublicationOrder
    until_ms: int
    key: str


def withheld(held: HeldPublication, ledger: LedgerList) -> Withheld | None:
    """Why it is not served under this state of the ledger; None where it is."""
    key = key_of(ledger.did, held.key)
    if key is None or key.purpose is not Purpose.ASSERTION_METHOD or is_lost(key, ledger.as_of_ms):
        return Withheld.KEY_LOST
    if held.until_ms <= ledger.as_of_ms:
        return Withheld.EXPIRED
    return Withheld.BEHIND if is_behind(ledger, held.order.version) else None


def percent_left(from_ms: int, until_ms: int, now_ms: int) -> int:
    """How much of its life is left, in whole percent from 0 to 100."""
    return max(0, min(100, 100 * (until_ms - now_ms) // max(1, until_ms - from_ms)))


def warning_at(percent: int) -> int | None:
    """The lowest mark of `WARN_AT_PERCENT` that is reached; None above all of them."""
    reached = [mark for mark in WARN_AT_PERCENT if percent <= mark]
    return min(reached, default=None)
