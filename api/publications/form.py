"""The names of the forms in which a list is published, and how long one may be."""

from enum import Enum
from typing import Final

MAX_PUBLICATION_BYTES: Final = 1_100 * 1_024
"""The longest list of suspensions at random, as a JWT, whose bits are written in base64url twice."""


class PublicationForm(Enum):
    """A form, by its code in stored keys and on the wire between nodes."""

    BITSTRING = 1
    """A W3C Bitstring Status List credential."""
    JWT = 2
    """An IETF Status List Token as a JWT."""
    CWT = 3
    """The same as a CWT."""

    @property
    def media_type(self) -> str:
        """The type that names the form alone."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES: Final = {
    PublicationForm.BITSTRING: "application/vc",
    PublicationForm.JWT: "application/statuslist+jwt",
    PublicationForm.CWT: "application/statuslist+cwt",
}
