"""The revocation lists of 1EdTech: a JSON document with the ids of credentials that are revoked.

- L1 `id` is the list's own URL, `issuer` whoever issued the credentials: a URL, or an object whose `id` is
  one.
- L2 `revokedCredentials` is a list. Each of its members is an object with the `id` of a credential, which is
  revoked unless `revoked` is false; or that id alone. `revokedCredential` is read as well: both are in use.
- L3 What lacks these is no list. A list that cannot be read whole revokes nobody and clears nobody.
- L4 Nobody signs such a list.

Source: 1EdTech Revocation List Status Method 1.0.
"""

from collections.abc import Iterator
from typing import Final

from api.credentials.document import Document, DocumentError, Json, as_list, load
from api.credentials.excerpt import excerpt
from api.credentials.status.members import MAX_MEMBERS_OF_IDS, require_few_members
from api.credentials.status.published import RevokedIds
from api.credentials.status.unpacking import malformed
from api.credentials.url import is_url

_MEMBERS: Final = ("revokedCredentials", "revokedCredential")


def read_revoked_ids(data: bytes) -> RevokedIds:
    """The list in some bytes. Raises `ListError`."""
    require_few_members(data, MAX_MEMBERS_OF_IDS)
    try:
        document = load(data)
    except DocumentError as error:
        raise malformed(str(error)) from None
    return RevokedIds(_issuer(document), (_url(document.get("id"), "id"),), frozenset(_revoked(document)))


def _issuer(document: Document) -> str:
    """L1."""
    issuer = document.get("issuer")
    return _url(issuer.get("id") if isinstance(issuer, dict) else issuer, "issuer")


def _url(found: Json, name: str) -> str:
    if not is_url(found):
        raise malformed(name, f"{excerpt(found)}, not a URL")
    return found


def _revoked(document: Document) -> Iterator[str]:
    """L2, L3."""
    present = [name for name in _MEMBERS if name in document]
    if not present:
        raise malformed("revokedCredentials is missing")
    for name in present:
        for listed in as_list(document[name]):
            yield from _listed(listed, name)


def _listed(listed: Json, name: str) -> Iterator[str]:
    credential = listed.get("id") if isinstance(listed, dict) else listed
    is_revoked = listed.get("revoked", True) if isinstance(listed, dict) else True
    if not isinstance(credential, str) or not isinstance(is_revoked, bool):
        raise malformed(name, f"{excerpt(listed)}, no id of a credential that is revoked or not")
    if is_revoked:
        yield credential
