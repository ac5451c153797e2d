"""What peers say, decoded and given to the core: fairly in turn, a little at a time, within budgets.

A frame is decoded only when its turn has come, so that what it costs is measured where it is charged: to the
peer's turn (`node.engine.inbox`) always, to its budget (`node.links.budget`) where it was in vain. A BLOCK
that nobody asked for is not even decoded.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from consensus.events import Effect, Now, Received, Waste
from consensus.wire import decode_message, is_block
from node.engine.core import Core
from node.engine.inbox import Inbox
from node.links.budget import Budgets, Charge, ChargedKind
from node.links.frames import FrameKind, PublicationNews, read_news, read_transactions, split
from node.links.network import Links
from node.observing.misconduct import Misconduct
from registry.primitives.codec import Malformed

TURN_S: Final = 0.01
"""Handling time after which whatever else runs on the event loop has its turn: timers, clients, health."""


class Hearing:
    """Takes from the inbox. `cpu_s` is the time that the calling thread has run, in seconds; `forwarded` is
    given transactions of other nodes' clients, `news` what peers tell of publications: it says whether that
    was new."""

    def __init__(
        self,
        inbox: Inbox,
        budgets: Budgets,
        links: Links,
        forwarded: Callable[[str, Sequence[bytes]], None],
        news: Callable[[str, PublicationNews], bool],
        cpu_s: Callable[[], float],
    ) -> None:
        self._inbox = inbox
        self._budgets = budgets
        self._links = links
        self._forwarded = forwarded
        self._news = news
        self._cpu_s = cpu_s

    def hear(self, core: Core, now: Now) -> tuple[list[Effect], int]:
        """Handles what peers sent for `TURN_S` at most: the effects, and how many arrivals that were."""
        effects: list[Effect] = []
        heard = 0
        begun_s = last_s = self._cpu_s()
        while last_s - begun_s < TURN_S and (taken := self._inbox.next()) is not None:
            peer_id, arrival = taken
            heard += 1
            if isinstance(arrival, bytes):
                waste = self._handle(core, peer_id, arrival, now, effects)
            else:
                waste = None
                effects += core.handle(now, arrival)
            ended_s = self._cpu_s()
            self._inbox.spent(peer_id, ended_s - last_s)
            if waste is not None and isinstance(arrival, bytes):
                costs: dict[ChargedKind, float] = {
                    waste: 1,
                    Charge.BYTES: len(arrival),
                    Charge.SECONDS: ended_s - last_s,
                }
                self.charge(peer_id, costs, now)
            last_s = ended_s
        return effects, heard

    def charge(self, peer_id: str, costs: Mapping[ChargedKind, float], now: Now) -> float:
        """Something of the peer was in vain. Whoever goes beyond its budget is named and paused, and loses
        its link if it goes on; the seconds to wait before more is taken from it."""
        now_s = now.monotonic_ms / 1000
        excess = self._budgets.charge(peer_id, costs, now_s)
        if excess is None:
            return 0.0
        if excess.is_dropped:
            self._links.drop(peer_id, excess.fault)
            self._inbox.shut(peer_id)
        else:
            self._links.note(peer_id, excess.fault)
            self._inbox.pause(peer_id, excess.until_s)
        return excess.until_s - now_s

    def _handle(
        self, core: Core, peer_id: str, frame: bytes, now: Now, effects: list[Effect]
    ) -> ChargedKind | None:
        """Handles one frame; its kind, if it was in vain."""
        number = core.peers.number(peer_id)
        try:
            kind, body = split(frame)
            if kind is FrameKind.TRANSACTIONS:
                self._forwarded(peer_id, read_transactions(body))
                return None
            if kind is FrameKind.NEWS:
                return None if self._news(peer_id, read_news(body)) else Charge.PUBLICATION
            if is_block(body) and not core.replica.awaits_block(number):
                return Waste.BLOCK
            message = decode_message(body)
        except Malformed:
            self._links.drop(peer_id, Misconduct.MALFORMED_MESSAGE)
            self._inbox.shut(peer_id)
            return None
        effects += core.handle(now, Received(number, message))
        return core.replica.waste
