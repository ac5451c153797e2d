"""The time that transactions are judged by before a block holds them: what the next block will at least have.

A block is dated by its leader's clock, and never before its parent (R15). So this node's own clock says
nothing of that time while it is off, or while the last block is dated ahead of all clocks.
"""

from dataclasses import dataclass

from node.wording.times import format_duration, format_time

TELLING_MS = 1_000
"""A difference between clocks that is worth a word."""


@dataclass(frozen=True, slots=True)
class BlockTime:
    """Milliseconds since 1970: what this node's clock says, what the validators' clocks agree on (the same
    where nothing better is known), and the date of the last final block.
    """

    own_ms: int
    agreed_ms: int
    final_ms: int

    @property
    def next_ms(self) -> int:
        """The date that the next block will at least have."""
        return max(self.agreed_ms, self.final_ms + 1)

    @property
    def ahead_ms(self) -> int:
        """By how much the last block is dated ahead of the clocks; 0 where it is not."""
        return max(0, self.final_ms - self.agreed_ms)

    def told(self) -> str:
        """Sentences for whoever sent a transaction that its time rules out: which clock was asked."""
        if self.ahead_ms >= TELLING_MS:
            lead = format_duration(self.ahead_ms)
            return (
                f"The last block is dated {format_time(self.final_ms)}, {lead} ahead of the clocks, and no "
                "block can be dated before it: until they have caught up, transactions count by the ledger's "
                "time."
            )
        own = format_time(self.own_ms)
        if abs(self.agreed_ms - self.own_ms) >= TELLING_MS:
            agreed = format_time(self.agreed_ms)
            return f"It was judged by {agreed}, on which validators' clocks agree; this node's says {own}."
        return f"It was judged by this node's clock, which says {own}."
