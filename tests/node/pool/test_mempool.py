"""The pool's rules M1–M5: tables for each, and a random run that checks its accounts after every step."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from node.ledger.candidates import ExecutionRejection, WaitingTransaction
from node.pool.mempool import SPARE_ENDS, DroppedFromPool, Mempool, PoolLimits, PoolRefusal, RefusedByPool
from registry.rejection import TransactionReason

SIZE = 100
NOBODY: frozenset[bytes] = frozenset()
MEMBERS = st.sampled_from("abc")
NUMBERS = st.integers(0, 9)


def name(member: str, number: int) -> bytes:
    return f"{member}{number}".encode().ljust(32, b".")


def pending(member: str, number: int, *, size: int = SIZE, until_ms: int = 1_000) -> WaitingTransaction:
    return WaitingTransaction(name(member, number), name(member, number).ljust(size, b"."), member, until_ms)


def pool(count: int = 100, size: int = 1_000_000) -> Mempool:
    return Mempool(PoolLimits(count=count, bytes=size, block_count=10))


def fill_with(target: Mempool, member: str) -> int:
    """Adds transactions of a member until the pool refuses; says how many it took."""
    for number in range(10_000):
        if target.add(pending(member, number)) is not None:
            return number
    raise AssertionError("the pool has no bound")


def test_a_member_alone_fills_half_and_each_other_still_finds_room_m2() -> None:
    shared = pool(count=100)
    assert [fill_with(shared, member) for member in "abcd"] == [50, 25, 13, 6]
    assert shared.add(pending("a", 99)) == RefusedByPool(PoolRefusal.MEMBER_SHARE_FULL, 10)


def test_bytes_are_shared_as_the_count_is_m2() -> None:
    shared = pool(size=10 * SIZE)
    assert [fill_with(shared, member) for member in "ab"] == [5, 3]
    assert shared.add(pending("a", 99)) == RefusedByPool(PoolRefusal.MEMBER_SHARE_FULL, 1)
    assert shared.bytes == 8 * SIZE


def test_whose_transactions_a_block_could_take_m5() -> None:
    shared = pool()
    for member, number in (("a", 0), ("a", 1), ("b", 0)):
        shared.add(pending(member, number))
    assert shared.includable_members() == {"a", "b"}
    shared.notarized(b"block", 1, frozenset({name("a", 0), name("b", 0)}))
    assert shared.includable_members() == {"a"}
    shared.notarized(b"next", 2, frozenset({name("a", 1)}))
    assert (shared.includable_members(), shared.includable) == (frozenset(), False)


def test_what_was_ordered_long_before_its_end_is_forgotten_m1() -> None:
    shared = pool()
    waiting = pending("b", 0, until_ms=2_000)
    shared.add(waiting)
    for number in range(3 * SPARE_ENDS):
        one = pending("a", number)
        assert shared.add(one) is None
        shared.settle({b""}, number + 1, 1, [one.id])
        assert shared.ends <= 2 * len(shared) + SPARE_ENDS
    assert shared.settle({b""}, 3 * SPARE_ENDS + 1, 2_000, []) == (
        DroppedFromPool(waiting.id, TransactionReason.EXPIRED),
    )


def test_a_full_pool_refuses_everyone_m1() -> None:
    by_count = pool(count=1)
    by_count.add(pending("a", 0))
    assert by_count.add(pending("b", 0)) == RefusedByPool(PoolRefusal.POOL_FULL, 1)
    by_bytes = pool(size=SIZE)
    assert by_bytes.add(pending("a", 0, size=SIZE + 1)) == RefusedByPool(PoolRefusal.POOL_FULL, 1)


def test_a_transaction_is_held_once() -> None:
    one = pool()
    one.add(pending("a", 0))
    assert one.add(pending("a", 0)) == RefusedByPool(PoolRefusal.KNOWN, None)
    assert (len(one), name("a", 0) in one, one.oldest(2)) == (1, True, (pending("a", 0),))


def test_what_waits_is_known_by_its_bytes() -> None:
    one = pool()
    held, other = pending("a", 0), pending("a", 1)
    one.add(held)
    assert (one.holds(held.encoded), one.holds(other.encoded)) == (True, False)
    one.settle({b"block"}, 1, 1, [held.id])
    assert not one.holds(held.encoded)


def test_queues_hold_one_blocks_worth_of_each_member_oldest_first() -> None:
    one = pool()
    for number in range(5):
        one.add(pending("a", number))
    one.add(pending("b", 0))
    exclude = frozenset({name("a", 1)})
    assert one.queues(exclude, 10_000, 2) == {
        "a": (pending("a", 0), pending("a", 2)),
        "b": (pending("b", 0),),
    }
    assert one.queues(NOBODY, SIZE, 10) == {"a": (pending("a", 0),), "b": (pending("b", 0),)}
    assert one.queues(frozenset({name("b", 0)}), 0, 10) == {}


def test_final_transactions_leave_m3() -> None:
    one = pool()
    one.add(pending("a", 0))
    one.add(pending("a", 1))
    assert one.settle({b"block"}, 1, 500, [name("a", 0), name("x", 9)]) == ()
    assert one.queues(NOBODY, 10_000, 10) == {"a": (pending("a", 1),)}
    assert one.bytes == SIZE


def test_expired_transactions_leave_and_are_refused_m3() -> None:
    one = pool()
    one.add(pending("a", 0, until_ms=500))
    one.add(pending("a", 1, until_ms=501))
    assert one.settle({b"block"}, 1, 500, []) == (DroppedFromPool(name("a", 0), TransactionReason.EXPIRED),)
    assert one.add(pending("a", 2, until_ms=500)) == RefusedByPool(PoolRefusal.EXPIRED, None)
    assert len(one) == 1


@pytest.mark.parametrize(
    ("final_hash", "final_height", "dropped", "waiting"),
    [
        pytest.param(b"parent", 4, 1, 0, id="the block it was judged on is final: it goes"),
        pytest.param(b"rival", 4, 0, 1, id="a rival of that block is final: it is tried again"),
        pytest.param(b"below", 3, 0, 0, id="that block is still open: it stays aside"),
    ],
)
def test_a_rejection_counts_once_its_parent_is_final_m3(
    final_hash: bytes, final_height: int, dropped: int, waiting: int
) -> None:
    one = pool()
    one.add(pending("a", 0))
    one.set_aside(
        [
            ExecutionRejection(name(who, 0), b"parent", 4, TransactionReason.UNKNOWN_KEY, "key-1")
            for who in "ax"
        ]
    )
    assert one.queues(NOBODY, 10_000, 10) == {}
    assert not one.includable
    expected = (DroppedFromPool(name("a", 0), TransactionReason.UNKNOWN_KEY, "key-1"),) * dropped
    assert one.settle({final_hash}, final_height, 500, []) == expected
    assert len(one.queues(NOBODY, 10_000, 10)) == waiting
    assert one.includable is bool(waiting)


REJECTED = ExecutionRejection(name("a", 0), b"parent", 4, TransactionReason.UNKNOWN_KEY, "key-1")
GONE = (DroppedFromPool(name("a", 0), TransactionReason.UNKNOWN_KEY, "key-1"),)


def test_a_rejection_on_a_block_that_is_final_already_counts_at_once_m3() -> None:
    one = Mempool(PoolLimits(), b"parent")
    one.add(pending("a", 0))
    assert one.set_aside([REJECTED]) == GONE
    assert (len(one), one.includable, one.set_aside([REJECTED])) == (0, False, ())


def test_a_rejection_that_is_late_counts_as_in_time_m3() -> None:
    one = pool()
    one.add(pending("a", 0))
    one.settle({b"parent"}, 4, 500, [])
    one.settle({b"next"}, 5, 600, [])
    assert one.set_aside([REJECTED]) == GONE


def test_a_rejection_on_a_block_that_has_lost_already_says_nothing_m3() -> None:
    one = pool()
    one.add(pending("a", 0))
    one.settle({b"rival"}, 4, 500, [])
    assert one.set_aside([REJECTED]) == ()
    assert one.includable


def test_a_block_that_is_called_notarized_when_it_has_lost_holds_nothing_m5() -> None:
    one = pool()
    one.add(pending("a", 0))
    one.settle({b"rival"}, 4, 500, [])
    one.notarized(b"parent", 4, frozenset({name("a", 0)}))
    assert one.includable


def test_what_a_notarized_block_holds_arms_nobody_m5() -> None:
    one = pool()
    one.add(pending("a", 0))
    seen = [one.includable]
    one.notarized(b"block", 3, frozenset({name("a", 0), name("a", 1)}))
    seen.append(one.includable)
    one.add(pending("a", 1))
    seen.append(one.includable)
    assert one.in_notarized() == {name("a", 0), name("a", 1)}
    one.settle({b"rival"}, 3, 500, [])
    seen.append(one.includable)
    assert seen == [True, False, False, True]
    assert one.in_notarized() == frozenset()


class Accounts(RuleBasedStateMachine):
    """Random use of a pool, against sums taken over what it says it holds."""

    @initialize(count=st.integers(1, 12), size=st.integers(1, 1_200))
    def start(self, count: int, size: int) -> None:
        self.limits = PoolLimits(count=count, bytes=size)
        self.pool = Mempool(self.limits)
        self.model: dict[bytes, WaitingTransaction] = {}
        self.height = 0
        self.time_ms = 0

    @rule(
        member=MEMBERS,
        number=st.integers(0, 9),
        size=st.integers(1, 400),
        until=st.integers(1, 60),
    )
    def add(self, member: str, number: int, size: int, until: int) -> None:
        one = pending(member, number, size=size, until_ms=until)
        refused = self.pool.add(one)
        assert (refused is not None and refused.reason is PoolRefusal.KNOWN) == (one.id in self.model)
        if refused is None:
            self.model[one.id] = one

    @rule(member=MEMBERS, number=NUMBERS, ahead=st.integers(0, 2))
    def reject(self, member: str, number: int, ahead: int) -> None:
        height = self.height + ahead
        dropped = self.pool.set_aside(
            [
                ExecutionRejection(
                    name(member, number), b"%d" % height, height, TransactionReason.UNKNOWN_KEY, ""
                )
            ]
        )

        for one in dropped:
            assert height == self.height > 0
            del self.model[one.id]

    @rule(member=MEMBERS, numbers=st.frozensets(NUMBERS, max_size=4))
    def notarize(self, member: str, numbers: frozenset[int]) -> None:
        ids = frozenset(name(member, number) for number in numbers)
        self.pool.notarized(b"n%d" % self.height, self.height + 1, ids)

    @rule(
        member=MEMBERS,
        numbers=st.frozensets(NUMBERS, max_size=4),
        later=st.integers(1, 9),
    )
    def settle(self, member: str, numbers: frozenset[int], later: int) -> None:
        self.height += 1
        self.time_ms += later
        final = [name(member, number) for number in numbers]
        dropped = self.pool.settle({b"%d" % self.height}, self.height, self.time_ms, final)
        for one in dropped:
            if one.reason is TransactionReason.EXPIRED:
                assert self.model[one.id].valid_until_ms <= self.time_ms
        for gone in (*final, *(one.id for one in dropped)):
            self.model.pop(gone, None)
        assert all(one.valid_until_ms > self.time_ms for one in self.model.values())

    @invariant()
    def accounts_are_right(self) -> None:
        assert len(self.pool) == len(self.model) <= self.limits.count
        assert self.pool.bytes == sum(len(one.encoded) for one in self.model.values()) <= self.limits.bytes
        offered = self.pool.queues(NOBODY, self.limits.bytes, self.limits.count)
        for member, queue in offered.items():
            assert {one.member for one in queue} == {member}
            assert all(self.model[one.id] is one for one in queue)
        if self.pool.includable:
            assert offered
        waiting = {one.member for one in self.model.values() if one.id not in self.pool._idle}
        assert self.pool.includable_members() == waiting
        assert self.pool.includable is bool(waiting)


TestAccounts = Accounts.TestCase
TestAccounts.settings = settings(derandomize=True, max_examples=60, stateful_step_count=40, deadline=None)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(order=st.permutations(list("aaaaaaaabbbbcc")))
def test_a_member_that_holds_nothing_is_refused_by_a_full_pool_only_m2(order: list[str]) -> None:
    one = pool(count=12)
    seen: set[str] = set()
    for number, member in enumerate(order):
        refused = one.add(pending(member, number))
        if member not in seen:
            assert refused is None or refused.reason is PoolRefusal.POOL_FULL
        seen.add(member)
