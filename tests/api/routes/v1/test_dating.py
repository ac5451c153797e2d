"""Reads while the node is not ready: answered from the last proved state, and dated (`api.dating`)."""

import pytest

from api.answer.question import RecordQuestion
from api.client import trust_in_genesis
from api.limits import ServerLimits
from api.verifier.answer import verify_encoded
from api.verifier.verdict import AnswerFlaw, Outcome
from registry.checking import Found
from tests.api.conftest import Served, serve
from tests.api.ledger import Ledger
from tests.api.routes.v1.test_proofs import CBOR, LIST, grow
from tests.api.routes.v1.test_transactions import COSE, problem, status_list
from tests.registry.network import UNIVERSITY

READ = (
    f"/v1/records/did/{UNIVERSITY}",
    f"/v1/status-lists/{LIST}",
    f"/v1/status-lists/{LIST}/chunks/0",
    "/v1/indexes/members/network",
    "/v1/network",
    "/v1/validators",
    "/v1/headers/latest",
    "/v1/epochs",
    "/v1/changes?since=0",
)


@pytest.mark.parametrize("path", READ)
async def test_reads_go_on_while_the_quorum_is_lost_and_are_dated(path: str) -> None:
    async for served in serve(Ledger(), ServerLimits(unready_kept_s=0.0)):
        await _is_dated(served, path)


async def _is_dated(served: Served, path: str) -> None:
    grow(served.ledger)
    assert (await served.get(path)).header("matricula-age") == "0"
    served.ledger.condition, served.ledger.lag_ms = "It is linked to 1 validators and needs 2.", 3_600_999
    reply = await served.get(path)
    assert reply.status == 200
    assert reply.header("matricula-age") == "3600"
    assert reply.header("matricula-unready") == served.ledger.condition
    tag = reply.header("etag")
    if tag is not None:
        unchanged = await served.get(path, if_none_match=tag)
        assert (unchanged.status, unchanged.header("matricula-age")) == (304, "3600")
        assert unchanged.header("matricula-unready") == served.ledger.condition


async def test_where_a_transaction_stands_is_told_while_the_quorum_is_lost(served: Served) -> None:
    ledger = served.ledger
    ledger.automatic = False
    posted = await served.ask("POST", "/v1/transactions", status_list(ledger), **COSE)
    ledger.condition = "It is linked to 1 validators and needs 2."
    reply = await served.get(str(posted.header("location")))
    assert (reply.status, reply.json["state"]) == (202, "pending")
    assert reply.header("matricula-unready") == ledger.condition


@pytest.mark.parametrize(("age_ms", "reason"), [(120_000, None), (120_001, AnswerFlaw.STALE)])
async def test_the_readers_greatest_age_decides(
    served: Served, age_ms: int, reason: AnswerFlaw | None
) -> None:
    """A node without a quorum is no excuse: a verifier that asks for two minutes gets two minutes."""
    grow(served.ledger)
    served.ledger.condition = "The last final block is old."
    reply = await served.get(f"/v1/records/did/{UNIVERSITY}", **CBOR)
    verdict = verify_encoded(
        reply.body,
        trust_in_genesis(served.ledger.document),
        question=RecordQuestion("did", UNIVERSITY),
        now_ms=served.ledger.now_ms + age_ms,
        max_age_ms=120_000,
    )
    assert verdict.reason is reason
    assert verdict.outcome is (Outcome.VALID if reason is None else Outcome.INDETERMINATE)
    assert (isinstance(verdict.finding, Found), verdict.as_of_ms) == (True, served.ledger.now_ms)


async def test_what_never_changes_has_no_age(served: Served) -> None:
    grow(served.ledger)
    for path in ("/v1/headers/1", "/v1/blocks/1", "/v1/openapi.json", "/healthz"):
        assert (await served.get(path)).header("matricula-age") is None


async def test_a_node_that_takes_nothing_says_so_and_one_that_halted_is_not_read_either(
    served: Served,
) -> None:
    octets = {"content_type": "application/octet-stream"}
    served.ledger.condition = "It is 12 blocks behind."
    writes = [
        await served.ask("POST", "/v1/transactions", b"", **COSE),
        await served.ask("PUT", f"/v1/attachments/{'00' * 32}", b"", **octets),
    ]
    served.ledger.halt = "The node has halted; its log says why."
    reads = [await served.get(path) for path in READ]
    for replies, reason in ((writes, served.ledger.condition), (reads, served.ledger.halt)):
        for reply in replies:
            assert problem(reply) == (503, "unready", "")
            assert (reply.json["detail"], reply.header("retry-after")) == (reason, "5")


async def test_readiness_is_not_asked_for_each_answer() -> None:
    async for served in serve(Ledger(), ServerLimits(unready_kept_s=1_000.0)):
        assert (await served.get("/v1/network")).header("matricula-unready") is None
        served.ledger.condition = "The last final block is old."
        assert (await served.get("/v1/network")).header("matricula-unready") is None
        assert (await served.get("/readyz")).status == 503, "whoever asks for it is told at once"
