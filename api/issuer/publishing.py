"""Signing a status list for verifiers that know nothing of the registry."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from api.issuer.key import SigningKey, signature_of
from api.publications.form import PublicationForm
from api.publications.forms import forms_for, publish
from api.publications.statement import StatusStatement
from registry.kinds.status_list.record import StatusPurpose
from registry.names import owner_of


@dataclass(frozen=True, slots=True)
class ListToPublish:
    """A list of the issuer as the ledger has it, proved, and the URL at which it is published."""

    list_id: str
    purpose: StatusPurpose
    bits: bytes
    url: str

    def signed(self, key: SigningKey, from_ms: int, life_ms: int) -> Mapping[PublicationForm, bytes]:
        """Its publications in every form that it has, dated in whole seconds. Raises UnfitKey,
        `PublicationError`, and what the key raises.
        """
        from_ms -= from_ms % 1_000
        until_ms = from_ms + life_ms - life_ms % 1_000
        issuer = owner_of(self.list_id)
        statement = StatusStatement(self.url, issuer, key.id, self.purpose, from_ms, until_ms)
        sign = partial(signature_of, key)
        return {form: publish(form, statement, self.bits, sign) for form in forms_for(self.purpose)}
