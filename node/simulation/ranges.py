"""Ranges of final blocks on their way to one simulated process: requests, answers and time-outs. Whom to ask,
`node.engine.core` says."""

from __future__ import annotations

from collections.abc import Callable

from consensus.messages import FinalBlock
from node.engine.core import Core
from node.links.sync import SyncRequest
from node.simulation.network import RangeRequest
from node.simulation.seat import ProcessDependencies

RANGE_TIMEOUT_MS = 1500


class RangeFetch:
    """The request that is under way."""

    def __init__(
        self, dependencies: ProcessDependencies, core: Core, post: Callable[[int, RangeRequest], None]
    ) -> None:
        self.closed = False
        self._dependencies = dependencies
        self._core = core
        self._post = post
        self._open: SyncRequest | None = None

    def ask(self, ask: SyncRequest) -> None:
        """Ask a peer for final blocks."""
        self._open = ask
        self._dependencies.schedule.after(RANGE_TIMEOUT_MS, self._overdue, ask)
        self._post(self._core.peers.number(ask.peer), RangeRequest(ask.from_height))

    def answered(self, peer: int, blocks: tuple[FinalBlock, ...]) -> None:
        """A peer answered; an answer that nobody waits for is ignored."""
        ask = self._open
        if ask is None or self._core.peers.number(ask.peer) != peer:
            return
        self._open = None
        for following in self._core.arrived(ask, blocks, self._core.seat.prove(blocks)):
            self.ask(following)

    def _overdue(self, ask: SyncRequest) -> None:
        if self.closed or self._open is not ask:
            return
        self._open = None
        for following in self._core.arrived(ask, (), None):
            self.ask(following)
