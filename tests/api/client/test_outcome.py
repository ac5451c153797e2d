"""What a node's refusal is for the client: the reason itself, or mere text."""

import pytest

from api.client.outcome import NoAnswer, reason_in
from api.problems import REASONS
from api.verifier.verdict import AnswerFlaw
from registry.primitives.reason import Reason


@pytest.mark.parametrize("reason", REASONS.values(), ids=REASONS.keys())
def test_a_problem_of_a_known_type_is_its_reason(reason: Reason) -> None:
    assert reason_in(f"/problems/{reason.code}") is reason


@pytest.mark.parametrize(
    "code", ["of-a-newer-node", AnswerFlaw.STALE.code, "status-202", "", "a" * 64, "\x1b[31m"]
)
def test_a_code_that_is_no_problem_here_stays_text(code: str) -> None:
    """Also one that a reason of another family has: a node does not say what only a verifier finds."""
    found = reason_in(f"/problems/{code}")
    assert (type(found), found) == (str, code)


def test_a_code_is_bounded() -> None:
    assert reason_in("/problems/" + "a" * 1_000) == "a" * 64


def test_no_answer_says_what_the_nodes_did() -> None:
    with pytest.raises(AssertionError):
        NoAnswer(())
