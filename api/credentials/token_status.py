"""The status entry that a token names in its claim `status`.

- T1 `status_list` has `uri`, the URL of a Token Status List, and `idx`, a whole number from 0 on. Both are
  needed. How many bits an entry has and what they mean, the list says.
- T2 A mechanism of another name leaves the question open. A `status` with none is no status, and malformed.
- T3 A list of the issuer's own in the registry is decided by the ledger, like one that a document names.

Source: draft-ietf-oauth-status-list-12, §6.
"""

from typing import Final

from api.credentials.document import Document, Json
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.secured import StatusEntry, StatusMethod
from api.credentials.status.registry_list import registry_list
from api.credentials.url import is_url

MAX_INDEX: Final = (1 << 53) - 1
TOKEN_STATUS_PURPOSE: Final = "status"
"""A Token Status List has no purposes: an entry's value says whether it is invalid or suspended."""


def status_of_token(
    token: Document, issuer: str | None, place: str = "/status"
) -> tuple[StatusEntry | Flaw, ...]:
    """The entry that a token of an issuer names, or why it cannot be read; empty where it names none."""
    if "status" not in token:
        return ()
    named = token["status"]
    if not isinstance(named, dict) or not named:
        return (Flaw(CredentialFlaw.STATUS_UNREADABLE, detail_of(place, excerpt(named))),)
    if "status_list" not in named:
        told = detail_of(f"{place} names {excerpt(next(iter(named)))}")
        return (Flaw(CredentialFlaw.STATUS_TYPE_UNSUPPORTED, told),)
    return (_entry(named["status_list"], issuer, f"{place}/status_list"),)


def _entry(found: Json, issuer: str | None, place: str) -> StatusEntry | Flaw:
    """T1."""
    if not isinstance(found, dict):
        return _unreadable(place, found)
    url, index = found.get("uri"), found.get("idx")
    if not is_url(url):
        return _unreadable(f"{place}/uri", url)
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index <= MAX_INDEX:
        return _unreadable(f"{place}/idx", index)
    list_id = registry_list(url, issuer)
    return StatusEntry(StatusMethod.TOKEN, url, index, TOKEN_STATUS_PURPOSE, list_id=list_id, place=place)


def _unreadable(place: str, found: Json) -> Flaw:
    return Flaw(CredentialFlaw.STATUS_UNREADABLE, detail_of(place, excerpt(found)))
