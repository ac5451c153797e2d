"""Two verifiers, written apart from each other, agree on the examples and on changed answers."""

import asyncio
import json
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Any

import pytest

from api.answer.question import question_to_json
from api.base64url import to_text
from api.verifier.answer import verify_encoded
from api.verifier.verdict_form import verdict_to_json
from registry.genesis import GenesisDocument
from tests.answers import proposals, transactions_file
from tests.answers.accepted import QUESTIONS, transaction
from tests.answers.example import signed_anew, trust_in
from tests.answers.examples_file import FILE
from tests.answers.javascript import verdicts
from tests.answers.live import honest_answers as live_answers
from tests.answers.live import running
from tests.answers.mutations import Honest
from tests.answers.scenario import grown
from tests.api.ledger import GENESIS

MUTATIONS = 50_000
PARTS = 4


def test_the_examples_give_their_verdicts() -> None:
    document = json.loads(FILE.read_bytes())
    expected = document["examples"]
    given = list(verdicts(document["genesis"], expected))
    wrong = [
        (example["name"], verdict)
        for example, verdict in zip(expected, given, strict=True)
        if verdict != example["verdict"]
    ]
    assert wrong == []


def test_trust_moves_on_as_in_python() -> None:
    document = json.loads(FILE.read_bytes())
    given = list(verdicts(document["genesis"], document["handOvers"]))
    assert given == [{"reason": each["reason"], "epoch": each["epoch"]} for each in document["handOvers"]]


def test_transactions_have_the_same_ids() -> None:
    examples = json.loads(transactions_file.FILE.read_bytes())["transactions"]
    genesis = json.loads(FILE.read_bytes())["genesis"]
    assert list(verdicts(genesis, examples)) == [{"id": example["id"]} for example in examples]


def honest_answers() -> Honest:
    """Every accepted answer of the small ledgers, whose validators sign whatever they are given."""
    answers = tuple(grown().answer(question) for _, question in QUESTIONS.values())
    about_proposals = tuple(map(proposals.honest, proposals.QUESTIONS))
    return Honest((*answers, transaction(), *about_proposals), signed_anew)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_verifiers_agree_on_changed_answers(part: int) -> None:
    numbers = range(part * MUTATIONS // PARTS, (part + 1) * MUTATIONS // PARTS)
    assert disagreements(honest_answers(), GENESIS, numbers) == []


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> tuple[Honest, GenesisDocument]:
    """Answers of a network of four processes, which has ended since, and its genesis document."""

    async def asked() -> tuple[Honest, GenesisDocument]:
        async with running(tmp_path_factory.mktemp("live") / "net") as network:
            return await live_answers(network), network.genesis

    return asyncio.run(asked())


@pytest.mark.process
@pytest.mark.parametrize("part", range(PARTS))
def test_the_verifiers_agree_on_changed_answers_of_a_live_network(
    part: int, live: tuple[Honest, GenesisDocument]
) -> None:
    numbers = range(MUTATIONS + part * MUTATIONS // PARTS, MUTATIONS + (part + 1) * MUTATIONS // PARTS)
    assert disagreements(*live, numbers) == []


def disagreements(
    honest: Honest, document: GenesisDocument, numbers: range, most: int = 5
) -> list[tuple[int, Any, Any]]:
    """The first changed answers, by number, about which the verifiers differ, with both verdicts."""
    trust = trust_in(document)
    expected: SimpleQueue[Any] = SimpleQueue()

    def tasks() -> Iterator[dict[str, Any]]:
        for number in numbers:
            judged = honest.mutated(number)
            verdict = verify_encoded(
                judged.answer,
                trust,
                question=judged.question,
                now_ms=judged.now_ms,
                max_age_ms=judged.max_age_ms,
            )
            expected.put(verdict_to_json(verdict))
            yield {
                "answer": to_text(judged.answer),
                "question": None if judged.question is None else question_to_json(judged.question),
                "nowMs": judged.now_ms,
                "maxAgeMs": judged.max_age_ms,
            }

    found: list[tuple[int, Any, Any]] = []
    judged_count = 0
    for number, given in zip(numbers, verdicts(to_text(document.encode()), tasks()), strict=True):
        judged_count += 1
        wanted = expected.get()
        if given != wanted and len(found) < most:
            found.append((number, wanted, given))
    assert judged_count == len(numbers)
    return found
