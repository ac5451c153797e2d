"""Media types: which of the two encodings a client wants, and what a body claims to be.

Every answer exists as JSON and as CBOR. JSON is the default; Accept chooses by quality, then by order (RFC
9110 §12.5.1). A header longer than 1 KiB is not read.
"""

from enum import Enum
from typing import Final

from api.problems import ProblemError, RequestFault

_MAX_HEADER = 1024


class Encoding(Enum):
    """One of the two encodings, with its media type."""

    JSON = "application/json"
    CBOR = "application/cbor"


JSON: Final = Encoding.JSON.value
CBOR: Final = Encoding.CBOR.value
COSE: Final = "application/cose"
"""One transaction (RFC 9052)."""
OCTETS: Final = "application/octet-stream"
"""An attachment."""


_RANGES = {
    JSON: Encoding.JSON,
    CBOR: Encoding.CBOR,
    "application/*": Encoding.JSON,
    "*/*": Encoding.JSON,
}


def wanted(accept: str | None) -> Encoding:
    """The encoding that an Accept header asks for; raises `ProblemError` (not-acceptable)."""
    if accept is None or accept == "*/*" or accept == JSON:
        return Encoding.JSON
    if accept == CBOR:
        return Encoding.CBOR
    best: tuple[int, Encoding] | None = None
    if len(accept) <= _MAX_HEADER:
        for item in accept.split(","):
            name, _, parameters = item.partition(";")
            encoding = _RANGES.get(name.strip().lower())
            quality = _quality(parameters)
            if encoding is not None and quality > 0 and (best is None or quality > best[0]):
                best = (quality, encoding)
    if best is None:
        raise ProblemError(
            RequestFault.NOT_ACCEPTABLE, f"Accept was {accept[:128]!r}.", where="headers.accept"
        )
    return best[1]


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
