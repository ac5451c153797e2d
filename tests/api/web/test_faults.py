"""Every fault of a request is met over HTTP, as the problem that it is; and no read leaves a trace."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, cast

import pytest
import structlog
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from api.limits import ServerLimits
from api.ports import Busy
from api.problems import REASONS, ProblemError, RequestFault
from api.publications.withheld import Withheld
from api.web.request import Request
from registry.attachments import Attachment
from registry.index import INDEX_RECORD
from registry.kinds.anchor.entry import Anchor, lookup_key
from registry.kinds.did.record import DID_RECORD
from registry.kinds.status_list.record import STATUS_LIST_RECORD
from registry.primitives import codec
from registry.record_log import map_key
from registry.record_type import RecordType
from registry.rows import Damaged, Unreadable, encode_version_row, read_record_log
from registry.tables import Table, u32, u64
from tests.api.anchored import ROOTS, anchor
from tests.api.conftest import Reply, Served, serve
from tests.api.ledger import Ledger
from tests.api.routes.recorded import ended, published
from tests.api.routes.v1.test_proofs import LIST, grow
from tests.api.routes.v1.test_transactions import COSE, problem, status_list
from tests.registry.network import UNIVERSITY

OCTETS = {"content_type": "application/octet-stream"}
ZEROS = "00" * 32


async def missing_attachment(served: Served) -> Reply:
    builder = served.ledger.builder()
    builder.publish_schema(UNIVERSITY, "diploma", "1.0.0", Attachment(bytes(16), b"{}"))
    return await served.ask("POST", "/v1/transactions", served.ledger.sign(builder, holds=False), **COSE)


async def busy(served: Served) -> Reply:
    served.ledger.refusing = Busy(1)
    return await served.ask("POST", "/v1/transactions", status_list(served.ledger), **COSE)


async def unready(served: Served) -> Reply:
    served.ledger.condition = "It is starting."
    return await served.get("/readyz")


async def internal(served: Served) -> Reply:
    served.ledger.break_reads()
    return await served.get("/v1/network")


async def not_anchored(served: Served) -> Reply:
    anchor(served.ledger, Anchor(ROOTS[0], 16))
    return await served.get(f"/v1/anchors/{UNIVERSITY}/{ZEROS}")


async def not_held(served: Served) -> Reply:
    return await served.get(f"/v1/attachments/{ZEROS}")


async def too_slow(served: Served) -> Reply:
    async def half() -> AsyncIterator[bytes]:
        yield b"half"
        await asyncio.Event().wait()

    return await served.ask("POST", "/v1/transactions", half(), **COSE)


async def rate_limited(served: Served) -> Reply:
    last = await served.get("/healthz")
    while last.status == 200:
        last = await served.get("/healthz")
    return last


async def no_rendition(served: Served) -> Reply:
    content = b'{"$id":"urn:x:s","$schema":"https://json-schema.org/draft/2020-12/schema","$vocabulary":{}}'
    published(served.ledger, content)
    return await served.get(f"/schemas/{UNIVERSITY}/degree/1.0.0?draft=2019-09")


async def has_ended(served: Served) -> Reply:
    return await served.get(f"/did/{ended(served.ledger)}/did.json")


LIST_PATH = f"/status/{UNIVERSITY}/degrees"


def withheld(reason: Withheld) -> "Provoke":
    """A list that was published, and is not served any more."""

    async def provoke(served: Served) -> Reply:
        served.ledger.publications.withheld = reason
        return await served.get(LIST_PATH)

    return provoke


Provoke = Callable[[Served], Awaitable[Reply]]
PROVOKED: dict[RequestFault, tuple[ServerLimits, Provoke]] = {
    RequestFault.MALFORMED_REQUEST: (ServerLimits(), lambda served: served.get("/", x="a" * 9000)),
    RequestFault.MALFORMED_PATH: (ServerLimits(), lambda served: served.get("/v1/headers/x")),
    RequestFault.IMPOSSIBLE_ID: (ServerLimits(), lambda served: served.get("/v1/records/did/x")),
    RequestFault.MALFORMED_QUERY: (ServerLimits(), lambda served: served.get("/v1/network?x=1")),
    RequestFault.MALFORMED_BODY: (
        ServerLimits(),
        lambda served: served.ask("POST", "/v1/transactions", b"x", content_type="application/cbor"),
    ),
    RequestFault.NO_SUCH_RESOURCE: (ServerLimits(), lambda served: served.get("/nothing")),
    RequestFault.NOT_FINAL: (ServerLimits(), lambda served: served.get("/v1/headers/1")),
    RequestFault.KNOWN_AT_AHEAD: (
        ServerLimits(),
        lambda served: served.get("/v1/records/did/did:web:x?known_at=9007199254740991"),
    ),
    RequestFault.INDEX_ENDS: (
        ServerLimits(),
        lambda served: served.get("/v1/indexes/members/network?from=100"),
    ),
    RequestFault.NOT_ANCHORED: (ServerLimits(), not_anchored),
    RequestFault.NOT_HELD: (ServerLimits(), not_held),
    RequestFault.NOT_RECORDED: (
        ServerLimits(),
        lambda served: served.get("/did/did:web:nobody.example/did.json"),
    ),
    RequestFault.UNKNOWN_TRANSACTION: (
        ServerLimits(),
        lambda served: served.get(f"/v1/transactions/{ZEROS}"),
    ),
    RequestFault.METHOD_NOT_ALLOWED: (ServerLimits(), lambda served: served.ask("PUT", "/v1/network")),
    RequestFault.NO_RENDITION: (ServerLimits(), no_rendition),
    RequestFault.ENDED: (ServerLimits(), has_ended),
    RequestFault.NOT_ACCEPTABLE: (
        ServerLimits(),
        lambda served: served.get("/v1/network", accept="text/html"),
    ),
    RequestFault.TOO_SLOW: (ServerLimits(body_timeout_s=0.0, linger_s=0.0), too_slow),
    RequestFault.WRONG_ADDRESS: (
        ServerLimits(),
        lambda served: served.ask("PUT", f"/v1/attachments/{ZEROS}", b"x", **OCTETS),
    ),
    RequestFault.MISSING_ATTACHMENT: (ServerLimits(), missing_attachment),
    RequestFault.TOO_LARGE: (
        ServerLimits(transaction_bytes=10),
        lambda served: served.ask("POST", "/v1/transactions", bytes(11), **COSE),
    ),
    RequestFault.UNSUPPORTED_MEDIA_TYPE: (
        ServerLimits(),
        lambda served: served.ask("POST", "/v1/transactions", b"{}", content_type="application/json"),
    ),
    RequestFault.RATE_LIMITED: (ServerLimits(requests_per_second=1, request_burst=3), rate_limited),
    RequestFault.INTERNAL: (ServerLimits(), internal),
    RequestFault.BUSY: (ServerLimits(), busy),
    RequestFault.UNREADY: (ServerLimits(), unready),
    RequestFault.NOT_PUBLISHED: (ServerLimits(), lambda served: served.get(LIST_PATH)),
    RequestFault.PUBLICATION_BEHIND: (ServerLimits(), withheld(Withheld.BEHIND)),
    RequestFault.PUBLICATION_EXPIRED: (ServerLimits(), withheld(Withheld.EXPIRED)),
    RequestFault.PUBLICATION_KEY_LOST: (ServerLimits(), withheld(Withheld.KEY_LOST)),
    RequestFault.TOO_MANY_WAITING: (
        ServerLimits(waiting=0),
        lambda served: served.get("/v1/changes?since=0&wait=1"),
    ),
}


def test_the_table_is_complete() -> None:
    assert set(PROVOKED) == set(RequestFault)


@pytest.mark.parametrize("fault", PROVOKED, ids=[fault.value for fault in PROVOKED])
async def test_each_fault_is_met(fault: RequestFault) -> None:
    limits, provoke = PROVOKED[fault]
    async for served in serve(Ledger(), limits):
        status, reason, _ = problem(await provoke(served))
        assert (status, reason) == (fault.status, fault.value)


NO_ROW = b"\x00 no row"


def version(kind: RecordType[Any], name: str, number: int = 0) -> bytes:
    return map_key(kind.name, name) + u64(number)


def place(ledger: Ledger) -> bytes:
    """The id of the only transaction there is."""
    (transaction_id,) = [receipt.transaction_id for receipt in ledger.commit(status_list(ledger)).receipts]
    return transaction_id


def spoil_place(ledger: Ledger, row: bytes) -> str:
    transaction_id = place(ledger)
    ledger.spoil(Table.TRANSACTION, transaction_id, row)
    return f"/v1/transactions/{transaction_id.hex()}"


def spoil_version(ledger: Ledger, kind: RecordType[Any], name: str, row: bytes, path: str) -> str:
    ledger.spoil(Table.VERSION, version(kind, name), row)
    return path


def spoil_list(ledger: Ledger) -> str:
    grow(ledger)
    row = ledger.view().reader.get(Table.RECORD, map_key(STATUS_LIST_RECORD.name, LIST))
    assert row is not None
    key = version(STATUS_LIST_RECORD, LIST, read_record_log(row).size - 1)
    ledger.spoil(Table.VERSION, key, encode_version_row(1, 1, ledger.now_ms, b"no body"))
    return f"/v1/status-lists/{LIST}"


def spoil_block(ledger: Ledger) -> str:
    ledger.commit(status_list(ledger))
    ledger.spoil_block(1)
    return "/v1/changes?since=0"


def spoil_anchor(ledger: Ledger, row: bytes) -> str:
    anchor(ledger, Anchor(ROOTS[0], 16), Anchor(ROOTS[1], 16))
    ledger.spoil(Table.ANCHOR, lookup_key(UNIVERSITY, ROOTS[0]), row)
    return f"/v1/anchors/{UNIVERSITY}/{ROOTS[0].hex()}"


DAMAGES: dict[str, Callable[[Ledger], str]] = {
    "no version": lambda ledger: spoil_version(
        ledger, DID_RECORD, UNIVERSITY, NO_ROW, f"/v1/records/did/{UNIVERSITY}"
    ),
    "no entry of an index": lambda ledger: spoil_version(
        ledger, INDEX_RECORD, "members/network", NO_ROW, "/v1/indexes/members/network"
    ),
    "no body": spoil_list,
    "a place cut short": lambda ledger: spoil_place(ledger, bytes(19)),
    "a place outside of its block": lambda ledger: spoil_place(ledger, u64(1) + u32(2) + u64(2)),
    "a place outside of the log": lambda ledger: spoil_place(ledger, u64(1) + u32(1) + u64(99)),
    "no transaction in a block": spoil_block,
    "an anchor's number cut short": lambda ledger: spoil_anchor(ledger, bytes(7)),
    "an anchor outside of its log": lambda ledger: spoil_anchor(ledger, u64(2)),
    "an anchor in another's place": lambda ledger: spoil_anchor(ledger, u64(1)),
}


@pytest.mark.parametrize("spoil", DAMAGES.values(), ids=DAMAGES.keys())
async def test_damage_is_told_to_the_node_and_answered_as_unready(
    served: Served, spoil: Callable[[Ledger], str]
) -> None:
    assert problem(await served.get(spoil(served.ledger))) == (503, "unready", "")
    assert [type(damage) for damage in served.ledger.damages] == [Damaged]


async def test_a_store_that_cannot_be_read_is_told_to_the_node(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> bytes:
        raise Unreadable("the disk is gone")

    monkeypatch.setattr(type(served.ledger.view().reader), "get", refuse)
    assert problem(await served.get(f"/v1/records/did/{UNIVERSITY}"))[:2] == (503, "unready")
    assert [type(failure) for failure in served.ledger.damages] == [Unreadable]


async def test_one_client_cannot_take_all_places() -> None:
    ledger = Ledger()
    async for served in serve(ledger, ServerLimits(waiting_per_client=1)):
        first = asyncio.create_task(served.get("/v1/changes?since=0&wait=30"))
        await ledger.until_waiting(1)
        assert problem(await served.get("/v1/changes?since=0&wait=30")) == (503, "too-many-waiting", "")
        await ledger.submit([status_list(ledger)])
        assert (await first).status == 200


async def test_large_answers_have_a_bounded_queue_and_a_price() -> None:
    async for served in serve(Ledger(), ServerLimits(aside=0)):
        for path in (f"/v1/status-lists/{LIST}", "/v1/indexes/members/network"):
            assert problem(await served.get(path)) == (503, "too-many-waiting", "")
    async for served in serve(Ledger(), ServerLimits(requests_per_second=1, request_burst=9)):
        assert (await served.get("/v1/indexes/members/network")).status == 200
        assert (await served.get(f"/v1/records/did/{UNIVERSITY}")).status == 200
        assert (await served.get("/healthz")).status == 429


async def is_closed(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read() == b""
    except ConnectionResetError:
        return True


async def test_a_client_has_a_limit_of_connections() -> None:
    async for served in serve(Ledger(), ServerLimits(connections_per_client=2)):
        held = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(2)]
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        assert await is_closed(reader)
        writer.close()
        first_reader, first_writer = held[0]
        first_writer.write(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert (await first_reader.read()).startswith(b"HTTP/1.1 200 ")
        assert (await served.get("/healthz")).status == 200  # the first has given its place back
        held[1][1].close()


async def test_reads_leave_no_trace(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    grow(served.ledger)
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as lines:
        for path in (
            f"/v1/status-lists/{LIST}",
            f"/v1/status-lists/{LIST}/chunks/0",
            f"/v1/records/did/{UNIVERSITY}",
        ):
            assert (await served.get(path)).status == 200
    assert lines == []
    assert not [record for record in caplog.records if LIST in record.getMessage()]


ITEMS = st.lists(st.binary(max_size=30) | st.integers(0, 2**32), max_size=4)
BODIES = st.binary(max_size=200) | ITEMS.map(lambda items: codec.encode([*items]))
MEDIA_TYPES = ("application/cose", "application/cbor", "application/octet-stream", "x", "application/cbor;")
PATHS = ("/v1/transactions", "/v1/transactions?wait=final", f"/v1/attachments/{ZEROS}")


def test_any_body_is_taken_or_refused() -> None:
    with asyncio.Runner() as loop:
        serving = serve(Ledger())
        served = loop.run(anext(serving))

        @settings(derandomize=True, max_examples=150, deadline=None)
        @given(BODIES, st.sampled_from(MEDIA_TYPES), st.sampled_from(PATHS), st.sampled_from(["POST", "PUT"]))
        def check(body: bytes, media_type: str, path: str, method: str) -> None:
            reply = loop.run(served.ask(method, path, body, content_type=media_type))
            if reply.status != 202:
                status, reason, _ = problem(reply)
                assert status < 500
                assert reason in REASONS

        check()
        loop.run(serving.aclose())


class Gone:
    """A request whose client goes away within its body."""

    headers: Mapping[str, str] = {}
    content_length = None

    @property
    def content(self) -> "Gone":
        return self

    async def iter_any(self) -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionResetError("Connection lost")


async def test_a_client_that_goes_away_within_its_body_is_no_mistake_of_ours() -> None:
    request = Request(cast(web.BaseRequest, Gone()), {}, "", ServerLimits())
    with pytest.raises(ProblemError) as caught:
        await request.body(10)
    assert caught.value.problem.reason is RequestFault.MALFORMED_BODY
