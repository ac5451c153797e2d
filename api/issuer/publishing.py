"""Signing a status list for verifiers that know nothing of the registry."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from api.issuer.key import SigningKey, signature_of
from api.publications.check import AHEAD_MS
from api.publications.form import PublicationForm
from api.publications.forms import forms_for, publish
from api.publications.statement import StatusStatement
from registry.kinds.status_list.record import StatusPurpose
from registry.names import owner_of


@dataclass(frozen=True, slots=True)
class ListToPublish:
    """A list of the issuer as the ledger had it at `as_of_ms`, proved, and the URL at which it is
    published.
    """

    list_id: str
    purpose: StatusPurpose
    bits: bytes
    url: str
    as_of_ms: int

    def begin_ms(self, now_ms: int) -> int:
        """When a publication begins that is made now, in whole seconds: no later than nodes take, where the
        last block is old or the clock here is ahead.
        """
        begin_ms = min(now_ms, self.as_of_ms + AHEAD_MS)
        return begin_ms - begin_ms % 1_000

    def signed(self, key: SigningKey, from_ms: int, life_ms: int) -> Mapping[PublicationForm, bytes]:
        """Its publications in every form that it has, from then on, which is a whole second. Raises UnfitKey,
        `PublicationError`, and what the key raises.
        """
        until_ms = from_ms + life_ms - life_ms % 1_000
        issuer = owner_of(self.list_id)
        statement = StatusStatement(self.url, issuer, key.id, self.purpose, from_ms, until_ms)
        sign = partial(signature_of, key)
        return {form: publish(form, statement, self.bits, sign) for form in forms_for(self.purpose)}
