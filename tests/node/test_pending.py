"""What waits of a member that rests is no reason for a block, and is one again in time (`node.resting`)."""

from asyncio import TimerHandle
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from consensus.header import Header
from node.backlog import Backlog
from node.block_time import BlockTime
from node.builder import BlockLimits
from node.contents import Contents
from node.failpoints import FailPoints
from node.ledger import Branch, Written
from node.mempool import ExecutionRejection, Mempool, Pending, PoolLimits
from node.pending import PendingTransactions
from node.resting import HEAVY_UNITS, REST, UNITS_PER_MS
from registry.execution import Receipt
from registry.rejection import RejectionReason
from registry.tables import MemoryStore

UNUSED: Any = None
REST_S = REST * HEAVY_UNITS / UNITS_PER_MS / 1_000


class Alarm:
    """A timer that the test lets ring."""

    def __init__(self, due_s: float, ring: Callable[[], None]) -> None:
        self.due_s = due_s
        self.ring = ring
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Door:
    """Pending transactions with a clock and timers of the test's own, and what was told of them."""

    def __init__(self) -> None:
        self.now_s = 5.0
        self.told: list[bool] = []
        self.pool = Mempool(PoolLimits())
        self._alarms: list[Alarm] = []
        self._blocks = 0
        self.pending = PendingTransactions(
            Backlog(self.pool, BlockLimits(1_000_000, 1_000), lambda: 0, lambda: round(self.now_s * 1_000)),
            UNUSED,
            Contents(MemoryStore()),
            UNUSED,
            UNUSED,
            lambda: BlockTime(0, 0, 0),
            self.told.append,
            FailPoints(),
            lambda: self.now_s,
            self._call_later,
        )

    def _call_later(self, delay_s: float, ring: Callable[[], None]) -> TimerHandle:
        alarm = Alarm(self.now_s + delay_s, ring)
        self._alarms.append(alarm)
        return cast(TimerHandle, alarm)

    def pass_time(self, seconds: float) -> None:
        """The clock moves, and timers ring when they are due."""
        end_s = self.now_s + seconds
        while due := [one for one in self._alarms if not one.is_cancelled and one.due_s <= end_s]:
            first = min(due, key=lambda one: one.due_s)
            self._alarms.remove(first)
            self.now_s = max(self.now_s, first.due_s)
            first.ring()
            self._is_told_rightly()
        self.now_s = end_s

    @staticmethod
    def name(member: str, number: int = 0) -> bytes:
        """The id of a member's transaction."""
        return f"{member}{number}".encode().ljust(32, b".")

    def wait(self, member: str, number: int = 0) -> None:
        """A transaction of the member waits."""
        name = self.name(member, number)
        assert self.pool.add(Pending(name, name, member, 10**9)) is None
        self.pending.tell()

    def notarize(self, *receipts: Receipt) -> Branch:
        """A block with these was notarized."""
        self._blocks += 1
        header = cast(Header, SimpleNamespace(height=self._blocks, time_ms=0))
        named = self._blocks.to_bytes(32, "big")
        branch = Branch(named, header, UNUSED, UNUSED, (), {}, None, receipts)
        self.pending.notarized(branch)
        self._is_told_rightly()
        return branch

    def queued(self) -> set[str]:
        """Whose transactions a block may be filled from."""
        return set(self.pending.queues(()))

    def _is_told_rightly(self) -> None:
        assert (self.told[-1:] or [False])[0] == self.pending.includable


def receipt(member: str, cost: int = 1, *, has_attachments: bool = False) -> Receipt:
    return Receipt(bytes(32), 1, cost, member, has_attachments)


def test_what_rests_is_told_when_it_begins_to_and_when_it_has() -> None:
    door = Door()
    door.wait("a")
    door.notarize(receipt("a", HEAVY_UNITS), receipt("b"))
    assert (door.told, door.queued()) == ([True, False], set())
    door.pass_time(REST_S - 0.01)
    assert door.told == [True, False]
    door.pass_time(0.01)
    assert (door.told, door.queued()) == ([True, False, True], {"a"})


def test_another_s_transaction_is_put_into_a_block_without_those_of_a_resting_member() -> None:
    door = Door()
    door.wait("a")
    door.notarize(receipt("a", HEAVY_UNITS), receipt("b"))
    door.wait("b")
    assert (door.told, door.queued()) == ([True, False, True], {"b"})


def test_each_member_is_told_of_when_its_own_rest_ends() -> None:
    """A light transaction with an attachment does not wait for the end of a longer rest."""
    door = Door()
    door.wait("a")
    door.wait("c")
    door.notarize(receipt("a", HEAVY_UNITS), receipt("c", has_attachments=True), receipt("b"))
    assert door.queued() == set()
    door.pass_time(REST / 1_000)
    assert (door.told[-1], door.queued()) == (True, {"c"})


def test_a_rest_that_begins_because_another_ends_is_told() -> None:
    """Where all active members rest nobody does; once one of them has rested the others are to."""
    door = Door()
    door.wait("a")
    door.notarize(receipt("a", HEAVY_UNITS), receipt("c", has_attachments=True))
    assert door.told == [True]
    door.pass_time(REST / 1_000)
    assert door.told == [True, False]
    door.pass_time(REST_S)
    assert door.told == [True, False, True]


def test_nobody_rests_once_the_others_are_no_longer_at_work() -> None:
    door = Door()
    door.notarize(receipt("b"))
    door.pass_time(0.9)
    door.wait("a")
    door.notarize(receipt("a", HEAVY_UNITS))
    assert door.told == [True, False]
    door.pass_time(0.1)
    assert door.told == [True, False, True]


def test_a_block_counts_once_however_it_is_heard_of() -> None:
    door = Door()
    door.wait("a")
    branch = door.notarize(receipt("a", HEAVY_UNITS), receipt("b"))
    door.pass_time(REST_S / 2)
    door.pending.settle(Written((branch,)))
    door.pass_time(REST_S / 2)
    assert door.told == [True, False, True]


def test_a_block_that_is_final_without_that_counts_too() -> None:
    door = Door()
    door.wait("a")
    unseen = Door().notarize(receipt("a", HEAVY_UNITS), receipt("b"))
    door.pending.settle(Written((unseen,)))
    assert door.told == [True, False]


def test_what_only_one_node_may_know_lets_nobody_rest() -> None:
    door = Door()
    door.wait("b")
    door.pool.set_aside([ExecutionRejection(door.name("b"), b"", 1, RejectionReason.EXPIRED, "")])
    door.wait("a")
    door.notarize(receipt("a", HEAVY_UNITS))
    assert door.queued() == {"a"}
