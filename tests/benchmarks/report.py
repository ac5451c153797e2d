"""What was measured, for people and for programs."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.figures import Figure, Measured


@dataclass(frozen=True, slots=True)
class Result:
    """A figure and what was measured of it."""

    figure: Figure
    measured: Measured

    @property
    def is_met(self) -> bool:
        """Whether the budget holds."""
        return self.figure.is_met_by(self.measured.value)

    def to_json(self) -> dict[str, object]:
        """The members of the figure in the JSON document."""
        figure = self.figure
        return {
            "name": figure.name,
            "what": figure.what,
            "measured": round(self.measured.value, 3),
            "budget": figure.budget,
            "direction": figure.direction.value,
            "unit": figure.unit,
            "met": self.is_met,
            "how": self.measured.how,
        }


def number(value: float) -> str:
    """A value with three significant digits at least, and thousands apart."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def line(result: Result) -> str:
    """One figure beside its budget."""
    figure = result.figure
    mark = "  " if result.is_met else "! "
    value = f"{number(result.measured.value)} {figure.unit}"
    budget = f"{figure.direction.value} {figure.budget:,g} {figure.unit}"
    return f"{mark}{figure.name:<22} {value:>14}   {budget:<22} {figure.what}"


def table(results: Sequence[Result]) -> str:
    """All figures; those that miss their budget are marked."""
    return "\n".join(map(line, results))


def listing(figures: Sequence[Figure]) -> str:
    """What there is to be measured."""
    return "\n".join(
        f"{figure.name:<22} {figure.direction.value} {figure.budget:,g} {figure.unit:<6} {figure.what}"
        for figure in figures
    )
