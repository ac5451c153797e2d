"""What other nodes' clients gave them, on its way into this node's pool: checked a piece at a time for each.

Signatures are checked on two threads that clients of this node and the blocks to come need as well. So of
each other node one piece is under way at a time, however much it sends: nobody waits longer than for one
piece of each. A node of whose transactions many are unfit is slowed (`node.links.budget`).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from node.links.budget import ChargedKind
from node.wording.units import MIB

PIECE: Final = 32
"""Transactions of one node under way at a time."""
MAX_WAITING: Final = 8_192
"""Transactions of one other node that wait; more are dropped, and that node repeats them (F3)."""
MAX_WAITING_BYTES: Final = 8 * MIB


@dataclass(slots=True)
class _Queue:
    waiting: deque[bytes] = field(default_factory=deque)
    size_bytes: int = 0


class Forwarded:
    """The queues. `take` takes a piece of a node's transactions and says what of it was in vain; `charge`
    charges the node for that and says for how many seconds it is to wait; `spawn` runs work beside others."""

    def __init__(
        self,
        take: Callable[[str, Sequence[bytes]], Awaitable[Mapping[ChargedKind, float]]],
        charge: Callable[[str, Mapping[ChargedKind, float]], float],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._take = take
        self._charge = charge
        self._spawn = spawn
        self._queues: dict[str, _Queue] = {}

    def put(self, peer_id: str, transactions: Sequence[bytes]) -> None:
        """Transactions that a node sent; what finds no room is dropped."""
        is_new = peer_id not in self._queues
        queue = self._queues.setdefault(peer_id, _Queue())
        for data in transactions:
            if len(queue.waiting) == MAX_WAITING or queue.size_bytes + len(data) > MAX_WAITING_BYTES:
                break
            queue.waiting.append(data)
            queue.size_bytes += len(data)
        if is_new:
            self._spawn(self._work(peer_id, queue))

    def forget(self, peer_id: str) -> None:
        """The node's link is down: what it has still to send, it sends again on the next one (F2)."""
        queue = self._queues.get(peer_id)
        if queue is not None:
            queue.waiting.clear()
            queue.size_bytes = 0

    async def _work(self, peer_id: str, queue: _Queue) -> None:
        try:
            while queue.waiting:
                piece = [queue.waiting.popleft() for _ in range(min(PIECE, len(queue.waiting)))]
                queue.size_bytes -= sum(map(len, piece))
                in_vain = await self._take(peer_id, piece)
                await asyncio.sleep(self._charge(peer_id, in_vain))
        finally:
            del self._queues[peer_id]
