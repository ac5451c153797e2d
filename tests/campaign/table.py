"""What became of a campaign's inputs, for people and for programs."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from api.verifier.verdict import Outcome
from tests.campaign.judging import REFUSED

COLUMNS: Final = (
    REFUSED,
    Outcome.INVALID.value,
    Outcome.INDETERMINATE.value,
    Outcome.VALID.value,
)


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that ended wrongly. `number` and the seed give it again."""

    kind: str
    number: int
    what: str


@dataclass(slots=True)
class Row:
    """The inputs of one kind. `worst_ms` is of CPU, of the input `worst_number`."""

    kind: str
    outcomes: Counter[str] = field(default_factory=Counter)
    worst_ms: float = 0.0
    worst_number: int = -1

    def add(self, number: int, outcome: str, spent_ms: float) -> None:
        """One more input."""
        self.outcomes[outcome] += 1
        if spent_ms > self.worst_ms:
            self.worst_ms, self.worst_number = spent_ms, number

    def to_json(self) -> dict[str, Any]:
        """The row for programs."""
        counts = {name: self.outcomes[name] for name in COLUMNS}
        worst = {"worstMs": round(self.worst_ms, 2), "worstNumber": self.worst_number}
        return {"kind": self.kind, "inputs": self.outcomes.total(), **counts, **worst}


def table(rows: list[Row]) -> str:
    """The rows and their sum."""
    whole = Row("all")
    for row in rows:
        whole.outcomes.update(row.outcomes)
        whole.worst_ms = max(whole.worst_ms, row.worst_ms)
    heading = ["", "inputs", *COLUMNS[:-1], "valid (equal)", "worst CPU ms"]
    lines = [heading, *(_cells(row) for row in [*rows, whole])]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_line(line, widths) for line in lines)


def _cells(row: Row) -> list[str]:
    counts = [row.outcomes.total(), *(row.outcomes[name] for name in COLUMNS)]
    return [row.kind, *(f"{count:,}" for count in counts), f"{row.worst_ms:.1f}"]


def _line(cells: list[str], widths: list[int]) -> str:
    first, *others = (
        cell.ljust(width) if place == 0 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join([first, *others]).rstrip()
