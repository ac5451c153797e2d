"""The credentials that are handed over together, as a command judges them (`api.credentials.presentation`
reads them).
"""

from collections.abc import Iterable

from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.presentation import Presented
from api.credentials.secured import Secured
from api.verifier.credential import Aspect, Check


def as_judged(presented: Iterable[Presented]) -> list[Secured | Check]:
    """Each credential in its order; for what cannot be judged the check that says why."""
    return [
        _check_of(each.credential) if isinstance(each.credential, Flaw) else each.credential
        for each in presented
    ]


def _check_of(flaw: Flaw) -> Check:
    is_form = flaw.reason is CredentialFlaw.MEMBER
    return Check.from_flaw(Aspect.FORM if is_form else Aspect.SIGNATURE, flaw)
