"""C4: a transaction is sent until it is proved to be in the ledger, and nobody's word is enough."""

import asyncio

import pytest

from api.client import FailureKind, NoAnswer, Settings, TransactionRejected, submit, submit_batch
from api.ports import Busy, NotAccepted
from registry.attachments import Attachment
from registry.checking import InLedger
from registry.kinds.status_list.record import StatusPurpose
from registry.rejection import Refused, TransactionReason
from tests.api.client import liars
from tests.api.client.test_asking import client_of, honest
from tests.api.ledger import Ledger
from tests.api.routes.v1.test_transactions import name_of, status_list
from tests.registry.network import UNIVERSITY


async def test_the_proof_comes_back() -> None:
    ledger = Ledger()
    transaction = status_list(ledger)
    async with honest(ledger) as url, client_of(ledger, url) as client:
        checked = await submit(client, transaction)
        assert isinstance(checked.verdict.finding, InLedger)
        assert checked.verdict.finding.leaf.data == transaction
        again = await submit(client, transaction)
        assert again.verdict == checked.verdict
        assert ledger.view().header.height == 1


async def test_attachments_go_where_they_are_missing() -> None:
    ledger = Ledger()
    attachment = Attachment(
        bytes(16), b'{"$id":"urn:a","$schema":"https://json-schema.org/draft/2020-12/schema"}'
    )
    builder = ledger.builder()
    builder.publish_schema(UNIVERSITY, "diploma", "1.0.0", attachment)
    transaction = ledger.sign(builder, holds=False)
    async with honest(ledger) as url, client_of(ledger, url) as client:
        with pytest.raises(NoAnswer) as caught:
            await submit(client, transaction)
        assert {failure.reason for failure in caught.value.failures} == {"missing-attachment"}
        assert (await submit(client, transaction, [attachment])).failures == ()


async def test_a_node_that_only_says_so_is_not_believed() -> None:
    ledger = Ledger()
    transaction = status_list(ledger)
    told = f'{{"transactionId":"{name_of(transaction)}","state":"final","height":9,"index":1}}'.encode()
    async with (
        liars.lying(liars.replying(told)) as liar,
        honest(ledger) as url,
        client_of(ledger, liar, url) as client,
    ):
        checked = await submit(client, transaction)
        assert checked.node == url
        assert (liar, FailureKind.LIED) in [(failure.node, failure.kind) for failure in checked.failures]
        assert ledger.view().header.height == 1


async def test_one_refusal_is_not_enough_but_all_are() -> None:
    ledger = Ledger()
    refusing = liars.replying(
        b'{"type":"/problems/not-authorised","title":"t","status":422,"remedy":"r"}', 422
    )
    async with liars.lying(refusing) as liar, honest(ledger) as url, client_of(ledger, liar, url) as client:
        checked = await submit(client, status_list(ledger))
        assert checked.node == url
        assert {(failure.node, failure.reason) for failure in checked.failures} == {(liar, "not-authorised")}
    builder = ledger.builder()
    builder.create_status_list(UNIVERSITY, "degrees", StatusPurpose.REVOCATION)  # of that name there is one
    async with honest(ledger) as first, honest(ledger) as second, client_of(ledger, first, second) as client:
        with pytest.raises(TransactionRejected) as caught:
            await submit(client, ledger.sign(builder))
        assert [(failure.node, failure.reason) for failure in caught.value.failures] == [
            (first, "status-list-exists"),
            (second, "status-list-exists"),
        ]


async def test_what_all_refuse_and_is_final_is_proved() -> None:
    """It may have become final before, and have expired since."""
    ledger = Ledger()
    transaction = status_list(ledger)
    async with honest(ledger) as url, client_of(ledger, url) as client:
        await submit(client, transaction)
        ledger.refusing = NotAccepted(TransactionReason.EXPIRED, "")
        checked = await submit(client, transaction)
        assert isinstance(checked.verdict.finding, InLedger)
        assert [failure.reason for failure in checked.failures] == ["expired"]
        with pytest.raises(TransactionRejected):
            await submit(client, status_list(ledger, "other"))


async def test_a_busy_network_is_tried_again_after_a_pause() -> None:
    ledger = Ledger()
    ledger.refusing = Busy(4)
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            ledger.refusing = None

    async with honest(ledger) as url, client_of(ledger, url) as client:
        client.pause = pause
        checked = await submit(client, status_list(ledger))
        assert pauses == [4, 4]
        assert [failure.reason for failure in checked.failures] == ["busy", "busy"]


async def test_patience_ends() -> None:
    ledger = Ledger()
    ledger.refusing = Busy(1_000)
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async with honest(ledger) as url, client_of(ledger, url, settings=Settings(rounds=3)) as client:
        client.pause = pause
        with pytest.raises(NoAnswer) as caught:
            await submit(client, status_list(ledger))
        assert pauses == [10.0, 10.0]
        assert len(caught.value.failures) == 3


async def test_it_is_waited_for() -> None:
    ledger = Ledger(automatic=False)
    async with honest(ledger) as url, client_of(ledger, url) as client:
        sending = asyncio.create_task(submit(client, status_list(ledger)))
        await ledger.until_waiting(1)
        await ledger.seal()
        assert (await sending).verdict.height == 1


async def test_what_is_no_transaction_is_not_sent() -> None:
    ledger = Ledger()
    async with client_of(ledger, "http://127.0.0.1:1") as client:
        with pytest.raises(Refused):
            await submit(client, b"junk")


async def test_batches() -> None:
    ledger = Ledger()
    transactions = [status_list(ledger, name) for name in ("a", "b")]
    async with (
        liars.lying(liars.replying(b"[]")) as liar,
        honest(ledger) as url,
        client_of(ledger, liar, url) as client,
    ):
        batch = await submit_batch(client, [*transactions, b"junk"])
        assert batch.accepted == 2
        names = [name_of(transaction) for transaction in transactions]
        assert [item.transaction_id for item in batch.results] == [*names, None]
        for name in names:
            assert (await client.transaction(bytes.fromhex(name))).verdict.height == 1
    for body in (b"[]", *liars.HOSTILE_JSON.values()):
        async with liars.lying(liars.replying(body)) as liar, client_of(ledger, liar) as client:
            with pytest.raises(NoAnswer):
                await submit_batch(client, transactions)
