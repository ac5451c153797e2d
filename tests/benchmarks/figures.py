"""What a figure is: its name, its budget, and the function that measures it.

A measuring function serves all figures that one run gives. It never judges: it says what it measured and
how, and the table says what the budget is.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias


class Direction(StrEnum):
    """Which side of its budget a figure should be on."""

    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True)
class Measured:
    """A value in the figure's unit, and how it came about, for people."""

    value: float
    how: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What a measurement is given: an empty folder of its own, how many seconds the long ones take, how many
    records a large registry has, and where to say what is going on.
    """

    folder: Path
    seconds: float
    records: int
    say: Callable[[str], None]


Measure: TypeAlias = Callable[[Setting], Coroutine[Any, Any, Mapping[str, Measured]]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `measure` gives it by its name, with the others of the same run."""

    name: str
    what: str
    direction: Direction
    budget: float
    unit: str
    measure: Measure

    def is_met_by(self, value: float) -> bool:
        """Whether the value is on the right side of the budget."""
        return value >= self.budget if self.direction is Direction.AT_LEAST else value <= self.budget
