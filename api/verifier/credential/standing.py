"""Who stands behind a credential, by the registry: names are those of member records, never the credential's
own. The report says where the two differ.

- B1 The name is the English one of the member that answers for the issuer, else its first.
- B2 A name of the credential is the same where it differs only in case, width, compatibility forms or blanks
  from an official one in any language. What only looks alike differs.
- B3 Of a DID that a member has registered for somebody else, the registry knows the member's name alone.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import CredentialFlaw
from api.credentials.secured import Claims
from api.verifier.credential.check import Aspect, Check
from api.verifier.credential.facts import Facts
from registry.kinds.member.record import Member, MemberState


@dataclass(frozen=True, slots=True)
class IssuerStanding:
    """Who answers for an issuer: the member's DID, its name and its country (ISO 3166-1) as recorded, whether
    it is the issuer itself, and whether its membership has ended.
    """

    member: str
    name: str
    country: str
    is_issuer: bool
    has_ended: bool


def standing_of(claims: Claims, facts: Facts) -> IssuerStanding | None:
    """Who answers for the issuer; None where the registry does not say."""
    record = facts.record(claims.issuer)
    member = None if record is None else facts.members.get(record.sponsor)
    if record is None or member is None:
        return None
    has_ended = member.state_at(facts.as_of_ms) is MemberState.CLOSED
    is_issuer = record.sponsor == claims.issuer
    return IssuerStanding(record.sponsor, _official(member), member.country, is_issuer, has_ended)


def names_check(claims: Claims, facts: Facts) -> Iterator[Check]:
    """Whether the credential calls its issuer as the registry does; nothing where one of them is silent."""
    standing = standing_of(claims, facts)
    if standing is None or not claims.names.issuer:
        return
    member = facts.members[standing.member]
    if _folded(claims.names.issuer) in {_folded(name.text) for name in member.names}:
        yield Check(Aspect.NAMES, None, excerpt(standing.name))
        return
    told = f"the credential says {excerpt(claims.names.issuer)}", f"the registry {excerpt(standing.name)}"
    yield Check(Aspect.NAMES, CredentialFlaw.NAMES_DIFFER, detail_of(", ".join(told)))


def _official(member: Member) -> str:
    """B1."""
    english = (name.text for name in member.names if name.language.lower().partition("-")[0] == "en")
    return next(english, member.names[0].text)


def _folded(name: str) -> str:
    """B2."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
