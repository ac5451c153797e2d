"""What was found about a credential, in lines and for programs."""

from dataclasses import replace
from typing import Any

import pytest

from api.credentials.flaw import CredentialFlaw
from api.credentials.w3c.claims import W3cClaims
from api.verifier.credential import Aspect, Check, CredentialReport, report_of_unreadable, shipped_policy
from api.verifier.credential.questions import ReaderQuestion
from api.verifier.credential.report import ReaderAnswer
from api.verifier.verdict import Outcome
from node.cli.issue.credential.report import (
    Judged,
    presented_document,
    presented_lines,
    why_unasked,
    worst,
    worst_of,
)

FORM = Check(Aspect.FORM, None, "data model 2.0")
REVOKED = Check(Aspect.STATUS, CredentialFlaw.REVOKED, "entry 5")
UNKNOWN = Check(Aspect.ISSUER, CredentialFlaw.UNKNOWN_ISSUER)
OTHERS = Check(Aspect.OTHER_PROOF, CredentialFlaw.WRONG_SIGNATURE)


def report(outcome: Outcome, *checks: Check, **members: Any) -> CredentialReport:
    """A report whose answers are all alike."""
    answers = tuple(ReaderAnswer(question, outcome, "So it is.") for question in ReaderQuestion)
    return CredentialReport(outcome, "That is all.", "employer", answers, checks, **members)


NAMED = W3cClaims({"id": "urn:example:1"})
VALID = Judged(
    report(
        Outcome.VALID,
        FORM,
        OTHERS,
        claims=NAMED,
        as_of_ms=1_800_000_000_000,
        anchored_ms=1_700_000_000_000,
    )
)
INVALID = Judged(report(Outcome.INVALID, FORM, REVOKED, UNKNOWN, as_of_ms=1_750_000_000_000))
UNASKED = Judged(report(Outcome.INDETERMINATE, UNKNOWN), unasked="it names no issuer")


def test_a_check_is_told_with_its_reason_and_its_detail() -> None:
    assert FORM.told == "data model 2.0"
    assert REVOKED.told == "It is revoked: entry 5"
    assert UNKNOWN.told == "The registry has no such issuer"
    assert Check(Aspect.KEY).told == ""


def test_for_programs() -> None:
    assert INVALID.document() == {**INVALID.report.document(), "notLookedUp": None}
    assert UNASKED.document()["notLookedUp"] == "it names no issuer"
    assert INVALID.document()["checks"][1] == {
        "question": "still-good",
        "aspect": "status",
        "outcome": "invalid",
        "reason": "revoked",
        "sentence": CredentialFlaw.REVOKED.sentence,
        "detail": "entry 5",
        "remedy": CredentialFlaw.REVOKED.remedy,
    }


def test_for_people() -> None:
    assert list(VALID.lines()) == [
        "Is it real? So it is.",
        "valid         form        data model 2.0",
        "invalid       other-proof The signature is not of this document by the issuer's key",
        f"              to do       {CredentialFlaw.WRONG_SIGNATURE.remedy}",
        "",
        "Is it still good? So it is.",
        "",
        "Who stands behind it? So it is.",
        "",
        "What does it count for here? So it is.",
        "",
        "That is all.",
        "valid, as of 2027-01-15T08:00:00Z; anchored: 2023-11-14T22:13:20Z; policy: employer",
    ]
    assert list(INVALID.lines())[-1] == "invalid, as of 2025-06-15T15:06:40Z; anchored: no; policy: employer"
    assert list(UNASKED.lines())[-1] == (
        "indeterminate, the registry was not asked: it names no issuer; policy: employer"
    )


@pytest.mark.parametrize(
    ("judged", "outcome"),
    [
        ((), Outcome.INDETERMINATE),
        ((VALID,), Outcome.VALID),
        ((VALID, UNASKED), Outcome.INDETERMINATE),
        ((UNASKED, INVALID, VALID), Outcome.INVALID),
    ],
)
def test_of_several_the_worst_counts(judged: tuple[Judged, ...], outcome: Outcome) -> None:
    assert worst(judged) is outcome
    decides = worst_of(judged)
    assert decides is None or decides.outcome is outcome


def test_a_presentation_is_as_old_as_the_oldest_of_its_answers() -> None:
    assert presented_document((VALID, UNASKED, INVALID)) == {
        "outcome": "invalid",
        "asOfMs": 1_750_000_000_000,
        "holder": "not-checked",
        "credentials": [VALID.document(), UNASKED.document(), INVALID.document()],
    }
    assert presented_document((UNASKED,))["asOfMs"] is None
    assert list(presented_lines((VALID, UNASKED))) == [
        "credential 1 of 2: 'urn:example:1'",
        *VALID.lines(),
        "",
        "credential 2 of 2",
        *UNASKED.lines(),
        "",
        "indeterminate: the presentation; of its credentials the worst counts",
        "not checked: who presents it, and the presentation's own proof",
    ]


def test_nothing_is_called_good_of_what_cannot_be_read() -> None:
    unreadable = report_of_unreadable(REVOKED, shipped_policy())
    lines = list(Judged(replace(unreadable), "there is nothing in it to ask about").lines())
    assert [line for line in lines if line.endswith("Not shown: nothing that it says can be believed.")] == [
        f"{question.words} Not shown: nothing that it says can be believed."
        for question in (
            ReaderQuestion.STILL_GOOD,
            ReaderQuestion.BEHIND_IT,
            ReaderQuestion.COUNTS_HERE,
        )
    ]


@pytest.mark.parametrize("issuer", [..., None, 7, [], {}, {"id": None}, {"id": ["a"]}])
def test_what_names_no_issuer(issuer: Any) -> None:
    document = {} if issuer is ... else {"issuer": issuer}
    assert why_unasked(W3cClaims(document)) == "it names no issuer"


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("did:web:University.example", "a host is in lower case"),
        ("University", "it does not begin with did:web: or did:matricula:"),
    ],
)
def test_an_issuer_that_the_registry_cannot_hold(written: str, fault: str) -> None:
    issuers: tuple[Any, ...] = (written, {"id": written})
    for issuer in issuers:
        assert why_unasked(W3cClaims({"issuer": issuer})) == (
            f"its issuer is no DID that the registry can hold: {fault}"
        )
