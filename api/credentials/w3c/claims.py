"""A credential of the W3C data model, 2.0 or 1.1, as `api.credentials.secured.Claims`.

- V1 `validFrom` and `issuanceDate` begin it, `validUntil` and `expirationDate` end it, whichever data model
  names them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from api.credentials.document import Document
from api.credentials.flaw import Flaw
from api.credentials.period import ValidityPeriod, period_of
from api.credentials.schema import CompiledSchema, SchemaViolation
from api.credentials.secured import ClaimedNames, SchemaReference, StatusEntry
from api.credentials.w3c.data_model import data_model, form_flaws, issuer_of
from api.credentials.w3c.naming import claimed_names, holders
from api.credentials.w3c.schema_entries import read_schemas
from api.credentials.w3c.status_entries import read_statuses

_BEGINS = ("validFrom", "issuanceDate")
_ENDS = ("validUntil", "expirationDate")


@dataclass(frozen=True, slots=True)
class W3cClaims:
    """What a document says by the W3C data model. It is read anew each time it is asked."""

    document: Document

    @property
    def id(self) -> str | None:
        """The member of that name."""
        name = self.document.get("id")
        return name if isinstance(name, str) else None

    @property
    def issuer(self) -> str | None:
        """M4 of `data_model`."""
        return issuer_of(self.document)

    @property
    def issuer_as_written(self) -> str | None:
        """The text that M4 judges."""
        issuer = self.document.get("issuer")
        text = issuer.get("id") if isinstance(issuer, dict) else issuer
        return text if isinstance(text, str) else None

    @property
    def period(self) -> ValidityPeriod:
        """V1."""
        return period_of(self.document, _BEGINS, _ENDS)

    @property
    def statuses(self) -> tuple[StatusEntry | Flaw, ...]:
        """The entries of `credentialStatus`."""
        return read_statuses(self.document)

    @property
    def schemas(self) -> tuple[SchemaReference | Flaw, ...]:
        """The entries of `credentialSchema`."""
        return read_schemas(self.document)

    @property
    def holders(self) -> tuple[str, ...]:
        """The ids in `credentialSubject`."""
        return holders(self.document)

    @property
    def names(self) -> ClaimedNames:
        """See `naming`."""
        return claimed_names(self.document)

    @property
    def data_model(self) -> str:
        """Which of the two it names."""
        return f"data model {data_model(self.document)}"

    def form_flaws(self) -> Iterator[Flaw]:
        """The rules of `data_model`."""
        return form_flaws(self.document)

    def violations(self, schema: CompiledSchema) -> tuple[SchemaViolation, ...]:
        """Of the whole document."""
        return schema.violations(self.document)
