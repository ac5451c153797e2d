"""Media types in the head of a request: which of those that are offered Accept asks for, and what a body
claims to be.

Accept chooses by quality, then by order (RFC 9110 §12.5.1). A header longer than 1 KiB is not read.
"""

from collections.abc import Mapping
from typing import TypeVar

from api.problems import ProblemError, RequestFault

_MAX_HEADER = 1024
T = TypeVar("T")


def preferred(accept: str, offered: Mapping[str, T]) -> T | None:
    """What an Accept header prefers of what is offered for each media range; None where it is none of it."""
    best: tuple[int, T] | None = None
    if len(accept) <= _MAX_HEADER:
        for item in accept.split(","):
            name, _, parameters = item.partition(";")
            offer = offered.get(name.strip().lower())
            quality = _quality(parameters)
            if offer is not None and quality > 0 and (best is None or quality > best[0]):
                best = (quality, offer)
    return None if best is None else best[1]


def content_type(value: str | None, taken: tuple[str, ...]) -> str:
    """The media type of a body, without parameters, if it is one of `taken`; raises `ProblemError`
    (unsupported-media-type).
    """
    name = (value or "").partition(";")[0].strip().lower()
    if name not in taken:
        detail = f"Content-Type was {name[:128]!r}; taken are {', '.join(taken)}."
        raise ProblemError(RequestFault.UNSUPPORTED_MEDIA_TYPE, detail, where="headers.content-type")
    return name


def _quality(parameters: str) -> int:
    """The q parameter in thousandths: 1000 where there is none, 0 where it is malformed."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "q":
            whole, _, fraction = value.partition(".")
            if (
                whole not in ("0", "1")
                or len(fraction) > 3
                or not (fraction + "0").isdecimal()
                or not value.isascii()
            ):
                return 0
            return min(1000, int(whole) * 1000 + int((fraction + "000")[:3]))
    return 1000
