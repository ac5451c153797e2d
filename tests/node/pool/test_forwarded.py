"""Transactions of other nodes are checked a piece at a time for each node, and in bounds."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from node.links.budget import Charge, ChargedKind
from node.pool.forwarded import MAX_WAITING, MAX_WAITING_BYTES, PIECE, Forwarded


class Checking:
    """Takes pieces when the test lets it; `waits_s` is what each charge answers."""

    def __init__(self) -> None:
        self.under_way: list[tuple[str, Sequence[bytes]]] = []
        self.taken: list[tuple[str, int]] = []
        self.charged: list[tuple[str, Mapping[ChargedKind, float]]] = []
        self.tasks: list[asyncio.Task[None]] = []
        self._may_go_on = asyncio.Event()
        self.forwarded = Forwarded(self.take, self.charge, self.spawn)

    async def take(self, peer_id: str, transactions: Sequence[bytes]) -> Mapping[ChargedKind, float]:
        self.under_way.append((peer_id, transactions))
        await self._may_go_on.wait()
        self.under_way.remove((peer_id, transactions))
        self.taken.append((peer_id, len(transactions)))
        return {Charge.UNFIT_TRANSACTION: len(transactions)}

    def charge(self, peer_id: str, in_vain: Mapping[ChargedKind, float]) -> float:
        self.charged.append((peer_id, in_vain))
        return 0.0

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.create_task(work))

    async def finish(self) -> None:
        """Let everything be taken."""
        self._may_go_on.set()
        await asyncio.gather(*self.tasks)


async def test_of_each_node_one_piece_is_under_way() -> None:
    checking = Checking()
    many = [b"%d" % number for number in range(2 * PIECE + 1)]
    for start in range(0, len(many), 5):
        checking.forwarded.put("much", many[start : start + 5])
    checking.forwarded.put("little", [b"one"])
    await asyncio.sleep(0)
    assert [peer for peer, _ in checking.under_way] == ["much", "little"]
    await checking.finish()
    assert checking.taken == [("much", PIECE), ("little", 1), ("much", PIECE), ("much", 1)]
    assert checking.charged == [(peer, {Charge.UNFIT_TRANSACTION: count}) for peer, count in checking.taken]
    checking.forwarded.put("much", [b"again"])
    await checking.finish()
    assert checking.taken[-1] == ("much", 1)


async def test_what_waits_is_bounded_in_number_and_bytes() -> None:
    checking = Checking()
    checking.forwarded.put("many", [b"%d" % number for number in range(MAX_WAITING + 1)])
    checking.forwarded.put("long", [bytes(MAX_WAITING_BYTES // 2)] * 3)
    await checking.finish()
    assert sum(count for peer, count in checking.taken if peer == "many") == MAX_WAITING
    assert sum(count for peer, count in checking.taken if peer == "long") == 2


async def test_what_waits_is_forgotten_with_the_link() -> None:
    checking = Checking()
    checking.forwarded.put("gone", [b"%d" % number for number in range(2 * PIECE)])
    checking.forwarded.forget("gone")
    await asyncio.sleep(0)
    checking.forwarded.put("gone", [b"back"])
    checking.forwarded.forget("unheard of")
    await checking.finish()
    assert checking.taken == [("gone", 1)]
