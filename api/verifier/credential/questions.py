"""The four questions that a reader has, and which check belongs to which (decision 0120).

Rules:

- Q1 *Is it real?* Form, signature, key, proofs beside the issuer's, schema. *Is it still good?* Dates and
  status. *Who stands behind it?* Issuer, anchor, names. *What does it count for here?* Holder, and what the
  policy asks for.
- Q2 If the signature is wrong, nothing else is shown: no date, status or name of what somebody changed or
  forged is a fact. Only what is said of its proofs is left.
- Q3 For every other combination each check is told for itself.
- Q4 Of a question that could not be checked the answer is never yes. Where no key was there, no signature was
  checked; that the issuer is unknown is then the answer to the first question as well. A signature that
  could not be checked leaves the third question open too: anybody can write the name of an issuer.
- Q5 A schema that cannot be had leaves the first question as it is, and names that differ the third: both are
  told, and a policy may ask for more.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Final

from api.credentials.flaw import CredentialFlaw
from api.verifier.credential.check import Aspect, Check, together
from api.verifier.verdict import Outcome


class ReaderQuestion(Enum):
    """A question of whoever is handed a credential: its code, and its words."""

    REAL = ("real", "Is it real?")
    STILL_GOOD = ("still-good", "Is it still good?")
    BEHIND_IT = ("behind-it", "Who stands behind it?")
    COUNTS_HERE = ("counts-here", "What does it count for here?")

    @property
    def code(self) -> str:
        """For programs."""
        return self.value[0]

    @property
    def words(self) -> str:
        """For people."""
        return self.value[1]


_OF_ASPECT: Final = {
    Aspect.FORM: ReaderQuestion.REAL,
    Aspect.SIGNATURE: ReaderQuestion.REAL,
    Aspect.KEY: ReaderQuestion.REAL,
    Aspect.OTHER_PROOF: ReaderQuestion.REAL,
    Aspect.SCHEMA: ReaderQuestion.REAL,
    Aspect.DATES: ReaderQuestion.STILL_GOOD,
    Aspect.STATUS: ReaderQuestion.STILL_GOOD,
    Aspect.ISSUER: ReaderQuestion.BEHIND_IT,
    Aspect.ANCHOR: ReaderQuestion.BEHIND_IT,
    Aspect.NAMES: ReaderQuestion.BEHIND_IT,
    Aspect.HOLDER: ReaderQuestion.COUNTS_HERE,
    Aspect.POLICY: ReaderQuestion.COUNTS_HERE,
}
_ONLY_IF_INVALID: Final = frozenset({Aspect.SCHEMA, Aspect.NAMES})
"""Q5."""


def question_of(check: Check) -> ReaderQuestion:
    """The question that a check belongs to (Q1). That others signed is about the signature."""
    if check.reason is CredentialFlaw.OTHER_ISSUER:
        return ReaderQuestion.REAL
    return _OF_ASPECT[check.aspect]


def is_signed_wrongly(checks: Sequence[Check]) -> bool:
    """Q2: whether what it says is not what its issuer signed."""
    return any(
        check.reason is CredentialFlaw.OTHER_ISSUER
        or (check.aspect is Aspect.SIGNATURE and check.outcome is Outcome.INVALID)
        for check in checks
    )


def is_about_proofs(check: Check) -> bool:
    """Q2: whether a check is told of what is signed wrongly."""
    is_others = check.reason is CredentialFlaw.OTHER_ISSUER
    return is_others or check.aspect in (Aspect.SIGNATURE, Aspect.OTHER_PROOF)


def weighty(question: ReaderQuestion, checks: Sequence[Check]) -> list[Check]:
    """The checks that answer one of the first three questions (Q4, Q5)."""
    own = [check for check in checks if question_of(check) is question]
    if question is ReaderQuestion.REAL and not any(check.aspect is Aspect.SIGNATURE for check in checks):
        own += [check for check in checks if check.aspect in (Aspect.ISSUER, Aspect.KEY) and check.reason]
    if question is ReaderQuestion.BEHIND_IT:
        own += [check for check in checks if check.aspect is Aspect.SIGNATURE and check.reason]
    return [check for check in own if _has_weight(check)]


def _has_weight(check: Check) -> bool:
    if check.aspect is Aspect.OTHER_PROOF:
        return False
    return check.aspect not in _ONLY_IF_INVALID or check.outcome is not Outcome.INDETERMINATE


def deciding(checks: Sequence[Check]) -> Check | None:
    """The check from which the outcome of them together follows; None where all are valid."""
    outcome = together(checks)
    return next((check for check in checks if check.reason and check.outcome is outcome), None)
