"""Lists that are credentials: those of Bitstring Status List and of StatusList2021, in whatever format.

Rules:

- L1 The type says that it is a list, and so does the type of its one subject.
- L2 It has the form of its data model.
- L3 The list calls itself by its `id`. Where it has none, its subject's id without the fragment names it.
- L4 `statusPurpose` is a text or a list of texts: one list may serve several purposes.
- L5 `ttl` is a number of milliseconds, `statusSize` a number of bits.
- L6 It has few members, counted before it is parsed: in a token as well.

Source: W3C Bitstring Status List 1.0, §2.2; W3C StatusList2021 (2023), §3.2.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from api.credentials.document import Document, DocumentError, Json, as_list
from api.credentials.excerpt import excerpt
from api.credentials.formats.jose.compact import read_compact, token_text
from api.credentials.formats.jose.envelope import enveloped_text
from api.credentials.formats.table import UnknownFormatError, read_credential
from api.credentials.secured import Secured, StatusMethod
from api.credentials.status.encoded_list import bitstring_entries, status_list_2021_entries
from api.credentials.status.entry_values import EntryValues
from api.credentials.status.members import require_few_members
from api.credentials.status.published import PublishedList
from api.credentials.status.unpacking import malformed
from api.credentials.w3c.claims import W3cClaims

_MAX_PURPOSES: Final = 16
_MAX_TTL_MS: Final = 1 << 53


@dataclass(frozen=True, slots=True)
class _Kind:
    """The types of a credential and its subject, and how the entries are written."""

    credential_type: str
    subject_type: str
    entries: Callable[[Json], EntryValues]


_KINDS: Final[Mapping[StatusMethod, _Kind]] = {
    StatusMethod.BITSTRING: _Kind("BitstringStatusListCredential", "BitstringStatusList", bitstring_entries),
    StatusMethod.STATUS_LIST_2021: _Kind(
        "StatusList2021Credential", "StatusList2021", status_list_2021_entries
    ),
}


def read_list_credential(data: bytes, method: StatusMethod) -> PublishedList:
    """The list in a credential. Raises `ListError`."""
    secured, document = _credential(data)
    kind = _KINDS[method]
    subject = _subject(document, kind)
    return PublishedList(
        secured,
        _names(document, subject),
        _purposes(subject),
        _size(subject),
        kind.entries(subject.get("encodedList")),
        _ttl_ms(subject),
    )


def _credential(data: bytes) -> tuple[Secured, Document]:
    """L2."""
    try:
        _require_few_members(data)
        secured = read_credential(data)
    except (DocumentError, UnknownFormatError) as error:
        raise malformed(str(error)) from None
    claims = secured.claims
    if not isinstance(claims, W3cClaims):
        raise malformed(f"it is no list credential, but one of {claims.data_model}")
    for flaw in claims.form_flaws():
        raise malformed(flaw.detail)
    return secured, claims.document


def _require_few_members(data: bytes) -> None:
    """L6."""
    require_few_members(data)
    text = token_text(data) or enveloped_text(data)
    if text is not None:
        require_few_members(read_compact(text.partition("~")[0]).payload)


def _subject(document: Document, kind: _Kind) -> Document:
    """L1."""
    if kind.credential_type not in as_list(document.get("type")):
        raise malformed(f"/type does not hold {kind.credential_type}")
    match as_list(document.get("credentialSubject")):
        case [dict(subject)] if kind.subject_type in as_list(subject.get("type")):
            return subject
    raise malformed(f"/credentialSubject is not one {kind.subject_type}")


def _names(document: Document, subject: Document) -> tuple[str, ...]:
    """L3."""
    own, of_subject = document.get("id"), subject.get("id")
    if isinstance(own, str):
        return (own,)
    return (of_subject.partition("#")[0],) if isinstance(of_subject, str) else ()


def _purposes(subject: Document) -> tuple[str, ...]:
    """L4."""
    found = as_list(subject.get("statusPurpose"))
    purposes = tuple(purpose for purpose in found if isinstance(purpose, str) and purpose)
    if not purposes or len(purposes) != len(found) or len(found) > _MAX_PURPOSES:
        raise malformed(
            "/credentialSubject/statusPurpose", f"{excerpt(subject.get('statusPurpose'))}, no purpose"
        )
    return purposes


def _size(subject: Document) -> int | None:
    """L5."""
    if "statusSize" not in subject:
        return None
    size = subject["statusSize"]
    if isinstance(size, bool) or not isinstance(size, int | float) or size != int(size) or size < 1:
        raise malformed("/credentialSubject/statusSize", f"{excerpt(size)}, not a number of bits")
    return int(size)


def _ttl_ms(subject: Document) -> int | None:
    """L5."""
    if "ttl" not in subject:
        return None
    ttl = subject["ttl"]
    if isinstance(ttl, bool) or not isinstance(ttl, int | float) or not 0 <= ttl < _MAX_TTL_MS:
        raise malformed("/credentialSubject/ttl", f"{excerpt(ttl)}, not a number of milliseconds")
    return int(ttl)
