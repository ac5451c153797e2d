"""What a token says by the W3C data model: the credential in it, completed from the token's own claims."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.credentials.document import Document
from api.credentials.flaw import Flaw
from api.credentials.formats.jose.registered_claims import credential_of, envelope_flaws
from api.credentials.formats.jose.token_type import (
    CREDENTIAL_TYPES,
    JWT_TYPES,
    SD_JWT_TYPES,
    type_flaw,
    type_of,
)
from api.credentials.secured import StatusEntry
from api.credentials.token_status import status_of_token
from api.credentials.w3c.claims import W3cClaims
from api.credentials.w3c.status_entries import read_statuses

_OWN_TYPES: Final = CREDENTIAL_TYPES | SD_JWT_TYPES
"""The types of tokens that are the credential themselves."""


@dataclass(frozen=True, slots=True)
class TokenClaims(W3cClaims):
    """The credential that a token holds or is (`document`), and the token that says it. `wrong_envelope` are
    flaws of how it lies in its envelope.
    """

    header: Document
    token: Document
    wrong_envelope: tuple[Flaw, ...]

    @property
    def statuses(self) -> tuple[StatusEntry | Flaw, ...]:
        """The entries of the credential, and behind them the one that the token itself names."""
        return (*read_statuses(self.document), *status_of_token(self.token, self.issuer))

    def form_flaws(self) -> Iterator[Flaw]:
        """The flaws of the token, and those of the credential by its data model."""
        yield from self.wrong_envelope
        yield from envelope_flaws(self.token, is_own_type=type_of(self.header) in _OWN_TYPES)
        yield from W3cClaims.form_flaws(self)


def claims_of_token(header: Document, token: Document) -> TokenClaims:
    """What a token of that header says."""
    wrong_type = type_flaw(header, JWT_TYPES, "vc+jwt or JWT")
    return TokenClaims(credential_of(token), header, token, (wrong_type,) if wrong_type is not None else ())
