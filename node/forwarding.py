"""How a transaction that one node was given reaches the others (R14). Pure.

Rules, each named by the tests that prove it:

- **F1 To all.** A transaction admitted from a client is sent to every linked validator at once. What came
  from another node is not sent on: whoever was given it does that.
- **F2 To a new link.** A validator whose link comes up is sent what this node was given and still waits:
  earlier frames may be lost.
- **F3 To each new leader.** When a view begins its leader is sent what this node was given and sent before
  the view that has just ended, still waits, and is in no notarized block: a leader has had one whole view
  to order it. Where more waits than a block takes, leaders have had one view more for each block's worth.
  In a healthy network that is nothing.
- **F4 Bounds.** A frame carries at most `FRAME_BYTES` of transactions; a new leader is sent one frame,
  oldest first.
"""

from collections.abc import Collection, Iterable, Iterator

from node.mempool import Pending

FRAME_BYTES = 256 * 1024
"""The most bytes of transactions in one frame, unless a single one is longer."""

VIEWS_TO_ORDER = 2
"""A transaction is due for the new leader once this many views have begun after it was sent."""


def frames(transactions: Iterable[bytes]) -> Iterator[tuple[bytes, ...]]:
    """Groups transactions, in order, into frames (F4)."""
    group: list[bytes] = []
    size = 0
    for transaction in transactions:
        if group and size + len(transaction) > FRAME_BYTES:
            yield tuple(group)
            group, size = [], 0
        group.append(transaction)
        size += len(transaction)
    if group:
        yield tuple(group)


class Forwarding:
    """What this node was given and still waits, and which of it to send to whom."""

    def __init__(self) -> None:
        self._own: dict[bytes, tuple[Pending, int]] = {}
        self._view = 0

    def admitted(self, given: Iterable[Pending]) -> None:
        """Clients gave these to this node; they are being sent to all (F1)."""
        for pending in given:
            self._own[pending.id] = (pending, self._view)

    def left(self, transaction_ids: Iterable[bytes]) -> None:
        """These left the pool."""
        for transaction_id in transaction_ids:
            self._own.pop(transaction_id, None)

    def linked(self) -> Iterator[tuple[bytes, ...]]:
        """The frames for a validator whose link has come up (F2)."""
        return frames([pending.encoded for pending, _ in self._own.values()])

    def entered(self, notarized: Collection[bytes], full_blocks: int = 0) -> tuple[bytes, ...]:
        """A view begins: the frame for its leader, empty if there is nothing to send (F3).

        `notarized` holds the ids of transactions in notarized blocks that are not final, and what waits
        fills `full_blocks` blocks before the last one.
        """
        self._view += 1
        due: list[bytes] = []
        for pending, sent in self._own.values():
            if self._view - sent < VIEWS_TO_ORDER + full_blocks:
                break  # the rest was sent later still
            if pending.id not in notarized:
                due.append(pending.encoded)
        return next(frames(due), ())
