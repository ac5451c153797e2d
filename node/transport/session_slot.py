"""The place of a peer: it holds one session at a time, and decides between connections (decision 0043).

1. Both ends may dial. Of two nodes that start, only one does: the one whose peer id sorts lower. The other
   dials once it has had no session for `second_dial_s`: it moved, or the first cannot reach it.
2. If both ends have dialled at the same time, both keep the connection that the lower peer id dialled. Each
   end sees for itself which one that is, whatever the order in which the two become known to it.
3. Otherwise nobody dials who has a session. If another connection comes all the same, the session is gone at
   the other end and falls silent here, or the key is used in two places. So the session has `rival_s` to show
   that it lives, and gives way if it is silent. One connection waits at a time; a later one takes its turn.
"""

from collections.abc import Callable

import trio

from node.transport.boundary import PeerFailure
from node.transport.session import Session
from node.transport.settings import TransportTimings

_RIVALS_TOLD = 3
"""Connections refused while one session lived, before the key is said to be in two places: one or two can
come of what was on its way when a link broke."""


class SessionSlot:
    """Where the session with one peer is held. `in_two_places` is called when its key seems to be."""

    def __init__(
        self, *, is_lower: bool, timings: TransportTimings, in_two_places: Callable[[], None]
    ) -> None:
        """`is_lower`: whether this node's own peer id sorts lower than the peer's."""
        self.session: Session | None = None
        self._is_lower = is_lower
        self._timings = timings
        self._in_two_places = in_two_places
        self._dialled_by_lower = False
        self._free_since_s = trio.current_time()
        self._rival: Session | None = None
        self._refused = 0

    async def until_free(self, kept_out_s: Callable[[], float]) -> None:
        """Return when this node is to dial: there is no session, the peer is not kept out, and the end whose
        turn is first had its time (rule 1).
        """
        patience_s = 0.0 if self._is_lower else self._timings.second_dial_s
        while True:
            if self.session is not None:
                await self.session.ended.wait()
                continue
            pause_s = max(self._free_since_s + patience_s - trio.current_time(), kept_out_s())
            if pause_s <= 0:
                return
            await trio.sleep(pause_s)

    async def won_by(self, newer: Session, *, dialled: bool) -> bool:
        """Whether `newer`, which this end has `dialled` or accepted, is to be the session.

        When this returns True the place is free, and `take` is to be called in the same turn.
        """
        by_lower = dialled is self._is_lower
        while (older := self.session) is not None:
            if by_lower and not self._dialled_by_lower:
                older.drop(PeerFailure("both ends dialled: the other connection is kept"))
            elif dialled or not await self._falls_silent(older, newer):
                return False
            else:
                older.drop(PeerFailure("it is silent, and a newer connection took its place"))
            await older.ended.wait()
        return True

    def take(self, session: Session, *, dialled: bool) -> None:
        """Hold a session that has won."""
        self.session, self._dialled_by_lower, self._refused = session, dialled is self._is_lower, 0

    def leave(self) -> None:
        """The session has ended."""
        self.session, self._free_since_s = None, trio.current_time()

    async def _falls_silent(self, older: Session, newer: Session) -> bool:
        """Let `newer` wait for `older` to end, or to bring nothing more (rule 3)."""
        if self._rival is not None:
            self._rival.drop(PeerFailure("a later connection waits in its place"))
        self._rival, began_s = newer, trio.current_time()
        with trio.move_on_after(self._timings.rival_s):
            await older.ended.wait()
        if self._rival is not newer:
            return False
        self._rival = None
        if older.ended.is_set() or older.heard_s <= began_s:
            return True
        self._refused += 1
        if self._refused >= _RIVALS_TOLD:
            self._refused = 0
            self._in_two_places()
        return False
