"""The examples for those who write a verifier: each gives the verdict that its maker meant, and the file
holds just these.
"""

from collections import Counter
from typing import get_args

import pytest

from api.answer.question import Question
from api.verifier.verdict import AnswerFlaw, Outcome
from consensus.light_client import HeaderRefusal
from registry.checking import ProofFlaw
from tests.answers.enumerations import ENUMERATIONS, Enumeration, proves_anchored
from tests.answers.example import Example
from tests.answers.examples_file import FILE, document, encoded, examples
from tests.answers.hand_overs import HandOver, hand_overs

EXAMPLES = tuple(examples())
OF_TRUST = {HeaderRefusal.NO_BOUNDARY, HeaderRefusal.WRONG_NEXT_VALIDATORS}
"""Reasons that only moving trust on gives."""


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example.name))
def test_an_example_gives_its_verdict(example: Example) -> None:
    verdict = example.verdict()
    assert (verdict.outcome, verdict.reason) == (example.outcome, example.reason), verdict.detail


@pytest.mark.parametrize("hand_over", tuple(hand_overs()), ids=lambda hand_over: str(hand_over.name))
def test_trust_moves_on_or_says_why_not(hand_over: HandOver) -> None:
    assert hand_over.outcome() == (hand_over.reason, hand_over.epoch)


@pytest.mark.parametrize("enumeration", ENUMERATIONS, ids=lambda enumeration: str(enumeration.says))
def test_pages_prove_whether_a_root_was_anchored(enumeration: Enumeration) -> None:
    named = {example["name"]: example for example in document()["examples"]}
    pages = [named[name] for name in enumeration.pages]
    assert proves_anchored(enumeration.issuer, enumeration.root, pages) is enumeration.anchored


def test_the_file_holds_these_examples() -> None:
    assert FILE.read_text("utf-8") == encoded(), "write it anew: python -m tests.answers"


def test_the_names_are_distinct() -> None:
    assert [name for name, count in Counter(example.name for example in EXAMPLES).items() if count > 1] == []


def test_every_reason_has_an_example() -> None:
    shown = {example.reason for example in EXAMPLES}
    assert {*AnswerFlaw, *HeaderRefusal, *ProofFlaw} - OF_TRUST - shown == set()


def test_there_are_examples_of_every_kind() -> None:
    outcomes = Counter(example.outcome for example in EXAMPLES)
    assert outcomes[Outcome.INVALID] >= 60
    found = [each["verdict"]["finding"] for each in document()["examples"]]
    types = {finding["type"] for finding in found if finding is not None}
    assert types == {"found", "not-yet", "absent", "anchored", "entries", "in-ledger", "status-bits"}
    asked = {type(example.question) for example in EXAMPLES if example.outcome is Outcome.VALID}
    assert set(get_args(Question)) <= asked
