"""What was found about a credential, in lines and for programs."""

from typing import Any

import pytest

from api.credentials.flaw import CredentialFlaw
from api.credentials.w3c.claims import W3cClaims
from api.verifier.credential import Aspect, Check
from api.verifier.verdict import Outcome
from node.cli.issue.credential.report import (
    Judged,
    presented_document,
    presented_lines,
    why_unasked,
    worst,
)

FORM = Check(Aspect.FORM, None, "data model 2.0")
REVOKED = Check(Aspect.STATUS, CredentialFlaw.REVOKED, "entry 5")
UNKNOWN = Check(Aspect.ISSUER, CredentialFlaw.UNKNOWN_ISSUER)
OTHERS = Check(Aspect.OTHER_PROOF, CredentialFlaw.WRONG_SIGNATURE)
VALID = Judged("urn:example:1", (FORM, OTHERS), 1_800_000_000_000, 1_700_000_000_000)
INVALID = Judged(None, (FORM, REVOKED, UNKNOWN), 1_750_000_000_000)
UNASKED = Judged(None, (UNKNOWN,), unasked="it names no issuer")


def told(flaw: CredentialFlaw | None, detail: str) -> dict[str, str | None]:
    """The members of a check that tell what is wrong."""
    if flaw is None:
        return {"reason": None, "sentence": None, "detail": detail, "remedy": None}
    return {"reason": flaw.code, "sentence": flaw.sentence, "detail": detail, "remedy": flaw.remedy}


def test_a_check_is_told_with_its_reason_and_its_detail() -> None:
    assert FORM.told == "data model 2.0"
    assert REVOKED.told == "It is revoked: entry 5"
    assert UNKNOWN.told == "The registry has no such issuer"
    assert Check(Aspect.KEY).told == ""


def test_for_programs() -> None:
    assert INVALID.document() == {
        "id": None,
        "outcome": "invalid",
        "asOfMs": 1_750_000_000_000,
        "notLookedUp": None,
        "anchoredMs": None,
        "checks": [
            {"aspect": "form", "outcome": "valid", **told(None, "data model 2.0")},
            {"aspect": "status", "outcome": "invalid", **told(CredentialFlaw.REVOKED, "entry 5")},
            {"aspect": "issuer", "outcome": "indeterminate", **told(CredentialFlaw.UNKNOWN_ISSUER, "")},
        ],
    }
    assert UNASKED.document() == {
        "id": None,
        "outcome": "indeterminate",
        "asOfMs": None,
        "notLookedUp": "it names no issuer",
        "anchoredMs": None,
        "checks": [
            {"aspect": "issuer", "outcome": "indeterminate", **told(CredentialFlaw.UNKNOWN_ISSUER, "")}
        ],
    }


def test_for_people() -> None:
    assert list(VALID.lines()) == [
        "valid         form        data model 2.0",
        "invalid       other-proof The signature is not of this document by the issuer's key",
        "",
        "valid, as of 2027-01-15T08:00:00Z; anchored: 2023-11-14T22:13:20Z",
    ]
    assert list(INVALID.lines())[-1] == "invalid, as of 2025-06-15T15:06:40Z; anchored: no"
    assert list(UNASKED.lines()) == [
        "indeterminate issuer      The registry has no such issuer",
        "",
        "indeterminate; nothing was looked up: it names no issuer",
    ]


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
