"""Fetching attachments from peers that answer, decline, lie or keep silent; the clock is the test's."""

import asyncio
from collections.abc import Collection, Mapping

import pytest

from node.links.asking import ANSWER_MS, AT_FAULT, HEDGE_MS, WEIGHT
from node.links.bulk import GetContents, decode_request, encode_contents
from node.links.contents import Contents
from node.links.fetching import ASLEEP_MS, Fetching
from node.observing.misconduct import Misconduct
from node.transport.port import RequestFailed, RequestFailure
from registry.attachments import Attachment
from registry.tables import MemoryStore

ONE, TWO = (Attachment(bytes([number]) * 16, b"content") for number in (1, 2))
HELD = {one.address: one.encode() for one in (ONE, TWO)}


class Scene:
    """Peers by name: a mapping is what one holds, a failure what it answers, None silence for ever."""

    def __init__(self, peers: Mapping[str, Mapping[bytes, bytes] | RequestFailure | None]) -> None:
        self.linked: Collection[str] = list(peers)
        self.ms = 0
        self.asked: list[str] = []
        self.accused: list[tuple[str, Misconduct, bool]] = []
        self.errors: list[BaseException] = []
        self.told: list[bool] = []
        self.contents = Contents(MemoryStore())
        self.fetching = Fetching(self.contents, self, lambda: self.ms)
        self._peers = peers
        self._silence: dict[str, asyncio.Future[bytes]] = {}

    async def request(self, peer_id: str, body: bytes, timeout_s: float) -> bytes:
        self.asked.append(peer_id)
        request = decode_request(body)
        assert isinstance(request, GetContents)
        answer = self._peers[peer_id]
        if answer is None:
            self._silence[peer_id] = asyncio.get_running_loop().create_future()
            return await self._silence[peer_id]
        if isinstance(answer, RequestFailure):
            raise RequestFailed(peer_id, answer)
        return encode_contents([answer.get(address) for address in request.addresses])

    def accuse(self, peer_id: str, fault: Misconduct, *, drops: bool) -> None:
        self.accused.append((peer_id, fault, drops))

    def failed(self, error: BaseException) -> None:
        self.errors.append(error)

    async def settle(self, pass_ms: int = 0) -> None:
        """Time passes, and everything that is ready happens."""
        self.ms += pass_ms
        self.fetching.look()
        for _ in range(20):
            await asyncio.sleep(0)

    async def time_out(self, peer_id: str, *, asleep: bool = False) -> None:
        """The transport's patience with this peer ends, while this node looks or is `asleep`."""
        for _ in range(0, ANSWER_MS, ASLEEP_MS // 2):
            self.ms += ASLEEP_MS // 2
            if not asleep:
                self.fetching.look()
        self._silence.pop(peer_id).set_exception(RequestFailed(peer_id, RequestFailure.TIMED_OUT))
        await self.settle()

    async def block(self, *wanted: Attachment, leader: str = "ann") -> None:
        self.fetching.for_block([one.address for one in wanted], [leader], self.linked, self.told.append)
        await self.settle()

    async def transaction(self, *wanted: Attachment, sender: str = "ann") -> None:
        self.fetching.for_transaction([one.address for one in wanted], sender, self.told.append)
        await self.settle()


async def test_what_the_leader_gives_is_held_and_told_once() -> None:
    scene = Scene({"ann": HELD, "ben": HELD})
    await scene.block(ONE, TWO)
    assert (scene.asked, scene.told, len(scene.fetching)) == (["ann"], [True], 0)
    assert scene.contents.missing(HELD) == []


async def test_a_silent_leader_costs_one_pause_and_is_named() -> None:
    scene = Scene({"ann": None, "ben": HELD})
    await scene.block(ONE)
    await scene.settle(HEDGE_MS)
    assert (scene.asked, scene.told) == (["ann", "ben"], [True])
    await scene.time_out("ann")
    assert scene.accused == [("ann", Misconduct.WITHHELD_ATTACHMENT, False)]


async def test_a_node_that_was_asleep_itself_blames_nobody() -> None:
    scene = Scene({"ann": None, "ben": HELD})
    await scene.block(ONE)
    await scene.settle(HEDGE_MS)
    await scene.time_out("ann", asleep=True)
    assert scene.accused == []


@pytest.mark.parametrize(
    "failure", [RequestFailure.CUT_OFF, RequestFailure.NO_LINK, RequestFailure.BUSY, RequestFailure.TIMED_OUT]
)
async def test_a_peer_whose_link_was_lost_is_not_named(failure: RequestFailure) -> None:
    scene = Scene({"ann": failure, "ben": HELD})
    for one in (ONE, TWO):
        scene.linked = ["ann", "ben"]
        scene.fetching.for_block([one.address], ["ann"], ["ben"], scene.told.append)
        scene.linked = ["ben"]
        await scene.settle()
    assert (scene.told, scene.accused) == ([True, True], [])


@pytest.mark.parametrize("declines", [RequestFailure.DECLINED, {}], ids=["as a whole", "each"])
async def test_who_sends_transactions_and_declines_what_they_name_is_named(
    declines: RequestFailure | Mapping[bytes, bytes],
) -> None:
    scene = Scene({"ann": declines, "ben": HELD})
    for _ in range(AT_FAULT // WEIGHT):
        await scene.transaction(ONE)
    assert scene.accused == [("ann", Misconduct.WITHHELD_ATTACHMENT, False)]
    assert scene.asked == ["ann", "ann"], "no other node needs to have what a transaction names"
    assert scene.fetching.is_paused("ann") and not scene.fetching.is_paused("ben")
    await scene.transaction(TWO)
    assert scene.told == [False, False, False]
    assert len(scene.asked) == 2, "for a while it is not asked again"


async def test_a_false_attachment_costs_the_link_and_another_is_asked() -> None:
    scene = Scene({"ann": {ONE.address: TWO.encode()}, "ben": HELD})
    await scene.block(ONE)
    assert scene.accused == [("ann", Misconduct.FALSE_ATTACHMENT, True)]
    assert (scene.asked, scene.told) == (["ann", "ben"], [True])


async def test_whoever_waits_for_two_of_which_one_is_given_up_is_told_once() -> None:
    scene = Scene({"ann": {TWO.address: TWO.encode()}})
    await scene.block(ONE, TWO)
    assert (scene.told, len(scene.fetching)) == ([False], 0)
    assert scene.contents.missing([ONE.address, TWO.address]) == [ONE.address]


async def test_a_defect_while_fetching_ends_the_node() -> None:
    scene = Scene({"ann": HELD})

    def broken(_: bool) -> None:
        raise LookupError("a defect")

    scene.fetching.for_block([ONE.address], ["ann"], [], broken)
    await scene.settle()
    assert [type(error) for error in scene.errors] == [LookupError]


async def test_nothing_is_asked_for_after_the_end() -> None:
    scene = Scene({"ann": None, "ben": HELD})
    await scene.block(ONE)
    scene.fetching.close()
    await asyncio.sleep(0)
    assert (scene.asked, scene.told, scene.errors) == (["ann"], [], [])
