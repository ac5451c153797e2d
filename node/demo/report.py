"""What the demonstration found, for a dean and for a program."""

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from node.observing.percentile import percentile
from node.wording.screen import TextTable, table


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One thing that was done: in words, what came of it, and the seconds it took."""

    what: str
    outcome: str
    seconds: float


@dataclass
class Report:
    """Everything that was measured. A step that did not hold raises instead of being reported."""

    steps: list[DemoStep] = field(default_factory=list)
    finality_ms: list[float] = field(default_factory=list)
    visible_everywhere_ms: float = math.nan
    catch_up_s: float = math.nan
    answers_verified: int = 0
    badge: Path | None = None
    badge_verified_by: str | None = None

    def document(self) -> dict[str, Any]:
        """The one line for programs: `badge` is the picture's file, `badge_verified_by` the verifier of
        others that accepted it, null where this machine has none. Raises ValueError before any transaction
        was measured.
        """
        return {
            "ok": True,
            "finality_ms_p50": round(percentile(self.finality_ms, 50), 1),
            "finality_ms_p99": round(percentile(self.finality_ms, 99), 1),
            "visible_everywhere_ms": round(self.visible_everywhere_ms, 1),
            "catch_up_s": round(self.catch_up_s, 3),
            "answers_verified": self.answers_verified,
            "transactions": len(self.finality_ms),
            "badge": None if self.badge is None else str(self.badge),
            "badge_verified_by": self.badge_verified_by,
        }

    def table(self) -> TextTable:
        """The steps as a table."""
        rows = [
            (str(number), step.what, step.outcome, _duration(step.seconds))
            for number, step in enumerate(self.steps, 1)
        ]
        return table("What happened", ("", "step", "outcome", "took"), rows)

    def summary(self) -> list[str]:
        """The figures in words."""
        figures = self.document()
        return [
            "",
            f"From signing to final: half of {figures['transactions']} transactions within "
            f"{figures['finality_ms_p50']:.0f} ms, 99 of 100 within {figures['finality_ms_p99']:.0f} ms.",
            f"A revocation was provable at every institution after "
            f"{figures['visible_everywhere_ms']:.0f} ms.",
            f"The institution that lost power had caught up {figures['catch_up_s']:.1f} s after its start.",
            f"{figures['answers_verified']} answers were verified offline, from the genesis document alone.",
            *([] if self.badge is None else [f"The badge is {self.badge}."]),
        ]


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
