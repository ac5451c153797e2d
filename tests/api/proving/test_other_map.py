"""What readers need of the records' map is a path for a key: over another map the answers are the same."""

from dataclasses import replace

import pytest

from api.answer.question import ChunkQuestion, IndexQuestion, Question, RecordQuestion
from api.interface.media import Encoding
from api.proving.answers import Answers
from api.proving.status_bits import KeptBits
from registry.kinds.status_list.record import StatusPurpose
from tests.api.conftest import serve
from tests.api.ledger import Ledger
from tests.registry.network import UNIVERSITY
from tests.registry.recomputed_map import RecomputedMap, recomputed_from

LIST = f"{UNIVERSITY}/status-lists/degrees"

QUESTIONS: dict[str, Question] = {
    "a record": RecordQuestion("did", UNIVERSITY),
    "absence": RecordQuestion("did", "did:web:nobody.example"),
    "an index": IndexQuestion(f"status-lists-by-issuer/{UNIVERSITY}"),
    "a chunk": ChunkQuestion(LIST, 3),
}


def grown(ledger: Ledger) -> Ledger:
    builder = ledger.builder()
    builder.create_status_list(UNIVERSITY, "degrees", StatusPurpose.REVOCATION)
    builder.set_status(UNIVERSITY, "degrees", [3 * 1_024])
    ledger.commit(ledger.sign(builder))
    return ledger


def over_another_map() -> Ledger:
    ledger = Ledger()
    ledger.state = replace(ledger.state, map=recomputed_from(ledger.state.reader))
    return grown(ledger)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
@pytest.mark.parametrize("encoding", Encoding)
def test_answers_are_the_same_to_the_byte(question: Question, encoding: Encoding) -> None:
    usual, other = grown(Ledger()).view(), over_another_map().view()
    assert isinstance(other.state_map, RecomputedMap)
    expected = Answers(usual, 1_000, KeptBits(0)).to(question, encoding)
    assert Answers(other, 1_000, KeptBits(0)).to(question, encoding) == expected


async def test_a_server_answers_from_it() -> None:
    path = f"/v1/records/status-list/{LIST}"
    bodies = []
    for ledger in (grown(Ledger()), over_another_map()):
        async for server in serve(ledger):
            answer = await server.get(path)
            assert answer.status == 200
            bodies.append(answer.body)
    assert bodies[0] == bodies[1]
