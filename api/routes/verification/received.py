"""What was sent to be judged: a credential, several in a presentation, or one in a picture or document."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.credentials.document import DocumentError, Json, as_list, load
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.table import UnknownFormatError, read_credential, read_presented
from api.credentials.secured import Secured
from api.credentials.wrappers.fault import WrapperError
from api.credentials.wrappers.table import unwrap
from api.verifier.credential import Aspect, Check

_PRESENTATION = "VerifiablePresentation"


@dataclass(frozen=True, slots=True)
class Received:
    """The credentials in what was sent, and for what is none the check that says why. `wrapper` says in what
    they came, "" where one came alone; `remark` what a reader should know of that.
    """

    entries: tuple[Secured | Check, ...]
    wrapper: str = ""
    remark: str = ""


def received(data: bytes, limit: int) -> Received:
    """What is in some bytes; of a presentation at most `limit` credentials are read."""
    try:
        found = unwrap(data)
    except WrapperError as error:
        return Received((_unread(str(error)),))
    if found is None:
        return _plain(data, limit)
    inner = _plain(found.content, limit)
    return Received(inner.entries, found.wrapper, found.remark)


def _plain(data: bytes, limit: int) -> Received:
    try:
        presented = _presented(data)
        if presented is not None:
            return Received(_entries(presented, limit), "presentation")
        return Received((read_credential(data),))
    except (DocumentError, UnknownFormatError) as error:
        return Received((_unread(str(error)),))


def _presented(data: bytes) -> Sequence[Json] | None:
    """The entries of a presentation; None where the bytes are none. Raises DocumentError."""
    if data.lstrip()[:1] != b"{":
        return None
    document = load(data)
    named = document.get("type")
    if (
        _PRESENTATION not in (named if isinstance(named, list) else [named])
        or "credentialSubject" in document
    ):
        return None
    return as_list(document.get("verifiableCredential", []))


def _entries(presented: Sequence[Json], limit: int) -> tuple[Secured | Check, ...]:
    entries = tuple(_entry(entry, number) for number, entry in enumerate(presented[:limit]))
    if not presented:
        return (_unread("the presentation holds no credential"),)
    if len(presented) <= limit:
        return entries
    return (
        *entries,
        _unread(f"the presentation holds {len(presented)} credentials, of which {limit} are read"),
    )


def _entry(entry: Json, number: int) -> Secured | Check:
    place = f"/verifiableCredential/{number}"
    try:
        return read_presented(entry)
    except UnknownFormatError:
        return _unread(f"{place} is {excerpt(entry)}, no credential")
    except DocumentError as error:
        return _unread(detail_of(place, str(error)))


def _unread(told: str) -> Check:
    return Check(Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF, detail_of(told))
