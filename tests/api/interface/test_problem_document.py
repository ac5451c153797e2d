"""Problem documents: one type for each reason, each complete."""

import pytest

from api.interface.problem_document import to_json
from api.problems import REASONS, Problem, ProblemReason, RequestFault
from registry.rejection import TransactionReason


@pytest.mark.parametrize("reason", REASONS.values(), ids=REASONS.keys())
def test_each_reason_is_a_complete_problem(reason: ProblemReason) -> None:
    document = to_json(Problem(reason))
    assert set(document) == {"type", "title", "status", "remedy"}
    assert document["type"] == f"/problems/{reason.value}"
    assert reason.value == reason.value.lower().strip("-")
    for sentence in (str(document["title"]), str(document["remedy"])):
        assert sentence[0].isupper() or sentence[0] == "`"
        assert sentence.endswith(".")
    assert 400 <= int(document["status"]) <= 599


def test_the_whole_document() -> None:
    problem = Problem(RequestFault.TOO_LARGE, "The limit is 5 bytes.", "body", 7)
    assert to_json(problem) == {
        "type": "/problems/too-large",
        "title": "The body is larger than this resource takes.",
        "status": 413,
        "remedy": "Split it. The limits of a request are stated in /v1/network.",
        "detail": "The limit is 5 bytes.",
        "where": "body",
        "retryAfter": 7,
    }
    assert to_json(Problem(TransactionReason.EXPIRED))["status"] == 422
