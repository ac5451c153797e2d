"""The entries of status lists that a credential names.

Rules:

- R1 An index is written in decimal digits without a sign or leading zeros, as a text. It names one bit: a
  `statusSize` other than 1 is not supported.
- R2 A list is named by the URL at which it is published, or by that at which a node answers with a proof
  (`api.credentials.list_url`): http or https, any host, and nothing else after the list's name. The host has
  no say, because the registry's list counts wherever it is served. A URL with a query or a fragment names
  something else.
- R3 What is percent-encoded in the URL is read decoded once, and as it stands. Of the two the issuer's own
  list counts. So the list of `did:web:host%3A8443` is found at `%253A`, which is right, and at `%3A`, which
  people write, and no list of somebody else comes in its place.
- R4 What else the type defines has its form where it is there: `statusMessage` is a list of objects with a
  `status` and a `message`, both texts; `statusReference` is a URL or a list of URLs. What they say is not
  judged.

Source: W3C Bitstring Status List 1.0, §2.1.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from api.credentials.document import Document, Json, as_list, each_with_place
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import INCONCLUSIVE, CredentialFlaw, Flaw
from api.credentials.list_url import lists_named
from api.credentials.secured import StatusReference
from api.credentials.url import is_url
from api.credentials.w3c.data_model import issuer_of
from registry.kinds.status_list.record import MAX_SIZE
from registry.names import owner_of

MAX_STATUSES: Final = 8
"""Entries of one credential that are judged; each costs a look-up."""
ENTRY_TYPE: Final = "BitstringStatusListEntry"


def read_statuses(credential: Document) -> tuple[StatusReference | Flaw, ...]:
    """The status entries of a credential, in order: a flaw for each that cannot be read, and for what
    is beyond the first 8.
    """
    named = credential.get("credentialStatus", [])
    issuer = issuer_of(credential)
    entries = islice(each_with_place(named, "/credentialStatus"), MAX_STATUSES)
    read = [_read(entry, issuer, place) for place, entry in entries]
    count = len(as_list(named))
    if count > MAX_STATUSES:
        told = f"/credentialStatus has {count} entries, of which {MAX_STATUSES} are looked up"
        read.append(Flaw(CredentialFlaw.STATUS_UNSUPPORTED, told))
    return tuple(read)


def _read(entry: Json, issuer: str | None, place: str) -> StatusReference | Flaw:
    obstacles = [Flaw(reason, detail_of(told)) for reason, told in _obstacles(entry, place)]
    if obstacles:
        return next((flaw for flaw in obstacles if flaw.reason not in INCONCLUSIVE), obstacles[0])
    match entry:
        case {"statusPurpose": str(purpose), "statusListIndex": str(index), "statusListCredential": str(url)}:
            list_id = _list_id(url, issuer)
            if list_id is not None:
                return StatusReference(list_id, purpose, int(index))
            told = f"{place}/statusListCredential is {excerpt(url)}"
            hint = "a URL with a query or fragment names no list" if "?" in url or "#" in url else ""
            return Flaw(CredentialFlaw.STATUS_ELSEWHERE, detail_of(told, hint))
    raise AssertionError("an entry without obstacles has all members")


def _obstacles(entry: Json, place: str) -> Iterator[tuple[CredentialFlaw, str]]:
    """What keeps an entry from being read."""
    if not isinstance(entry, dict):
        yield CredentialFlaw.STATUS_UNREADABLE, f"{place} is {excerpt(entry)}"
        return
    types = entry.get("type")
    names = as_list(types)
    if not names or not all(isinstance(name, str) for name in names):
        yield CredentialFlaw.STATUS_UNREADABLE, f"{place}/type is {excerpt(types)}"
    elif ENTRY_TYPE not in names:
        yield CredentialFlaw.STATUS_UNSUPPORTED, f"{place}/type is {excerpt(names[0])}"
    else:
        yield from _wrong_members(entry, place)


def _wrong_members(entry: Document, place: str) -> Iterator[tuple[CredentialFlaw, str]]:
    unreadable = CredentialFlaw.STATUS_UNREADABLE
    for name in ("statusPurpose", "statusListIndex", "statusListCredential"):
        if name not in entry:
            yield unreadable, f"{place}/{name} is missing"
    purpose = entry.get("statusPurpose")
    index = entry.get("statusListIndex")
    url = entry.get("statusListCredential")
    if not isinstance(purpose, str) or not purpose:
        yield unreadable, f"{place}/statusPurpose is {excerpt(purpose)}, not a text"
    if not isinstance(index, str) or not _is_decimal(index):
        told = f"{place}/statusListIndex is {excerpt(index)}"
        yield unreadable, f"{told}: a text of decimal digits without leading zeros is needed"
    elif len(index) > len(str(MAX_SIZE)):
        told = f"{place}/statusListIndex is {excerpt(index)}"
        yield CredentialFlaw.STATUS_UNKNOWN, f"{told}: no list has more than {MAX_SIZE} entries"
    if not is_url(url):
        yield unreadable, detail_of(f"{place}/statusListCredential", excerpt(url), "not a URL")
    elif entry.get("id") == url:
        yield unreadable, f"{place}/id is the list's, not the entry's"
    yield from _wrong_size(entry, place)
    yield from _wrong_optional_members(entry, place)


def _wrong_size(entry: Document, place: str) -> Iterator[tuple[CredentialFlaw, str]]:
    """R1."""
    size = entry.get("statusSize", 1)
    if isinstance(size, bool) or not isinstance(size, int | float) or size < 1 or size != int(size):
        yield (
            CredentialFlaw.STATUS_UNREADABLE,
            f"{place}/statusSize is {excerpt(size)}, not a whole number from 1 on",
        )
    elif size != 1:
        yield (
            CredentialFlaw.STATUS_UNSUPPORTED,
            f"{place}/statusSize is {excerpt(size)}: only one bit is read",
        )


def _wrong_optional_members(entry: Document, place: str) -> Iterator[tuple[CredentialFlaw, str]]:
    """R4."""
    messages = entry.get("statusMessage", [])
    if not isinstance(messages, list) or not all(_is_message(message) for message in messages):
        yield CredentialFlaw.STATUS_UNREADABLE, f"{place}/statusMessage is not a list of status and message"
    for where, source in each_with_place(entry.get("statusReference", []), f"{place}/statusReference"):
        if not is_url(source):
            yield CredentialFlaw.STATUS_UNREADABLE, f"{where} is {excerpt(source)}, not a URL"


def _is_message(found: Json) -> bool:
    return isinstance(found, dict) and all(isinstance(found.get(name), str) for name in ("status", "message"))


def _is_decimal(text: str) -> bool:
    return text.isascii() and text.isdecimal() and (text == "0" or text[0] != "0")


def _list_id(url: str, issuer: str | None) -> str | None:
    """R2, R3: the registry's id of the status list that a URL names; None for any other URL."""
    ids = lists_named(url)
    own = [name for name in ids if owner_of(name) == issuer]
    return next(iter(own or ids), None)
