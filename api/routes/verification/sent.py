"""What was sent to be judged: a credential, several together, or those in a picture or document."""

from dataclasses import dataclass

from api.credentials.document import DocumentError
from api.credentials.excerpt import detail_of
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.table import UnknownFormatError, read_credential
from api.credentials.presentation import Presented, held_by, presentation_in
from api.credentials.secured import Secured
from api.credentials.wrappers.fault import WrapperError
from api.credentials.wrappers.table import unwrap
from api.verifier.credential import Aspect, Check


@dataclass(frozen=True, slots=True)
class SentCredentials:
    """The credentials in what was sent, and for what is none the check that says why. `wrapper` says in what
    they came, "" where they came alone; `remark` what a reader should know of that.
    """

    entries: tuple[Secured | Check, ...]
    wrapper: str = ""
    remark: str = ""


def read_sent(data: bytes) -> SentCredentials:
    """What is in some bytes."""
    try:
        found = unwrap(data)
    except WrapperError as error:
        return SentCredentials((_unread(str(error)),))
    if found is None:
        return SentCredentials(_entries(data))
    return SentCredentials(_entries(found.content), found.wrapper, found.remark)


def _entries(data: bytes) -> tuple[Secured | Check, ...]:
    """Those of a presentation or list, or the credential, and those that a learner record holds."""
    try:
        presentation = presentation_in(data)
        if presentation is None:
            credential = read_credential(data)
            return credential, *map(_entry, held_by(credential))
    except (DocumentError, UnknownFormatError) as error:
        return (_unread(str(error)),)
    held = tuple(map(_entry, presentation.credentials))
    return held or (_unread("the presentation holds no credential"),)


def _entry(presented: Presented) -> Secured | Check:
    found = presented.credential
    if not isinstance(found, Flaw):
        return found
    is_form = found.reason is CredentialFlaw.MEMBER
    return Check.from_flaw(Aspect.FORM if is_form else Aspect.SIGNATURE, found)


def _unread(told: str) -> Check:
    return Check(Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF, detail_of(told))
