"""What was found about a credential, for people and for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from api.credentials.excerpt import excerpt
from api.credentials.secured import Claims
from api.verifier.credential import Check, CredentialReport
from api.verifier.credential.questions import ReaderQuestion
from api.verifier.verdict import Outcome
from node.wording.times import format_time
from registry.names import fault_of_did


@dataclass(frozen=True, slots=True)
class Judged:
    """The report on one credential, and why the registry was not asked about it; "" where it was."""

    report: CredentialReport
    unasked: str = ""

    @property
    def outcome(self) -> Outcome:
        """What follows under the policy."""
        return self.report.outcome

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {**self.report.document(), "notLookedUp": self.unasked or None}

    def lines(self) -> Iterator[str]:
        """For people: each question with its answer and its checks, and what follows from them."""
        for answered in self.report.answers:
            yield f"{answered.question.words} {answered.sentence}"
            yield from self._checks(answered.question)
            yield ""
        yield self.report.sentence
        yield f"{self.outcome.value}, {self._times()}; policy: {self.report.policy}"

    def _checks(self, question: ReaderQuestion) -> Iterator[str]:
        for check in self.report.checks_of(question):
            yield f"{check.outcome.value:<14}{check.aspect.value:<12}{check.told}".rstrip()
            if check.reason is not None:
                yield f"{'':<14}{'to do':<12}{check.reason.remedy}"

    def _times(self) -> str:
        if self.report.as_of_ms is None:
            return f"the registry was not asked: {self.unasked}"
        anchored_ms = self.report.anchored_ms
        anchored = "no" if anchored_ms is None else format_time(anchored_ms)
        return f"as of {format_time(self.report.as_of_ms)}; anchored: {anchored}"


def why_unasked(claims: Claims) -> str:
    """Why the registry is not asked about the issuer of a credential."""
    issuer = claims.issuer_as_written
    if issuer is None:
        return "it names no issuer"
    return f"its issuer is no DID that the registry can hold: {fault_of_did(issuer)}"


def worst_of(judged: Sequence[Judged]) -> Judged | None:
    """The one that decides of several: the first invalid one, else the first that is open, else the first."""
    order = (Outcome.INVALID, Outcome.INDETERMINATE, Outcome.VALID)
    return min(judged, key=lambda each: order.index(each.outcome), default=None)


def worst(judged: Sequence[Judged]) -> Outcome:
    """What follows from several credentials together; indeterminate where there is none."""
    found = worst_of(judged)
    return Outcome.INDETERMINATE if found is None else found.outcome


def first_reason(check: Check | None) -> str:
    """The code of what a report is told of first; "" where all is valid."""
    return "" if check is None else check.code or ""


def presented_document(judged: Sequence[Judged]) -> dict[str, Any]:
    """What was found about a presentation, for programs."""
    times_ms = [each.report.as_of_ms for each in judged if each.report.as_of_ms is not None]
    return {
        "outcome": worst(judged).value,
        "asOfMs": min(times_ms, default=None),
        "holder": "not-checked",
        "credentials": [each.document() for each in judged],
    }


def presented_lines(judged: Sequence[Judged]) -> Iterator[str]:
    """The same for people."""
    for number, each in enumerate(judged, 1):
        named = "" if each.report.id is None else f": {excerpt(each.report.id)}"
        yield f"credential {number} of {len(judged)}{named}"
        yield from each.lines()
        yield ""
    yield f"{worst(judged).value}: the presentation; of its credentials the worst counts"
    yield "not checked: who presents it, and the presentation's own proof"
