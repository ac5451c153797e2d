"""Presentations: what a holder hands over, with credentials in it. Each is judged as if it came alone.

What a presentation says itself is not judged: neither its own proof, nor whether whoever presents it is whom
the credentials are about. So wrapping a credential changes nothing of what is found about it.

Source: W3C Verifiable Credentials Data Model 2.0, §4.13; 1.1, §4.10.
"""

from collections.abc import Sequence
from typing import Final

from api.credentials.document import Document, DocumentError, Json
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.table import UnknownFormatError, read_presented
from api.credentials.secured import Secured
from api.verifier.credential import Aspect, Check
from node.wording.explained import Explained

MAX_CREDENTIALS: Final = 16
"""Credentials of one presentation that are judged; each costs several look-ups."""

_TYPE: Final = "VerifiablePresentation"
_CREDENTIAL: Final = "VerifiableCredential"
_ENVELOPE: Final = "EnvelopedVerifiableCredential"


def is_credential(document: Document) -> bool:
    """Whether a document says of itself that it is a credential, by its type or by what it is about."""
    return "credentialSubject" in document or _CREDENTIAL in _types(document)


def is_presentation(document: Document) -> bool:
    """Whether a document says of itself that it is a presentation. One that says it is a credential as well
    is judged as that: what it claims itself must not pass unseen beside what it holds.
    """
    types = _types(document)
    return _TYPE in types and _CREDENTIAL not in types


def credentials_in(presentation: Document, where: object) -> list[Secured | Check]:
    """The credentials of a presentation in their order; for what cannot be judged the check that says why.
    Raises Explained for too many.
    """
    held = presentation.get("verifiableCredential", [])
    entries: Sequence[Json] = held if isinstance(held, list) else [held]
    if len(entries) > MAX_CREDENTIALS:
        what = f"the presentation holds {len(entries)} credentials, and at most {MAX_CREDENTIALS} are judged"
        raise Explained(what, where=where, do="ask the holder to present fewer at a time")
    return [_credential(entry, number) for number, entry in enumerate(entries)]


def _credential(entry: Json, number: int) -> Secured | Check:
    place = f"/verifiableCredential/{number}"
    try:
        return read_presented(entry)
    except UnknownFormatError:
        return _of_no_format(entry, place)
    except DocumentError as error:
        return Check(Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF, detail_of(place, str(error)))


def _of_no_format(entry: Json, place: str) -> Check:
    if isinstance(entry, str) or (isinstance(entry, dict) and _ENVELOPE in _types(entry)):
        told = f"{place} is in an envelope (a JWT or the like), which is not supported"
        return Check(Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF, told)
    return Check(Aspect.FORM, CredentialFlaw.MEMBER, f"{place} is {excerpt(entry)}, no credential")


def _types(document: Document) -> list[Json]:
    named = document.get("type")
    return named if isinstance(named, list) else [named]
