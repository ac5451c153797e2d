"""The table of `docs/vectors.md`: every vector with its verdict, as a test compares it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tests.registry.tables import table
from tests.vectors.offline import JudgedVector

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "vectors.md"
_BEGIN: Final = "<!-- vectors: made by tests/vectors/table.py -->\n"
_END: Final = "<!-- end of vectors -->"


def written(text: str, judged: Iterable[JudgedVector]) -> str:
    """The document with the table as it is made now. Raises ValueError where it has no place."""
    if text.count(_BEGIN) != 1 or text.count(_END) != 1:
        raise ValueError("docs/vectors.md has no one place for its table")
    before, _, rest = text.partition(_BEGIN)
    return before + _BEGIN + verdicts(judged) + _END + rest.partition(_END)[2]


def verdicts(judged: Iterable[JudgedVector]) -> str:
    """A row for each vector: the reasons that decide come first."""
    rows = [
        [f"`{each.name}`", each.outcome.value, ", ".join(f"`{reason}`" for reason in each.reasons)]
        for each in judged
    ]
    return table(["credential", "verdict", "because"], *rows)
