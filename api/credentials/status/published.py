"""A published status list as it is read: what it says of itself and of its entries, and by which proofs."""

from dataclasses import dataclass
from typing import TypeAlias

from api.credentials.secured import ProvedClaims
from api.credentials.status.entry_values import EntryValues


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A list of values, one for each entry, signed by its issuer.

    `proved` has the claims (issuer, period, what is wrong with its form) and the proofs. `names` are the URLs
    by which the list calls itself: empty where it calls itself nothing. `purposes` are what its entries are
    for, as written; None where the list does not say (Token Status List). `bits` of each entry; None where
    the entry alone says it. `ttl_ms`: how long after it was fetched it may be used; None where it does not
    say.
    """

    proved: ProvedClaims
    names: tuple[str, ...]
    purposes: tuple[str, ...] | None
    bits: int | None
    entries: EntryValues
    ttl_ms: int | None


@dataclass(frozen=True, slots=True)
class RevokedIds:
    """A list of the ids of credentials that are revoked (1EdTech). Nobody signs it: it counts because it was
    fetched from where the credential says.
    """

    issuer: str
    names: tuple[str, ...]
    revoked: frozenset[str]


ListAsRead: TypeAlias = PublishedList | RevokedIds
