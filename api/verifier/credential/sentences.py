"""The sentences of a report, for people: an answer to each question, and one for the whole.

- T1 An answer begins with yes, no or not known, and says why by the check that decides.
- T2 A name in a sentence is one of the registry. What the credential calls itself is no part of a sentence.
- T3 Dates are called what the issuer says, unless an anchor proves since when the credential exists.
- T4 A credential that names no status list is not called checked for revocation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.credentials.excerpt import MAX_NAME_EXCERPT, excerpt, shortened
from api.credentials.timestamp import second_text
from api.verifier.credential.check import Check, together
from api.verifier.credential.questions import ReaderQuestion, deciding
from api.verifier.credential.standing import IssuerStanding
from api.verifier.verdict import Outcome
from registry.primitives.reason import as_clause

NOT_SHOWN: Final = "Not shown: nothing that it says can be believed."
NO_ISSUER: Final = "Not known. It names no issuer."
"""Only the question who stands behind it can be without any check."""
_BEGINNINGS: Final = {Outcome.VALID: "Yes.", Outcome.INVALID: "No.", Outcome.INDETERMINATE: "Not known."}


@dataclass(frozen=True, slots=True)
class Said:
    """What sentences are made of beside checks. `names_status`: whether it names a status list."""

    issuer: str
    names_status: bool
    standing: IssuerStanding | None
    anchored_ms: int | None
    as_of_ms: int | None
    policy: str


def do_not_accept(first: Check | None, outcome: Outcome) -> str:
    """The sentence for what is signed wrongly, or cannot be read at all."""
    reason = "it has no proof" if first is None else _reason(first)
    if outcome is Outcome.INVALID:
        return f"Do not accept it: {reason}."
    return f"It could not be checked: {reason}."


def answer(question: ReaderQuestion, checks: Sequence[Check], said: Said) -> str:
    """T1: the answer that follows from these checks."""
    if not checks:
        return NO_ISSUER
    first = deciding(checks)
    if question is ReaderQuestion.COUNTS_HERE:
        return _counts(first, together(checks), said.policy)
    if first is not None:
        return f"{_BEGINNINGS[first.outcome]} {_told(first)}"
    match question:
        case ReaderQuestion.REAL:
            return "Yes. It is whole, and as its issuer signed it."
        case ReaderQuestion.STILL_GOOD:
            return f"Yes. {_still_good(said)}"
        case _:
            return f"{_who(said)}."


def whole(outcomes: Mapping[ReaderQuestion, Outcome | None], decisive: Sequence[Check], said: Said) -> str:
    """The one sentence for the whole, with what the policy makes of it."""
    first, outcome = deciding(decisive), together(decisive)
    found = _found(outcomes, said)
    if first is None:
        return f"{found} Under the policy {excerpt(said.policy)} it counts."
    if outcome is Outcome.INVALID:
        return (
            f"{found} It does not count under the policy {excerpt(said.policy)}: {_reason(first)}.".lstrip()
        )
    told = f"Whether it counts under the policy {excerpt(said.policy)} stays open: {_reason(first)}."
    return f"{found} {told}".lstrip()


def _found(outcomes: Mapping[ReaderQuestion, Outcome | None], said: Said) -> str:
    """What is known to be so, of the first three questions; "" where that is nothing."""
    parts = []
    if outcomes[ReaderQuestion.REAL] is Outcome.VALID:
        parts.append("it is real")
    if outcomes[ReaderQuestion.STILL_GOOD] is Outcome.VALID and parts:
        parts.append("still good" if said.names_status else "within its dates")
    if outcomes[ReaderQuestion.BEHIND_IT] is Outcome.VALID and parts:
        parts.append(f"{_name(said)} stands behind it")
    if not parts:
        return ""
    *others, last = parts
    joined = f"{', '.join(others)} and {last}" if others else last
    return f"{joined[:1].upper()}{joined[1:]}."


def _counts(first: Check | None, outcome: Outcome, policy: str) -> str:
    named = f"the policy {excerpt(policy)}"
    if first is None:
        return f"Under {named} it counts."
    verdict = "it does not count" if outcome is Outcome.INVALID else "it stays open whether it counts"
    return f"Under {named} {verdict}: {_reason(first)}."


def _still_good(said: Said) -> str:
    """T3, T4."""
    as_of = "" if said.as_of_ms is None else f", as of {second_text(said.as_of_ms)}"
    status = (
        f"No list that it names says otherwise{as_of}."
        if said.names_status
        else "It names no status list, so nobody can say whether it was revoked."
    )
    if said.anchored_ms is not None:
        return (
            f"It is within its dates. {status} It has existed at least since {second_text(said.anchored_ms)}."
        )
    return f"It is within its dates, which are what the issuer says. {status}"


def _who(said: Said) -> str:
    """T2."""
    standing = said.standing
    if standing is None:
        return f"{_issuer(said)}, as the registry holds it"
    told = f"{standing.name} ({standing.country})"
    if not standing.is_issuer:
        told = f"{_issuer(said)}, for which {told} answers"
    ended = ", whose membership has ended" if standing.has_ended else ""
    return f"{told}{ended}, as the registry records it"


def _name(said: Said) -> str:
    return _issuer(said) if said.standing is None else said.standing.name


def _issuer(said: Said) -> str:
    return shortened(said.issuer or "nobody", MAX_NAME_EXCERPT)


def _told(check: Check) -> str:
    return "" if check.reason is None else check.reason.sentence


def _reason(check: Check) -> str:
    return as_clause(_told(check))
