"""What a trial found, and the bounds that it is held to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SLOWER = 2.0
"""The median during the attack, in medians before."""
P99_MS = 1_000.0
MEMORY_MB = 64.0
NAMED_S = 10.0
WHERE_NAMED = ("metric", "log", "health")


@dataclass(frozen=True, slots=True)
class Times:
    """Of the transactions of one phase: milliseconds to finality, and what became of those without."""

    count: int
    p50_ms: float
    p99_ms: float
    failures: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NodeSeen:
    """An honest node, counted from 1, during the attack. `named`: member → where it was named → after
    how many seconds; `faults`: member → the kinds that it was named for."""

    number: int
    memory_mb: float
    cpu_share: float
    disk_mb: float
    unready: Sequence[str]
    metrics_unanswered: int
    honest_links_lost: int
    named: Mapping[str, Mapping[str, float]]
    faults: Mapping[str, Sequence[str]]
    has_ended: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attacker's trial."""

    name: str
    is_fault: bool
    proof: str
    hostile: str
    before: Times
    during: Times
    nodes: Sequence[NodeSeen]
    did: Mapping[str, int]

    @property
    def named_after_s(self) -> Mapping[str, float]:
        """Where the hostile member was named first, by any honest node, and after how many seconds."""
        found: dict[str, float] = {}
        for node in self.nodes:
            for where, after_s in node.named.get(self.hostile, {}).items():
                found[where] = min(after_s, found.get(where, after_s))
        return found

    def misses(self) -> list[str]:
        """Each bound that does not hold, in words; empty if all do."""
        return [*self._attack_misses(), *self._speed_misses(), *self._node_misses(), *self._naming_misses()]

    def _attack_misses(self) -> list[str]:
        return [] if self.did.get(self.proof, 0) > 0 else [f"the attack did not take place: no {self.proof}"]

    def _speed_misses(self) -> list[str]:
        before, during = self.before, self.during
        missed = [f"{count} × {what}" for what, count in during.failures.items()]
        if during.p50_ms > SLOWER * before.p50_ms:
            missed.append(f"p50 {during.p50_ms / before.p50_ms:.1f} times")
        if during.p99_ms > P99_MS:
            missed.append(f"p99 {during.p99_ms:,.0f} ms")
        return missed

    def _node_misses(self) -> list[str]:
        missed = []
        for node in self.nodes:
            number = node.number
            if node.has_ended:
                missed.append(f"node {number} ended")
            if node.unready:
                missed.append(f"node {number} unready {len(node.unready)} times: {node.unready[0]}")
            if node.metrics_unanswered:
                missed.append(f"node {number}: no metrics {node.metrics_unanswered} times")
            if node.honest_links_lost:
                missed.append(f"node {number} lost {node.honest_links_lost} honest links")
            if node.memory_mb > MEMORY_MB:
                missed.append(f"node {number} grew by {node.memory_mb:.0f} MB")
        return missed

    def _naming_misses(self) -> list[str]:
        missed = [
            f"node {node.number} named an honest member, {member}, for {' and '.join(faults) or 'nothing'}"
            for node in self.nodes
            for member, faults in node.faults.items()
            if member != self.hostile
        ]
        if self.is_fault:
            named = self.named_after_s
            late = [where for where in WHERE_NAMED if named.get(where, NAMED_S + 1) > NAMED_S]
            if late:
                missed.append(f"not named in {', '.join(late)} within {NAMED_S:.0f} s")
        return missed
