"""The time of a block, and each member's part of it."""

from node.ledger.build_time import SHARE, BuildTime
from node.ledger.resting import HEAVY_UNITS
from registry.execution import Receipt


class Clock:
    """Stands still until it is moved."""

    ms = 1_000

    def __call__(self) -> int:
        return self.ms


def take(time: BuildTime, clock: Clock, member: str, took_ms: int) -> None:
    """The member's next transaction takes so long."""
    with time.taking(member):
        clock.ms += took_ms


def test_t1_a_block_has_an_end() -> None:
    clock = Clock()
    time = BuildTime(clock, 100)
    clock.ms += 99
    assert not time.is_over("a")
    clock.ms += 1
    assert time.is_over("a")


def test_t2_one_member_has_a_part_of_it_also_alone() -> None:
    clock = Clock()
    time = BuildTime(clock, 100)
    for _ in range(100 // SHARE):
        assert not time.is_over("a")
        take(time, clock, "a", 1)
    assert time.is_over("a")
    assert not time.is_over("b")


def receipt(cost: int, *, has_attachments: bool = False) -> Receipt:
    """What is known of a transaction of member a that was taken."""
    return Receipt(bytes(32), 1, cost, "a", has_attachments)


def test_t3_of_heavy_transactions_one_goes_into_a_block() -> None:
    time = BuildTime(Clock(), 100)
    time.took(receipt(HEAVY_UNITS - 1))
    assert not time.is_over("a"), "many light ones are bounded by T2"
    time.took(receipt(HEAVY_UNITS))
    assert time.is_over("a")
    assert not time.is_over("b")


def test_t3_so_has_one_whose_transaction_names_attachments() -> None:
    time = BuildTime(Clock(), 100)
    time.took(receipt(1, has_attachments=True))
    assert time.is_over("a")


def test_t4_a_long_transaction_is_taken_whole() -> None:
    clock = Clock()
    time = BuildTime(clock, 100)
    take(time, clock, "a", 90)
    assert time.is_over("a")
    assert not time.is_over("b")
