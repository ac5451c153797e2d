"""Problem types: one for each reason, each complete."""

import pytest

from api.problems import REASONS, Problem, ProblemReason, RequestFault
from registry.rejection import TransactionReason
from registry.ruleset import CURRENT


@pytest.mark.parametrize("reason", REASONS.values(), ids=REASONS.keys())
def test_each_reason_is_a_complete_problem(reason: ProblemReason) -> None:
    document = Problem(reason).to_json()
    assert set(document) == {"type", "title", "status", "remedy"}
    assert document["type"] == f"/problems/{reason.value}"
    assert reason.value == reason.value.lower().strip("-")
    for sentence in (str(document["title"]), str(document["remedy"])):
        assert sentence[0].isupper() or sentence[0] == "`"
        assert sentence.endswith(".")
    assert 400 <= int(document["status"]) <= 599


def test_registry_and_request_reasons_are_all_there_and_apart() -> None:
    assert set(REASONS) == {reason.value for reason in RequestFault} | {
        reason.value for reason in CURRENT.reasons
    }
    assert len(REASONS) == len(RequestFault) + len(CURRENT.reasons)


def test_the_whole_document() -> None:
    problem = Problem(RequestFault.TOO_LARGE, "The limit is 5 bytes.", "body", 7)
    assert problem.to_json() == {
        "type": "/problems/too-large",
        "title": "The body is larger than this resource takes.",
        "status": 413,
        "remedy": "Split it: a request's limits are stated in /v1/network.",
        "detail": "The limit is 5 bytes.",
        "where": "body",
        "retryAfter": 7,
    }
    assert Problem(TransactionReason.EXPIRED).to_json()["status"] == 422
