"""What the trials found, for people and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from tests.redteam.attacker import Attacker
from tests.redteam.outcome import MEMORY_MB, NAMED_S, P99_MS, SLOWER, WHERE_NAMED, Outcome

HEADING = (
    f"  {'attacker':<20} {'p50 before':>10} {'during':>8} {'p99 before':>11} {'during':>8}"
    f" {'memory':>8} {'cpu':>5} {'disk':>7}  {'named after':<28} the attack"
)
BOUNDS = (
    f"Bounds: p50 at most {SLOWER:g} × before, p99 at most {P99_MS:,.0f} ms, no transaction lost, no honest"
    f" node unready or silent, no honest link lost,\nat most {MEMORY_MB:.0f} MB more memory, a member"
    f" at fault named in {', '.join(WHERE_NAMED)} within {NAMED_S:.0f} s, no honest member named."
)


def line(outcome: Outcome) -> str:
    """One attacker's row; `!` marks one that misses a bound."""
    before, during, nodes = outcome.before, outcome.during, outcome.nodes
    named = max(outcome.named_after_s.values(), default=None)
    return (
        f"{'! ' if outcome.misses() else '  '}{outcome.name:<20} {before.p50_ms:>7,.0f} ms"
        f" {during.p50_ms:>5,.0f} ms {before.p99_ms:>8,.0f} ms {during.p99_ms:>5,.0f} ms"
        f" {max(node.memory_mb for node in nodes):>+5,.0f} MB {max(node.cpu_share for node in nodes):>5.0%}"
        f" {max(node.disk_mb for node in nodes):>+4,.1f} MB  {_named(outcome, named):<28}"
        f" {outcome.did.get(outcome.proof, 0):,} {outcome.proof}"
    )


def _named(outcome: Outcome, slowest_s: float | None) -> str:
    if slowest_s is None:
        return "no" if outcome.is_fault else "- (no fault)"
    where = ", ".join(where for where in WHERE_NAMED if where in outcome.named_after_s)
    return f"{slowest_s:.1f} s ({where})"


def table(outcomes: Sequence[Outcome]) -> str:
    """All rows, and below them each bound that is missed."""
    lines = [HEADING, *map(line, outcomes)]
    missed = [(outcome, outcome.misses()) for outcome in outcomes if outcome.misses()]
    if missed:
        lines += ["", "Missed:"]
        lines += [f"  {outcome.name}: {'; '.join(misses)}" for outcome, misses in missed]
    lines += ["", f"{len(outcomes) - len(missed)} of {len(outcomes)} within all bounds.", "", BOUNDS]
    return "\n".join(lines)


def listing(attackers: Sequence[type[Attacker]]) -> str:
    """What each attacker does, and what is done about it."""
    return "\n".join(
        f"{attacker.name:<20} {'' if attacker.is_fault else '(no fault) '}{attacker.sentence}\n"
        f"{'':<20} → {attacker.rule}"
        for attacker in attackers
    )


def to_json(outcome: Outcome) -> Mapping[str, object]:
    """The members of one attacker in the JSON document."""
    return {
        **asdict(outcome),
        "named_after_s": outcome.named_after_s,
        "misses": outcome.misses(),
    }
