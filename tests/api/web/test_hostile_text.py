"""Hostile text in requests, and what comes back: problems, pages, headers and readable answers are inert."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import quote

import pytest

from api.interface.problem_document import document, problem_response
from api.problems import REASONS, Problem, RequestFault
from registry.kinds.member.record import Name
from tests.api.conftest import Served, serve
from tests.api.ledger import GENESIS, Ledger
from tests.node.cli.hostile import PAYLOADS, assert_inert
from tests.registry.network import UNIVERSITY

TEXT = "".join(text for name, text in PAYLOADS.items() if name != "lone surrogates" and len(text) < 400)
NAME = TEXT.encode()[:1024].decode(errors="ignore")


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """A ledger whose university has a hostile name."""
    university, *others = GENESIS.members
    named = replace(university, names=(Name("en", NAME),))
    ledger = Ledger(replace(GENESIS, members=(named, *others)))
    ledger.commit()
    async for server in serve(ledger):
        yield server


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_a_problem_quotes_what_was_sent_inert_and_bounded(text: str) -> None:
    problem = Problem(RequestFault.MALFORMED_QUERY, text * 3, text * 3)
    written = problem_response(problem).body
    assert isinstance(written, bytes)
    told = json.loads(written)
    assert_inert(written.decode())
    assert_inert(told["detail"])
    assert_inert(told["where"])
    assert (len(told["detail"]) <= 1025, len(told["where"]) <= 129) == (True, True)
    in_batch = document(problem)
    assert (in_batch.detail, in_batch.where) == (told["detail"], told["where"])


async def test_what_a_request_sends_comes_back_inert(served: Served) -> None:
    quoted = quote(TEXT, safe="")
    header = "\x9b2J\u00ad\xa0" + "x" * 300
    for reply in (
        await served.get(f"/v1/headers/{quoted[:900]}"),
        await served.get(f"/v1/headers/latest?{quoted[:900]}=1"),
        await served.get(f"/problems/{quoted[:200]}"),
        await served.get(f"/{quoted[:900]}"),
        await served.get("/v1/network", Accept=header),
        await served.ask("POST", "/v1/transactions", b"x", Content_Type=header),
        await served.ask("POST", "/v1/transactions", TEXT.encode()[:500], Content_Type="application/cose"),
    ):
        assert reply.status >= 400
        assert reply.status != 500
        assert_inert(reply.body.decode())
        for name, text in reply.headers.items():
            assert_inert(f"{name}: {text}")
        for text in reply.json.values():
            assert_inert(str(text))


@pytest.mark.parametrize("reason", REASONS)
async def test_the_page_of_a_problem(reason: str, served: Served) -> None:
    page = await served.get(f"/problems/{reason}", Accept="text/html")
    assert page.status == 200
    assert_inert(page.body.decode())


async def test_a_readable_answer_is_inert_and_whole(served: Served) -> None:
    for path in (f"/v1/records/member/{UNIVERSITY}", "/v1/network", "/v1/validators"):
        reply = await served.get(path)
        assert reply.status == 200
        assert_inert(reply.body.decode())
    member = await served.get(f"/v1/records/member/{UNIVERSITY}")
    assert member.json["readable"]["body"]["names"][0]["text"] == NAME
