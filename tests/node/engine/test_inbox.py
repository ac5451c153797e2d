"""The inbox: own events first, peers in turn by what they cost, in order, bounded; paused and shut ones."""

import asyncio

import pytest

from consensus.events import LinkDown, LinkUp, PoolChanged, Tick
from node.engine.inbox import QUANTUM_S, ROOM_BYTES, Inbox, PeerArrival

BATCH = [b"first", b"second"]


class Waiting(Inbox):
    """An inbox whose clock stands still until a test moves it; each frame costs its peer the same."""

    def __init__(self) -> None:
        self.now_s = 0.0
        super().__init__(lambda: self.now_s)

    def take(self, cost_s: float = 0.0) -> list[tuple[str, PeerArrival]]:
        """All that can be taken now."""
        taken = []
        while (one := self.next()) is not None:
            taken.append(one)
            self.spent(one[0], cost_s)
        return taken


@pytest.fixture
def inbox() -> Waiting:
    return Waiting()


async def is_waiting(inbox: Inbox) -> bool:
    """Whether there is nothing to take."""
    taker = asyncio.create_task(inbox.wait(None))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    done = taker.done()
    taker.cancel()
    return not done


async def test_i1_own_events_are_taken_at_once_and_in_order(inbox: Waiting) -> None:
    assert await is_waiting(inbox)
    inbox.put(Tick())
    inbox.put(PoolChanged(True))
    assert not await is_waiting(inbox)
    assert inbox.own() == [Tick(), PoolChanged(True)]
    assert inbox.own() == []


async def test_a_taker_is_woken_by_the_first_arrival_and_by_the_end_of_its_time(inbox: Waiting) -> None:
    taker = asyncio.create_task(inbox.wait(None))
    await asyncio.sleep(0)
    await inbox.frames("a", BATCH)
    await taker
    assert inbox.take() == [("a", b"first"), ("a", b"second")]
    await inbox.wait(0.0)


async def test_a_taker_can_be_woken_for_what_is_elsewhere(inbox: Waiting) -> None:
    taker = asyncio.create_task(inbox.wait(None))
    await asyncio.sleep(0)
    inbox.wake()
    await taker
    assert inbox.own() == []
    assert await is_waiting(inbox)


async def test_i2_links_and_frames_of_a_peer_keep_their_order(inbox: Waiting) -> None:
    inbox.link("a", LinkUp(1))
    await inbox.frames("a", BATCH)
    inbox.link("a", LinkDown(1))
    assert inbox.take() == [("a", one) for one in (LinkUp(1), *BATCH, LinkDown(1))]


async def test_i3_whoever_costs_more_waits_longer(inbox: Waiting) -> None:
    for peer, count in (("costly", 20), ("cheap", 6)):
        await inbox.frames(peer, [b"%d" % number for number in range(count)])
    order = []
    while (taken := inbox.next()) is not None:
        order.append(taken[0])
        inbox.spent(taken[0], 2 * QUANTUM_S if taken[0] == "costly" else QUANTUM_S / 2)
    assert order[:9] == ["costly", "cheap", "cheap", "cheap", "cheap", "costly", "cheap", "cheap", "costly"]
    assert order[9:] == ["costly"] * 17


async def test_i3_a_debt_is_kept_while_a_peer_is_silent(inbox: Waiting) -> None:
    await inbox.frames("costly", [b"1"])
    inbox.take(cost_s=3 * QUANTUM_S)
    await inbox.frames("costly", [b"2"])
    await inbox.frames("cheap", [b"3", b"4"])
    assert [peer for peer, _ in inbox.take(cost_s=QUANTUM_S)] == ["cheap", "cheap", "costly"]


async def test_i4_a_peer_whose_frames_fill_its_room_waits_and_others_do_not(inbox: Waiting) -> None:
    full = asyncio.create_task(inbox.frames("a", [bytes(ROOM_BYTES)]))
    await asyncio.sleep(0)
    await inbox.frames("b", BATCH)
    assert not full.done()
    inbox.take()
    await full
    assert inbox.size_bytes == 0


async def test_i5_a_paused_peer_is_passed_over_until_its_time_has_come(inbox: Waiting) -> None:
    await inbox.frames("a", BATCH)
    await inbox.frames("b", BATCH)
    inbox.pause("a", 1.0)
    assert {peer for peer, _ in inbox.take()} == {"b"}
    assert await is_waiting(inbox)
    inbox.now_s = 1.0
    assert not await is_waiting(inbox)
    assert {peer for peer, _ in inbox.take()} == {"a"}


async def test_i5_a_peer_of_whom_nothing_was_heard_can_be_paused(inbox: Waiting) -> None:
    inbox.clear()
    inbox.pause("gone", 1.0)  # its transactions were still being checked when an epoch ended
    assert inbox.take() == []


async def test_i5_the_frames_of_a_paused_peer_end_with_its_link(inbox: Waiting) -> None:
    await inbox.frames("a", BATCH)
    inbox.pause("a", 1.0)
    inbox.link("a", LinkDown(1))
    assert inbox.take() == [("a", LinkDown(1))]


async def test_i5_a_shut_peer_is_heard_again_when_its_link_is_up_again(inbox: Waiting) -> None:
    waiting = asyncio.create_task(inbox.frames("a", [bytes(ROOM_BYTES)]))
    await asyncio.sleep(0)
    inbox.shut("a")
    await waiting
    await inbox.frames("a", BATCH)
    inbox.link("a", LinkDown(1))
    inbox.link("a", LinkUp(1))
    await inbox.frames("a", BATCH)
    assert inbox.take() == [("a", one) for one in (LinkDown(1), LinkUp(1), *BATCH)]


async def test_what_is_cleared_is_gone_and_nobody_waits_for_room(inbox: Waiting) -> None:
    waiting = asyncio.create_task(inbox.frames("a", [bytes(ROOM_BYTES)]))
    await asyncio.sleep(0)
    inbox.put(Tick())
    inbox.clear()
    await waiting
    assert (inbox.own(), inbox.take()) == ([], [])
