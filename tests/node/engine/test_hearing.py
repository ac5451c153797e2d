"""What peers say is handled a little at a time; what is in vain is charged, its sender slowed and dropped."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from api.ports import Accepted, Final
from consensus.events import LinkDown, LinkUp, Now, Waste
from consensus.messages import BlockMessage, GetBlock, Message, VoteMessage
from consensus.wire import encode_message
from node.engine.hearing import TURN_S, Hearing
from node.engine.inbox import Inbox
from node.links.budget import ALLOWANCES, PATIENCE_S, Budgets, Charge
from node.links.frames import FrameKind, PublicationNews, frame, news_frame, transactions_frame
from node.links.network import Links
from node.observing.misconduct import Fault, Misconduct
from tests.consensus.bench import block
from tests.consensus.votes import nullify
from tests.node.engine.cores import core
from tests.node.process.cluster import cluster

STEP_S = 2**-13
"""The time that handling one frame takes here, by the test's clock."""


class Names:
    """The part of a network that a hearing needs."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, Fault]] = []
        self.dropped: list[tuple[str, Fault]] = []

    def note(self, peer_id: str, fault: Fault) -> None:
        self.noted.append((peer_id, fault))

    def drop(self, peer_id: str, fault: Fault) -> None:
        self.dropped.append((peer_id, fault))


class Room:
    """A replica that hears peers; the clocks move when the test says so, and by a step for each frame."""

    def __init__(self) -> None:
        self.ms = 0
        self.cpu_s = 0.0
        self.names = Names()
        self.forwarded: list[tuple[str, Sequence[bytes]]] = []
        self.news: list[PublicationNews] = []
        self.core = core(4, 0)
        self.inbox = Inbox(lambda: self.ms / 1000)
        self.hearing = Hearing(
            self.inbox,
            Budgets(),
            cast(Links, self.names),
            lambda *given: self.forwarded.append(given),
            self._told,
            self._step,
        )

    def _told(self, peer_id: str, news: PublicationNews) -> bool:
        is_new = news not in self.news
        self.news.append(news)
        return is_new

    def _step(self) -> float:
        self.cpu_s += STEP_S
        return self.cpu_s

    async def say(self, number: int, *messages: Message) -> None:
        """Frames of a peer arrive."""
        frames = [frame(FrameKind.CONSENSUS, encode_message(message)) for message in messages]
        await self.inbox.frames(f"peer-{number}", frames)

    def hear(self) -> int:
        """One turn; how many arrivals were handled."""
        return self.hearing.hear(self.core, Now(self.ms, self.ms))[1]


@pytest.fixture
def room() -> Room:
    return Room()


async def test_a_turn_ends_after_its_time_and_the_rest_waits(room: Room) -> None:
    await room.say(1, *[GetBlock(bytes(32))] * 150)
    in_a_turn = math.ceil(TURN_S / STEP_S)
    assert room.hear() == in_a_turn
    assert room.hear() == 150 - in_a_turn
    assert room.hear() == 0


async def test_a_block_that_nobody_asked_for_is_charged_and_not_decoded(room: Room) -> None:
    whole = frame(FrameKind.CONSENSUS, encode_message(BlockMessage(block(1))))
    broken = whole[:3] + b"no block at all"
    count = int(ALLOWANCES[Waste.BLOCK].burst) + 1
    await room.inbox.frames("peer-1", [broken] * count)
    room.hear()
    assert room.names.noted == [("peer-1", Misconduct.UNASKED_BLOCKS)]
    assert room.names.dropped == []


async def test_who_goes_on_is_paused_then_dropped_while_others_are_heard(room: Room) -> None:
    while not room.names.dropped:
        await room.say(1, *[GetBlock(bytes(32))] * 400)
        await room.say(2, VoteMessage(nullify(2, 1)))
        for _ in range(10):
            room.hear()
        room.ms += 250
        assert room.ms < 2_000 * PATIENCE_S
    assert set(room.names.noted) == {("peer-1", Misconduct.TOO_MANY_QUESTIONS)}
    assert room.names.dropped == [("peer-1", Misconduct.TOO_MANY_QUESTIONS)]
    await room.say(1, *[GetBlock(bytes(32))] * 400)
    assert room.hear() == 0


async def test_bytes_outside_the_protocol_shut_the_peer_until_its_link_is_up_again(room: Room) -> None:
    await room.inbox.frames("peer-1", [b"\xff\xff", transactions_frame([b"late"])])
    room.hear()
    assert room.names.dropped == [("peer-1", Misconduct.MALFORMED_MESSAGE)]
    assert room.forwarded == []
    room.inbox.link("peer-1", LinkDown(1))
    room.inbox.link("peer-1", LinkUp(1))
    await room.inbox.frames("peer-1", [transactions_frame([b"again"])])
    room.hear()
    assert room.forwarded == [("peer-1", (b"again",))]


async def test_news_of_publications_is_told_and_charged_where_it_is_known(room: Room) -> None:
    news = PublicationNews(7, bytes(32))
    known = int(ALLOWANCES[Charge.PUBLICATION].burst)
    await room.inbox.frames("peer-1", [news_frame(news)] * (known + 1))
    while room.hear():
        pass
    assert room.news == [news] * (known + 1)
    assert room.names.noted == []
    await room.inbox.frames("peer-1", [news_frame(news)])
    room.hear()
    assert room.names.noted == [("peer-1", Misconduct.TOO_MUCH_NEWS)]


async def test_what_is_new_is_not_charged_and_what_is_known_is(room: Room) -> None:
    votes = [VoteMessage(nullify(number, view)) for view in range(1, 17) for number in (1, 2)]
    known = int(ALLOWANCES[Waste.VOTE].burst)
    await room.say(1, *votes, *[votes[0]] * known)
    while room.hear():
        pass
    assert room.names.noted == []
    await room.say(1, votes[0])
    room.hear()
    assert room.names.noted == [("peer-1", Misconduct.TOO_MANY_VOTES)]


async def test_nobody_is_charged_in_a_network_that_restarts_and_loses_links_under_load(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as links:
        for cut in range(2):
            await links.stop(3)
            links.links.sever("peer0", "peer1")
            for index in (0, 1, 2):
                await links.nodes[index].service.submit([links.anchor(index) for _ in range(50)])
            links.start(3)
            links.links.restore("peer0", "peer1")
            (outcome,) = await links.nodes[cut].service.submit([links.anchor(cut)])
            assert isinstance(outcome, Accepted)
            assert isinstance(await links.nodes[cut].service.wait_final(outcome.transaction_id, 20.0), Final)
        named = {concern.what for node in links.nodes.values() for concern in node.service.health().concerns}
        assert named.isdisjoint(allowance.fault for allowance in ALLOWANCES.values())
