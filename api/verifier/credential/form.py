"""Whether a credential has the form of its data model."""

from itertools import islice
from typing import Final

from api.credentials.secured import Claims
from api.verifier.credential.check import Aspect, Check

MAX_FORM_FLAWS: Final = 8
"""Flaws of the form that are told of one credential."""


def judge_form(claims: Claims) -> tuple[Check, ...]:
    """A check for each flaw of the form, at most 8, or one valid check."""
    flaws = tuple(islice(claims.form_flaws(), MAX_FORM_FLAWS))
    if flaws:
        return tuple(Check.from_flaw(Aspect.FORM, flaw) for flaw in flaws)
    return (Check(Aspect.FORM, None, claims.data_model),)
