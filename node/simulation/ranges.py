"""Ranges of final blocks on their way to one simulated process: the node's own rules (`node.sync`) over these
links."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from consensus.events import Event, Synced
from consensus.events import Sync as Want
from consensus.messages import FinalBlock
from node.simulation.network import RangeRequest
from node.simulation.seat import Surroundings
from node.sync import Action, Ask, Deliver, Sync

RANGE_TIMEOUT_MS = 1500


class RangeFetch:
    """Whom one process asks for final blocks. `prove` says whether a range holds by itself (R17)."""

    def __init__(
        self,
        around: Surroundings,
        post: Callable[[int, RangeRequest], None],
        put: Callable[[Event], None],
        prove: Callable[[tuple[FinalBlock, ...]], bool],
    ) -> None:
        self.closed = False
        self._around = around
        self._post = post
        self._put = put
        self._prove = prove
        self._ranges = Sync()
        self._open: Ask | None = None

    def begin(self, want: Want) -> None:
        """The replica lacks final blocks."""
        self._act(self._ranges.want(want.from_height, [str(peer) for peer in want.peers]))

    def answered(self, peer: int, blocks: tuple[FinalBlock, ...]) -> None:
        """A peer answered; an answer that nobody waits for is ignored."""
        ask = self._open
        if ask is None or ask.peer != str(peer):
            return
        self._open = None
        self._act(self._ranges.arrived(ask, blocks, self._prove(blocks)))

    def lied(self, peer: int) -> None:
        """The replica found a range of this peer false."""
        self._ranges.lied(str(peer))

    def _act(self, actions: Iterable[Action]) -> None:
        for action in actions:
            match action:
                case Ask(peer, from_height):
                    self._open = action
                    self._post(int(peer), RangeRequest(from_height))
                    self._around.schedule.after(RANGE_TIMEOUT_MS, self._overdue, action)
                case Deliver(peer, blocks, is_proved):
                    self._put(Synced(int(peer) if peer else 0, blocks, is_proved))

    def _overdue(self, ask: Ask) -> None:
        if not self.closed and self._open is ask:
            self._open = None
            self._act(self._ranges.failed(ask))
