"""The inbox: all at once, in order; peers wait for room, own events do not."""

import asyncio

from consensus.events import Event, LinkDown, LinkUp, PoolChanged, Tick
from node.inbox import Inbox


async def test_what_waits_is_taken_at_once_and_in_order() -> None:
    inbox = Inbox()
    events: list[Event] = [LinkUp(1), Tick(), LinkDown(1)]
    for event in events:
        inbox.put(event)
    assert await inbox.take(None) == events
    assert await inbox.take(0) == []


async def test_a_taker_is_woken_by_the_first_event() -> None:
    inbox = Inbox()
    taker = asyncio.create_task(inbox.take(None))
    await asyncio.sleep(0)
    assert not taker.done()
    inbox.put(Tick())
    inbox.put(PoolChanged(True))
    assert await taker == [Tick(), PoolChanged(True)]


async def test_a_full_inbox_makes_peers_wait_until_it_is_taken() -> None:
    inbox = Inbox(capacity=2)
    inbox.put(Tick())
    await inbox.room()
    inbox.put(Tick())
    peer = asyncio.create_task(inbox.room())
    await asyncio.sleep(0)
    assert not peer.done()
    inbox.put(PoolChanged(False))
    assert len(await inbox.take(None)) == 3
    await peer
