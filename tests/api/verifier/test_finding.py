"""What an answer shows against its own header, to everybody and to the node that made it."""

import pytest

from api.answer.question import Question
from api.verifier.finding import finding_in, finding_of_maker
from tests.answers.accepted import QUESTIONS, transaction
from tests.answers.scenario import grown


@pytest.mark.parametrize("question", [question for _, question in QUESTIONS.values()], ids=list(QUESTIONS))
def test_its_maker_reads_of_an_answer_what_everybody_checks(question: Question) -> None:
    answer = grown().answer(question)
    assert finding_of_maker(answer) == finding_in(answer)


def test_its_maker_reads_of_a_transaction_what_everybody_checks() -> None:
    assert finding_of_maker(transaction()) == finding_in(transaction())
