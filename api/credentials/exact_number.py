"""Reading the numbers of JSON without loss.

RFC 8785 writes each number as the shortest text of its double. A number is kept where that text has the same
decimal value as the one that was read: `1.0`, `0.10`, `1E2`, `-0` are only written in another way. Where the
value differs (`1e-400` is 0, `0.1000000000000000055` is 0.1), the document would change by being read, and
the number is refused.

A whole number beyond 2⁵³ − 1 without fraction or exponent is taken only in the very digits that RFC 8785
gives its double: readers that keep whole numbers exactly would take another one for something else.
"""

import math
from typing import Final

import rfc8785

from registry.primitives.codec import MAX_INTEGER

MAX_NUMBER_TEXT: Final = 64
"""Characters of a number that is read; the longest that RFC 8785 writes has 25."""

_MAX_SURELY_EXACT: Final = 16  # 15 digits and the point: every such number is the shortest text of its double
_LEAST_NORMAL: Final = 1e-300
_MAX_WHOLE_TEXT: Final = 22  # a sign and 21 digits: RFC 8785 writes greater doubles with an exponent


def exact_integer(text: str) -> int | float | None:
    """The number of a JSON text without fraction and exponent; None where it cannot be kept."""
    if len(text) <= 17 and abs(int(text)) <= MAX_INTEGER:
        return int(text)
    if len(text) <= _MAX_WHOLE_TEXT and rfc8785.dumps(float(text)) == text.encode("ascii"):
        return float(text)
    return None


def exact_float(text: str) -> float | None:
    """The number of a JSON text with fraction or exponent; None where it cannot be kept."""
    if len(text) > MAX_NUMBER_TEXT:
        return None
    number = float(text)
    if len(text) <= _MAX_SURELY_EXACT and ("e" not in text.lower() or _is_normal(number)):
        return number
    if not math.isfinite(number):
        return None
    return number if _decimal(repr(number)) == _decimal(text) else None  # the same digits as RFC 8785 writes


def _is_normal(number: float) -> bool:
    """Whether a double has all its 53 bits, so that 15 digits survive."""
    return _LEAST_NORMAL <= abs(number) < math.inf


def _decimal(text: str) -> tuple[bool, str, int]:
    """The value of a JSON number: whether it is negative, its digits without zeros around them, and the power
    of ten of the last one. Zero has one form.
    """
    mantissa, _, power = text.lower().partition("e")
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    kept = digits.rstrip("0")
    if not kept:
        return False, "", 0
    return mantissa.startswith("-"), kept, int(power or "0") - len(fraction) + len(digits) - len(kept)
