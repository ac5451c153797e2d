"""Catching up: which ranges of final blocks to ask of whom. Pure; whoever drives it makes the requests.

The replica says from which height on it lacks final blocks and which peers signed for them; it checks what
comes. Rules, each named by the tests that prove it:

- **Y1 One answer.** Every want is answered once: with the blocks of one peer, or with none when all peers
  failed.
- **Y2 Retry.** A peer that fails, or has nothing, is passed over and the next one is asked; the first to be
  asked changes with each range, so that one slow peer does not serve them all. Whose last answer did not come
  is asked after the others, and for nothing ahead.
- **Y3 Nothing is believed.** No peer's word about its height is ever read. A range is worth what its
  certificates prove, which the replica checks; a peer whose range failed that check is not asked
  again while others are left. Blocks from another height on than was asked for are no answer, however well
  they are proved: the replica would hold them until it has come so far.
- **Y4 Ahead by one.** While the replica executes one range the next is asked of another peer: fetching and
  executing overlap. At most one range waits. If the replica wants another height after all, it is thrown
  away.
- **Y5 Bounds.** One request is under way at a time, and an answer holds at most
  `consensus.wire.MAX_RANGE` bytes.
"""

from collections.abc import Collection
from dataclasses import dataclass

from consensus.messages import FinalBlock


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """Request final blocks from this height on of the peer; tell `arrived` or `failed`."""

    peer: str
    from_height: int


@dataclass(frozen=True, slots=True)
class Deliver:
    """Answer the replica's want: blocks in height order, as one peer gave them; none if nobody had any."""

    peer: str
    blocks: tuple[FinalBlock, ...]
    is_proved: bool | None = None
    """What was found out about them already; see `consensus.events.Synced`."""


Action = SyncRequest | Deliver


class RangeSync:
    """The state of catching up on one node. Each call returns the actions to take, in order."""

    def __init__(self) -> None:
        self._wanted: int | None = None
        self._peers: tuple[str, ...] = ()
        self._untried: list[str] = []
        self._asked: SyncRequest | None = None
        self._ahead: tuple[int, Deliver] | None = None
        self._liars: set[str] = set()
        self._silent: set[str] = set()
        self._turn = 0

    @property
    def wanted(self) -> int | None:
        """The height from which on the replica waits for blocks, if it does."""
        return self._wanted

    def want(self, from_height: int, peers: Collection[str]) -> tuple[Action, ...]:
        """The replica lacks final blocks from this height on; `peers` are linked and may have them."""
        if self._wanted is not None:
            return ()
        self._wanted = from_height
        self._peers = tuple(peers)
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead[0] == from_height:
            return self._deliver(ahead[1])
        self._line_up()
        if self._asked is not None:
            return ()  # its answer comes first; it may be the one wanted
        return self._ask_next()

    def arrived(
        self, ask: SyncRequest, blocks: tuple[FinalBlock, ...], is_proved: bool | None = None
    ) -> tuple[Action, ...]:
        """The peer answered; an answer without blocks, or from another height on, is a failure."""
        if not blocks or blocks[0].block.header.height != ask.from_height:
            return self.failed(ask)
        if ask != self._asked:
            return ()
        self._asked = None
        self._silent.discard(ask.peer)
        delivery = Deliver(ask.peer, blocks, is_proved)
        if self._wanted is None:
            self._ahead = (ask.from_height, delivery)
            return ()
        if self._wanted != ask.from_height:
            return self._ask_next()
        return self._deliver(delivery)

    def failed(self, ask: SyncRequest) -> tuple[Action, ...]:
        """The request had no answer."""
        if ask != self._asked:
            return ()
        self._asked = None
        self._silent.add(ask.peer)
        return self._ask_next() if self._wanted is not None else ()

    def lied(self, peer: str) -> None:
        """The replica found a range of this peer false (Y3)."""
        self._liars.add(peer)
        if self._ahead is not None and self._ahead[1].peer == peer:
            self._ahead = None

    def _line_up(self) -> None:
        """Puts the peers in the order to ask them in: another one first each time, then those whose
        last answer did not come, liars last (Y2, Y3)."""
        count = len(self._peers)
        turned = [self._peers[(self._turn + offset) % count] for offset in range(count)]
        self._untried = sorted(turned, key=lambda peer: (peer in self._liars, peer in self._silent))
        self._turn += 1

    def _ask_next(self) -> tuple[Action, ...]:
        if self._wanted is None:
            return ()
        if not self._untried:
            self._wanted = None
            return (Deliver("", ()),)
        self._asked = SyncRequest(self._untried.pop(0), self._wanted)
        return (self._asked,)

    def _deliver(self, delivery: Deliver) -> tuple[Action, ...]:
        """Answers the want, and asks the next peer in turn for what follows (Y4)."""
        assert self._wanted is not None
        following = self._wanted + len(delivery.blocks)
        self._wanted = None
        honest = [peer for peer in self._peers if peer not in self._liars | self._silent]
        if not honest:
            return (delivery,)
        self._asked = SyncRequest(honest[self._turn % len(honest)], following)
        self._turn += 1
        return (delivery, self._asked)
