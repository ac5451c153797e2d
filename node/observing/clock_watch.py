"""What an operator is told of clocks: whose stands apart and by how much, and whether the ledger is dated
ahead.

Nobody is called wrong: that most clocks agree is all that a node can know. An outside source tells which are
right.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from structlog.typing import FilteringBoundLogger

from api.ports import ClockComparison, ClockFinding, ClockKind, ClockOffset
from consensus.clocks import Comparison
from consensus.events import Now
from consensus.timing import PRECISION_MS
from node.ledger.block_time import TELLING_MS, BlockTime
from node.observing.metrics import ClockMetrics
from node.observing.pacing import LOG_PAUSE_MS
from node.wording.times import format_duration
from registry.primitives.validator_set import Validator

LOOK_MS = 1_000
"""Between two looks at the clocks for log and metrics."""


def judge(comparison: Comparison, validators: Sequence[Validator], time: BlockTime) -> ClockComparison:
    """What the comparison of clocks and the date of the last block say."""
    others = tuple(
        ClockOffset(validators[index].member, offset.ms, offset.error_ms, comparison.is_apart(index))
        for index, offset in comparison.others.items()
    )
    findings = [*_clock_findings(comparison, others), *_ledger_finding(time)]
    median_ms = comparison.median_ms
    return ClockComparison(
        own_offset_ms=None if median_ms is None else -median_ms,
        agreeing=comparison.agreeing(),
        ledger_ahead_ms=time.ahead_ms,
        others=others,
        findings=tuple(findings),
    )


def _clock_findings(comparison: Comparison, others: Sequence[ClockOffset]) -> list[ClockFinding]:
    if comparison.median_ms is None:
        return [_divided(others)] if _differ(others) else []
    findings = []
    median_ms, count = comparison.median_ms, len(others)
    if comparison.own_is_apart:
        many = comparison.agreeing()
        what = (
            f"this node's clock is {_length(median_ms)} {'behind' if median_ms > 0 else 'ahead of'} those of "
            f"{many} of {count} others, which agree with each other"
        )
        findings.append(ClockFinding(ClockKind.OWN, "", what))
    for other in others:
        if other.is_apart:
            apart_ms = other.offset_ms - median_ms
            where = f"{'ahead of' if apart_ms > 0 else 'behind'} the median of {count + 1} clocks"
            what = f"the clock of {other.member} is {_length(apart_ms)} {where}"
            findings.append(ClockFinding(ClockKind.OTHER, other.member, what))
    return findings


def _differ(others: Sequence[ClockOffset]) -> bool:
    """Whether any two clocks, this node's included, differ by more than clocks may."""
    own = ClockOffset("", 0, 0, is_apart=False)
    ordered = sorted([own, *others], key=lambda clock: clock.offset_ms)
    return any(
        after.offset_ms - before.offset_ms > PRECISION_MS + before.error_ms + after.error_ms
        for before, after in pairwise(ordered)
    )


def _divided(others: Sequence[ClockOffset]) -> ClockFinding:
    offsets = ", ".join(f"{other.member} {_signed(other.offset_ms)}" for other in others)
    what = f"clocks differ, and no more than half of them agree; against this node's: {offsets}"
    return ClockFinding(ClockKind.DIVIDED, "", what)


def _ledger_finding(time: BlockTime) -> list[ClockFinding]:
    if time.ahead_ms < TELLING_MS:
        return []
    what = (
        f"the last block is dated {format_duration(time.ahead_ms)} ahead of the clocks: until they have "
        "caught up, a transaction that is dated by a clock may count as expired"
    )
    return [ClockFinding(ClockKind.LEDGER, "", what)]


def _length(offset_ms: int) -> str:
    """To a tenth of a second: 4,993 ms are 5 seconds, no reading is as exact as a millisecond."""
    return format_duration(round(abs(offset_ms), -2))


def _signed(offset_ms: int) -> str:
    return f"{offset_ms / 1000:+.1f} s"


class ClockWatch:
    """Looks at the clocks now and then: sets the metrics, and logs what begins and what ends."""

    def __init__(
        self,
        metrics: ClockMetrics,
        log: FilteringBoundLogger,
        clocks: Callable[[], ClockComparison],
        now: Callable[[], Now],
    ) -> None:
        self._metrics = metrics
        self._log = log
        self._clocks = clocks
        self._now = now
        self._due_ms = 0
        self._last_logged_ms: dict[tuple[ClockKind, str], int] = {}
        self._standing: Mapping[tuple[ClockKind, str], ClockFinding] = {}

    def look(self) -> None:
        """Costs a comparison while one is due."""
        now_ms = self._now().monotonic_ms
        if now_ms < self._due_ms:
            return
        self._due_ms = now_ms + LOOK_MS
        clocks = self._clocks()
        self._measure(clocks)
        findings = {(finding.kind, finding.member): finding for finding in clocks.findings}
        standing = {key: findings.get(key, finding) for key, finding in self._standing.items()}
        for key in findings.keys() ^ standing.keys():
            if now_ms - self._last_logged_ms.get(key, now_ms - LOG_PAUSE_MS) < LOG_PAUSE_MS:
                continue  # told later, if it is still so
            self._last_logged_ms[key] = now_ms
            if key in findings:
                standing[key] = findings[key]
                self._log.warning("clocks differ", what=findings[key].what)
            else:
                self._log.info("clocks agree again", what=standing.pop(key).what)
        self._standing = standing

    def _measure(self, clocks: ClockComparison) -> None:
        offset_seconds = self._metrics.offset_seconds
        offset_seconds.clear()
        for other in clocks.others:
            offset_seconds.labels(other.member).set(other.offset_ms / 1000)
        self._metrics.own_offset_seconds.set((clocks.own_offset_ms or 0) / 1000)
        self._metrics.ledger_ahead_seconds.set(clocks.ledger_ahead_ms / 1000)
