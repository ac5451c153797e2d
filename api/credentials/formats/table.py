"""The formats that are read, in the order in which they are tried."""

from typing import Final

from api.credentials.formats.data_integrity.reading import DataIntegrity
from api.credentials.secured import Format, Secured

FORMATS: Final[tuple[Format, ...]] = (DataIntegrity(),)


class UnknownFormatError(ValueError):
    """The bytes are no credential of a format that is read here."""


def read_credential(data: bytes) -> Secured:
    """The credential in some bytes, by the first format that recognises them. Raises `UnknownFormatError`,
    and `DocumentError` where they are of a format, and damaged.
    """
    for listed in FORMATS:
        credential = listed.read(data)
        if credential is not None:
            return credential
    raise UnknownFormatError("These bytes are no credential of a format that is read here.")
