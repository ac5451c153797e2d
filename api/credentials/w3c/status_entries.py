"""The status entries that a credential names, of every type that is read.

Rules:

- R1 An index is written in decimal digits without a sign or leading zeros, as a text.
- R2 A list is in the registry if it is named by the URL at which it is published, or by that at which a node
  answers with a proof (`api.credentials.list_url`). The host has no say, because the registry's list counts
  wherever it is served.
- R3 Of the lists that a URL may name the issuer's own counts (`api.credentials.status.registry_list`).
- R4 What else the type defines has its form where it is there: `statusMessage` is a list of objects with a
  `status` and a `message`, both texts; `statusReference` is a URL or a list of URLs. What they say is not
  judged.
- R5 `statusSize` is how many bits an entry has, 1 where it says nothing. More than 8 are not supported. Where
  an entry has several, there is a message for each value, as the issuer commits to them all. A list of the
  registry has one bit for each entry.
- R6 A `1EdTechRevocationList` is the URL of a list of ids, and the credential's own id is looked for in it.
- R7 An entry of another type, or of several types of which none is read, is not supported, and its type is
  told.

Source: W3C Bitstring Status List 1.0, §2.1; W3C StatusList2021 (2023), §3.1; 1EdTech Revocation List Status
Method 1.0.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Final, TypeAlias

from api.credentials.document import Document, Json, as_list, each_with_place
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import INCONCLUSIVE, CredentialFlaw, Flaw
from api.credentials.secured import MAX_STATUSES, StatusEntry, StatusMethod
from api.credentials.status.registry_list import registry_list
from api.credentials.status.unpacking import MAX_UNPACKED
from api.credentials.url import is_url
from api.credentials.w3c.data_model import issuer_of
from registry.kinds.status_list.record import MAX_SIZE

_MAX_PUBLISHED: Final = 8 * MAX_UNPACKED
_MAX_BITS: Final = 8

_Obstacles: TypeAlias = Iterator[tuple[CredentialFlaw, str]]
"""What keeps an entry from being read: reasons with their details."""


def read_statuses(credential: Document) -> tuple[StatusEntry | Flaw, ...]:
    """The status entries of a credential, in order: a flaw for each that cannot be read, and for what
    is beyond the first 8.
    """
    named = credential.get("credentialStatus", [])
    entries = islice(each_with_place(named, "/credentialStatus"), MAX_STATUSES)
    read = [_read(entry, credential, place) for place, entry in entries]
    count = len(as_list(named))
    if count > MAX_STATUSES:
        told = f"/credentialStatus has {count} entries, of which {MAX_STATUSES} are looked up"
        read.append(Flaw(CredentialFlaw.STATUS_UNSUPPORTED, told))
    return tuple(read)


def _read(entry: Json, credential: Document, place: str) -> StatusEntry | Flaw:
    if not isinstance(entry, dict):
        return Flaw(CredentialFlaw.STATUS_UNREADABLE, f"{place} is {excerpt(entry)}")
    names = as_list(entry.get("type"))
    if not names or not all(isinstance(name, str) for name in names):
        return Flaw(CredentialFlaw.STATUS_UNREADABLE, f"{place}/type is {excerpt(entry.get('type'))}")
    method = next((method for method in _READERS if method in names), None)
    if method is None:
        return Flaw(CredentialFlaw.STATUS_TYPE_UNSUPPORTED, f"{place}/type is {excerpt(names[0])}")
    return _READERS[method](entry, credential, place, method)


def _read_indexed(
    entry: Document, credential: Document, place: str, method: StatusMethod
) -> StatusEntry | Flaw:
    """An entry with a number in a list of bits."""
    named = entry.get("statusListCredential")
    list_id = registry_list(named, issuer_of(credential)) if is_url(named) else None
    flaw = _first_flaw(_wrong_members(entry, place, list_id))
    if flaw is not None:
        return flaw
    match entry:
        case {"statusPurpose": str(purpose), "statusListIndex": str(index), "statusListCredential": str(url)}:
            bits = int(entry.get("statusSize", 1))  # type: ignore[arg-type]  # judged by `_wrong_size`
            return StatusEntry(method, url, int(index), purpose, bits, list_id, None, place)
    raise AssertionError("an entry without obstacles has all members")


def _read_listing_ids(
    entry: Document, credential: Document, place: str, method: StatusMethod
) -> StatusEntry | Flaw:
    """R6."""
    url, credential_id = entry.get("id"), credential.get("id")
    if not is_url(url):
        told = detail_of(f"{place}/id", excerpt(url), "not the URL of a list")
        return Flaw(CredentialFlaw.STATUS_UNREADABLE, told)
    if not isinstance(credential_id, str):
        told = f"{place} is a list of ids, and the credential has none"
        return Flaw(CredentialFlaw.STATUS_UNREADABLE, told)
    return StatusEntry(method, url, -1, "revocation", credential_id=credential_id, place=place)


_READERS: Final[
    Mapping[StatusMethod, Callable[[Document, Document, str, StatusMethod], StatusEntry | Flaw]]
] = {
    StatusMethod.BITSTRING: _read_indexed,
    StatusMethod.STATUS_LIST_2021: _read_indexed,
    StatusMethod.REVOCATION_LIST_1EDTECH: _read_listing_ids,
}


def _first_flaw(obstacles: _Obstacles) -> Flaw | None:
    """What is wrong stands before what is not known."""
    flaws = [Flaw(reason, detail_of(told)) for reason, told in obstacles]
    return next((flaw for flaw in flaws if flaw.reason not in INCONCLUSIVE), next(iter(flaws), None))


def _wrong_members(entry: Document, place: str, list_id: str | None) -> _Obstacles:
    unreadable = CredentialFlaw.STATUS_UNREADABLE
    for name in ("statusPurpose", "statusListIndex", "statusListCredential"):
        if name not in entry:
            yield unreadable, f"{place}/{name} is missing"
    purpose = entry.get("statusPurpose")
    url = entry.get("statusListCredential")
    if not isinstance(purpose, str) or not purpose:
        yield unreadable, f"{place}/statusPurpose is {excerpt(purpose)}, not a text"
    yield from _wrong_index(entry, place, _MAX_PUBLISHED if list_id is None else MAX_SIZE)
    if not is_url(url):
        yield unreadable, detail_of(f"{place}/statusListCredential", excerpt(url), "not a URL")
    elif entry.get("id") == url:
        yield unreadable, f"{place}/id is the list's, not the entry's"
    yield from _wrong_size(entry, place, list_id)
    yield from _wrong_optional_members(entry, place)


def _wrong_index(entry: Document, place: str, most: int) -> _Obstacles:
    """R1."""
    index = entry.get("statusListIndex")
    told = f"{place}/statusListIndex is {excerpt(index)}"
    if not isinstance(index, str) or not _is_decimal(index):
        needed = "a text of decimal digits without leading zeros is needed"
        yield CredentialFlaw.STATUS_UNREADABLE, f"{told}: {needed}"
    elif len(index) > len(str(most)):
        yield CredentialFlaw.STATUS_UNKNOWN, f"{told}: no list has more than {most} entries"


def _wrong_size(entry: Document, place: str, list_id: str | None) -> _Obstacles:
    """R5."""
    size = entry.get("statusSize", 1)
    told = f"{place}/statusSize is {excerpt(size)}"
    if isinstance(size, bool) or not isinstance(size, int | float) or size < 1 or size != int(size):
        yield CredentialFlaw.STATUS_UNREADABLE, f"{told}, not a whole number from 1 on"
    elif size > _MAX_BITS:
        yield CredentialFlaw.STATUS_UNSUPPORTED, f"{told}: at most {_MAX_BITS} bits are read"
    elif size != 1 and list_id is not None:
        yield CredentialFlaw.STATUS_UNSUPPORTED, f"{told}: a list of the registry has one bit for each entry"
    elif size != 1:
        messages, wanted = entry.get("statusMessage"), 1 << int(size)
        if not isinstance(messages, list) or len(messages) != wanted:
            yield (
                CredentialFlaw.STATUS_UNREADABLE,
                f"{place}/statusMessage has not {wanted} messages, one for each value",
            )


def _wrong_optional_members(entry: Document, place: str) -> _Obstacles:
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
