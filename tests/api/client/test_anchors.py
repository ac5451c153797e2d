"""A1 and A2: an anchor is proved by its entry, that there is none by all entries, and by nobody's word."""

from dataclasses import replace

import pytest
from aiohttp import web

from api.answer.encoding import Answer, decode_answer, encode_answer
from api.answer.question import AnchorQuestion, IndexQuestion, Question
from api.client import (
    Checked,
    Failure,
    FailureKind,
    ImpossibleQuestion,
    NoAnswer,
    NodeFault,
    Settings,
    ask_for_anchor,
    find_anchor,
)
from api.interface.media import Encoding
from api.limits import ServerLimits
from api.problems import RequestFault
from api.proving.answers import Answers
from api.proving.status_bits import KeptBits
from registry.checking import Absent, Anchored, NotYet
from registry.proofs import IndexProof
from tests.api.anchored import ENTRIES, MISSING, ROOTS, with_anchors
from tests.api.client.liars import Lie, lying, replying
from tests.api.client.test_asking import client_of, honest
from tests.api.ledger import Ledger
from tests.registry.network import AGENCY, START_MS, UNIVERSITY

NOT_ANCHORED = b'{"type":"/problems/not-anchored","title":"","status":404,"detail":"","where":"","remedy":""}'


async def test_an_anchor_is_found_with_one_answer() -> None:
    ledger = with_anchors()
    async with honest(ledger) as url, client_of(ledger, url) as client:
        found = await find_anchor(client, UNIVERSITY, ROOTS[1])
        assert found.finding == Anchored(1, ENTRIES[1], 32)
        assert (found.as_of_ms, found.searched, found.failures) == (START_MS + 3_000, None, ())
        before = await find_anchor(client, UNIVERSITY, ROOTS[1], START_MS + 1_000)
        assert before.finding == NotYet(ENTRIES[1])
        nothing = await find_anchor(client, AGENCY, ROOTS[1])
        assert (nothing.finding, nothing.searched) == (Absent(), None)


@pytest.mark.parametrize("page_entries", [1, 2, 1_000])
async def test_that_a_root_is_not_among_others_is_proved_by_all_of_them(page_entries: int) -> None:
    ledger = with_anchors()
    limits, settings = ServerLimits(page_entries=page_entries), Settings(page_entries=page_entries)
    async with honest(ledger, limits) as url, client_of(ledger, url, settings=settings) as client:
        assert await ask_for_anchor(client, UNIVERSITY, MISSING) is None
        search = await find_anchor(client, UNIVERSITY, MISSING)
        assert (search.finding, search.searched, search.as_of_ms) == (Absent(), 3, START_MS + 3_000)
        before = await find_anchor(client, UNIVERSITY, MISSING, START_MS + 1_000)
        assert (before.finding, before.searched) == (Absent(), 1)


def denying(ledger: Ledger) -> Lie:
    """Says of every root that it is not anchored, and answers all other questions honestly."""

    async def lie(request: web.BaseRequest) -> web.StreamResponse:
        if request.path.startswith("/v1/anchors/"):
            return web.Response(body=NOT_ANCHORED, status=404, content_type="application/problem+json")
        question = _index_question(request)
        body = Answers(ledger.view(), 2, KeptBits(0)).to(question, Encoding.CBOR)
        return web.Response(body=body, content_type="application/cbor")

    return lie


def _index_question(request: web.BaseRequest) -> IndexQuestion:
    known_at = request.query.get("known_at")
    name = request.path.removeprefix("/v1/indexes/")
    return IndexQuestion(name, int(request.query.get("from", 0)), None if known_at is None else int(known_at))


async def test_a_node_that_denies_an_anchor_is_not_believed() -> None:
    ledger, settings = with_anchors(), Settings(page_entries=2)
    async with lying(denying(ledger)) as liar, client_of(ledger, liar, settings=settings) as client:
        for number, root in enumerate(ROOTS):
            assert await ask_for_anchor(client, UNIVERSITY, root) is None
            found = await find_anchor(client, UNIVERSITY, root)
            assert (found.finding, found.searched) == (Anchored(number, ENTRIES[number], 16 << number), None)
    async with (
        lying(denying(ledger)) as liar,
        honest(ledger) as url,
        client_of(ledger, liar, url, settings=settings) as client,
    ):
        found = await find_anchor(client, UNIVERSITY, ROOTS[0])
        assert found.finding == Anchored(0, ENTRIES[0], 16)
        assert [(each.kind, each.reason) for each in found.failures] == [
            (FailureKind.REFUSED, "not-anchored")
        ]


async def test_a_node_that_denies_everything_proves_nothing() -> None:
    ledger = with_anchors()
    async with lying(replying(NOT_ANCHORED, 404)) as liar, client_of(ledger, liar) as client:
        assert await ask_for_anchor(client, UNIVERSITY, ROOTS[0]) is None
        with pytest.raises(NoAnswer):
            await find_anchor(client, UNIVERSITY, ROOTS[0])


async def test_only_the_reason_itself_denies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that has its code is another family's, or nobody's."""
    ledger = with_anchors()
    failure = Failure("http://127.0.0.1:1", FailureKind.REFUSED, RequestFault.NOT_ANCHORED.code)

    async def asked(question: Question) -> Checked:
        raise NoAnswer([failure])

    async with client_of(ledger, failure.node) as client:
        monkeypatch.setattr(client, "ask", asked)
        with pytest.raises(NoAnswer):
            await ask_for_anchor(client, UNIVERSITY, MISSING)


async def test_more_entries_than_are_read_prove_nothing() -> None:
    ledger = with_anchors()
    few = Settings(page_entries=1, max_index_entries=2)
    async with (
        honest(ledger, ServerLimits(page_entries=1)) as url,
        client_of(ledger, url, settings=few) as client,
    ):
        with pytest.raises(NoAnswer) as none:
            await find_anchor(client, UNIVERSITY, MISSING)
    assert [each.reason for each in none.value.failures] == [NodeFault.TOO_MANY_ENTRIES]


async def test_no_answer_is_no_denial() -> None:
    ledger = with_anchors()
    async with lying(replying(b"", 503)) as silent, client_of(ledger, silent) as client:
        with pytest.raises(NoAnswer):
            await ask_for_anchor(client, UNIVERSITY, ROOTS[0])
        with pytest.raises(ImpossibleQuestion):
            await ask_for_anchor(client, "did:web:University.example", ROOTS[0])


async def test_the_entry_of_another_root_is_a_lie() -> None:
    ledger = with_anchors()

    def answer(root: bytes) -> Answer:
        made = Answers(ledger.view(), 1_000, KeptBits(0)).to(AnchorQuestion(UNIVERSITY, root), Encoding.CBOR)
        return decode_answer(made)

    other = replace(answer(ROOTS[1]), question=AnchorQuestion(UNIVERSITY, ROOTS[0]))
    of_other = replace(answer(ROOTS[0]), question=AnchorQuestion(AGENCY, ROOTS[0]))
    proof = answer(ROOTS[0]).proof
    assert isinstance(proof, IndexProof)
    counted = replace(proof, entries=(replace(ENTRIES[0], id=f"{ROOTS[0].hex()}/17"),))
    lies = (
        ("entry", UNIVERSITY, other),
        ("state-root", AGENCY, of_other),
        ("state-root", UNIVERSITY, replace(answer(ROOTS[0]), proof=counted)),
    )
    for reason, issuer, lie in lies:
        async with lying(replying(encode_answer(lie))) as liar, client_of(ledger, liar) as client:
            with pytest.raises(NoAnswer) as none:
                await find_anchor(client, issuer, ROOTS[0])
        (failure,) = none.value.failures
        assert (failure.kind, failure.reason) == (FailureKind.LIED, reason)
