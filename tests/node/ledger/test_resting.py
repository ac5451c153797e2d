"""Whose transactions wait after heavy ones, and for how long."""

from node.ledger.resting import ACTIVE_MS, HEAVY_UNITS, MAX_REST_MS, REST, UNITS_PER_MS, Rests
from registry.execution import Receipt


class Clock:
    """Stands still until it is moved."""

    ms = 1_000

    def __call__(self) -> int:
        return self.ms


def receipt(member: str, cost: int = HEAVY_UNITS, *, has_attachments: bool = False) -> Receipt:
    """What is known of a member's executed transaction."""
    return Receipt(bytes(32), 1, cost, member, has_attachments)


LIGHT = receipt("light", 1)


def test_h1_heavy_is_what_costs_much_together_or_names_attachments() -> None:
    rests = Rests(Clock())
    half = HEAVY_UNITS // 2
    rests.notarized([receipt("a", half), receipt("b", half), receipt("a", half), receipt("c", half - 1)])
    rests.notarized([receipt("d", 1, has_attachments=True), receipt("c", half)])
    assert rests.among(["a", "b", "c", "d"]) == {"a", "d"}


def test_h2_its_member_rests_in_proportion() -> None:
    clock = Clock()
    rests = Rests(clock)
    rests.notarized([receipt("a", 20 * UNITS_PER_MS), LIGHT])
    clock.ms += REST * 20 - 1
    assert rests.among(["a"]) == {"a"}
    clock.ms += 1
    assert not rests.among(["a"])


def test_h2_the_longest_rest_counts_and_none_is_endless() -> None:
    clock = Clock()
    rests = Rests(clock)
    rests.notarized([receipt("a", 10**9)])
    rests.notarized([receipt("a", 1, has_attachments=True)])
    clock.ms += MAX_REST_MS - 1
    assert rests.among(["a", "b"]) == {"a"}
    clock.ms += 1
    assert not rests.among(["a", "b"])


def test_h3_alone_it_does_not_rest() -> None:
    rests = Rests(Clock())
    rests.notarized([receipt("a")])
    assert not rests.among(["a"])


def test_h3_nor_among_others_that_are_to_rest() -> None:
    rests = Rests(Clock())
    rests.notarized([receipt("a"), receipt("b")])
    assert not rests.among(["a", "b"])
    assert not rests.among(["a"])
    assert rests.among(["a", "b", "c"]) == {"a", "b"}


def test_h3_it_rests_for_another_that_had_something_in_a_block_a_moment_ago() -> None:
    """Between two light transactions there is a gap; a heavy one in each would be in the way of the next."""
    clock = Clock()
    rests = Rests(clock)
    rests.notarized([LIGHT])
    clock.ms += ACTIVE_MS - 1
    rests.notarized([receipt("a")])
    assert rests.among(["a"]) == {"a"}
    clock.ms += 1
    assert not rests.among(["a"])


def test_the_next_change_is_told_whatever_ends_first() -> None:
    clock = Clock()
    rests = Rests(clock)
    assert rests.next_change_ms() is None
    rests.notarized([LIGHT])
    assert rests.next_change_ms() is None, "nobody rests"
    clock.ms += ACTIVE_MS - 100
    rests.notarized([receipt("a", 20 * UNITS_PER_MS), receipt("b", 1, has_attachments=True)])
    ends = [clock.ms + REST, clock.ms + 100, clock.ms + REST * 20]
    for end_ms in ends:
        assert rests.next_change_ms() == end_ms
        clock.ms = end_ms
    assert rests.next_change_ms() is None
