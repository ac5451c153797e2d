"""The checks of a credential: what each is about, what may be wrong, and what follows from all of them
(decision 0087).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from api.credentials.flaw import INCONCLUSIVE, CredentialFlaw, Flaw
from api.verifier.verdict import Outcome


class Aspect(StrEnum):
    """What a check is about."""

    FORM = "form"
    SCHEMA = "schema"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    KEY = "key"
    ANCHOR = "anchor"
    DATES = "dates"
    STATUS = "status"
    HOLDER = "holder"
    NAMES = "names"
    POLICY = "policy"
    """What a policy asks for beyond the other checks."""
    OTHER_PROOF = "other-proof"
    """A proof beside the issuer's: told, and without weight in the outcome of the whole."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `reason` is None exactly for a valid one; `detail` is for people, at most 200 characters,
    and may hold foreign text.
    """

    aspect: Aspect
    reason: CredentialFlaw | None = None
    detail: str = ""

    @classmethod
    def from_flaw(cls, aspect: Aspect, flaw: Flaw) -> "Check":
        """The check that found a flaw."""
        return cls(aspect, flaw.reason, flaw.detail)

    @property
    def outcome(self) -> Outcome:
        """What follows from it."""
        if self.reason is None:
            return Outcome.VALID
        return Outcome.INDETERMINATE if self.reason in INCONCLUSIVE else Outcome.INVALID

    @property
    def code(self) -> str | None:
        """The reason as a stable code, such as `unknown-issuer`."""
        return None if self.reason is None else self.reason.code

    @property
    def told(self) -> str:
        """The reason and the detail in a line, for people."""
        sentence = "" if self.reason is None else self.reason.sentence.removesuffix(".")
        return ": ".join(filter(None, (sentence, self.detail)))


def overall(checks: Sequence[Check]) -> Outcome:
    """What follows from checks together: invalid if one is, else indeterminate if one is or there is none,
    else valid. Proofs beside the issuer's have no say.
    """
    return together([check for check in checks if check.aspect is not Aspect.OTHER_PROOF])


def together(checks: Sequence[Check]) -> Outcome:
    """The same, with all of them counted."""
    outcomes = {check.outcome for check in checks}
    if Outcome.INVALID in outcomes:
        return Outcome.INVALID
    return Outcome.INDETERMINATE if Outcome.INDETERMINATE in outcomes or not checks else Outcome.VALID
