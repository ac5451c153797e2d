"""Answers with proofs: each is checked as a reader would, from its bytes and the validators' keys alone."""

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.answer.encoding import Answer, answer_from_json, decode_answer, encode_answer
from api.answer.question import (
    ChunkQuestion,
    IndexQuestion,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from api.limits import ServerLimits
from api.problems import RequestFault
from consensus.certificates import verify_certificate
from consensus.header import block_hash
from registry.build import OwnedKey
from registry.checking import (
    Absent,
    Committed,
    Found,
    InLedger,
    NotYet,
    check_chunk,
    check_index,
    check_ledger,
    check_record,
    check_status_list,
)
from registry.kinds.did.record import DID_RECORD, Did, Purpose
from registry.kinds.status_list.record import STATUS_LIST_RECORD, StatusList, StatusPurpose
from registry.primitives import ed25519
from registry.proofs import AbsenceProof, ChunkProof, IndexProof, LedgerProof, RecordProof, StatusListProof
from registry.record_log import LedgerLeaf
from registry.record_type import decode_body
from registry.transaction import Transaction
from tests.api.conftest import Served, serve
from tests.api.ledger import VALIDATORS, Ledger
from tests.api.routes.v1.test_transactions import problem
from tests.registry.network import AGENCY, AUDITOR, START_MS, UNIVERSITY, owned

CBOR = {"accept": "application/cbor"}
LIST = f"{UNIVERSITY}/status-lists/degrees"


def committed(ledger: Ledger, answer: Answer) -> Committed:
    """What the answer's header commits to, once its certificate is seen to hold."""
    certificate = answer.certificate
    assert certificate is not None
    assert certificate.candidate is not None
    assert certificate.candidate.block_hash == block_hash(answer.header)
    assert verify_certificate(certificate, ledger.genesis_hash, VALIDATORS, ed25519.verify)
    header = answer.header
    return Committed(header.height, header.time_ms, header.log_size, header.log_root, header.state_root)


async def both(served: Served, path: str) -> Answer:
    """The answer at a path, which says the same as JSON and as CBOR."""
    as_cbor, as_json = await served.get(path, **CBOR), await served.get(path)
    assert (as_cbor.status, as_cbor.header("content-type")) == (200, "application/cbor")
    assert (as_json.status, as_json.header("content-type")) == (200, "application/json")
    answer = decode_answer(as_cbor.body)
    assert encode_answer(answer) == as_cbor.body
    assert answer_from_json(as_json.json["answer"]) == answer
    return answer


def grow(ledger: Ledger) -> bytes:
    """Three blocks: a status list; a new key; two bits of the list. The first transaction."""
    builder = ledger.builder()
    builder.create_status_list(UNIVERSITY, "degrees", StatusPurpose.REVOCATION)
    first = ledger.sign(builder)
    ledger.commit(first)
    builder = ledger.builder()
    builder.add_key(UNIVERSITY, OwnedKey("signing", Purpose.ASSERTION_METHOD, owned("signing").seed))
    ledger.commit(ledger.sign(builder))
    builder = ledger.builder()
    builder.set_status(UNIVERSITY, "degrees", [0, 1024 * 5 + 7])
    ledger.commit(ledger.sign(builder))
    return first


async def test_a_record_now(served: Served) -> None:
    grow(served.ledger)
    answer = await both(served, f"/v1/records/did/{UNIVERSITY}")
    assert answer.question == RecordQuestion("did", UNIVERSITY, None)
    assert answer.header == served.ledger.view().header
    assert isinstance(answer.proof, RecordProof)
    found = check_record(answer.proof, "did", UNIVERSITY, None, committed(served.ledger, answer))
    assert isinstance(found, Found)
    body: Did = decode_body(DID_RECORD, found.body)
    assert [key.fragment for key in body.keys] == ["key-1", "signing"]
    assert (found.number, found.successor) == (1, None)


async def test_a_record_as_it_was_known(served: Served) -> None:
    grow(served.ledger)
    path = f"/v1/records/did/{UNIVERSITY}?known_at={START_MS + 1_999}&at=0"
    answer = await both(served, path)
    assert isinstance(answer.proof, RecordProof)
    sealed = committed(served.ledger, answer)
    found = check_record(answer.proof, "did", UNIVERSITY, START_MS + 1_999, sealed)
    assert isinstance(found, Found)
    body: Did = decode_body(DID_RECORD, found.body)
    assert [key.fragment for key in body.keys] == ["key-1"]
    assert found.successor is not None
    assert (found.successor.height, found.successor.time_ms) == (2, START_MS + 2_000)


async def test_before_its_first_version(served: Served) -> None:
    grow(served.ledger)
    answer = await both(served, f"/v1/records/status-list/{LIST}?known_at={START_MS + 999}")
    assert isinstance(answer.proof, RecordProof)
    sealed = committed(served.ledger, answer)
    assert isinstance(check_record(answer.proof, "status-list", LIST, START_MS + 999, sealed), NotYet)


@pytest.mark.parametrize("path", [f"/v1/status-lists/{LIST}", f"/v1/status-lists/{LIST}/chunks/0"])
async def test_status_before_the_list_was_there(served: Served, path: str) -> None:
    answer = await served.get(path, **CBOR)
    assert isinstance(decode_answer(answer.body).proof, AbsenceProof)
    grow(served.ledger)
    early = decode_answer((await served.get(f"{path}?known_at={START_MS}", **CBOR)).body)
    assert isinstance(early.proof, RecordProof)
    assert early.proof.body is None


async def test_absence_is_an_answer(served: Served) -> None:
    grow(served.ledger)
    answer = await both(served, "/v1/records/did/did:web:nobody.example")
    assert isinstance(answer.proof, AbsenceProof)
    sealed = committed(served.ledger, answer)
    assert check_record(answer.proof, "did", "did:web:nobody.example", None, sealed) == Absent()


async def test_an_encoded_id_is_one_part(served: Served) -> None:
    grow(served.ledger)
    encoded = LIST.replace("/", "%2F").replace(":", "%3A")
    plain = await both(served, f"/v1/records/status-list/{LIST}")
    assert await both(served, f"/v1/records/status-list/{encoded}") == plain


async def test_chunks_and_whole_lists(served: Served) -> None:
    grow(served.ledger)
    whole = await both(served, f"/v1/status-lists/{LIST}")
    assert whole.question == StatusListQuestion(LIST, None)
    assert isinstance(whole.proof, StatusListProof)
    sealed = committed(served.ledger, whole)
    found = check_record(whole.proof.record, "status-list", LIST, None, sealed)
    assert isinstance(found, Found)
    body: StatusList = decode_body(STATUS_LIST_RECORD, found.body)
    bits = check_status_list(whole.proof, body.size, body.root)
    expected = bytearray(131_072 // 8)
    expected[0], expected[128 * 5] = 0x80, 0x01
    assert bits == bytes(expected)

    for number in (0, 5, 127):
        part = await both(served, f"/v1/status-lists/{LIST}/chunks/{number}")
        assert part.question == ChunkQuestion(LIST, number, None)
        assert isinstance(part.proof, ChunkProof)
        chunk = check_chunk(part.proof, body.size, body.root)
        assert chunk == bits[128 * number : 128 * (number + 1)]


async def test_a_list_as_it_was_known(served: Served) -> None:
    grow(served.ledger)
    early = await both(served, f"/v1/status-lists/{LIST}/chunks/5?known_at={START_MS + 2_999}")
    assert isinstance(early.proof, ChunkProof)
    found = check_record(
        early.proof.record, "status-list", LIST, START_MS + 2_999, committed(served.ledger, early)
    )
    assert isinstance(found, Found)
    body: StatusList = decode_body(STATUS_LIST_RECORD, found.body)
    assert check_chunk(early.proof, body.size, body.root) == bytes(128)


async def test_an_index_is_complete(served: Served) -> None:
    grow(served.ledger)
    answer = await both(served, "/v1/indexes/members/network")
    assert answer.question == IndexQuestion("members/network", 0, None)
    assert isinstance(answer.proof, IndexProof)
    entries = check_index(answer.proof, "members/network", 0, None, committed(served.ledger, answer))
    assert entries.is_last
    assert [entry.id for entry in entries.entries] == [
        "did:web:university.example",
        "did:web:agency.example",
        "did:web:auditor.example",
    ]
    nothing = await both(served, f"/v1/indexes/anchors-by-issuer/{UNIVERSITY}")
    assert isinstance(nothing.proof, AbsenceProof)


async def test_an_index_by_pages() -> None:
    ledger = Ledger()
    grow(ledger)
    async for served in serve(ledger, ServerLimits(page_entries=2)):
        first = await both(served, "/v1/indexes/members/network")
        second = await both(served, "/v1/indexes/members/network?from=2")
        assert isinstance(first.proof, IndexProof)
        assert isinstance(second.proof, IndexProof)
        sealed = committed(ledger, first)
        begin = check_index(first.proof, "members/network", 0, None, sealed)
        end = check_index(second.proof, "members/network", 2, None, sealed)
        assert (len(begin.entries), begin.is_last) == (2, False)
        assert (len(end.entries), end.is_last) == (1, True)
        reply = await served.get("/v1/indexes/members/network?from=3")
        assert problem(reply) == (404, "index-ends", "query.from")


async def test_a_transaction_is_in_the_ledger(served: Served) -> None:
    transaction = grow(served.ledger)
    transaction_id = Transaction.decode(transaction).id
    answer = await both(served, f"/v1/transactions/{transaction_id.hex()}")
    assert answer.question == TransactionQuestion(transaction_id)
    assert isinstance(answer.proof, LedgerProof)
    found = check_ledger(answer.proof, committed(served.ledger, answer))
    block = served.ledger.view().blocks[1]
    assert block is not None
    assert found == InLedger(2, LedgerLeaf(1, 1, block.header.time_ms, transaction))


MALFORMED = {
    "/v1/records/nothing/x": ("malformed-path", "path.kind"),
    "/v1/records/index/members": ("malformed-path", "path.kind"),
    "/v1/records/did/%ff": ("malformed-path", "path.id"),
    "/v1/records/did/did:web:x?known_at=-1": ("malformed-query", "query.known_at"),
    "/v1/records/did/did:web:x?known_at=01": ("malformed-query", "query.known_at"),
    "/v1/records/did/did:web:x?known_at=1.5": ("malformed-query", "query.known_at"),
    "/v1/records/did/did:web:x?known_at=%D9%A1": ("malformed-query", "query.known_at"),
    "/v1/records/did/did:web:x?known_at=9007199254740993": ("malformed-query", "query.known_at"),
    "/v1/records/did/did:web:x?at=now": ("malformed-query", "query.at"),
    "/v1/records/did/did:web:x?index=1": ("malformed-query", "query.index"),
    f"/v1/status-lists/{LIST}?index=1": ("malformed-query", "query.index"),
    f"/v1/status-lists/{LIST}/chunks/4096": ("malformed-path", "path.chunk"),
    f"/v1/status-lists/{LIST}/chunks/-1": ("malformed-path", "path.chunk"),
    "/v1/indexes/nothing/x": ("malformed-path", "path.relation"),
    "/v1/indexes/members/network?from=x": ("malformed-query", "query.from"),
    "/v1/transactions/xyz": ("malformed-path", "path.id"),
    f"/v1/transactions/{'A' * 64}": ("malformed-path", "path.id"),
}


@pytest.mark.parametrize(("path", "finding"), MALFORMED.items(), ids=MALFORMED.keys())
async def test_malformed_questions(served: Served, path: str, finding: tuple[str, str]) -> None:
    assert problem(await served.get(path)) == (400, *finding)


@pytest.mark.parametrize(
    "path",
    ["/v1/records/did/did:web:x", f"/v1/status-lists/{LIST}", "/v1/indexes/members/network"],
)
async def test_a_time_after_the_newest_block_is_this_nodes_lack_and_no_mistake(
    served: Served, path: str
) -> None:
    newest_ms = served.ledger.view().header.time_ms
    assert problem(await served.get(f"{path}?known_at={newest_ms + 1}")) == (
        404,
        "known-at-ahead",
        "query.known_at",
    )
    assert (await served.get(f"{path}?known_at={newest_ms}")).status == 200


WHOLE_IDS = {
    f"/v1/records/did/{UNIVERSITY}": "a DID",
    f"/v1/records/member/{UNIVERSITY}": "a member",
    f"/v1/records/usage/{UNIVERSITY}": "usage",
    f"/v1/records/schema/{UNIVERSITY}/schemas/diploma": "a schema",
    f"/v1/records/status-list/{LIST}": "a list's record",
    "/v1/records/parameters/network": "parameters",
    "/v1/records/validators/network": "validators",
    f"/v1/status-lists/{LIST}": "a list",
    f"/v1/indexes/dids-by-sponsor/{UNIVERSITY}": "an index",
    "/v1/indexes/members/network": "members",
}
ALTERED = ("%20", "%0A", "%E2%80%8B", "%D0%B0", "%00", ".", "%23key-1", "/", "%2F", "%F0%9F%98%80", "A%CC%81")
"""What makes an id one that only looks like it."""


@pytest.mark.parametrize("path", WHOLE_IDS, ids=WHOLE_IDS.values())
async def test_what_only_looks_like_an_id_has_no_answer(served: Served, path: str) -> None:
    grow(served.ledger)
    assert (await served.get(path, **CBOR)).status == 200
    for addition in ALTERED:
        for accept in ({}, CBOR):
            reply = await served.get(path + addition, **accept)
            assert problem(reply) == (400, "impossible-id", "path.id"), addition
    kind, _, name = path.rpartition("/")
    assert problem(await served.get(f"{kind}/{name.upper()}")) == (400, "impossible-id", "path.id")


async def test_chunks_of_what_only_looks_like_a_list(served: Served) -> None:
    grow(served.ledger)
    for name in (f"{LIST}%20", LIST.upper(), "x", f"{UNIVERSITY}/schemas/degrees"):
        reply = await served.get(f"/v1/status-lists/{name}/chunks/0", **CBOR)
        assert problem(reply) == (400, "impossible-id", "path.id")


async def test_the_problem_says_what_is_wrong_and_how_ids_are_written(served: Served) -> None:
    reply = await served.get("/v1/records/did/did:web:University.example")
    assert reply.json == {
        "type": "/problems/impossible-id",
        "title": "No record of this kind can have the id in the path, whatever the ledger holds.",
        "status": 400,
        "detail": "It is no such id: a host is in lower case.",
        "where": "path.id",
        "remedy": RequestFault.IMPOSSIBLE_ID.remedy,
    }
    long = await served.get(f"/v1/records/did/did:web:{'x' * 321}")
    assert long.json["detail"] == "It is no such id: it has 329 characters, more than the 180 allowed."


async def test_a_chunk_behind_the_list(served: Served) -> None:
    grow(served.ledger)
    reply = await served.get(f"/v1/status-lists/{LIST}/chunks/128")
    assert problem(reply) == (400, "malformed-path", "path.chunk")
    assert reply.json["detail"] == "The list has chunks 0 to 127."


async def test_not_modified_until_the_ledger_grows(served: Served) -> None:
    path = f"/v1/records/did/{UNIVERSITY}"
    first = await served.get(path)
    tag = first.header("etag")
    assert tag is not None
    for held in (tag, "*", f'"x", {tag}'):
        again = await served.get(path, if_none_match=held)
        assert (again.status, again.body, again.header("etag")) == (304, b"", tag)
    assert (await served.get(path, if_none_match=tag, **CBOR)).status == 200
    assert (await served.get(path, if_none_match='"x"')).status == 200
    grow(served.ledger)
    newer = await served.get(path, if_none_match=tag)
    assert newer.status == 200
    assert newer.header("etag") != tag
    assert newer.header("vary") == "Accept"


async def test_readable_form(served: Served) -> None:
    grow(served.ledger)
    readable = (await served.get(f"/v1/records/did/{UNIVERSITY}")).json["readable"]
    assert readable["asOf"]["height"] == 3
    assert (readable["found"], readable["version"], readable["succeeded"]) == (True, 1, None)
    assert readable["recorded"] == {"height": 2, "index": 1, "timeMs": START_MS + 2_000}
    key = readable["body"]["keys"][1]
    assert (key["fragment"], key["purpose"], key["multikey"][:4]) == ("signing", "assertion-method", "z6Mk")
    assert key["periods"] == [{"state": "active", "sinceMs": START_MS + 2_000}]


async def readable_at(served: Served, path: str) -> dict[str, Any]:
    """The readable part of an answer, without its header."""
    shown: dict[str, Any] = (await served.get(path)).json["readable"]
    del shown["asOf"]
    return shown


async def test_the_readable_form_says_nothing_that_was_not_known_at_k(served: Served) -> None:
    """A list, and so its entry in an index, of block 1; a key of block 2; bits of block 3."""
    grow(served.ledger)
    index, before = f"/v1/indexes/status-lists-by-issuer/{UNIVERSITY}", f"?known_at={START_MS + 999}"
    nothing = {"found": False, "first": 0, "entries": [], "isLast": True, "next": None, "count": 0}
    assert await readable_at(served, index + before) == nothing
    assert await readable_at(served, f"/v1/indexes/anchors-by-issuer/{UNIVERSITY}") == nothing
    entry = {"height": 1, "index": 1, "operation": 0, "timeMs": START_MS + 1_000, "id": LIST}
    known = {"found": True, "first": 0, "entries": [entry], "isLast": True, "next": None, "count": 1}
    assert await readable_at(served, f"{index}?known_at={START_MS + 1_000}") == known

    did = await readable_at(served, f"/v1/records/did/{UNIVERSITY}?known_at={START_MS + 1_999}")
    assert did.keys() == {"found", "version", "recorded", "succeeded", "body"}
    assert (did["version"], [key["fragment"] for key in did["body"]["keys"]]) == (0, ["key-1"])

    first = {"height": 1, "index": 1, "timeMs": START_MS + 1_000}
    not_yet = {"found": False, "firstRecorded": first}
    assert await readable_at(served, f"/v1/status-lists/{LIST}{before}") == not_yet
    assert await readable_at(served, f"/v1/status-lists/{LIST}/chunks/0{before}") == not_yet


async def test_a_page_says_whether_more_follow() -> None:
    ledger = Ledger()
    grow(ledger)
    async for served in serve(ledger, ServerLimits(page_entries=2)):
        page = await readable_at(served, "/v1/indexes/members/network")
        assert [entry["id"] for entry in page.pop("entries")] == [UNIVERSITY, AGENCY]
        assert page == {"found": True, "first": 0, "isLast": False, "next": 2}
        last = await readable_at(served, "/v1/indexes/members/network?from=2")
        assert [entry["id"] for entry in last.pop("entries")] == [AUDITOR]
        assert last == {"found": True, "first": 2, "isLast": True, "next": None, "count": 3}


async def test_an_index_that_is_absent_has_nothing_from_any_entry_on(served: Served) -> None:
    grow(served.ledger)
    path = f"/v1/indexes/anchors-by-issuer/{UNIVERSITY}?from=7"
    assert isinstance((await both(served, path)).proof, AbsenceProof)
    nothing = {"found": False, "first": 7, "entries": [], "isLast": True, "next": None}
    assert await readable_at(served, path) == nothing


async def test_a_transaction_is_shown_with_its_proved_place(served: Served) -> None:
    transaction = grow(served.ledger)
    shown = await readable_at(served, f"/v1/transactions/{Transaction.decode(transaction).id.hex()}")
    size = served.ledger.view().header.log_size
    assert shown == {
        "found": True,
        "height": 1,
        "index": 1,
        "timeMs": START_MS + 1_000,
        "position": shown["position"],
        "logSize": size,
        "transaction": transaction.hex(),
    }
    proof = (await both(served, f"/v1/transactions/{Transaction.decode(transaction).id.hex()}")).proof
    assert isinstance(proof, LedgerProof)
    assert shown["position"] == proof.position < size


PLACES = ("records/did", "status-lists", "indexes/members", "headers", "transactions")


def test_any_path_has_an_answer_or_a_problem() -> None:
    with asyncio.Runner() as loop:
        serving = serve(Ledger())
        served = loop.run(anext(serving))

        @settings(derandomize=True, max_examples=150, deadline=None)
        @given(st.text("/%?#&=.:abcd01\u00e9\u0000", max_size=30), st.sampled_from(PLACES))
        def check(rest: str, place: str) -> None:
            reply = loop.run(served.get(f"/v1/{place}/{rest}"))
            assert reply.status in (200, 400, 404)
            if reply.status != 200:
                problem(reply)

        check()
        loop.run(serving.aclose())
