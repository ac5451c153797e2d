"""Answers with their proofs, as commands show and keep them."""

from typing import Any

from api.rendering import render_answer
from api.verifier.encoding import Answer, Question, RecordQuestion, answer_to_json
from api.verifier.verdict import Outcome, Verdict
from consensus.light_client import HeaderRefusal
from node.cli.console import Output, json_lines
from node.cli.proved import as_of, verdict_document
from node.cli.refusals import network_told, sentence_of
from node.cli.times import format_time
from node.explained import Explained
from registry.proofs import RecordProof
from registry.records.did import Did
from registry.records.kind import Kind, decode_body
from registry.records.member import Member
from registry.records.schema import Schema

NOT_VERIFIED = "NOT VERIFIED: this is what one node says. With --verify it is checked here."


def show_answer(
    output: Output, answer: Answer, verdict: Verdict | None, at_ms: int | None, more: dict[str, Any]
) -> int:
    """Print an answer with its verdict, None where nothing was verified; the command's exit code.

    What an invalid answer says is not shown: it would only mislead.
    """
    believable = verdict is None or verdict.finding is not None
    content = render_answer(answer) if believable else None
    in_force = _in_force(answer, at_ms) if believable and at_ms is not None else None
    document = {
        "question": answer_to_json(answer)["question"],  # type: ignore[index, call-overload]  # it is an object
        "verified": verdict is not None,
        "verdict": None if verdict is None else verdict_document(verdict),
        **more,
        "answer": content,
        **({} if in_force is None else {"atMs": at_ms, "inForce": in_force}),
    }
    lines = [f"question     {question_text(answer.question)}", *_verdict_lines(verdict)]
    if content is not None:
        lines += json_lines(content)
    if in_force is not None and at_ms is not None:
        first, *further = json_lines(in_force)
        lines += [f"in force at {format_time(at_ms)}: {first}", *further]
    output.result(document, lines)
    return 0 if verdict is None or verdict.outcome is Outcome.VALID else 1


def question_text(question: Question) -> str:
    """A question in a line."""
    match question:
        case RecordQuestion(kind, record_id, known_at_ms):
            told = f"{kind} {record_id}"
        case _:
            members = {name: getattr(question, name) for name in question.__slots__}
            known_at_ms = members.pop("known_at_ms", None)
            values = (value.hex() if isinstance(value, bytes) else str(value) for value in members.values())
            told = f"{type(question).__name__.removesuffix('Question').lower()} {' '.join(values)}"
    return told if known_at_ms is None else f"{told}, as known at {format_time(known_at_ms)}"


def _verdict_lines(verdict: Verdict | None) -> list[str]:
    if verdict is None:
        return [NOT_VERIFIED]
    if verdict.outcome is Outcome.VALID:
        return [f"valid        {as_of(verdict)}"]
    told = sentence_of(verdict.reason.name) if verdict.reason is not None else ""
    of_network = verdict.reason is HeaderRefusal.WRONG_GENESIS
    said = network_told(verdict.detail) if of_network else verdict.detail
    detail = f" ({said})" if said else ""
    lines = [f"{verdict.outcome.value:<12} {told}{detail}"]
    if verdict.as_of_ms is not None:
        lines.append(f"             its header is {as_of(verdict).removeprefix('proved ')}")
    return lines


def _in_force(answer: Answer, at_ms: int) -> Any:
    """What the record's own timeline says about T."""
    question, proof = answer.question, answer.proof
    if isinstance(question, RecordQuestion) and isinstance(proof, RecordProof):
        if proof.body is None:
            return None
        body = decode_body(Kind(question.kind), proof.body)
        match body:
            case Did():
                keys = {key.fragment: _name(key.state_at(at_ms)) for key in body.keys}
                return {"state": _name(body.state_at(at_ms)), "keys": keys}
            case Member():
                return {"state": _name(body.state_at(at_ms))}
            case Schema():
                return {release.version: _name(release.state_at(at_ms)) for release in body.releases}
    what = "what was asked for has no dates of its own, so --at says nothing about it"
    raise Explained(what, do="leave --at out; --known-at asks for what the registry knew at a time")


def _name(state: Any) -> str | None:
    return None if state is None else str(state.name).lower()
