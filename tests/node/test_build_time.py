"""The time of a block, and each member's part of it."""

from node.build_time import HEAVY, REST, SHARE, BuildTime, Rests


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


def test_t3_of_heavy_transactions_one_goes_into_a_block() -> None:
    clock = Clock()
    time = BuildTime(clock, 160)
    take(time, clock, "a", 160 // SHARE // HEAVY - 1)
    assert not time.is_over("a")
    take(time, clock, "a", 160 // SHARE // HEAVY)
    assert time.is_over("a")
    assert not time.is_over("b")


def test_t4_a_member_whose_turn_is_ended_has_nothing_more_in_the_block() -> None:
    time = BuildTime(Clock(), 100)
    time.end("a")
    assert time.is_over("a")
    assert not time.is_over("b")


def test_t5_a_long_transaction_is_taken_whole() -> None:
    clock = Clock()
    time = BuildTime(clock, 100)
    take(time, clock, "a", 90)
    assert time.is_over("a")
    assert not time.is_over("b")


def test_t6_after_a_heavy_transaction_its_member_rests_while_others_have_something() -> None:
    clock = Clock()
    rests = Rests(clock)
    take(BuildTime(clock, 160, rests, ["a", "b"]), clock, "a", 20)
    clock.ms += REST * 20 - 1
    resting = BuildTime(clock, 160, rests, ["a", "b"])
    assert (resting.is_over("a"), resting.is_over("b")) == (True, False)
    assert not BuildTime(clock, 160, rests, ["a"]).is_over("a"), "nobody else waits"
    clock.ms += 1
    assert not BuildTime(clock, 160, rests, ["a", "b"]).is_over("a")


def test_t6_where_all_rest_nobody_does() -> None:
    clock = Clock()
    rests = Rests(clock)
    time = BuildTime(clock, 160, rests, ["a", "b"])
    time.end("a")
    time.end("b")
    again = BuildTime(clock, 160, rests, ["a", "b"])
    assert not again.is_over("a")
    assert not again.is_over("b")
