"""What waits of a member that rests calls for no block until its rest is over (`node.ledger.resting`)."""

from types import SimpleNamespace
from typing import Any, cast

from consensus.header import Header
from node.ledger.builder import BlockLimits
from node.ledger.candidates import ExecutionRejection, WaitingTransaction
from node.ledger.ledger import Branch
from node.ledger.resting import HEAVY_UNITS, REST, UNITS_PER_MS
from node.pool.backlog import Backlog
from node.pool.mempool import Mempool, PoolLimits
from registry.execution import Receipt
from registry.rejection import TransactionReason

UNUSED: Any = None
REST_MS = REST * HEAVY_UNITS // UNITS_PER_MS


class Scene:
    """A backlog with a clock of the test's own, and what was told of it."""

    def __init__(self) -> None:
        self.now_ms = 5_000
        self.told: list[bool] = []
        self.pool = Mempool(PoolLimits())
        self._blocks = 0
        self.backlog = Backlog(self.pool, BlockLimits(1_000_000, 1_000), lambda: 0, lambda: self.now_ms)

    def tell(self) -> None:
        """Whoever drives it asks for news."""
        news = self.backlog.news()
        if news is not None:
            self.told.append(news)

    def pass_time(self, ms: int) -> None:
        """The clock moves; at each time that the backlog named it is asked for news."""
        end_ms = self.now_ms + ms
        while (due_ms := self.backlog.next_change_ms()) is not None and due_ms <= end_ms:
            self.now_ms = max(self.now_ms, due_ms)
            self.tell()
            self._is_told_rightly()
        self.now_ms = end_ms

    @staticmethod
    def name(member: str, number: int = 0) -> bytes:
        """The id of a member's transaction."""
        return f"{member}{number}".encode().ljust(32, b".")

    def wait(self, member: str, number: int = 0) -> None:
        """A transaction of the member waits."""
        name = self.name(member, number)
        assert self.pool.add(WaitingTransaction(name, name, member, 10**9)) is None
        self.tell()

    def notarize(self, *receipts: Receipt) -> Branch:
        """A block with these was notarized."""
        self._blocks += 1
        header = cast(Header, SimpleNamespace(height=self._blocks, time_ms=0))
        named = self._blocks.to_bytes(32, "big")
        branch = Branch(named, header, UNUSED, UNUSED, (), {}, None, receipts)
        self.backlog.notarized(branch)
        self.tell()
        return branch

    def queued(self) -> set[str]:
        """Whose transactions a block may be filled from."""
        return set(self.backlog.queues(()))

    def _is_told_rightly(self) -> None:
        assert (self.told[-1:] or [False])[0] == self.backlog.includable


def receipt(member: str, cost: int = 1, *, has_attachments: bool = False) -> Receipt:
    return Receipt(bytes(32), 1, cost, member, has_attachments)


def test_what_rests_is_told_when_it_begins_to_and_when_it_has() -> None:
    scene = Scene()
    scene.wait("a")
    scene.notarize(receipt("a", HEAVY_UNITS), receipt("b"))
    assert (scene.told, scene.queued()) == ([True, False], set())
    scene.pass_time(REST_MS - 10)
    assert scene.told == [True, False]
    scene.pass_time(10)
    assert (scene.told, scene.queued()) == ([True, False, True], {"a"})


def test_another_s_transaction_is_put_into_a_block_without_those_of_a_resting_member() -> None:
    scene = Scene()
    scene.wait("a")
    scene.notarize(receipt("a", HEAVY_UNITS), receipt("b"))
    scene.wait("b")
    assert (scene.told, scene.queued()) == ([True, False, True], {"b"})


def test_each_member_is_told_of_when_its_own_rest_ends() -> None:
    """A light transaction with an attachment does not wait for the end of a longer rest."""
    scene = Scene()
    scene.wait("a")
    scene.wait("c")
    scene.notarize(receipt("a", HEAVY_UNITS), receipt("c", has_attachments=True), receipt("b"))
    assert scene.queued() == set()
    scene.pass_time(REST)
    assert (scene.told[-1], scene.queued()) == (True, {"c"})


def test_a_rest_that_begins_because_another_ends_is_told() -> None:
    """Where all active members rest nobody does; once one of them has rested the others are to."""
    scene = Scene()
    scene.wait("a")
    scene.notarize(receipt("a", HEAVY_UNITS), receipt("c", has_attachments=True))
    assert scene.told == [True]
    scene.pass_time(REST)
    assert scene.told == [True, False]
    scene.pass_time(REST_MS)
    assert scene.told == [True, False, True]


def test_nobody_rests_once_the_others_are_no_longer_at_work() -> None:
    scene = Scene()
    scene.notarize(receipt("b"))
    scene.pass_time(900)
    scene.wait("a")
    scene.notarize(receipt("a", HEAVY_UNITS))
    assert scene.told == [True, False]
    scene.pass_time(100)
    assert scene.told == [True, False, True]


def test_a_block_counts_once_however_it_is_heard_of() -> None:
    scene = Scene()
    scene.wait("a")
    branch = scene.notarize(receipt("a", HEAVY_UNITS), receipt("b"))
    scene.pass_time(REST_MS // 2)
    scene.backlog.settle([branch])
    scene.tell()
    scene.pass_time(REST_MS // 2)
    assert scene.told == [True, False, True]


def test_a_block_that_is_final_without_that_counts_too() -> None:
    scene = Scene()
    scene.wait("a")
    unseen = Scene().notarize(receipt("a", HEAVY_UNITS), receipt("b"))
    scene.backlog.settle([unseen])
    scene.tell()
    assert scene.told == [True, False]


def test_what_only_one_node_may_know_lets_nobody_rest() -> None:
    scene = Scene()
    scene.wait("b")
    scene.pool.set_aside([ExecutionRejection(scene.name("b"), b"", 1, TransactionReason.EXPIRED, "")])
    scene.wait("a")
    scene.notarize(receipt("a", HEAVY_UNITS))
    assert scene.queued() == {"a"}


def test_the_end_of_a_rest_that_nobody_looked_at_in_time_is_due_at_once() -> None:
    scene = Scene()
    scene.wait("a")
    scene.notarize(receipt("a", HEAVY_UNITS), receipt("b"))
    scene.now_ms += 60_000
    assert scene.backlog.next_change_ms() == scene.now_ms
    scene.tell()
    assert (scene.told, scene.backlog.next_change_ms()) == ([True, False, True], None)


def test_who_is_told_from_now_on_is_told_all() -> None:
    scene = Scene()
    scene.wait("a")
    scene.backlog.tell_anew()
    assert scene.backlog.next_change_ms() == scene.now_ms
    scene.tell()
    assert (scene.told, scene.backlog.has_news) == ([True, True], False)


def test_what_is_in_a_notarized_block_is_not_sent_to_a_leader_f3() -> None:
    scene = Scene()
    waiting = WaitingTransaction(scene.name("a"), b"encoded", "a", 10**9)
    assert scene.backlog.add(waiting) is None
    scene.backlog.admitted([waiting])
    scene.notarize(Receipt(waiting.id, 1, 1, "a", False))
    assert [scene.backlog.view_began() for _ in range(3)] == [(), (), ()]
    scene.backlog.settle([Scene().notarize(receipt("b"))])
    assert scene.backlog.view_began() == (b"encoded",)
