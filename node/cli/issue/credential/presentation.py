"""The credentials in a presentation, as a command judges them: for what cannot be judged the check that says
why (`api.credentials.presentation` reads them).
"""

from api.credentials.document import Document
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.presentation import Presentation, presented_by
from api.credentials.secured import Secured
from api.verifier.credential import Aspect, Check


def credentials_in(document: Document) -> list[Secured | Check]:
    """The credentials of a presentation in their order. Of any other document there are none."""
    found = presented_by(document) or Presentation(())
    return [
        check_of(each.credential) if isinstance(each.credential, Flaw) else each.credential
        for each in found.credentials
    ]


def check_of(flaw: Flaw) -> Check:
    """What cannot be judged, as the one check that is made of it."""
    is_form = flaw.reason is CredentialFlaw.MEMBER
    return Check.from_flaw(Aspect.FORM if is_form else Aspect.SIGNATURE, flaw)
