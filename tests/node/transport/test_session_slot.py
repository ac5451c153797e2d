"""Who holds the place of a peer, by the rules of `node.transport.session_slot`, on a clock that the test
moves."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import cast

import trio
from trio.testing import MockClock

from node.transport.boundary import PeerFailure
from node.transport.session import Session
from node.transport.session_slot import SessionSlot
from node.transport.settings import TransportTimings

TIMINGS = TransportTimings(second_dial_s=3.0, rival_s=2.5)


class FakeSession:
    """A session that lives until it is dropped; the test says when something came."""

    def __init__(self) -> None:
        self.ended = trio.Event()
        self.heard_s = trio.current_time()
        self.reason = ""

    def drop(self, reason: PeerFailure) -> None:
        self.reason = str(reason)
        self.ended.set()


class Scene:
    """The place of one peer at the end with the lower or the higher peer id."""

    def __init__(self, *, is_lower: bool) -> None:
        self.told = 0
        self.place = SessionSlot(is_lower=is_lower, timings=TIMINGS, in_two_places=self.tell)
        self.began_s = trio.current_time()

    def tell(self) -> None:
        self.told += 1

    @property
    def passed_s(self) -> float:
        return trio.current_time() - self.began_s

    async def connect(self, session: FakeSession, *, dialled: bool) -> bool:
        """Let a session try to win the place, and hold it while it lives."""
        won = await self.place.won_by(cast(Session, session), dialled=dialled)
        if won:
            self.place.take(cast(Session, session), dialled=dialled)
        return won

    async def lives_on(self, session: FakeSession) -> None:
        """Something comes every second."""
        while not session.ended.is_set():
            session.heard_s = trio.current_time()
            await trio.sleep(1)

    async def leaves_at_its_end(self, session: FakeSession) -> None:
        await session.ended.wait()
        self.place.leave()


def play(scenario: Callable[[trio.Nursery], Awaitable[None]]) -> None:
    async def run() -> None:
        async with trio.open_nursery() as nursery:
            await scenario(nursery)
            nursery.cancel_scope.cancel()

    trio.run(run, clock=MockClock(autojump_threshold=0))


def seconds_until(time_s: float) -> float:
    return time_s - trio.current_time()


def never_kept_out() -> float:
    return 0.0


def test_rule_1_the_lower_end_dials_at_once_and_the_higher_once_it_was_alone_for_a_while() -> None:
    async def scenario(nursery: trio.Nursery) -> None:
        for is_lower, waits_s in ((True, 0.0), (False, 3.0)):
            scene = Scene(is_lower=is_lower)
            await scene.place.until_free(never_kept_out)
            assert scene.passed_s == waits_s

    play(scenario)


def test_rule_1_nobody_dials_while_there_is_a_session_or_the_peer_is_kept_out() -> None:
    async def scenario(nursery: trio.Nursery) -> None:
        for is_lower in (True, False):
            scene, session = Scene(is_lower=is_lower), FakeSession()
            assert await scene.connect(session, dialled=False)
            nursery.start_soon(scene.leaves_at_its_end, session)
            nursery.start_soon(later, 10.0, session)
            await scene.place.until_free(partial(seconds_until, scene.began_s + 15.0))
            assert scene.passed_s == 15.0

    async def later(seconds: float, session: FakeSession) -> None:
        await trio.sleep(seconds)
        session.drop(PeerFailure("it ended"))

    play(scenario)


def test_rule_2_both_ends_keep_the_connection_of_the_lower_one_in_whatever_order_it_comes() -> None:
    async def scenario(nursery: trio.Nursery) -> None:
        for is_lower in (True, False):
            for lower_first in (True, False):
                scene = Scene(is_lower=is_lower)
                of_lower, of_higher = FakeSession(), FakeSession()
                for session in (of_lower, of_higher):
                    nursery.start_soon(scene.leaves_at_its_end, session)
                    nursery.start_soon(scene.lives_on, session)
                order = (of_lower, of_higher) if lower_first else (of_higher, of_lower)
                won = [
                    await scene.connect(session, dialled=(session is of_lower) is is_lower)
                    for session in order
                ]
                assert won == ([True, False] if lower_first else [True, True])
                assert scene.place.session is cast(Session, of_lower)
                assert of_lower.reason == ""
                assert scene.told == 0

    play(scenario)


def test_rule_3_a_session_that_lives_is_kept_and_a_key_in_two_places_is_told() -> None:
    async def scenario(nursery: trio.Nursery) -> None:
        scene, session = Scene(is_lower=False), FakeSession()
        assert await scene.connect(session, dialled=False)
        nursery.start_soon(scene.lives_on, session)
        for told in (0, 0, 1, 1):
            began_s = trio.current_time()
            assert not await scene.connect(FakeSession(), dialled=False)
            assert trio.current_time() - began_s == 2.5
            assert scene.told == told
        assert scene.place.session is cast(Session, session)

    play(scenario)


def test_rule_3_a_session_that_brings_nothing_more_gives_way() -> None:
    async def scenario(nursery: trio.Nursery) -> None:
        scene, session, newer = Scene(is_lower=True), FakeSession(), FakeSession()
        assert await scene.connect(session, dialled=True)
        nursery.start_soon(scene.leaves_at_its_end, session)
        assert await scene.connect(newer, dialled=False)
        assert (scene.passed_s, session.reason) == (
            2.5,
            "it is silent, and a newer connection took its place",
        )
        assert scene.place.session is cast(Session, newer)

    play(scenario)


def test_rule_3_one_connection_waits_at_a_time() -> None:
    async def scenario(nursery: trio.Nursery) -> None:
        scene, session = Scene(is_lower=True), FakeSession()
        assert await scene.connect(session, dialled=True)
        nursery.start_soon(scene.leaves_at_its_end, session)
        rivals = [FakeSession() for _ in range(5)]
        won: list[bool] = []

        async def try_it(rival: FakeSession) -> None:
            won.append(await scene.connect(rival, dialled=False))

        async with trio.open_nursery() as trying:
            for rival in rivals:
                trying.start_soon(try_it, rival)
                await trio.sleep(0.1)
        assert won == [False] * 4 + [True]
        assert scene.place.session is cast(Session, rivals[-1])
        assert [rival.reason for rival in rivals] == ["a later connection waits in its place"] * 4 + [""]

    play(scenario)
