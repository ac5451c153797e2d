"""Answers with their proofs, as commands show and keep them (decision 0078)."""

from typing import Any

from api.answer.encoding import Answer
from api.answer.question import Question, RecordQuestion, question_to_json
from api.documents.readable import render_finding
from api.verifier.finding import Flawed, finding_in
from api.verifier.verdict import Finding, Outcome, Verdict
from consensus.light_client import HeaderRefusal
from node.cli.asking.freshness import age_told, freshness_remedy, needs_freshness
from node.cli.asking.proved import as_of, exit_code, verdict_document
from node.cli.asking.refusals import network_told, sentence_of
from node.cli.terminal.console import Output, json_lines
from node.process import clock
from node.wording.explained import Explained
from node.wording.times import format_time
from registry.checking import Entries, Found
from registry.kinds.did.record import DID_RECORD, Did
from registry.kinds.member.record import MEMBER_RECORD, Member
from registry.kinds.schema.record import SCHEMA_RECORD, Schema
from registry.primitives.codec import Malformed
from registry.record_type import decode_body
from registry.ruleset import CURRENT

_WITH_TIMELINE = frozenset({DID_RECORD.name, MEMBER_RECORD.name, SCHEMA_RECORD.name})
NOT_CHECKED = "not-checked"
"""The outcome, for programs, where nothing was verified."""
REFUTES_ITSELF = (
    "             This does not depend on the header. With --verify the header is checked as well."
)
NOT_VERIFIED = "NOT VERIFIED: this is what one node says. With --verify it is checked here."


def show_answer(
    output: Output,
    answer: Answer,
    verdict: Verdict | None,
    at_ms: int | None,
    more: dict[str, Any],
    *,
    asked: Question | None = None,
) -> int:
    """Print what an answer proves, with its verdict, None where nothing was verified; the exit code.

    Of an unverified answer that is shown which its proof gives against its own header. Where it gives
    nothing, or is to another question than was `asked`, that is its verdict. What an invalid answer says is
    not shown: it would only mislead.
    """
    remarks = []
    if verdict is None:
        finding, verdict = _read_unverified(answer, asked)
        remarks = [NOT_VERIFIED if verdict is None else REFUTES_ITSELF]
    else:
        finding = verdict.finding
    content = None if finding is None else render_finding(finding, answer.question, answer.header)
    in_force = None if finding is None or at_ms is None else _in_force(answer.question, finding, at_ms)
    document = {
        "question": question_to_json(answer.question),
        "outcome": NOT_CHECKED if verdict is None else verdict.outcome.value,
        "verdict": None if verdict is None else verdict_document(verdict, with_finding=True),
        **more,
        "answer": content,
        **({} if in_force is None else {"atMs": at_ms, "inForce": in_force}),
    }
    verdict_lines = [] if verdict is None else _verdict_lines(verdict)
    lines = [f"question     {question_text(answer.question)}", *verdict_lines, *remarks]
    if content is not None:
        lines += json_lines(content)
    if in_force is not None and at_ms is not None:
        first, *further = json_lines(in_force)
        known_ms = _known_at_ms(answer)
        lines += [
            f"in force at {format_time(at_ms)}, as far as was known at {format_time(known_ms)}: {first}",
            *further,
        ]
    if isinstance(finding, Entries) and not finding.is_last:
        lines.append(_more_follow(finding, answer))
    output.result(document, lines)
    return 0 if verdict is None else exit_code(verdict)


def _read_unverified(answer: Answer, asked: Question | None) -> tuple[Finding | None, Verdict | None]:
    """What the proof gives against the answer's own header; or the verdict where it gives nothing."""
    try:
        return finding_in(answer, asked), None
    except Flawed as flawed:
        return None, Verdict.from_flaw(flawed.reason, flawed.detail)


def _more_follow(page: Entries, answer: Answer) -> str:
    """How to go on after a page that is not the last, so that all pages speak of one time."""
    known_at = format_time(_known_at_ms(answer))
    return (
        f"more follow: these are entries {page.first} to {page.end - 1}; "
        f"ask for the next ones with --from {page.end} --known-at {known_at}"
    )


def _known_at_ms(answer: Answer) -> int:
    """K: what was asked for, or the header's time."""
    known_at_ms = getattr(answer.question, "known_at_ms", None)
    return answer.header.time_ms if known_at_ms is None else known_at_ms


def question_text(question: Question) -> str:
    """A question in a line."""
    match question:
        case RecordQuestion(kind, record_id, known_at_ms):
            text = f"{kind} {record_id}"
        case _:
            members = {name: getattr(question, name) for name in question.__slots__}
            known_at_ms = members.pop("known_at_ms", None)
            values = (value.hex() if isinstance(value, bytes) else str(value) for value in members.values())
            text = f"{type(question).__name__.removesuffix('Question').lower()} {' '.join(values)}"
    return text if known_at_ms is None else f"{text}, as known at {format_time(known_at_ms)}"


def _verdict_lines(verdict: Verdict) -> list[str]:
    if verdict.outcome is Outcome.VALID:
        return [f"valid        {as_of(verdict)}"]
    reason = sentence_of(verdict.reason) if verdict.reason is not None else ""
    of_network = verdict.reason is HeaderRefusal.WRONG_GENESIS
    explanation = network_told(verdict.detail) if of_network else verdict.detail
    detail = f" ({explanation})" if explanation else ""
    lines = [f"{verdict.outcome.value:<12} {reason}{detail}"]
    if needs_freshness(verdict):
        now_ms = clock.now_ms()
        lines.append(f"             {as_of(verdict)}")
        lines.append(f"             {age_told(verdict, now_ms)}")
        lines.append(f"to do        {freshness_remedy(verdict, now_ms)}")
    elif verdict.as_of_ms is not None:
        lines.append(f"             its header is {as_of(verdict).removeprefix('proved ')}")
    return lines


def _in_force(question: Question, finding: Finding, at_ms: int) -> Any:
    """What the record's own timeline, as known at K, says about T; None where there was no record, or one
    that this version cannot read. Raises Explained where such records have no timeline.
    """
    if not isinstance(question, RecordQuestion) or question.kind not in _WITH_TIMELINE:
        what = "what was asked for has no dates of its own, so --at says nothing about it"
        raise Explained(what, do="leave --at out; --known-at asks for what the registry knew at a time")
    if not isinstance(finding, Found):
        return None
    try:
        body = decode_body(CURRENT.records[question.kind], finding.body)
    except Malformed:
        return None
    match body:
        case Did():
            keys = {key.fragment: _name(key.state_at(at_ms)) for key in body.keys}
            return {"state": _name(body.state_at(at_ms)), "keys": keys}
        case Member():
            return {"state": _name(body.state_at(at_ms))}
        case Schema():
            return {release.version: _name(release.state_at(at_ms)) for release in body.releases}
    raise AssertionError(f"a {question.kind} is no record with a timeline")


def _name(state: Any) -> str | None:
    return None if state is None else str(state.name).lower()
