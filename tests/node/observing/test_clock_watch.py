"""What an operator is told of clocks: by how much, without blame, at once and not too often."""

import pytest

from api.ports import ClockComparison, ClockFinding, ClockKind
from consensus.clocks import Comparison, Offset
from consensus.events import Now
from node.ledger.block_time import BlockTime
from node.observing.clock_watch import ClockWatch, judge
from node.observing.metrics import Metrics
from tests.consensus.network import validator_set
from tests.node.observing.log_lines import LogLines

VALIDATORS = validator_set(4).validators
AGREED = BlockTime(100_000, 100_000, 99_000)
MINUTES_30 = 1_800_000


def comparison(offsets: dict[int, int], median_ms: int | None = 0) -> Comparison:
    return Comparison({index: Offset(ms, 10) for index, ms in offsets.items()}, median_ms)


def told(found: ClockComparison) -> list[tuple[ClockKind, str]]:
    return [(finding.kind, finding.what) for finding in found.findings]


CASES: dict[str, tuple[Comparison, BlockTime, list[tuple[ClockKind, str]]]] = {
    "all agree": (comparison({1: 5, 2: -7, 3: 400}), AGREED, []),
    "nothing is known": (comparison({}, None), AGREED, []),
    "another is ahead": (
        comparison({1: 4_993, 2: 0, 3: 3}),
        AGREED,
        [(ClockKind.OTHER, "the clock of did:example:1 is 5 seconds ahead of the median of 4 clocks")],
    ),
    "this one is behind": (
        comparison({1: MINUTES_30, 2: MINUTES_30, 3: MINUTES_30}, MINUTES_30),
        AGREED,
        [
            (
                ClockKind.OWN,
                "this node's clock is 30 minutes behind those of 3 of 3 others, which agree with each other",
            )
        ],
    ),
    "no majority": (
        comparison({1: MINUTES_30, 2: MINUTES_30, 3: -20}, None),
        AGREED,
        [
            (
                ClockKind.DIVIDED,
                "clocks differ, and no more than half of them agree; against this node's: "
                "did:example:1 +1800.0 s, did:example:2 +1800.0 s, did:example:3 -0.0 s",
            )
        ],
    ),
    "the ledger is ahead": (
        comparison({1: 0, 2: 0, 3: 0}),
        BlockTime(100_000, 100_000, 100_000 + MINUTES_30),
        [
            (
                ClockKind.LEDGER,
                "the last block is dated 30 minutes ahead of the clocks: until they have caught up, a "
                "transaction that is dated by a clock may count as expired",
            )
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_there_is_to_say_is_said_in_a_sentence(case: str) -> None:
    compared, time, expected = CASES[case]
    assert told(judge(compared, VALIDATORS, time)) == expected


def test_figures_go_with_it() -> None:
    found = judge(comparison({1: 5_000, 2: 0, 3: 3}, 2), VALIDATORS, BlockTime(10, 10, 17))
    assert (found.own_offset_ms, found.agreeing, found.ledger_ahead_ms) == (-2, 2, 7)
    assert [(one.member, one.offset_ms, one.error_ms, one.is_apart) for one in found.others] == [
        ("did:example:1", 5_000, 10, True),
        ("did:example:2", 0, 10, False),
        ("did:example:3", 3, 10, False),
    ]


class Watched:
    """A watch over clocks that a test sets, and the lines that it logs."""

    def __init__(self) -> None:
        self.now_ms = 0
        self.clocks = judge(comparison({1: 0}), VALIDATORS, AGREED)
        self.metrics = Metrics("1")
        self._told = LogLines()
        self.watch = ClockWatch(
            self.metrics.clocks, self._told.log, lambda: self.clocks, lambda: Now(self.now_ms, self.now_ms)
        )

    def look(self, after_ms: int, *members: str) -> list[tuple[str, str]]:
        """Let time pass, with the clocks of these members apart; the lines logged at that look."""
        self.now_ms += after_ms
        findings = tuple(ClockFinding(ClockKind.OTHER, member, f"about {member}") for member in members)
        self.clocks = ClockComparison(0, 1, 0, self.clocks.others, findings)
        self.watch.look()
        return [(line["event"], line["what"]) for line in self._told.take()]


def test_what_begins_and_what_ends_is_logged_once() -> None:
    watched = Watched()
    assert watched.look(0) == []
    assert watched.look(1_000, "a") == [("clocks differ", "about a")]
    assert watched.look(1_000, "a") == []
    assert watched.look(1_000, "a", "b") == [("clocks differ", "about b")]
    assert watched.look(20_000, "b") == [("clocks agree again", "about a")]


def test_a_clock_that_comes_and_goes_is_told_at_most_every_ten_seconds() -> None:
    watched = Watched()
    lines = [watched.look(1_000, *(["a"] if second % 2 else [])) for second in range(41)]
    assert len([line for line in lines if line]) == 4


def test_nothing_is_looked_at_within_a_second() -> None:
    watched = Watched()
    watched.look(0)
    assert watched.look(999, "a") == []
    assert watched.look(1, "a") == [("clocks differ", "about a")]


def test_the_metrics_are_those_of_the_last_look() -> None:
    watched = Watched()
    compared = comparison({1: 5_000, 2: -250}, 40)
    watched.clocks = judge(compared, VALIDATORS, BlockTime(0, 0, 1_500))
    watched.watch.look()
    text = watched.metrics.render().decode()
    for line in (
        'matricula_clock_offset_seconds{member="did:example:1"} 5.0',
        'matricula_clock_offset_seconds{member="did:example:2"} -0.25',
        "matricula_own_clock_offset_seconds -0.04",
        "matricula_ledger_ahead_seconds 1.5",
    ):
        assert line in text
