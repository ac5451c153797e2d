"""Whose transactions wait after a heavy one, and for how long."""

import pytest

from node.resting import ACTIVE_MS, HEAVY_UNITS, MAX_REST_MS, REST, UNITS_PER_MS, Rests, is_heavy
from registry.execution import Receipt


class Clock:
    """Stands still until it is moved."""

    ms = 1_000

    def __call__(self) -> int:
        return self.ms


def receipt(member: str, cost: int = HEAVY_UNITS, *, has_attachments: bool = False) -> Receipt:
    """What is known of a member's executed transaction."""
    return Receipt(bytes(32), 1, cost, member, has_attachments)


@pytest.mark.parametrize(
    ("cost", "has_attachments", "expected"),
    [(HEAVY_UNITS, False, True), (HEAVY_UNITS - 1, False, False), (1, True, True)],
)
def test_h1_a_heavy_transaction_costs_much_or_names_attachments(
    cost: int, has_attachments: bool, expected: bool
) -> None:
    assert is_heavy(receipt("a", cost, has_attachments=has_attachments)) is expected


def test_h2_its_member_rests_in_proportion() -> None:
    clock = Clock()
    rests = Rests(clock)
    rest_ms = rests.executed([receipt("a", 20 * UNITS_PER_MS)])
    assert rest_ms == REST * 20
    clock.ms += rest_ms - 1
    assert rests.among(["a", "b"]) == {"a"}
    clock.ms += 1
    assert not rests.among(["a", "b"])


def test_h2_the_longest_rest_counts_and_none_is_endless() -> None:
    clock = Clock()
    rests = Rests(clock)
    light = receipt("b", 1, has_attachments=True)
    assert rests.executed([receipt("a", 10**9), light]) == MAX_REST_MS
    assert rests.executed([receipt("a", 1, has_attachments=True)]) == REST
    clock.ms += REST
    assert rests.among(["a", "b", "c"]) == {"a"}
    assert rests.executed([]) == 0


def test_h3_alone_it_does_not_rest() -> None:
    rests = Rests(Clock())
    rests.executed([receipt("a")])
    assert not rests.among(["a"])


def test_h3_nor_among_others_that_are_to_rest() -> None:
    rests = Rests(Clock())
    rests.saw("b")
    rests.executed([receipt("a"), receipt("b")])
    assert not rests.among(["a", "b"])
    assert not rests.among(["a"])
    assert rests.among(["a", "b", "c"]) == {"a", "b"}


def test_h3_it_rests_for_another_that_had_something_a_moment_ago() -> None:
    """Between two light transactions there is a gap; a heavy one in each would be in the way of the next."""
    clock = Clock()
    rests = Rests(clock)
    rests.saw("b")
    clock.ms += ACTIVE_MS
    rests.executed([receipt("a")])
    assert rests.among(["a"]) == {"a"}
    clock.ms += 1
    assert not rests.among(["a"])
