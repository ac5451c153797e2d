"""Questions that nobody can ask: an honest proof of absence makes no answer to one."""

from typing import Any

import pytest

from api.answer.askable import LAST_CHUNK, ImpossibleQuestion, fault_of_question, require_possible
from api.answer.encoding import Answer, answer_from_json_text, encode_answer
from api.answer.question import (
    AnchorQuestion,
    ChunkQuestion,
    IndexQuestion,
    Question,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from api.verifier.answer import verify_encoded
from api.verifier.verdict import AnswerFlaw, Outcome
from registry.kinds.did.record import DID_RECORD
from registry.kinds.member.record import MEMBER_RECORD
from registry.kinds.usage.record import USAGE_RECORD
from registry.ruleset import CURRENT
from tests.api.verifier.renditions import json_text
from tests.api.verifier.test_answer import (
    CERTIFICATE,
    DID,
    GOOD,
    HEADER,
    LIST,
    LIST_PROOF,
    NOW,
    REGISTRY,
    TRUST,
    chunk_proof,
)

LOOK_ALIKES = {
    "trailing space": f"{DID} ",
    "leading space": f" {DID}",
    "line end": f"{DID}\n",
    "zero width": f"{DID}\u200b",
    "soft hyphen": DID.replace("web", "w\u00adeb"),
    "byte order mark": f"\ufeff{DID}",
    "right to left": f"\u202e{DID}",
    "homoglyph": DID.replace("a.", "\u0430."),
    "accent": DID.replace("a.", "a\u0301."),
    "full width": DID.replace("a.", "\uff41."),
    "upper case": DID.replace("a.", "A."),
    "final dot": f"{DID}.",
    "slash": f"{DID}/",
    "fragment": f"{DID}#key-1",
    "encoded": DID.replace(":", "%3A"),
    "other method": DID.replace("web", "key"),
    "null": f"{DID}\0",
}

IMPOSSIBLE: dict[str, tuple[Question, Any]] = {
    **{
        f"{kind.name}, {name}": (RecordQuestion(kind.name, text), REGISTRY.prove_record(kind.name, text))
        for kind in (DID_RECORD, MEMBER_RECORD, USAGE_RECORD)
        for name, text in LOOK_ALIKES.items()
    },
    **{
        f"{name} of a look-alike, {what}": (
            RecordQuestion(name, f"{text}/{name}s/a"),
            REGISTRY.prove_record(name, f"{text}/{name}s/a"),
        )
        for name in ("schema", "status-list")
        for what, text in LOOK_ALIKES.items()
    },
    **{
        f"anchor of a look-alike, {what}": (
            AnchorQuestion(text, bytes(32)),
            REGISTRY.prove_index(f"anchors-by-issuer/{text}"),
        )
        for what, text in LOOK_ALIKES.items()
    },
    "an anchor as a record": (
        RecordQuestion("anchor", f"{DID}/anchors/{'ab' * 32}"),
        REGISTRY.prove_record("anchor", f"{DID}/anchors/{'ab' * 32}"),
    ),
    "index of a look-alike": (
        IndexQuestion(f"schemas-by-owner/{DID} "),
        REGISTRY.prove_index(f"schemas-by-owner/{DID} "),
    ),
    "index of another relation": (IndexQuestion(f"friends/{DID}"), REGISTRY.prove_index(f"friends/{DID}")),
    "members of a member": (IndexQuestion(f"members/{DID}"), REGISTRY.prove_index(f"members/{DID}")),
    "a kind outside the table": (RecordQuestion("dids", DID), REGISTRY.prove_record("dids", DID)),
    "a kind in upper case": (RecordQuestion("DID", DID), REGISTRY.prove_record("DID", DID)),
    "an index as a record": (
        RecordQuestion("index", "members/network"),
        REGISTRY.prove_record("index", "members/network"),
    ),
    "a second network": (RecordQuestion("parameters", "x"), REGISTRY.prove_record("parameters", "x")),
    "validators of an epoch": (RecordQuestion("validators", "0"), REGISTRY.prove_record("validators", "0")),
    "list of a look-alike": (
        StatusListQuestion(f"{LIST} "),
        REGISTRY.prove_record("status-list", f"{LIST} "),
    ),
    "chunk of a look-alike": (
        ChunkQuestion(LIST.upper(), 0),
        REGISTRY.prove_record("status-list", LIST.upper()),
    ),
    "a chunk behind every list": (ChunkQuestion(LIST, 4_096), chunk_proof(5)),
    "a chunk far behind every list": (ChunkQuestion(f"{LIST}-2", 2**53 - 1), LIST_PROOF),
}


@pytest.mark.parametrize(("question", "proof"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
@pytest.mark.parametrize("is_asked", [False, True])
def test_an_honest_proof_makes_no_answer_to_an_impossible_question(
    question: Question, proof: Any, is_asked: bool
) -> None:
    answer = Answer(1, question, proof, HEADER, CERTIFICATE)
    for encoded in (encode_answer(answer), json_text(answer)):
        for asked in (question if is_asked else None, RecordQuestion("did", DID)):
            verdict = verify_encoded(encoded, TRUST, question=asked, now_ms=NOW)
            assert (verdict.outcome, verdict.reason, verdict.finding) == (
                Outcome.INVALID,
                AnswerFlaw.IMPOSSIBLE_QUESTION,
                None,
            )
    with pytest.raises(ImpossibleQuestion) as refused:
        require_possible(question)
    assert (refused.value.question, refused.value.fault) == (question, fault_of_question(question))


def test_both_renditions_hold_the_same_look_alike() -> None:
    """Else the table above would try JSON that says something else."""
    question, proof = IMPOSSIBLE["did, zero width"]
    answer = Answer(1, question, proof, HEADER, CERTIFICATE)
    assert answer_from_json_text(json_text(answer)) == answer


@pytest.mark.parametrize("name", GOOD)
def test_what_can_be_asked_has_no_fault(name: str) -> None:
    assert fault_of_question(GOOD[name][0].question) is None
    require_possible(GOOD[name][0].question)


FAULTS: dict[Question, str | None] = {
    ChunkQuestion(LIST, LAST_CHUNK): None,
    ChunkQuestion(LIST, LAST_CHUNK + 1): "the longest list has chunks 0 to 4095",
    TransactionQuestion(bytes(32)): None,
    RecordQuestion("index", "members/network"): (f"the kinds of records are {', '.join(CURRENT.records)}"),
    RecordQuestion("did", "did:web:A"): "a host is in lower case",
    AnchorQuestion("did:web:A", bytes(32)): "a host is in lower case",
    AnchorQuestion(DID, bytes(32)): None,
}


@pytest.mark.parametrize(("question", "fault"), FAULTS.items())
def test_the_fault_says_what_is_wrong(question: Question, fault: str | None) -> None:
    assert fault_of_question(question) == fault
