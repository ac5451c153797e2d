"""The chain: network, validators, headers, epochs, changes; and the node's condition."""

import asyncio

import pytest

from api.answer.epoch_proofs import decode_epoch_proofs
from api.base64url import from_text
from api.limits import ServerLimits
from api.ports import ClockComparison, ClockFinding, ClockKind, ClockOffset, Concern, Follows
from consensus.header import HEADER, block_hash
from consensus.wire import BLOCK, CERTIFICATE, MAX_MESSAGE
from registry.execution import BlockContext, ExecutionResult, Roots, execute
from registry.genesis import GenesisDocument, genesis_block_state
from registry.primitives import codec
from registry.primitives.shape import decode_as
from registry.primitives.validator_set import ValidatorSet
from registry.transaction import Transaction
from tests.api.conftest import Served, serve
from tests.api.ledger import GENESIS, VALIDATORS, Ledger, validators
from tests.api.routes.v1.test_transactions import problem, status_list
from tests.registry.network import START_MS, seed


async def test_network(served: Served) -> None:
    told = (await served.get("/v1/network")).json
    document = GenesisDocument.decode(from_text(told["genesisDocument"]))
    assert document == served.ledger.document
    assert told["genesisHash"] == document.genesis_hash.hex()
    assert (told["height"], told["timeMs"], told["epoch"], told["ruleset"]) == (
        0,
        START_MS,
        0,
        GENESIS.ruleset,
    )
    assert (told["validators"], told["quorum"]) == (4, 3)
    assert told["limits"]["batchTransactions"] == ServerLimits().batch_transactions


async def test_validators(served: Served) -> None:
    told = (await served.get("/v1/validators")).json
    assert ValidatorSet.decode(from_text(told["encoded"])) == VALIDATORS
    assert told["digest"] == VALIDATORS.digest().hex()
    assert (told["faults"], told["quorum"], told["epoch"]) == (1, 3, 0)
    assert [validator["index"] for validator in told["validators"]] == [0, 1, 2, 3]
    assert told["validators"][2]["peerId"] == "peer2"


async def test_headers(served: Served) -> None:
    ledger = served.ledger
    ledger.commit(status_list(ledger, "a"))
    ledger.commit(status_list(ledger, "b"))
    latest = (await served.get("/v1/headers/latest")).json
    assert latest == (await served.get("/v1/headers/2")).json
    view = ledger.view()
    assert decode_as(HEADER, from_text(latest["encoded"]), limit=1000) == view.header
    assert decode_as(CERTIFICATE, from_text(latest["certificate"]), limit=10_000) == view.certificate
    assert latest["hash"] == block_hash(view.header).hex()
    first = (await served.get("/v1/headers/1")).json
    assert latest["parentHash"] == first["hash"]
    genesis = (await served.get("/v1/headers/0")).json
    assert (genesis["height"], genesis["certificate"]) == (0, None)
    assert first["parentHash"] == genesis["hash"]
    assert problem(await served.get("/v1/headers/3")) == (404, "not-final", "path.height")


async def test_blocks_replay(served: Served) -> None:
    ledger = served.ledger
    for name in ("a", "b"):
        ledger.commit(status_list(ledger, name))
    executed = genesis_block_state(ledger.document)
    for height in (1, 2):
        reply = await served.get(f"/v1/blocks/{height}", accept="application/cbor")
        block = decode_as(BLOCK, reply.body, limit=MAX_MESSAGE)
        assert from_text((await served.get(f"/v1/blocks/{height}")).json["encoded"]) == reply.body
        header = block.header
        context = BlockContext(
            ledger.genesis_hash, header.parent_hash, header.epoch, height, header.time_ms, header.ruleset
        )
        again = execute(executed.state, context, block.transactions, lambda address: None)
        assert isinstance(again, ExecutionResult)
        assert again.roots == Roots(
            header.transactions_root, header.log_size, header.log_root, header.state_root
        )
        executed = again
    assert problem(await served.get("/v1/blocks/3")) == (404, "not-final", "path.height")


async def test_structures_as_cbor(served: Served) -> None:
    reply = await served.get("/v1/headers/0", accept="application/cbor")
    assert reply.header("content-type") == "application/cbor"
    assert codec.decode(reply.body, limit=10_000) == (await served.get("/v1/headers/0")).json


async def test_a_block_that_is_not_kept(served: Served) -> None:
    ledger = served.ledger
    transaction = status_list(ledger, "a")
    ledger.commit(transaction)
    ledger.commit(status_list(ledger, "b"))
    ledger.forget(1)
    assert problem(await served.get("/v1/headers/1")) == (404, "not-held", "")
    assert problem(await served.get("/v1/changes?since=0")) == (404, "not-held", "")
    path = f"/v1/transactions/{Transaction.decode(transaction).id.hex()}"
    assert problem(await served.get(path)) == (404, "not-held", "")
    assert (await served.get("/v1/changes?since=1")).json["next"] == 2


async def test_epochs_by_pages() -> None:
    ledger = Ledger()
    sets = [[seed(f"epoch {epoch} validator {index}") for index in range(4)] for epoch in (1, 2, 3)]
    for seeds in sets:
        ledger.hand_over(seeds)
        ledger.commit(status_list(ledger, f"list-{ledger.now_ms}"))
    async for served in serve(ledger, ServerLimits(page_epochs=2)):
        first = (await served.get("/v1/epochs")).json
        assert (first["next"], first["current"]) == (2, 3)
        assert [(item["epoch"], item["height"]) for item in first["boundaries"]] == [(0, 1), (1, 3)]
        second = (await served.get("/v1/epochs?from=2")).json
        assert [(item["epoch"], item["height"]) for item in second["boundaries"]] == [(2, 5)]
        assert second["next"] is None
        proofs = [
            *decode_epoch_proofs(from_text(first["encoded"])),
            *decode_epoch_proofs(from_text(second["encoded"])),
        ]
        assert [proof.next_validators for proof in proofs] == [validators(seeds).validators for seeds in sets]
        boundaries = ledger.view().boundaries
        assert [(proof.header, proof.certificate) for proof in proofs] == [
            (boundary.header, boundary.certificate) for boundary in boundaries
        ]
        assert (await served.get("/v1/epochs?from=3")).json["boundaries"] == []
        assert (await served.get("/v1/validators")).json["epoch"] == 3


async def test_changes_by_pages() -> None:
    ledger = Ledger()
    transactions = [status_list(ledger, name) for name in ("a", "b", "c")]
    for transaction in transactions:
        ledger.commit(transaction)
    names = [Transaction.decode(transaction).id.hex() for transaction in transactions]
    async for served in serve(ledger, ServerLimits(page_blocks=2)):
        first = (await served.get("/v1/changes?since=0")).json
        assert [block["transactions"] for block in first["blocks"]] == [[names[0]], [names[1]]]
        assert (first["next"], first["final"]) == (2, 3)
        second = (await served.get("/v1/changes?since=2")).json
        assert [block["height"] for block in second["blocks"]] == [3]
        assert (second["next"], second["final"]) == (3, 3)
        one = (await served.get("/v1/changes?since=0&limit=1")).json
        assert [block["height"] for block in one["blocks"]] == [1]
        ahead = (await served.get("/v1/changes?since=9")).json
        assert (ahead["blocks"], ahead["next"], ahead["final"]) == ([], 9, 3)


async def test_a_page_of_changes_ends_with_the_block_that_fills_it() -> None:
    """Each id is worked out from its transaction: a page of full blocks must not take seconds."""
    ledger = Ledger()
    for names in ("ab", "cd", "ef"):
        ledger.commit(*(status_list(ledger, name) for name in names))
    async for served in serve(ledger, ServerLimits(page_transactions=3)):
        first = (await served.get("/v1/changes?since=0")).json
        assert [block["height"] for block in first["blocks"]] == [1, 2]
        assert (first["next"], first["final"]) == (2, 3)
        second = (await served.get("/v1/changes?since=2")).json
        assert ([block["height"] for block in second["blocks"]], second["next"]) == ([3], 3)


async def test_changes_wait_for_a_block(served: Served) -> None:
    ledger = served.ledger
    asking = asyncio.create_task(served.get("/v1/changes?since=0&wait=30"))
    await ledger.until_waiting(1)
    await ledger.submit([status_list(ledger)])
    reply = (await asking).json
    assert [block["height"] for block in reply["blocks"]] == [1]


@pytest.mark.parametrize(
    ("query", "where"),
    [("", "since"), ("?since=x", "since"), ("?since=0&wait=31", "wait"), ("?since=0&limit=101", "limit")],
)
async def test_changes_turned_away(served: Served, query: str, where: str) -> None:
    assert problem(await served.get(f"/v1/changes{query}")) == (400, "malformed-query", f"query.{where}")


async def test_waiting_for_changes_is_bounded() -> None:
    async for served in serve(Ledger(), ServerLimits(waiting=0)):
        assert problem(await served.get("/v1/changes?since=0&wait=1")) == (503, "too-many-waiting", "")
        assert (await served.get("/v1/changes?since=0")).status == 200


async def test_condition(served: Served) -> None:
    expected = {
        "ready": True,
        "reason": "",
        "height": 0,
        "targetHeight": 0,
        "lagMs": 0,
        "peersConnected": 3,
        "poolTransactions": 0,
        "poolBytes": 0,
        "voting": "confirmed",
        "concerns": [],
        "clocks": {"ownOffsetMs": None, "agreeing": 0, "ledgerAheadMs": 0, "others": [], "findings": []},
        "linked": ["did:web:1.example", "did:web:2.example"],
        "notVoting": [],
        "follows": None,
        "publications": [],
    }
    for path in ("/healthz", "/readyz"):
        reply = await served.get(path)
        assert (reply.status, reply.json) == (200, expected)
        assert reply.header("cache-control") == "no-store"
    served.ledger.concerns = (
        Concern("did:web:1.example", "invalid_vote", "It is invalid.", 7, 1_800_000_000_000),
    )
    assert (await served.get("/healthz")).json["concerns"] == [
        {
            "member": "did:web:1.example",
            "kind": "invalid_vote",
            "what": "It is invalid.",
            "count": 7,
            "lastMs": 1_800_000_000_000,
        }
    ]
    what = "its clock is ahead"
    served.ledger.clocks = ClockComparison(
        -9,
        2,
        7,
        (ClockOffset("did:web:1.example", 5_000, 3, is_apart=True),),
        (ClockFinding(ClockKind.OTHER, "did:web:1.example", what),),
    )
    assert (await served.get("/healthz")).json["clocks"] == {
        "ownOffsetMs": -9,
        "agreeing": 2,
        "ledgerAheadMs": 7,
        "others": [{"member": "did:web:1.example", "offsetMs": 5_000, "errorMs": 3, "isApart": True}],
        "findings": [{"kind": "other", "member": "did:web:1.example", "what": what}],
    }
    served.ledger.not_voting, served.ledger.follows = ("did:web:2.example",), Follows.LOST_GUARD
    told = (await served.get("/healthz")).json
    assert (told["notVoting"], told["follows"]) == (["did:web:2.example"], "lost_guard")
    served.ledger.condition = "It is starting."
    assert (await served.get("/healthz")).json["reason"] == "It is starting."
    assert problem(await served.get("/readyz")) == (503, "unready", "")


async def test_metrics(served: Served) -> None:
    reply = await served.get("/metrics")
    assert reply.header("content-type") == "text/plain; version=0.0.4; charset=utf-8"
    assert reply.body == served.ledger.metrics()
