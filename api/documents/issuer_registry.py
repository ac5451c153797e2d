"""The registry of issuers that the clients of the Digital Credentials Consortium read: one JSON document
that names all issuers.

`{"registry": {DID: {"name": …, "url": …, "location": …}}, "meta": {"complete": …}}`. Names are those of the
registry, never an issuer's own. A name that is too new to count is left out, and so is whoever has ended.

Source: what `@digitalcredentials/issuer-registry-client` 3.1.0 reads.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from api.credentials.document import Document, Json
from api.credentials.url import is_url
from api.documents.ascii_json import ascii_json
from api.documents.did_document import is_deactivated
from registry.kinds.did.record import Did
from registry.kinds.member.record import Member, MemberState
from registry.names import WEB_METHOD
from registry.roles import Role

MAX_ISSUERS: Final = 10_000
"""Names that are looked at for one document. A registry of more says that it is not complete."""
_LANGUAGE: Final = "en"


@dataclass(frozen=True, slots=True)
class ListedIssuer:
    """A DID with its record's newest body, and the member that answers for it."""

    did: str
    body: Did
    sponsor: str
    member: Member


def may_issue(member: Member) -> bool:
    """Whether a member issues credentials now."""
    return Role.ISSUER in member.roles and member.states[-1][0] is MemberState.ACTIVE


def is_listed(issuer: ListedIssuer) -> bool:
    """Whether an issuer stands in the registry: its member issues, its DID has not ended, its name counts."""
    return (
        may_issue(issuer.member) and not is_deactivated(issuer.body) and issuer.body.name_counts(issuer.did)
    )


def issuer_registry(issuers: Iterable[ListedIssuer], *, is_complete: bool) -> bytes:
    """The document in bytes (`api.documents.ascii_json`). `is_complete` is False where there were more
    issuers than one document holds.
    """
    listed: Document = {issuer.did: _entry(issuer) for issuer in issuers if is_listed(issuer)}
    return ascii_json({"registry": listed, "meta": {"complete": is_complete}})


def official_name(member: Member) -> str:
    """The member's official name: the English one where it has one, else the one it put first."""
    english = (name.text for name in member.names if name.language.partition("-")[0].lower() == _LANGUAGE)
    return next(english, member.names[0].text)


def _entry(issuer: ListedIssuer) -> Json:
    member = issuer.member
    place = ", ".join(part for part in (member.region, member.country) if part)
    return {"name": official_name(member), "url": _url(issuer), "location": place}


def _url(issuer: ListedIssuer) -> str:
    """The web site that the member's DID names, else its first identifier that is an address."""
    if issuer.sponsor.startswith(WEB_METHOD):
        host = issuer.sponsor.removeprefix(WEB_METHOD).partition(":")[0]
        return f"https://{host.replace('%3A', ':')}"
    values = (identifier.value for identifier in issuer.member.identifiers)
    return next((value for value in values if value.startswith("https://") and is_url(value)), "")
