"""What holds several credentials: a presentation, a list of them, a learner record. Each of them is judged as
if it came alone, so wrapping a credential changes nothing of what is found about it.

Rules:

- H1 At most 16 credentials are judged of one file; each costs several look-ups. What is beyond is told, and
  not judged, so the whole is never taken for good.
- H2 A document that says that it is a credential as well as a presentation is judged as a credential: what it
  claims itself must not pass unseen beside what it holds.
- H3 Who presents it, and whether a proof of their own is there, is told and not judged: whose the credentials
  are is asked of each by itself.
- H4 A presentation in an envelope (a VP-JWT, or an `EnvelopedVerifiablePresentation`) is opened without its
  signature being verified, by H3.
- H5 A learner record (CLR 2.0) is judged itself, and what it holds as well. Its own signature says who put
  the record together, and nothing about what is in it.

Source: W3C Verifiable Credentials Data Model 2.0, §4.13; 1.1, §4.10, §6.3.1; VC-JOSE-COSE, §3; CLR Standard
2.0 (1EdTech).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from api.credentials.document import Document, DocumentError, Json, as_list, each_with_place, load, load_json
from api.credentials.excerpt import detail_of, excerpt, shortened
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.jose.compact import read_compact, token_text
from api.credentials.formats.table import UnknownFormatError, read_presented
from api.credentials.secured import Secured
from api.credentials.w3c.claims import W3cClaims

MAX_CREDENTIALS: Final = 16
"""Credentials of one file that are judged (H1)."""
MAX_HOLDER: Final = 130
"""Characters of a holder's id that are told."""

_TYPE: Final = "VerifiablePresentation"
_CREDENTIAL: Final = "VerifiableCredential"
_ENVELOPE: Final = "EnvelopedVerifiablePresentation"
_CREDENTIAL_ENVELOPE: Final = "EnvelopedVerifiableCredential"
_RECORD: Final = "ClrCredential"
_MEMBER: Final = "verifiableCredential"
_DATA_URL: Final = "data:application/vp"
_SIGN: Final = b"Presentation"
"""What stands in each presentation in JSON: bytes without it are not parsed for nothing."""


@dataclass(frozen=True, slots=True)
class Presented:
    """One credential among several, or why it cannot be judged. `place` is where it stands, a JSON Pointer
    such as `/verifiableCredential/0`.
    """

    place: str
    credential: Secured | Flaw


@dataclass(frozen=True, slots=True)
class Presentation:
    """What is handed over together. `holder` is who presents it, as they say; "" where nobody is named.
    `is_signed`: whether it carries a proof of its own, which nobody has checked.
    """

    credentials: tuple[Presented, ...]
    holder: str = ""
    is_signed: bool = False


def presentation_in(data: bytes) -> Presentation | None:
    """The presentation, or the list of credentials, that some bytes are; None where they are none. Raises
    `DocumentError` where they are JSON or a token, and damaged.
    """
    begin = data.lstrip(b" \t\r\n")[:1]
    if begin == b"[":
        return _of_list(load_json(data))
    if begin == b"{":
        return presented_by(load(data)) if _SIGN in data else None
    token = token_text(data)
    return None if token is None or "~" in token else _of_token(token)


def presented_by(document: Document) -> Presentation | None:
    """The presentation that a document is; None where it is none. Raises `DocumentError` for an envelope that
    cannot be opened.
    """
    if _ENVELOPE in _types(document):
        url = document.get("id")
        is_token = isinstance(url, str) and url.startswith(_DATA_URL) and "," in url
        return _of_token(str(url).partition(",")[2]) if is_token else None
    return _of_document(document) if is_presentation(document) else None


def is_credential(document: Document) -> bool:
    """Whether a document says of itself that it is a credential, by its type or by what it is about."""
    return "credentialSubject" in document or _CREDENTIAL in _types(document)


def is_presentation(document: Document) -> bool:
    """Whether a document says of itself that it is a presentation, and not a credential (H2)."""
    return _TYPE in _types(document) and not is_credential(document)


def held_by(credential: Secured) -> tuple[Presented, ...]:
    """The credentials in a learner record (H5); none for any other credential."""
    return tuple(_bounded(_held_entries(credential)))


def _held_entries(credential: Secured) -> Iterator[tuple[str, Json]]:
    claims = credential.claims
    if not isinstance(claims, W3cClaims) or _RECORD not in _types(claims.document):
        return
    for place, subject in each_with_place(claims.document.get("credentialSubject"), "/credentialSubject"):
        if isinstance(subject, dict) and _MEMBER in subject:
            yield from each_with_place(subject[_MEMBER], f"{place}/{_MEMBER}")


def _of_document(presentation: Document) -> Presentation:
    named = presentation.get("holder")
    holder = named.get("id") if isinstance(named, dict) else named
    told = shortened(holder, MAX_HOLDER) if isinstance(holder, str) else ""
    found = _of_entries(presentation.get(_MEMBER, []), f"/{_MEMBER}")
    return Presentation(found.credentials, told, "proof" in presentation)


def _of_token(text: str) -> Presentation | None:
    """H4."""
    payload = read_compact(text).payload
    if b"resentation" not in payload and b'"vp"' not in payload:
        return None
    token = load(payload)
    inner = token.get("vp", token)
    if "vc" in token or not isinstance(inner, dict) or not is_presentation(inner):
        return None  # by H2 where there is a `vc`
    found = _of_document({"holder": token.get("iss"), **inner})
    return Presentation(found.credentials, found.holder, True)


def _of_list(entries: Json) -> Presentation | None:
    """A list with anything in it that may be a credential; any other list is something else."""
    seems = any(_seems_credential(entry) for entry in as_list(entries))
    return _of_entries(entries, "") if seems else None


def _seems_credential(entry: Json) -> bool:
    if isinstance(entry, str):
        return token_text(entry.encode()) is not None or entry.startswith("data:")
    return isinstance(entry, dict) and (is_credential(entry) or _CREDENTIAL_ENVELOPE in _types(entry))


def _of_entries(entries: Json, place: str) -> Presentation:
    return Presentation(tuple(_bounded(each_with_place(entries, place))))


def _bounded(entries: Iterator[tuple[str, Json]]) -> Iterator[Presented]:
    """H1."""
    found = _opened(entries)
    yield from islice(found, MAX_CREDENTIALS)
    for beyond in islice(found, 1):
        told = detail_of(beyond.place, f"at most {MAX_CREDENTIALS} credentials of one file are judged")
        yield Presented(beyond.place, Flaw(CredentialFlaw.TOO_MUCH_WORK, told))


def _opened(entries: Iterator[tuple[str, Json]]) -> Iterator[Presented]:
    """Each credential, and behind a learner record what it holds (H5)."""
    for place, entry in entries:
        credential = _read(entry, place)
        yield Presented(place, credential)
        if not isinstance(credential, Flaw):
            yield from _opened((f"{place}{inner}", held) for inner, held in _held_entries(credential))


def _read(entry: Json, place: str) -> Secured | Flaw:
    try:
        return read_presented(entry)
    except UnknownFormatError:
        return _of_no_format(entry, place)
    except DocumentError as error:
        return Flaw(CredentialFlaw.NO_READABLE_PROOF, detail_of(place, str(error)))


def _of_no_format(entry: Json, place: str) -> Flaw:
    if isinstance(entry, str) or (isinstance(entry, dict) and _CREDENTIAL_ENVELOPE in _types(entry)):
        told = f"{place} is in an envelope of a kind that is not known here"
        return Flaw(CredentialFlaw.NO_READABLE_PROOF, told)
    return Flaw(CredentialFlaw.MEMBER, f"{place} is {excerpt(entry)}, no credential")


def _types(document: Document) -> list[Json]:
    return as_list(document.get("type"))
