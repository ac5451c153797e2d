"""The formats that are read, in the order in which they are tried."""

from collections.abc import Callable
from typing import Final, TypeVar

from api.credentials.document import Json
from api.credentials.flaw import Flaw
from api.credentials.formats.data_integrity.reading import DataIntegrity
from api.credentials.formats.european.reading import EuropeanDigital
from api.credentials.formats.jose.reading import VcJwt
from api.credentials.formats.sd_jwt.reading import SdJwt, SecuredSdJwt
from api.credentials.secured import Format, Secured, UnsignedCredential

T = TypeVar("T")

FORMATS: Final[tuple[Format, ...]] = (EuropeanDigital(), VcJwt(), SdJwt(), DataIntegrity())


class UnknownFormatError(ValueError):
    """The bytes are no credential of a format that is read here."""


def read_credential(data: bytes) -> Secured:
    """The credential in some bytes, by the first format that recognises them. Raises `UnknownFormatError`,
    and `DocumentError` where they are of a format, and damaged.
    """
    return _by_the_first(lambda listed: listed.read(data))


def read_draft(data: bytes) -> UnsignedCredential:
    """What is to be signed, by the first format that recognises it. Raises as `read_credential` does."""
    return _by_the_first(lambda listed: listed.read_draft(data))


def read_presented(entry: Json) -> Secured:
    """The credential in an entry of a presentation. Raises as `read_credential` does."""
    return _by_the_first(lambda listed: listed.read_presented(entry))


def proved_holder(
    credential: Secured, *, audience: str | None = None, nonce: str | None = None
) -> str | Flaw | None:
    """The DID whose key whoever presents a credential has proved to hold, by a proof within it: for one who
    asked with that audience and nonce. Why what is there does not show it; None where no proof is there, or
    none that can be checked here.
    """
    binding = credential.binding if isinstance(credential, SecuredSdJwt) else None
    return None if binding is None else binding.holder_for(audience, nonce)


def _by_the_first(read: Callable[[Format], T | None]) -> T:
    for listed in FORMATS:
        found = read(listed)
        if found is not None:
            return found
    raise UnknownFormatError("These bytes are no credential of a format that is read here.")
