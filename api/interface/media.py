"""The media types of our own interface. Every answer exists as JSON and as CBOR; JSON is the default, and
Accept chooses.
"""

from enum import Enum
from typing import Final

from api.problems import ProblemError, RequestFault
from api.web.media import preferred


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
    encoding = preferred(accept, _RANGES)
    if encoding is None:
        raise ProblemError(
            RequestFault.NOT_ACCEPTABLE, f"Accept was {accept[:128]!r}.", where="headers.accept"
        )
    return encoding
