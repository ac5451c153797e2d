"""The entries of status lists that a credential names.

Source: BitstringStatusListEntry of W3C Bitstring Status List 1.0.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from api.credentials.document import Document, Json
from registry.records.status_list import MAX_SIZE

MAX_STATUSES: Final = 8
"""Entries that one credential may name; each costs a look-up."""
_STATUS_PATH: Final = "/v1/status-lists/"


@dataclass(frozen=True, slots=True)
class StatusReference:
    """An entry of a status list that a credential names. `list_id` is "" for one outside the registry."""

    list_id: str
    purpose: str
    index: int


def status_references(credential: Document) -> tuple[StatusReference, ...] | None:
    """The status entries that a credential names; None where they cannot be read."""
    value = credential.get("credentialStatus", [])
    items = value if isinstance(value, list) else [value]
    if len(items) > MAX_STATUSES:
        return None
    read = [_entry(item) for item in items]
    return tuple(entry for entry in read if entry is not None) if None not in read else None


def _entry(item: Json) -> StatusReference | None:
    match item:
        case {
            "type": "BitstringStatusListEntry",
            "statusPurpose": str(purpose),
            "statusListIndex": str(index),
            "statusListCredential": str(url),
        } if index.isascii() and index.isdecimal() and len(index) <= len(str(MAX_SIZE)):
            return StatusReference(_list_id(url), purpose, int(index))
    return None


def _list_id(url: str) -> str:
    """The registry's id of a status list that a node serves at that URL; "" for any other URL."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    _, found, list_id = path.partition(_STATUS_PATH)
    return unquote(list_id) if found else ""
