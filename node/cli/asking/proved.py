"""Records as commands show them: asked for, checked, and with what the check rests on."""

from dataclasses import dataclass, replace
from typing import Any

from api.answer.question import RecordQuestion
from api.client import Checked
from api.documents.readable import render
from api.verifier.verdict import Outcome, StatusBits, Verdict
from api.verifier.verdict_form import verdict_to_json
from node.cli.asking.connection import Connection
from node.cli.asking.freshness import age_told, freshness_remedy, needs_freshness
from node.cli.asking.refusals import explanation, sentence_of
from node.process import clock
from node.wording.times import format_time
from registry.checking import Absent, Found, NotYet
from registry.record_type import RecordType, decode_body


@dataclass(frozen=True)
class Known:
    """A record as known at K, or None in place of its body; and the answer that proves it."""

    kind: RecordType[Any]
    id: str
    body: Any
    checked: Checked

    @property
    def as_of_ms(self) -> int:
        """The time of the header that proves it."""
        return self.checked.answer.header.time_ms

    def document(self) -> dict[str, Any]:
        """The members that every shown record has, for programs."""
        return {
            "kind": self.kind.name,
            "id": self.id,
            "outcome": self.checked.verdict.outcome.value,
            **finding_document(self.checked.verdict.finding),
            **proof_document(self.checked),
            "body": None if self.body is None else render(self.body),
        }

    def absence(self) -> str:
        """The sentence for a record that is not there."""
        finding = self.checked.verdict.finding
        if isinstance(finding, NotYet):
            first = format_time(finding.first.time_ms)
            return f"Not known then: the {self.kind.name} {self.id} was first recorded at {first}."
        return f"{proved_word(self.checked)}: there is no {self.kind.name} {self.id}."


def look_up(
    connection: Connection, kind: RecordType[Any], record_id: str, known_at_ms: int | None = None
) -> Known:
    """A record as known at K, proved. Raises NoAnswer, Forked and Malformed."""
    return _known(kind, record_id, connection.ask(RecordQuestion(kind.name, record_id, known_at_ms)))


def look_up_to_show(
    connection: Connection, kind: RecordType[Any], record_id: str, known_at_ms: int | None = None
) -> Known:
    """The same for commands that show the verdict: the answer may lack freshness."""
    question = RecordQuestion(kind.name, record_id, known_at_ms)
    return _known(kind, record_id, connection.ask_to_show(question))


def exit_code(verdict: Verdict) -> int:
    """What a command that shows a verdict ends with."""
    return 0 if verdict.outcome is Outcome.VALID else 1


def proved_word(checked: Checked) -> str:
    """How a sentence begins that tells what was proved."""
    return "Proved" if checked.verdict.outcome is Outcome.VALID else "Proved as of the block below, not now"


def _known(kind: RecordType[Any], record_id: str, checked: Checked) -> Known:
    finding = checked.verdict.finding
    body = decode_body(kind, finding.body) if isinstance(finding, Found) else None
    return Known(kind, record_id, body, checked)


def finding_document(finding: object) -> dict[str, Any]:
    """Whether something was found, which version, and when it was recorded, for programs."""
    match finding:
        case StatusBits(record=record):
            return finding_document(record)
        case Found(number, version, _, successor):
            return {
                "found": True,
                "version": number,
                "recordedMs": version.time_ms,
                "height": version.height,
                "succeededMs": successor.time_ms if successor else None,
            }
        case NotYet(first):
            return {"found": False, "firstRecordedMs": first.time_ms}
        case Absent():
            return {"found": False}
    raise AssertionError(f"{type(finding).__name__} is no finding about one record")


def verdict_document(verdict: Verdict, *, with_finding: bool) -> dict[str, Any]:
    """A verdict for programs, with its detail; without the finding beside a document that says itself what
    was found.
    """
    if with_finding:
        return {**verdict_to_json(verdict), **explanation(verdict)}
    members = verdict_to_json(replace(verdict, finding=None))  # a finding may be a whole status list
    return {**{name: told for name, told in members.items() if name != "finding"}, **explanation(verdict)}


def proof_document(checked: Checked) -> dict[str, Any]:
    """The verdict and whose answer it is about, for programs."""
    return {"verdict": verdict_document(checked.verdict, with_finding=False), **source_document(checked)}


def source_document(checked: Checked) -> dict[str, Any]:
    """The node that gave the answer, and what others did before, for programs."""
    return {
        "node": checked.node,
        "failures": [
            {
                "node": failure.node,
                "kind": failure.kind.value,
                "reason": failure.reason,
                "detail": failure.detail,
            }
            for failure in checked.failures
        ],
    }


def source_lines(checked: Checked) -> list[str]:
    """The same for people: what the answer rests on, and which nodes lied or failed. Where only freshness is
    missing that comes first, with what to do.
    """
    verdict = checked.verdict
    failures = (f"{failure.node}: {failure.kind} ({failure.reason})" for failure in checked.failures)
    told = [as_of(verdict), *failures]
    if not needs_freshness(verdict) or verdict.reason is None:
        return told
    now_ms = clock.now_ms()
    why = f"{sentence_of(verdict.reason)}; {age_told(verdict, now_ms)}"
    return [f"{verdict.outcome.value.upper()}: {why}", *told, f"to do: {freshness_remedy(verdict, now_ms)}"]


def as_of(verdict: Verdict) -> str:
    """What a verdict with a finding rests on, in a line for people."""
    if verdict.as_of_ms is None:
        return "nothing is proved"
    block = f"{format_time(verdict.as_of_ms)} (block {verdict.height})"
    return f"proved as of {block}, anchored by {verdict.anchored_by}"
