"""Semantic Versioning 2.0.0 (https://semver.org): strict parsing and precedence, with bounded numbers.

Build metadata (`+…`) is refused: the specification leaves it out of precedence, so two versions that
differ only in it would be two names for one place in the order.
"""

from dataclasses import dataclass
from functools import total_ordering
from typing import Final

MAX_LENGTH: Final = 48

_DIGITS = frozenset("0123456789")
_IDENTIFIER = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-")


@total_ordering
@dataclass(frozen=True, slots=True)
class SemanticVersion:
    """`major.minor.patch` with pre-release identifiers; ordered by precedence (section 11)."""

    major: int
    minor: int
    patch: int
    pre_release: tuple[int | str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "SemanticVersion":
        """The version that `text` names. Raises ValueError for anything but its one spelling."""
        if len(text) > MAX_LENGTH:
            raise ValueError("a version longer than 48 characters")
        core, hyphen, rest = text.partition("-")
        numbers = core.split(".")
        if len(numbers) != 3:
            raise ValueError("a version that is not major.minor.patch")
        major, minor, patch = (_number(part) for part in numbers)
        return cls(major, minor, patch, tuple(map(_identifier, rest.split("."))) if hyphen else ())

    def __str__(self) -> str:
        core = f"{self.major}.{self.minor}.{self.patch}"
        return f"{core}-{'.'.join(map(str, self.pre_release))}" if self.pre_release else core

    def __lt__(self, other: "SemanticVersion") -> bool:
        return self._precedence() < other._precedence()

    def _precedence(self) -> tuple[int, int, int, bool, list[tuple[int, int, str]]]:
        """A version without pre-release follows those with one; numbers precede words; fewer precede
        more."""
        ranks = [(0, part, "") if isinstance(part, int) else (1, 0, part) for part in self.pre_release]
        return self.major, self.minor, self.patch, not ranks, ranks


def _number(text: str) -> int:
    if not text or len(text) > 6 or not _DIGITS.issuperset(text) or (text[0] == "0" and text != "0"):
        raise ValueError("a version number that is not 0 … 999999 without leading zeros")
    return int(text)


def _identifier(text: str) -> int | str:
    if text and _DIGITS.issuperset(text):
        return _number(text)
    if not text or not _IDENTIFIER.issuperset(text):
        raise ValueError("a pre-release identifier that is not letters, digits and hyphens")
    return text


def is_version(text: str) -> bool:
    """Whether `text` is a version in its one spelling."""
    try:
        SemanticVersion.parse(text)
    except ValueError:
        return False
    return True
