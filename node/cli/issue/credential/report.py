"""What was found about a credential, for people and for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from api.credentials.excerpt import excerpt
from api.credentials.secured import Claims, Secured
from api.issuer.keeping import KeptProof
from api.issuer.lookup import Gathered, gather
from api.verifier.credential import Check, judge, overall
from api.verifier.verdict import Outcome
from node.cli.asking.connection import Connection
from node.wording.times import format_time
from registry.names import fault_of_did


@dataclass(frozen=True, slots=True)
class Judged:
    """The checks of one credential; `id` is its own, None where it has none. `as_of_ms`: the time of the
    oldest answer that they rest on; None where nothing was looked up, and `unasked` says why.
    """

    id: str | None
    checks: tuple[Check, ...]
    as_of_ms: int | None = None
    anchored_ms: int | None = None
    unasked: str = ""

    @property
    def outcome(self) -> Outcome:
        """What follows from all checks."""
        return overall(self.checks)

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "id": self.id,
            "outcome": self.outcome.value,
            "asOfMs": self.as_of_ms,
            "notLookedUp": self.unasked or None,
            "anchoredMs": self.anchored_ms,
            "checks": [
                {
                    "aspect": check.aspect.value,
                    "outcome": check.outcome.value,
                    "reason": check.code,
                    "sentence": None if check.reason is None else check.reason.sentence,
                    "detail": check.detail,
                    "remedy": None if check.reason is None else check.reason.remedy,
                }
                for check in self.checks
            ],
        }

    def lines(self) -> Iterator[str]:
        """For people: a line for each check, and what follows from them."""
        for check in self.checks:
            yield f"{check.outcome.value:<14}{check.aspect.value:<12}{check.told}".rstrip()
        yield ""
        if self.as_of_ms is None:
            yield f"{self.outcome.value}; nothing was looked up: {self.unasked}"
            return
        anchored = "no" if self.anchored_ms is None else format_time(self.anchored_ms)
        yield f"{self.outcome.value}, as of {format_time(self.as_of_ms)}; anchored: {anchored}"


def why_unasked(claims: Claims) -> str:
    """Why the registry is not asked about the issuer of a credential."""
    issuer = claims.issuer_as_written
    if issuer is None:
        return "it names no issuer"
    return f"its issuer is no DID that the registry can hold: {fault_of_did(issuer)}"


def worst(judged: Sequence[Judged]) -> Outcome:
    """What follows from several credentials together; indeterminate where there is none."""
    return overall([check for each in judged for check in each.checks])


def judge_all(
    connection: Connection,
    presented: Sequence[Secured | Check],
    anchor: KeptProof | None,
    now_ms: int,
) -> list[Judged]:
    """Looks up and judges each credential; what is a check already stays one. Raises NoAnswer, Forked and
    Malformed.
    """
    credentials = [each for each in presented if not isinstance(each, Check)]
    gathered = connection.run(lambda client: gather(client, credentials, anchor)) if credentials else []
    judged = (_judged(read, found, now_ms) for read, found in zip(credentials, gathered, strict=True))
    return [
        Judged(None, (each,), unasked="there is nothing in it to ask about")
        if isinstance(each, Check)
        else next(judged)
        for each in presented
    ]


def _judged(credential: Secured, gathered: Gathered, now_ms: int) -> Judged:
    facts, claims = gathered.facts, credential.claims
    checks = judge(credential, facts, now_ms=now_ms)
    unasked = why_unasked(claims) if gathered.as_of_ms is None else ""
    return Judged(claims.id, checks, gathered.as_of_ms, facts.anchored_ms, unasked)


def presented_document(judged: Sequence[Judged]) -> dict[str, Any]:
    """What was found about a presentation, for programs."""
    times_ms = [each.as_of_ms for each in judged if each.as_of_ms is not None]
    return {
        "outcome": worst(judged).value,
        "asOfMs": min(times_ms, default=None),
        "holder": "not-checked",
        "credentials": [each.document() for each in judged],
    }


def presented_lines(judged: Sequence[Judged]) -> Iterator[str]:
    """The same for people."""
    for number, each in enumerate(judged, 1):
        named = "" if each.id is None else f": {excerpt(each.id)}"
        yield f"credential {number} of {len(judged)}{named}"
        yield from each.lines()
        yield ""
    yield f"{worst(judged).value}: the presentation; of its credentials the worst counts"
    yield "not checked: who presents it, and the presentation's own proof"
