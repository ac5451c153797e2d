"""The block builder's rules B1–B4, by tables and against a slow model of max-min fairness."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.ledger.builder import FRAMING_BYTES, Attempt, BlockLimits, Filled, Placement, Rejection, fill
from node.ledger.candidates import WaitingTransaction
from registry.kinds.did.reasons import DidReason
from registry.rejection import RejectionReason, TransactionReason

ROOMY = BlockLimits(bytes=100_000, count=1_000)


def pending(member: str, number: int, size: int = 95) -> WaitingTransaction:
    return WaitingTransaction(f"{member}{number}".encode().ljust(32, b"."), bytes(size), member, 1_000)


def queue(member: str, count: int, size: int = 95) -> tuple[WaitingTransaction, ...]:
    return tuple(pending(member, number, size) for number in range(count))


def take(_: WaitingTransaction) -> Attempt:
    return Placement.TAKEN


def names(filled: Filled) -> list[str]:
    return [one.id.rstrip(b".").decode() for one in filled.taken]


def test_an_empty_pool_fills_an_empty_block() -> None:
    assert fill({}, ROOMY, 7, take) == Filled((), ())


def test_members_take_turns_by_bytes_b2() -> None:
    queues = {"a": queue("a", 3), "b": queue("b", 2, size=195), "c": queue("c", 1)}
    assert names(fill(queues, ROOMY, 0, take)) == ["a0", "b0", "c0", "a1", "a2", "b1"]


def test_first_place_moves_on_with_the_height_b3() -> None:
    queues = {member: queue(member, 1) for member in "abc"}
    firsts = [names(fill(queues, ROOMY, height, take)) for height in range(4)]
    assert firsts == [["a0", "b0", "c0"], ["b0", "c0", "a0"], ["c0", "a0", "b0"], ["a0", "b0", "c0"]]


def test_count_is_bounded_b1() -> None:
    assert len(fill({"a": queue("a", 9)}, BlockLimits(100_000, 4), 0, take).taken) == 4
    assert fill({"a": queue("a", 9)}, BlockLimits(100_000, 0), 0, take).taken == ()


def test_bytes_are_bounded_with_their_framing_b1() -> None:
    limits = BlockLimits(bytes=3 * (95 + FRAMING_BYTES), count=1_000)
    assert len(fill({"a": queue("a", 9)}, limits, 0, take).taken) == 3
    assert len(fill({"a": queue("a", 9)}, BlockLimits(limits.bytes - 1, 1_000), 0, take).taken) == 2


def test_a_transaction_that_does_not_fit_is_not_overtaken_b4() -> None:
    queues = {"a": (pending("a", 0, 500), pending("a", 1, 10)), "b": queue("b", 1, 10)}
    assert names(fill(queues, BlockLimits(300, 10), 0, take)) == ["b0"]


def test_a_full_cost_ends_that_member_only_b1() -> None:
    def dear(one: WaitingTransaction) -> Attempt:
        return Placement.FULL if one.member == "a" else Placement.TAKEN

    assert names(fill({"a": queue("a", 2), "b": queue("b", 2)}, ROOMY, 0, dear)) == ["b0", "b1"]


def test_rejected_and_incomplete_transactions_are_passed_over_b4() -> None:
    waiting = queue("a", 3)
    rejection = Rejection(waiting[0], TransactionReason.UNKNOWN_KEY, "key-1")
    outcomes: dict[WaitingTransaction, Attempt] = {
        waiting[0]: rejection,
        waiting[1]: Placement.MISSING,
        waiting[2]: Placement.TAKEN,
    }
    filled = fill({"a": waiting}, ROOMY, 0, outcomes.__getitem__)
    assert filled == Filled((waiting[2],), (rejection,), on_parent=1)


@pytest.mark.parametrize("outcome", [DidReason.BAD_POSSESSION, Placement.MISSING])
def test_what_never_enters_the_block_counts_against_its_member_b2(
    outcome: RejectionReason | Placement,
) -> None:
    """Time to fill a block ends early: here after eight attempts."""
    tried: list[WaitingTransaction] = []

    def attempt(one: WaitingTransaction) -> Attempt:
        tried.append(one)
        if len(tried) > 8:
            return Placement.FULL
        if one.member == "b":
            return Placement.TAKEN
        return outcome if isinstance(outcome, Placement) else Rejection(one, outcome, "key-1")

    filled = fill({"a": queue("a", 100), "b": queue("b", 100)}, ROOMY, 0, attempt)
    assert names(filled) == ["b0", "b1", "b2", "b3"]


@pytest.mark.parametrize(
    ("sixteenths", "limits"),
    [(16, BlockLimits(1_000, 9)), (8, BlockLimits(500, 4)), (1, BlockLimits(62, 0)), (0, BlockLimits(0, 0))],
)
def test_a_leader_may_fill_a_share_only(sixteenths: int, limits: BlockLimits) -> None:
    assert BlockLimits(1_000, 9).scaled(sixteenths) == limits


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    wanted=st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30), max_size=6),
    room=st.integers(0, 80),
    height=st.integers(0, 9),
)
def test_no_member_gets_less_than_an_equal_share_that_it_wanted_b2(
    wanted: dict[str, int], room: int, height: int
) -> None:
    queues = {member: queue(member, count) for member, count in wanted.items() if count}
    filled = fill(queues, BlockLimits(room * 100, 1_000), height, take)
    got = {member: sum(one.member == member for one in filled.taken) for member in queues}
    assert sum(got.values()) == min(room, sum(wanted.values()))
    for member, count in got.items():
        assert [one for one in filled.taken if one.member == member] == list(queues[member][:count])
        if count < len(queues[member]):
            assert all(other <= count + 1 for other in got.values())
