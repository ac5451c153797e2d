"""What an issuer says of a list in a publication, whatever its form."""

from dataclasses import dataclass
from typing import Final

from api.credentials.url import is_url
from api.publications.fault import PublicationError, PublicationFault
from registry.kinds.status_list.record import StatusPurpose

TTL_MS: Final = 300_000
"""How long a reader may keep a publication without asking again, and how long it may be behind the ledger: 5
minutes."""
MAX_URL: Final = 512
_LAST_MS: Final = 253_402_300_799_000  # the last second of the year 9999


@dataclass(frozen=True, slots=True)
class StatusStatement:
    """That the list published at `url` has some bits, from `from_ms` to `until_ms` (milliseconds since 1970,
    whole seconds); said by `issuer`, a DID, with the key `key`, a DID URL of it.
    """

    url: str
    issuer: str
    key: str
    purpose: StatusPurpose
    from_ms: int
    until_ms: int

    def require_form(self) -> None:
        """Raises `PublicationError` where it has no exact form in every format: a URL beyond ASCII or with a
        fragment, a time that is no whole second.
        """
        if not self.url.isascii() or not is_url(self.url) or len(self.url) > MAX_URL or "#" in self.url:
            raise PublicationError(PublicationFault.OTHER_URL, "it is no plain URL of at most 512 characters")
        names = self.issuer, self.key
        if not all(name.isascii() and is_url(name) for name in names) or not self.key.startswith(
            f"{self.issuer}#"
        ):
            raise PublicationError(PublicationFault.OTHER_ISSUER, "the key is not one of the issuer")
        for time_ms in (self.from_ms, self.until_ms):
            if not 0 <= time_ms <= _LAST_MS or time_ms % 1_000:
                raise PublicationError(PublicationFault.DATES_WRONG, "a time is no whole second")


@dataclass(frozen=True, slots=True)
class ParsedPublication:
    """A publication taken apart: what it says, the packed bits as they stand in it, the 64-byte signature."""

    statement: StatusStatement
    packed: bytes
    signature: bytes
