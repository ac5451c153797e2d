"""The picture of a badge for issuers who have none: a seal with a check mark and two ribbons, drawn here.

It is small (192 by 192 pixels), has no words, so that it is right in every language, and a transparent
background. Edges are smooth: a pixel is covered as far as its centre is inside of a shape, up to one pixel.
"""

import math
import zlib
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Final

from api.credentials.wrappers.png import SIGNATURE, chunk_bytes

SIZE: Final = 192
"""Pixels of an edge."""

Colour = tuple[int, int, int]
Distance = Callable[[float, float], float]
"""How far a place is outside of a shape, in pixels; negative inside."""

_BLUE: Final = (31, 78, 121)
_DEEP: Final = (19, 52, 84)
_GOLD: Final = (222, 170, 56)
_WHITE: Final = (255, 255, 255)
_CENTRE: Final = (96.0, 78.0)
_SCALLOPS: Final = 18


@cache
def badge_image() -> bytes:
    """The picture, as PNG; the same bytes each time."""
    rows = b"".join(b"\x00" + bytes(_row(y)) for y in range(SIZE))
    header = SIZE.to_bytes(4) * 2 + bytes((8, 6, 0, 0, 0))  # 8 bits of red, green, blue and opacity
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(chunk_bytes(kind, content) for kind, content in chunks)


def _row(y: int) -> list[int]:
    return [value for x in range(SIZE) for value in _pixel(x + 0.5, y + 0.5)]


def _pixel(x: float, y: float) -> tuple[int, int, int, int]:
    """The shapes laid over one another."""
    colour, opacity = _DEEP, 0.0
    for distance, above in _LAYERS:
        covered = min(1.0, max(0.0, 0.5 - distance(x, y)))
        if covered:
            total = covered + opacity * (1 - covered)
            colour = _mixed(above, colour, covered / total)
            opacity = total
    return (*colour, round(255 * opacity))


def _mixed(above: Colour, below: Colour, share: float) -> Colour:
    red, green, blue = (round(share * new + (1 - share) * old) for new, old in zip(above, below, strict=True))
    return red, green, blue


def _seal(x: float, y: float) -> float:
    """A disc with a wavy edge."""
    across, down = x - _CENTRE[0], y - _CENTRE[1]
    edge = 68 + 3 * math.cos(_SCALLOPS * math.atan2(down, across))
    return math.hypot(across, down) - edge


def _ring(x: float, y: float) -> float:
    return abs(math.hypot(x - _CENTRE[0], y - _CENTRE[1]) - 55) - 2.5


def _stroke(points: tuple[tuple[float, float], ...], width: float) -> Distance:
    """A line through points, with round ends."""

    def distance(x: float, y: float) -> float:
        return min(_from_line(x, y, begin, end) for begin, end in pairwise(points)) - width / 2

    return distance


def _from_line(x: float, y: float, begin: tuple[float, float], end: tuple[float, float]) -> float:
    across, down = end[0] - begin[0], end[1] - begin[1]
    along = ((x - begin[0]) * across + (y - begin[1]) * down) / (across * across + down * down)
    along = min(1.0, max(0.0, along))
    return math.hypot(x - begin[0] - along * across, y - begin[1] - along * down)


def _ribbon(lean: float) -> Distance:
    """A band that hangs down and leans to one side, with a notch at its end."""

    def distance(x: float, y: float) -> float:
        middle = _CENTRE[0] + lean * (y - _CENTRE[1]) / 3
        across = abs(x - middle)
        notch = y - (180 - (16 - across) * 0.7)
        return max(across - 16, notch, _CENTRE[1] - y)

    return distance


_LAYERS: Final[tuple[tuple[Distance, Colour], ...]] = (
    (_ribbon(-1.0), _DEEP),
    (_ribbon(1.0), _DEEP),
    (_seal, _BLUE),
    (_ring, _GOLD),
    (_stroke(((70.0, 79.0), (89.0, 98.0), (123.0, 59.0)), 13.0), _WHITE),
)
