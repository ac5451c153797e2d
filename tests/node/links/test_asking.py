"""Whom attachments are asked of, and when: a test for each rule of `node.links.asking`."""

from collections.abc import Sequence

from node.links.asking import (
    AGAIN_MS,
    ANSWER_MS,
    AT_FAULT,
    FOR_TRANSACTIONS,
    HEDGE_MS,
    MAX_FOR_BLOCKS,
    PATIENCE_MS,
    PAUSE_MS,
    REQUESTS_PER_PEER,
    WEIGHT,
    Asking,
    AttachmentRequest,
)
from node.links.bulk import REQUEST_ADDRESSES

PEERS = ("ann", "ben", "cleo")


def addresses(count: int, *, first: int = 0) -> tuple[bytes, ...]:
    return tuple(number.to_bytes(32, "big") for number in range(first, first + count))


(ONE,) = addresses(1)


class Scene:
    """Asking, with a clock that a test moves and peers that are linked."""

    def __init__(self, linked: Sequence[str] = PEERS) -> None:
        self.asking = Asking()
        self.linked = set(linked)
        self.ms = 0
        self.open: dict[str, list[AttachmentRequest]] = {}
        self.given_up: list[bytes] = []

    def block(self, wanted: Sequence[bytes], leader: str = "ann", others: Sequence[str] = PEERS) -> bool:
        return self.asking.want_for_block(wanted, [leader], others, self.ms)

    def transaction(self, wanted: Sequence[bytes], sender: str) -> bool:
        return self.asking.want_for_transaction(wanted, sender, self.ms)

    def asks(self, pass_ms: int = 0) -> list[tuple[str, tuple[bytes, ...]]]:
        """Who is asked for what once so much time has passed."""
        self.ms += pass_ms
        step = self.asking.step(self.ms, self.linked)
        self.given_up += step.given_up
        for ask in step.asks:
            self.open.setdefault(ask.peer, []).append(ask)
        return [(ask.peer, ask.addresses) for ask in step.asks]

    def answer(self, peer: str, *, lacking: Sequence[bytes] = ()) -> bool:
        """The peer answers its oldest request; whether it is at fault."""
        ask = self.open[peer].pop(0)
        given = [address for address in ask.addresses if address not in lacking]
        is_at_fault = self.asking.answered(ask, given, self.ms)
        self.asking.arrived(given)
        return is_at_fault

    def decline(self, peer: str) -> bool:
        return self.answer(peer, lacking=self.open[peer][0].addresses)

    def fail(self, peer: str, *, left_open: bool) -> bool:
        return self.asking.failed(self.open[peer].pop(0), self.ms, left_open=left_open)


def test_a1_what_two_transactions_and_a_block_name_is_asked_for_once() -> None:
    scene = Scene()
    scene.transaction([ONE], "ann")
    assert scene.asks() == [("ann", (ONE,))]
    scene.transaction([ONE], "ben")
    scene.block([ONE], leader="cleo")
    assert scene.asks() == []
    assert len(scene.asking) == 1
    scene.answer("ann")
    assert (scene.asks(), len(scene.asking), scene.given_up) == ([], 0, [])


def test_a1_a_second_sender_is_asked_where_the_first_has_nothing() -> None:
    scene = Scene()
    scene.transaction([ONE], "ann")
    scene.transaction([ONE], "ben")
    assert scene.asks() == [("ann", (ONE,))]
    scene.decline("ann")
    assert scene.asks() == [("ben", (ONE,))]


def test_a2_all_that_a_block_lacks_is_asked_for_at_once_from_several_peers() -> None:
    scene = Scene()
    wanted = addresses(3 * REQUESTS_PER_PEER * REQUEST_ADDRESSES + 1)
    scene.block(wanted)
    asked = scene.asks()
    assert [peer for peer, _ in asked] == [peer for peer in PEERS for _ in range(REQUESTS_PER_PEER)]
    assert [address for _, batch in asked for address in batch] == list(wanted[:-1])
    scene.answer("ben")
    assert scene.asks() == [("ben", wanted[-1:])]


def test_a2_one_who_does_not_answer_keeps_only_its_own_transactions_waiting() -> None:
    scene = Scene()
    scene.transaction(addresses(500), "ann")
    assert [peer for peer, _ in scene.asks()] == ["ann"] * FOR_TRANSACTIONS
    others = addresses(20, first=1_000)
    scene.transaction(others, "ben")
    assert scene.asks() == [("ben", others[:REQUEST_ADDRESSES]), ("ben", others[REQUEST_ADDRESSES:])]
    block = addresses(1, first=2_000)
    scene.block(block)
    assert scene.asks() == [("ann", block)], "a block finds room beside the transactions"


def test_a3_one_who_declines_or_fails_is_followed_at_once() -> None:
    scene = Scene()
    scene.block([ONE])
    assert scene.asks() == [("ann", (ONE,))]
    scene.decline("ann")
    assert scene.asks() == [("ben", (ONE,))]
    scene.fail("ben", left_open=False)
    assert scene.asks() == [("cleo", (ONE,))]


def test_a3_silent_peers_are_joined_by_twice_as_many_after_each_pause() -> None:
    names = [f"peer {number:02}" for number in range(20)]
    scene = Scene(names)
    scene.block([ONE], leader=names[0], others=names)
    counts = [len(scene.asks(pass_ms)) for pass_ms in (0, HEDGE_MS - 1, 1, HEDGE_MS, HEDGE_MS)]
    assert counts == [1, 0, 1, 2, 4]


def test_a3_one_that_had_nothing_is_asked_again_once_it_proposes_it_itself() -> None:
    """Found by the simulator: a silent peer kept the want open, and nobody else was asked any more."""
    scene = Scene()
    scene.block([ONE], leader="cleo")
    assert scene.asks() == [("cleo", (ONE,))]
    for peer in ("ann", "ben"):
        assert scene.asks(HEDGE_MS) == [(peer, (ONE,))]
        scene.decline(peer)
    scene.block([ONE], leader="ben")
    assert scene.asks() == [("ben", (ONE,))]
    scene.decline("ben")
    assert scene.asks(AGAIN_MS - HEDGE_MS) == [("ann", (ONE,))]
    assert scene.asks(HEDGE_MS) == [("ben", (ONE,))]


def test_a4_the_quick_are_asked_before_the_slow_and_who_is_at_fault_last() -> None:
    scene = Scene()
    for peer, answer_ms in (("ann", 10), ("ben", 2_000), ("cleo", 1)):
        scene.transaction(addresses(1, first=answer_ms), peer)
        scene.asks()
        scene.ms += answer_ms
        scene.answer(peer)
    for number in range(AT_FAULT // WEIGHT):
        scene.transaction(addresses(1, first=50 + number), "cleo")
        scene.asks()
        scene.decline("cleo")
    scene.block([ONE], leader="not linked", others=("cleo", "ben", "ann"))
    order = []
    while asked := scene.asks():
        ((peer, _),) = asked
        order.append(peer)
        scene.fail(peer, left_open=False)
    assert order == ["ann", "ben", "cleo"]


def test_a4_a_slow_one_is_asked_all_the_same_for_what_it_proposed_itself() -> None:
    scene = Scene()
    scene.block([ONE])
    assert scene.asks() == [("ann", (ONE,))]
    two = addresses(1, first=2)
    scene.ms += HEDGE_MS
    scene.block(two)
    asked = scene.asks()
    assert ("ben", (ONE, *two)) in asked and ("ann", two) in asked


def test_a4_one_who_leaves_a_request_open_is_slow_already() -> None:
    scene = Scene()
    scene.block([ONE])
    assert scene.asks() == [("ann", (ONE,))]
    scene.ms += HEDGE_MS
    two = addresses(1, first=2)
    scene.block(two, leader="cleo", others=("ann", "ben"))
    assert scene.asks() == [("ben", (ONE,)), ("cleo", two)]


def test_a5_what_nobody_has_is_given_up() -> None:
    scene = Scene()
    scene.block([ONE])
    for peer in PEERS:
        assert scene.asks() == [(peer, (ONE,))]
        scene.decline(peer)
    assert (scene.asks(), scene.given_up, len(scene.asking)) == ([], [ONE], 0)


def test_a5_what_nobody_linked_has_is_given_up() -> None:
    scene = Scene(linked=())
    scene.block([ONE])
    assert (scene.asks(), scene.given_up) == ([], [ONE])


def test_a5_what_takes_too_long_is_given_up_and_may_be_wanted_again() -> None:
    scene = Scene()
    scene.block([ONE], others=())
    scene.asks()
    scene.asks(PATIENCE_MS)
    assert (scene.given_up, len(scene.asking)) == ([ONE], 0)
    scene.block([ONE], others=())
    assert scene.asks() == [("ann", (ONE,))]
    scene.fail("ann", left_open=True)
    assert (scene.asks(), scene.given_up) == ([], [ONE]), "the new request is open all the same"


def test_a5_more_than_any_block_can_name_is_refused() -> None:
    scene = Scene()
    assert scene.block(addresses(MAX_FOR_BLOCKS))
    assert not scene.block(addresses(1, first=MAX_FOR_BLOCKS))


def test_a6_a_peer_that_withholds_what_it_named_is_at_fault_and_waits() -> None:
    scene = Scene()
    wanted = addresses(1_000)
    scene.transaction(wanted, "ann")
    scene.asks()
    faults = [scene.fail("ann", left_open=True) for _ in range(FOR_TRANSACTIONS)]
    assert faults == [False, True]
    assert scene.asks() == []
    assert sorted(scene.given_up) == sorted(wanted), "nothing of it is wanted any more"
    assert not scene.transaction([ONE], "ann")
    assert scene.transaction([ONE], "ben")
    scene.ms += PAUSE_MS
    assert scene.transaction([ONE], "ann")


def test_a6_a_leader_that_leaves_its_own_block_unanswered_is_at_fault_although_others_gave_it() -> None:
    scene = Scene()
    scene.block([ONE])
    assert [peer for peer, _ in scene.asks()] == ["ann"]
    assert [peer for peer, _ in scene.asks(HEDGE_MS)] == ["ben"]
    scene.answer("ben")
    scene.asks(ANSWER_MS)
    assert scene.fail("ann", left_open=True)
    scene.block(addresses(1, first=9))
    assert [peer for peer, _ in scene.asks()] == ["ben"]


def test_a6_who_never_named_it_or_lost_its_link_is_not_at_fault() -> None:
    scene = Scene()
    for number in range(10):
        scene.block(addresses(1, first=number), leader="ann", others=("ben",))
        assert [peer for peer, _ in scene.asks()] == ["ann"]
        assert not scene.fail("ann", left_open=False)
        assert [peer for peer, _ in scene.asks()] == ["ben"]
        assert not scene.decline("ben")
        scene.asks()


def test_a6_one_that_gives_most_of_what_it_named_is_not_at_fault() -> None:
    scene = Scene()
    for number in range(20):
        scene.transaction(addresses(1, first=number), "ann")
        scene.asks()
        assert not (scene.decline("ann") if number % 4 == 0 else scene.answer("ann"))
