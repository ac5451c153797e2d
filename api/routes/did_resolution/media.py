"""In which forms a DID is resolved, and which of them Accept asks for.

`application/did-resolution` is the whole result, the others are the document alone. Without a preference the
whole result is given, because in it nobody overlooks that a DID has ended. `application/ld+json` is how older
clients ask for the whole result, by its profile.
"""

from enum import Enum
from typing import Final

from api.web.media import preferred

RESULT: Final = "application/did-resolution"
_OLD_RESULT: Final = 'application/ld+json;profile="https://w3id.org/did-resolution"'


class Representation(Enum):
    """What is given, by the content type of the response."""

    RESULT = RESULT
    OLD_RESULT = _OLD_RESULT
    DID = "application/did"
    DID_JSON = "application/did+json"
    DID_LD_JSON = "application/did+ld+json"
    JSON = "application/json"

    @property
    def is_result(self) -> bool:
        """Whether it is the whole result rather than the document."""
        return self in (Representation.RESULT, Representation.OLD_RESULT)


_RANGES: Final = {
    RESULT: Representation.RESULT,
    "application/ld+json": Representation.OLD_RESULT,
    "application/did": Representation.DID,
    "application/did+json": Representation.DID_JSON,
    "application/did+ld+json": Representation.DID_LD_JSON,
    "application/json": Representation.JSON,
    "application/*": Representation.RESULT,
    "*/*": Representation.RESULT,
}


def representation(accept: str | None) -> Representation | None:
    """The form that an Accept header asks for; None where there is none of it."""
    return Representation.RESULT if accept is None else preferred(accept, _RANGES)
