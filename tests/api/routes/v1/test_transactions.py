"""Transactions in: single, in batches, waited for; and every way in which they are turned away."""

import asyncio

import pytest

from api.limits import ServerLimits
from api.ports import Busy
from api.problems import RequestFault
from registry.attachments import Attachment, address_of
from registry.kinds.status_list.record import StatusPurpose
from registry.primitives import codec
from registry.rejection import TransactionReason
from registry.transaction import Transaction
from tests.api.conftest import Reply, Served, serve
from tests.api.ledger import Ledger
from tests.registry.network import UNIVERSITY

COSE = {"content_type": "application/cose"}
BATCH = {"content_type": "application/cbor"}


def status_list(ledger: Ledger, name: str = "degrees", did: str = UNIVERSITY) -> bytes:
    """A transaction that creates a status list."""
    builder = ledger.builder()
    builder.create_status_list(did, name, StatusPurpose.REVOCATION)
    return ledger.sign(builder, did)


def name_of(transaction: bytes) -> str:
    """A transaction's id as text."""
    return Transaction.decode(transaction).id.hex()


def problem(reply: Reply) -> tuple[int, str, str]:
    """Status, reason and place of a problem."""
    assert reply.header("content-type") == "application/problem+json"
    document = reply.json
    assert document["status"] == reply.status
    return reply.status, document["type"].removeprefix("/problems/"), document.get("where", "")


async def test_one_is_taken_and_found(served: Served) -> None:
    served.ledger.automatic = False
    transaction = status_list(served.ledger)
    path = f"/v1/transactions/{name_of(transaction)}"
    assert problem(await served.get(path)) == (404, "unknown-transaction", "path.id")

    reply = await served.ask("POST", "/v1/transactions", transaction, **COSE)
    pending = {"transactionId": name_of(transaction), "state": "pending", "height": None, "index": None}
    assert (reply.status, reply.json) == (202, pending)
    assert reply.header("location") == path

    again = await served.ask("POST", "/v1/transactions", transaction, **COSE)
    assert (again.status, again.json) == (202, pending)
    waiting = await served.get(path)
    assert (waiting.status, waiting.json) == (202, pending)

    await served.ledger.seal()
    final = await served.get(path)
    assert final.status == 200
    readable = final.json["readable"]
    assert (readable["height"], readable["index"]) == (1, 1)
    assert readable["transaction"] == transaction.hex()
    for query in ("?wait=final", ""):
        third = await served.ask("POST", f"/v1/transactions{query}", transaction, **COSE)
        assert third.status == 200
        assert third.json == {
            "transactionId": name_of(transaction),
            "state": "final",
            "height": 1,
            "index": 1,
        }


async def test_waiting_ends_when_it_is_final(served: Served) -> None:
    served.ledger.automatic = False
    transaction = status_list(served.ledger)
    asking = asyncio.create_task(served.ask("POST", "/v1/transactions?wait=final", transaction, **COSE))
    await served.ledger.until_pending(1)
    await served.ledger.seal()
    reply = await asking
    assert (reply.status, reply.json["state"]) == (200, "final")


async def test_waiting_ends_with_the_reason_when_it_is_dropped(served: Served) -> None:
    served.ledger.automatic = False
    first, second = status_list(served.ledger), status_list(served.ledger)  # of one name: only one can be
    asking = [
        asyncio.create_task(served.ask("POST", "/v1/transactions?wait=final", transaction, **COSE))
        for transaction in (first, second)
    ]
    await served.ledger.until_pending(2)
    await served.ledger.seal()
    replies = sorted([await task for task in asking], key=lambda reply: reply.status)
    assert replies[0].status == 200
    assert problem(replies[1]) == (422, "status-list-exists", "transaction")
    path = f"/v1/transactions/{name_of(second)}"
    outcomes = [await served.get(path), await served.get(f"/v1/transactions/{name_of(first)}")]
    assert sorted(reply.status for reply in outcomes) == [200, 422]


async def test_waiting_is_bounded_in_time_and_number() -> None:
    ledger = Ledger(automatic=False)
    async for served in serve(ledger, ServerLimits(final_wait_s=0.0, waiting=1)):
        reply = await served.ask("POST", "/v1/transactions?wait=final", status_list(ledger), **COSE)
        assert (reply.status, reply.json["state"]) == (202, "pending")
    async for served in serve(ledger, ServerLimits(waiting=0)):
        transaction = status_list(ledger, "b")
        reply = await served.ask("POST", "/v1/transactions?wait=final", transaction, **COSE)
        assert (reply.status, reply.json["state"]) == (202, "pending")
        assert reply.header("location") == f"/v1/transactions/{name_of(transaction)}"


async def test_a_batch_is_judged_one_by_one(served: Served) -> None:
    good, other = status_list(served.ledger), status_list(served.ledger, "other")
    forged = other[:-1] + bytes([other[-1] ^ 1])
    body = codec.encode([good, b"junk", forged])
    reply = await served.ask("POST", "/v1/transactions", body, **BATCH)
    assert (reply.status, reply.json["accepted"]) == (202, 1)
    taken, junk, bad = reply.json["results"]
    assert taken == {"transactionId": name_of(good)}
    assert (junk["problem"]["type"], junk["problem"]["where"]) == ("/problems/malformed", "body[1]")
    assert (bad["problem"]["type"], bad["problem"]["where"]) == ("/problems/bad-signature", "body[2]")


async def test_a_batch_as_cbor(served: Served) -> None:
    transaction = status_list(served.ledger)
    body = codec.encode([transaction])
    reply = await served.ask("POST", "/v1/transactions", body, accept="application/cbor", **BATCH)
    assert reply.header("content-type") == "application/cbor"
    expected = {"accepted": 1, "results": [{"transactionId": name_of(transaction)}]}
    assert codec.decode(reply.body, limit=1000) == expected


MALFORMED_BATCHES = {
    "no CBOR": b"\xff",
    "no array": codec.encode({"a": 1}),
    "empty": codec.encode([]),
    "not bytes": codec.encode(["a"]),
    "trailing": codec.encode([b"a"]) + b"\x00",
    "too many": codec.encode([b"a"] * 1001),
    "one too long": codec.encode([bytes(60 * 1024 + 1)]),
}


@pytest.mark.parametrize("body", MALFORMED_BATCHES.values(), ids=MALFORMED_BATCHES.keys())
async def test_malformed_batches(served: Served, body: bytes) -> None:
    assert problem(await served.ask("POST", "/v1/transactions", body, **BATCH)) == (
        400,
        "malformed-body",
        "body",
    )


async def test_reasons_of_the_registry_are_problem_types(served: Served) -> None:
    builder = served.ledger.builder()
    builder.create_status_list(UNIVERSITY, "late", StatusPurpose.REVOCATION)
    late = served.ledger.sign(builder, valid_for_ms=3_600_001)
    reply = await served.ask("POST", "/v1/transactions", late, **COSE)
    assert problem(reply) == (422, TransactionReason.VALID_TOO_LONG, "body")
    assert problem(await served.ask("POST", "/v1/transactions", b"junk", **COSE)) == (
        422,
        "malformed",
        "body",
    )


async def test_room(served: Served) -> None:
    served.ledger.refusing = Busy(7)
    for body, headers in ((status_list(served.ledger), COSE), (codec.encode([b"a", b"b"]), BATCH)):
        reply = await served.ask("POST", "/v1/transactions", body, **headers)
        assert reply.status == 503
        assert reply.json["type"] == "/problems/busy"
        assert reply.header("retry-after") == "7"


async def test_sizes_and_types(served: Served) -> None:
    large = bytes(60 * 1024 + 1)
    assert problem(await served.ask("POST", "/v1/transactions", large, **COSE)) == (413, "too-large", "body")
    larger = bytes(2 * 1024 * 1024 + 1)
    assert problem(await served.ask("POST", "/v1/transactions", larger, **BATCH)) == (
        413,
        "too-large",
        "body",
    )
    reply = await served.ask("POST", "/v1/transactions", b"{}", content_type="application/json")
    assert problem(reply) == (415, "unsupported-media-type", "headers.content-type")
    reply = await served.ask("POST", "/v1/transactions", b"{}", content_encoding="gzip", **COSE)
    assert problem(reply) == (415, "unsupported-media-type", "headers.content-encoding")
    reply = await served.ask("POST", "/v1/transactions", b"", accept="text/html", **COSE)
    assert problem(reply) == (406, "not-acceptable", "headers.accept")
    assert served.ledger.view().header.height == 0


async def test_queries(served: Served) -> None:
    for query, where in (
        ("?wait=maybe", "query.wait"),
        ("?wait=final&wait=final", "query.wait"),
        ("?now=1", "query.now"),
        ("?" + "a" * 3000, "query"),
        ("?wait", "query"),
    ):
        reply = await served.ask("POST", f"/v1/transactions{query}", b"", **COSE)
        assert problem(reply) == (400, "malformed-query", where)
    reply = await served.ask("POST", "/v1/transactions?wait=final", codec.encode([b"a"]), **BATCH)
    assert problem(reply) == (400, "malformed-query", "query.wait")


async def test_an_attachment_goes_ahead_of_its_transaction(served: Served) -> None:
    attachment = Attachment(
        bytes(16), b'{"$id":"urn:a","$schema":"https://json-schema.org/draft/2020-12/schema"}'
    )
    builder = served.ledger.builder()
    builder.publish_schema(UNIVERSITY, "diploma", "1.0.0", attachment)
    transaction = served.ledger.sign(builder, holds=False)
    path = f"/v1/attachments/{attachment.address.hex()}"
    octets = {"content_type": "application/octet-stream"}

    reply = await served.ask("POST", "/v1/transactions", transaction, **COSE)
    assert problem(reply) == (409, "missing-attachment", "body")
    assert attachment.address.hex() in reply.json["detail"]
    assert problem(await served.get(path)) == (404, "not-held", "path.address")

    reply = await served.ask("PUT", path, attachment.encode(), **octets)
    assert (reply.status, reply.json) == (
        202,
        {"address": attachment.address.hex(), "bytes": len(attachment.encode())},
    )
    reply = await served.ask("POST", "/v1/transactions?wait=final", transaction, **COSE)
    assert reply.status == 200
    held = await served.get(path)
    assert (held.status, held.body) == (200, attachment.encode())
    assert held.header("cache-control") == "public, max-age=31536000, immutable"


async def test_attachments_turned_away(served: Served) -> None:
    octets = {"content_type": "application/octet-stream"}
    path = f"/v1/attachments/{'00' * 32}"
    reply = await served.ask("PUT", path, bytes(20), **octets)
    assert problem(reply) == (409, "wrong-address", "path.address")
    too_short = b"less than salt"
    reply = await served.ask("PUT", f"/v1/attachments/{address_of(too_short).hex()}", too_short, **octets)
    assert problem(reply) == (400, "malformed-body", "body")
    assert problem(await served.ask("PUT", path, bytes(1024 * 1024 + 1), **octets)) == (
        413,
        "too-large",
        "body",
    )
    assert problem(await served.ask("PUT", path, b"", **COSE)) == (
        415,
        RequestFault.UNSUPPORTED_MEDIA_TYPE,
        "headers.content-type",
    )
    assert problem(await served.ask("PUT", "/v1/attachments/00", b"", **octets)) == (
        400,
        "malformed-path",
        "path.address",
    )
