"""How a transaction reaches those who can order it (R14, decision 0063). Pure.

Rules, each named by the tests that prove it:

- **F1 To all.** A transaction admitted from a client is sent to every linked validator at once, also where
  another node sent it before: that node may be gone, and this client relies on this one. What came from
  another node is not sent on at once: whoever was given it does that.
- **F2 To a new link.** A validator whose link comes up is sent what this node was given and still waits:
  earlier frames may be lost.
- **F3 To each new leader.** When a view begins its leader is sent what this node was given and sent before
  the view that has just ended, still waits, and is in no notarized block: a leader has had one whole view
  to order it. Where more waits than a block takes, leaders have had one view more for each block's worth.
  In a healthy network that is nothing: what waits because its member rests is left out. What came from
  another node is due as well, two views later: whoever was given it has sent it to two leaders by then, or is
  gone. This node may be the only one that has it, and may have no turn of its own for long (R13), while what
  waits here makes the others go on with empty blocks.
- **F4 In silence.** Where nothing is ordered no view begins, and a node that does not vote cannot make one
  begin: what it sent and was lost would wait for the next heartbeat. So while no view has begun for a while
  one frame of what has waited that long goes to one validator, each time to another; once every one had its
  turn, rarely.
- **F5 Bounds.** A frame carries at most `FRAME_BYTES` of transactions; a new leader is sent one frame,
  oldest first, and so is a validator in silence. Of what came from others a new leader is sent at most
  `OTHERS_BYTES`, for many may have it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile

from node.ledger.candidates import WaitingTransaction

FRAME_BYTES = 256 * 1024
"""The most bytes of transactions in one frame, unless a single one is longer."""

OTHERS_BYTES = 16 * 1024
"""The most bytes of others' transactions for one new leader, unless a single one is longer."""

VIEWS_TO_ORDER = 2
"""A transaction is due for the new leader once this many views have begun after it was sent."""

VIEWS_FOR_OTHERS = 2 * VIEWS_TO_ORDER
"""Another node's is due once this many have begun after it came."""

SILENCE_MS = 2_000
"""What waits for so long while no view begins is sent again …"""

RARELY_MS = 60_000
"""… and so long after the time before, once every validator was sent it."""


def frames(transactions: Iterable[bytes], most_bytes: int = FRAME_BYTES) -> Iterator[tuple[bytes, ...]]:
    """Groups transactions, in order, into frames (F5)."""
    group: list[bytes] = []
    size = 0
    for transaction in transactions:
        if group and size + len(transaction) > most_bytes:
            yield tuple(group)
            group, size = [], 0
        group.append(transaction)
        size += len(transaction)
    if group:
        yield tuple(group)


@dataclass(slots=True)
class _Given:
    """A transaction that waits, the number of views that had begun when it was sent to all, or came from
    another node, and since when it is known to wait (None until the next look at the clock)."""

    waiting: WaitingTransaction
    view: int
    since_ms: int | None = None


class Forwarding:
    """What waits here, given to this node or to others, and which of it to send to whom."""

    def __init__(self, time_ms: Callable[[], int]) -> None:
        """`time_ms` is the date that the next block will at least have."""
        self._time_ms = time_ms
        self._own: dict[bytes, _Given] = {}
        self._others: dict[bytes, _Given] = {}
        self._view = 0
        self._seen_view = 0
        self._silent_since_ms = 0
        self._tries = 0

    def is_own(self, transaction_id: bytes) -> bool:
        """Whether a client gave this to this node, and it waits."""
        return transaction_id in self._own

    def admitted(self, given: Iterable[WaitingTransaction]) -> None:
        """Clients gave these to this node, and no client had before; they are being sent to all (F1)."""
        for waiting in given:
            self._others.pop(waiting.id, None)
            self._own[waiting.id] = _Given(waiting, self._view)

    def received(self, waiting: WaitingTransaction) -> None:
        """Another node sent this, and it waits here (F3)."""
        if waiting.id not in self._own:
            self._others.setdefault(waiting.id, _Given(waiting, self._view))

    def left(self, transaction_ids: Iterable[bytes]) -> None:
        """These left the pool."""
        for transaction_id in transaction_ids:
            self._own.pop(transaction_id, None)
            self._others.pop(transaction_id, None)

    def linked(self) -> Iterator[tuple[bytes, ...]]:
        """The frames for a validator whose link has come up (F2)."""
        return frames(self._valid([given.waiting for given in self._own.values()]))

    def entered(
        self, notarized: Collection[bytes], full_blocks: int = 0, resting: Collection[str] = ()
    ) -> tuple[bytes, ...]:
        """A view begins: the frame for its leader, empty if there is nothing to send (F3).

        `notarized` holds the ids of transactions in notarized blocks that are not final, what waits fills
        `full_blocks` blocks before the last one, and those of `resting` members are left out on purpose.
        """
        self._view += 1

        def due(given_by_id: dict[bytes, _Given], views: int) -> Iterator[bytes]:
            late = takewhile(lambda given: self._view - given.view >= views, given_by_id.values())
            waiting = (given.waiting for given in late)  # all that follow came later still
            return self._valid(
                one for one in waiting if one.id not in notarized and one.member not in resting
            )

        others = next(frames(due(self._others, VIEWS_FOR_OTHERS + full_blocks), OTHERS_BYTES), ())
        return next(frames(chain(others, due(self._own, VIEWS_TO_ORDER + full_blocks))), ())

    def silent(self, now_ms: int, validators: Sequence[str]) -> tuple[str, tuple[bytes, ...]] | None:
        """Time passes: the validator to send to and its frame, if it is time for that (F4)."""
        if self._seen_view != self._view:
            self._seen_view, self._silent_since_ms, self._tries = self._view, now_ms, 0
        for given in reversed(self._own.values()):  # the youngest first: the others' times are known
            if given.since_ms is not None:
                break
            given.since_ms = now_ms
        pause_ms = SILENCE_MS if self._tries < len(validators) else RARELY_MS
        if not validators or now_ms - self._silent_since_ms < pause_ms:
            return None
        due: list[WaitingTransaction] = []
        for given in self._own.values():
            if given.since_ms is None or now_ms - given.since_ms < SILENCE_MS:
                break  # the rest came later still
            due.append(given.waiting)
        first = next(frames(self._valid(due)), ())
        if not first:
            return None
        chosen = validators[self._tries % len(validators)]
        self._silent_since_ms, self._tries = now_ms, self._tries + 1
        return chosen, first

    def _valid(self, due: Iterable[WaitingTransaction]) -> Iterator[bytes]:
        """What has not expired: who is sent the rest charges this node for it."""
        time_ms = self._time_ms()
        return (one.encoded for one in due if one.valid_until_ms > time_ms)
