"""C1 to C3 and C5: liars are found out and named, honest nodes are heard."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web

from api.answer.encoding import MAX_ANSWER_BYTES, Answer, decode_answer
from api.answer.question import IndexQuestion, RecordQuestion
from api.client import (
    Client,
    Failure,
    FailureKind,
    Forked,
    NoAnswer,
    NodeFault,
    Settings,
    trust_in_genesis,
)
from api.client.bounded_http import BoundedHttp, Unreachable
from api.limits import ServerLimits
from api.verifier.verdict import Outcome
from consensus.light_client import AnchoredBy
from registry.checking import Absent, Entries, Found
from registry.kinds.anchor.entry import ANCHORS_BY_ISSUER
from registry.kinds.did.record import DID_RECORD, Did
from registry.kinds.member.record import MEMBERS
from registry.record_type import decode_body
from tests.api.client import liars
from tests.api.conftest import serve
from tests.api.ledger import VALIDATOR_SEEDS, Ledger
from tests.api.routes.v1.test_proofs import LIST, grow
from tests.api.routes.v1.test_transactions import status_list
from tests.registry.network import START_MS, UNIVERSITY, seed

DID = RecordQuestion("did", UNIVERSITY)


async def no_pause(seconds: float) -> None:
    """In place of waiting."""


@asynccontextmanager
async def honest(ledger: Ledger, limits: ServerLimits | None = None) -> AsyncIterator[str]:
    """An honest node; its URL."""
    async for served in serve(ledger, limits):
        yield f"http://127.0.0.1:{served.port}"


def client_of(ledger: Ledger, *nodes: str, settings: Settings | None = None) -> Client:
    """A client whose clock is the ledger's and whose trust is the genesis document."""
    return Client(
        nodes,
        trust_in_genesis(ledger.document),
        now_ms=lambda: ledger.now_ms,
        pause=no_pause,
        settings=settings,
    )


def grown() -> Ledger:
    """A ledger of three blocks."""
    ledger = Ledger()
    grow(ledger)
    return ledger


def fragments(body: bytes) -> list[str]:
    """The names of a DID's keys."""
    did: Did = decode_body(DID_RECORD, body)
    return [key.fragment for key in did.keys]


async def test_questions_to_an_honest_node() -> None:
    ledger = grown()
    async with honest(ledger) as url, client_of(ledger, url + "/") as client:
        now = await client.record(DID_RECORD, UNIVERSITY)
        assert isinstance(now.verdict.finding, Found)
        assert fragments(now.verdict.finding.body) == ["key-1", "signing"]
        assert (now.node, now.failures) == (url, ())
        assert now.verdict.outcome is Outcome.VALID
        assert (now.verdict.as_of_ms, now.verdict.anchored_by) == (START_MS + 3_000, AnchoredBy.GENESIS)

        before = await client.record(DID_RECORD, UNIVERSITY, START_MS + 1_999)
        assert isinstance(before.verdict.finding, Found)
        assert fragments(before.verdict.finding.body) == ["key-1"]

        nobody = await client.record(DID_RECORD, "did:web:localhost%3A8443:nobody")
        assert nobody.verdict.finding == Absent()

        assert [await client.status(LIST, index) for index in (0, 1, 5127)] == [True, False, True]
        assert await client.status(LIST, 0, START_MS + 2_999) is False
        assert await client.status(LIST, 0, START_MS) is None
        assert await client.status(f"{LIST}-other", 0) is None
        with pytest.raises(IndexError):
            await client.status(LIST, 131_072)


async def test_an_index_over_pages() -> None:
    ledger = grown()
    limits, settings = ServerLimits(page_entries=2), Settings(page_entries=2)
    async with honest(ledger, limits) as url, client_of(ledger, url, settings=settings) as client:
        members = await client.index(MEMBERS, "network")
        assert [entry.id for entry in members.entries] == [
            "did:web:university.example",
            "did:web:agency.example",
            "did:web:auditor.example",
        ]
        assert members.as_of_ms == START_MS + 3_000
        assert (await client.index(ANCHORS_BY_ISSUER, UNIVERSITY)).entries == ()


async def test_of_an_index_no_more_entries_are_read_than_may_be() -> None:
    ledger = grown()
    limits, settings = ServerLimits(page_entries=1), Settings(page_entries=1, max_index_entries=2)
    async with honest(ledger, limits) as url, client_of(ledger, url, settings=settings) as client:
        with pytest.raises(NoAnswer) as caught:
            await client.index(MEMBERS, "network")
    assert caught.value.failures == (Failure(url, FailureKind.INCONCLUSIVE, NodeFault.TOO_MANY_ENTRIES),)
    assert [each.reason for each in caught.value.failures] == ["too-many-entries"]


async def test_no_node_chooses_how_short_a_page_is() -> None:
    ledger = grown()
    async with honest(ledger, ServerLimits(page_entries=2)) as short, honest(ledger) as url:
        async with client_of(ledger, short, url) as client:
            members = await client.index(MEMBERS, "network")
            assert (len(members.entries), client.nodes) == (3, (url, short))
            assert [(each.node, each.reason) for each in members.failures] == [(short, "short-page")]
        async with client_of(ledger, short) as client:
            with pytest.raises(NoAnswer) as caught:
                await client.index(MEMBERS, "network")
            page = await client.ask(IndexQuestion(MEMBERS.index_id("network"), 0, None))
            assert isinstance(page.verdict.finding, Entries)  # of one page nothing more is asked
    assert caught.value.failures == (
        Failure(short, FailureKind.INCONCLUSIVE, NodeFault.SHORT_PAGE, "2 of 1000"),
    )


LIES: dict[str, tuple[Callable[[Ledger], Callable[[Answer], Answer]], str]] = {
    "leaves out a later version": (liars.leaving_out_the_last_version, "successor-left-out"),
    "forges the header": (lambda ledger: liars.forging_the_header, "other-block"),
    "has too few signatures": (lambda ledger: liars.signed_by_too_few, "no-quorum"),
    "signs for others": (liars.resigning_as, "no-quorum"),
    "answers another question": (lambda ledger: liars.answering_another_question, "other-question"),
    "replaces the body": (lambda ledger: liars.hiding_the_body, "body"),
}


@pytest.mark.parametrize(("lie", "reason"), LIES.values(), ids=LIES.keys())
async def test_a_liar_is_named_and_the_next_node_is_heard(
    lie: Callable[[Ledger], Callable[[Answer], Answer]], reason: str
) -> None:
    ledger = grown()
    async with (
        liars.lying(liars.telling(ledger, DID, lie(ledger))) as liar,
        honest(ledger) as url,
        client_of(ledger, liar, url) as client,
    ):
        checked = await client.record(DID_RECORD, UNIVERSITY)
        assert isinstance(checked.verdict.finding, Found)
        assert fragments(checked.verdict.finding.body) == ["key-1", "signing"]
        assert checked.node == url
        assert [(failure.node, failure.kind, failure.reason) for failure in checked.failures] == [
            (liar, FailureKind.LIED, reason)
        ]
        assert client.nodes == (url, liar)  # it is asked last from now on
        assert (await client.record(DID_RECORD, UNIVERSITY)).failures == ()


RUBBISH: dict[str, tuple[liars.Lie, FailureKind, str]] = {
    "no CBOR": (liars.replying(b"<html>"), FailureKind.LIED, "malformed"),
    "nothing": (liars.replying(b""), FailureKind.LIED, "malformed"),
    "too much": (liars.replying(bytes(MAX_ANSWER_BYTES + 1)), FailureKind.UNREACHABLE, "no-whole-answer"),
    "a redirection": (
        liars.replying(b"", 302, Location="http://127.0.0.1:1/"),
        FailureKind.REFUSED,
        "status-302",
    ),
    "an error without a problem": (liars.replying(b"oops", 500), FailureKind.REFUSED, "status-500"),
    "a problem": (
        liars.replying(b'{"type":"/problems/unready","title":"t","status":503,"remedy":"r"}', 503),
        FailureKind.REFUSED,
        "unready",
    ),
    "a closed connection": (liars.hanging_up, FailureKind.UNREACHABLE, "no-whole-answer"),
}


@pytest.mark.parametrize(("lie", "kind", "reason"), RUBBISH.values(), ids=RUBBISH.keys())
async def test_rubbish_is_bounded_and_passed_over(lie: liars.Lie, kind: FailureKind, reason: str) -> None:
    ledger = grown()
    async with liars.lying(lie) as liar, honest(ledger) as url, client_of(ledger, liar, url) as client:
        checked = await client.record(DID_RECORD, UNIVERSITY)
        assert [(failure.node, failure.kind, failure.reason) for failure in checked.failures] == [
            (liar, kind, reason)
        ]


async def test_no_time_is_no_answer() -> None:
    ledger = grown()
    async with honest(ledger) as url, client_of(ledger, url, settings=Settings(timeout_s=0.0)) as client:
        with pytest.raises(NoAnswer) as caught:
            await client.record(DID_RECORD, UNIVERSITY)
        assert caught.value.failures == (
            Failure(url, FailureKind.UNREACHABLE, "no-whole-answer", "no whole answer in time"),
        )


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1:1", "nothing listens there"),
        ("http://:80", "that is no address of a node"),
        ("ftp://127.0.0.1", "that is no address of a node"),
    ],
)
async def test_what_keeps_a_node_from_being_reached_is_told_in_words(url: str, told: str) -> None:
    async with BoundedHttp(timeout_s=10.0) as http:
        with pytest.raises(Unreachable) as caught:
            await http.request("GET", url, accept="*/*", limit=1)
    assert str(caught.value) == told


async def test_a_node_that_hangs_up() -> None:
    async with liars.lying(liars.hanging_up) as url, BoundedHttp(timeout_s=10.0) as http:
        with pytest.raises(Unreachable, match="it closed the connection"):
            await http.request("GET", url, accept="*/*", limit=1)


@pytest.mark.parametrize(("ahead_ms", "reason"), [(120_001, "stale"), (-501, "from-future")])
async def test_old_headers_and_headers_of_the_future_prove_nothing_now(ahead_ms: int, reason: str) -> None:
    ledger = grown()
    trust, now_ms = trust_in_genesis(ledger.document), ledger.now_ms + ahead_ms
    async with honest(ledger) as url, Client([url], trust, now_ms=lambda: now_ms, pause=no_pause) as client:
        with pytest.raises(NoAnswer) as caught:
            await client.record(DID_RECORD, UNIVERSITY)
        (failure,) = caught.value.failures
        assert (failure.kind, failure.reason) == (FailureKind.INCONCLUSIVE, reason)


async def test_a_cut_off_node_is_passed_over_where_another_has_what_is_new_enough() -> None:
    cut_off, ledger = grown(), grown()
    cut_off.condition = "It is linked to 1 validators and needs 2."
    while ledger.now_ms <= cut_off.now_ms + 120_000:
        ledger.commit()
    async with (
        honest(cut_off) as old,
        honest(ledger) as new,
        client_of(ledger, old, new) as client,
    ):
        checked = await client.record(DID_RECORD, UNIVERSITY)
        assert checked.node == new
        assert [(failure.node, failure.reason) for failure in checked.failures] == [(old, "stale")]
        assert client.nodes == (new, old)


async def test_another_network_is_no_answer() -> None:
    ledger = grown()
    other = replace(ledger.document, name="another")
    async with (
        honest(ledger) as url,
        Client([url], trust_in_genesis(other), now_ms=lambda: ledger.now_ms, pause=no_pause) as client,
    ):
        with pytest.raises(NoAnswer) as caught:
            await client.record(DID_RECORD, UNIVERSITY)
        assert caught.value.failures[0].reason == "wrong-genesis"


async def test_trust_follows_the_epochs() -> None:
    ledger = grown()
    for epoch in (1, 2, 3):
        ledger.hand_over([seed(f"epoch {epoch} validator {index}") for index in range(4)])
    ledger.commit(status_list(ledger, "later"))
    async with honest(ledger, ServerLimits(page_epochs=2)) as url, client_of(ledger, url) as client:
        checked = await client.record(DID_RECORD, UNIVERSITY)
        assert (checked.verdict.epoch, checked.verdict.height) == (3, 7)
        assert client.trust.epoch == 3
        assert client.trust.validators == ledger.view().validators
        assert client.trust.anchored_by is AnchoredBy.GENESIS


async def test_epochs_that_nobody_handed_over_are_a_lie() -> None:
    ledger, usurped = grown(), grown()
    ledger.hand_over([seed(f"rightful {index}") for index in range(4)])
    usurped.hand_over([seed(f"usurper {index}") for index in range(4)])
    ledger.commit(status_list(ledger, "later"))
    usurped.commit(status_list(usurped, "later"))
    usurped.forge_boundary(0, [seed(f"usurper {index}") for index in range(4)])
    async with honest(usurped) as liar, honest(ledger) as url, client_of(ledger, liar, url) as client:
        checked = await client.record(DID_RECORD, UNIVERSITY)
        assert [(failure.node, failure.kind, failure.reason) for failure in checked.failures] == [
            (liar, FailureKind.LIED, "no-quorum")
        ]


async def test_an_epoch_that_ends_under_an_unknown_ruleset_is_no_lie() -> None:
    ledger = grown()
    ledger.hand_over([seed(f"next {index}") for index in range(4)])
    ledger.commit(status_list(ledger, "later"))
    ledger.forge_boundary(0, VALIDATOR_SEEDS, ruleset=65_535)
    async with honest(ledger) as url, client_of(ledger, url) as client:
        with pytest.raises(NoAnswer) as caught:
            await client.record(DID_RECORD, UNIVERSITY)
        failure = caught.value.failures[0]
        assert (failure.kind, failure.reason) == (FailureKind.INCONCLUSIVE, "unknown-ruleset")


async def test_two_final_headers_of_one_height_stop_the_client() -> None:
    first, second = grown(), grown()
    first.commit(status_list(first, "a"))
    second.commit(status_list(second, "b"))
    async with AsyncExitStack() as stack:
        urls = [await stack.enter_async_context(honest(ledger)) for ledger in (first, second)]
        client = await stack.enter_async_context(client_of(first, *urls))
        held = await client.record(DID_RECORD, UNIVERSITY)
        first.halt = "It has stopped."
        with pytest.raises(Forked) as caught:
            await client.record(DID_RECORD, UNIVERSITY)
        assert caught.value.first == held.answer
        assert caught.value.second.header == second.view().header


async def test_a_client_has_a_node_and_a_context() -> None:
    ledger = grown()
    with pytest.raises(ValueError, match="needs a node"):
        client_of(ledger)
    with pytest.raises(RuntimeError, match="async with"):
        await client_of(ledger, "http://127.0.0.1:1").record(DID_RECORD, UNIVERSITY)


async def test_a_nodes_word() -> None:
    ledger = grown()
    async with (
        liars.lying(liars.replying(b"{}")) as liar,
        honest(ledger) as url,
        client_of(ledger, liar, url) as client,
    ):
        assert (await client.network()).genesis_hash == ledger.genesis_hash.hex()
        assert client.nodes == (url, liar)
        assert (await client.latest_header()).height == 3
        changes = await client.changes(1, wait_s=1, limit=1)
        assert ([block.height for block in changes.blocks], changes.next, changes.final) == ([2], 2, 3)
    async with liars.lying(liars.replying(b"[]")) as liar, client_of(ledger, liar) as client:
        with pytest.raises(NoAnswer) as caught:
            await client.network()
        assert [(failure.kind, failure.reason) for failure in caught.value.failures] == [
            (FailureKind.LIED, "malformed")
        ]


HOSTILE = pytest.mark.parametrize("body", liars.HOSTILE_JSON.values(), ids=liars.HOSTILE_JSON)


@HOSTILE
async def test_no_json_ends_the_client(body: bytes) -> None:
    ledger = grown()
    ledger.hand_over([seed(f"next {index}") for index in range(4)])
    ledger.commit(status_list(ledger, "later"))
    a_later_epoch = liars.telling(ledger, DID, lambda answer: answer)
    lies = [liars.replying(body), liars.replying_to("/v1/epochs", body, a_later_epoch)]
    async with honest(ledger) as url:
        for lie in lies:
            async with liars.lying(lie) as liar, client_of(ledger, liar, url) as client:
                checked = await client.record(DID_RECORD, UNIVERSITY)
                reasons = [failure.reason for failure in checked.failures]
                assert (checked.node, reasons) == (url, ["malformed"])
        async with liars.lying(lies[0]) as liar, client_of(ledger, liar, url) as client:
            assert (await client.network()).genesis_hash == ledger.genesis_hash.hex()
            assert client.nodes == (url, liar)
        async with liars.lying(liars.replying(body, 500)) as liar, client_of(ledger, liar, url) as client:
            checked = await client.record(DID_RECORD, UNIVERSITY)
            assert (checked.node, [failure.kind for failure in checked.failures]) == (
                url,
                [FailureKind.REFUSED],
            )


async def test_an_answer_can_be_kept() -> None:
    ledger = grown()
    async with honest(ledger) as url, client_of(ledger, url) as client:
        checked = await client.record(DID_RECORD, UNIVERSITY)
        assert decode_answer(checked.encoded) == checked.answer


async def test_the_newest_of_what_is_too_old_comes_with_the_error() -> None:
    older, newer = grown(), grown()
    newer.commit()
    trust, now_ms = trust_in_genesis(newer.document), newer.now_ms + 300_000
    async with (
        honest(older) as first,
        honest(newer) as second,
        Client([second, first], trust, now_ms=lambda: now_ms, pause=no_pause) as client,
    ):
        with pytest.raises(NoAnswer) as caught:
            await client.record(DID_RECORD, UNIVERSITY)
    undecided = caught.value.undecided
    assert undecided is not None
    assert (undecided.node, undecided.verdict.code) == (second, "stale")
    assert undecided.verdict.as_of_ms == newer.view().header.time_ms
    assert isinstance(undecided.verdict.finding, Found)
    assert [failure.node for failure in undecided.failures] == [first]


async def test_two_old_headers_of_one_height_are_a_fork_as_well() -> None:
    first, second = grown(), grown()
    first.commit(status_list(first, "a"))
    second.commit(status_list(second, "b"))
    trust, now_ms = trust_in_genesis(first.document), first.now_ms + 300_000
    async with (
        honest(first) as one,
        honest(second) as other,
        Client([one, other], trust, now_ms=lambda: now_ms, pause=no_pause) as client,
    ):
        with pytest.raises(Forked):
            await client.record(DID_RECORD, UNIVERSITY)


async def test_how_long_a_body_took_after_its_headers() -> None:
    time_s, headers_came = 100.0, asyncio.Event()

    def clock_s() -> float:
        headers_came.set()
        return time_s

    async def slowly(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal time_s
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"a")
        await headers_came.wait()
        time_s += 3.0
        await response.write(b"b")
        return response

    async with liars.lying(slowly) as url, BoundedHttp(timeout_s=10.0, clock_s=clock_s) as http:
        response = await http.request("GET", url, accept="*/*", limit=2)
    assert (response.body, response.body_s) == (b"ab", 3.0)
