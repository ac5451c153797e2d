"""Verdicts as commands give them to programs."""

from api.verifier.verdict import AnswerFlaw, Outcome, Verdict
from consensus.light_client import AnchoredBy
from node.cli.asking.proved import verdict_document
from registry.checking import Absent

MEMBERS = {
    "outcome": "indeterminate",
    "reason": "stale",
    "sentence": AnswerFlaw.STALE.sentence,
    "detail": "it is 7 s old",
    "remedy": AnswerFlaw.STALE.remedy,
    "asOfMs": 5_000,
    "height": 3,
    "epoch": 0,
    "anchoredBy": "genesis only",
}


def test_a_verdict_with_its_finding_and_without() -> None:
    verdict = Verdict(
        Outcome.INDETERMINATE,
        AnswerFlaw.STALE,
        "it is 7 s old",
        Absent(),
        as_of_ms=5_000,
        height=3,
        epoch=0,
        anchored_by=AnchoredBy.GENESIS,
    )
    assert verdict_document(verdict, with_finding=True) == {**MEMBERS, "finding": {"type": "absent"}}
    assert verdict_document(verdict, with_finding=False) == MEMBERS


def test_a_verdict_that_proves_nothing_says_so() -> None:
    document = verdict_document(Verdict.from_flaw(AnswerFlaw.MALFORMED, "cut"), with_finding=True)
    assert (document["finding"], document["reason"], document["detail"]) == (None, "malformed", "cut")
