"""The daily comparison of did:web documents with the ledger, against servers on the loopback interface."""

import asyncio
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from api.credentials.did_methods.fault import DidFault
from api.documents.did_comparison import DidComparison, DidMismatch, KeyDifference
from api.documents.did_document import did_document_bytes
from api.lookup.fault import FetchFault
from api.lookup.fetching import NoWeb
from api.proving.records import newest_body
from node.observing.did_watch import EVERY_S, FIRST_S, DidWatch, compare_did, own_web_names
from node.observing.metrics import DocumentMetrics
from registry.kinds.did.record import DID_RECORD
from tests.api.documents.bodies import ACTIVE, body, key
from tests.api.ledger import Ledger
from tests.api.lookup.loopback import Names, response, serving
from tests.api.routes.recorded import registered
from tests.node.observing.log_lines import LogLines
from tests.registry.network import UNIVERSITY

LOCAL = Names({"localhost": [["127.0.0.1"]]})
OLD, NEW = body(key("old", ACTIVE)), body(key("old", ACTIVE), key("new", ACTIVE))


class Stopped(Exception):
    """Ends what would go on for ever."""


class Pauses:
    """Waits for nothing, and stops after so many times."""

    def __init__(self, most: int) -> None:
        self.seconds: list[float] = []
        self._most = most

    async def __call__(self, seconds: float) -> None:
        """See `asyncio.sleep`."""
        self.seconds.append(seconds)
        await asyncio.sleep(0)
        if len(self.seconds) > self._most:
            raise Stopped


async def test_a_document_that_is_as_the_ledger_agrees() -> None:
    async with serving(hosts=["localhost"], paths={}) as server:
        did = f"did:web:localhost%3A{server.port}"
        fetcher = server.fetcher(server.origin("localhost"), names=LOCAL)
        compared = await compare_did(fetcher, did, NEW)
        assert (compared.fault, compared.agrees) == (FetchFault.STATUS_4XX, False)
    assert server.requests[0].startswith(b"GET /.well-known/did.json ")


async def served_as(document: bytes, **answer: Any) -> DidComparison:
    """What comparing gives where a server has this document, whatever its path."""
    async with serving(response(document, **answer), hosts=["localhost"]) as server:
        did = f"did:web:localhost%3A{server.port}:law"
        fetcher = server.fetcher(server.origin("localhost"), names=LOCAL)
        return await compare_did(fetcher, did, NEW)


async def test_what_is_compared_is_fetched_from_the_names_own_host() -> None:
    documents: dict[str, bytes] = {}
    async with serving(hosts=["localhost"], paths=documents) as server:
        did = f"did:web:localhost%3A{server.port}:law"
        fetcher = server.fetcher(server.origin("localhost"), names=LOCAL)
        documents["/law/did.json"] = response(did_document_bytes(did, NEW))
        assert await compare_did(fetcher, did, NEW) == DidComparison(did)
        documents["/law/did.json"] = response(did_document_bytes(did, OLD))
        compared = await compare_did(fetcher, did, NEW)
        assert compared == DidComparison(did, (KeyDifference(DidMismatch.MISSING, f"{did}#new"),))


async def test_another_dids_document_and_a_web_page_are_no_agreement() -> None:
    other = await served_as(did_document_bytes("did:web:other.example", NEW))
    assert (other.fault, other.agrees) == (DidFault.OTHER_DOCUMENT, False)
    page = await served_as(b"<html>", content_type="text/html")
    assert (page.fault, page.agrees) == (FetchFault.WRONG_MEDIA_TYPE, False)


async def test_a_host_that_is_private_or_no_name_is_not_asked() -> None:
    async with serving(response(), hosts=["localhost"]) as server:
        fetcher = server.fetcher(names=LOCAL)
        private = await compare_did(fetcher, "did:web:localhost", NEW)
        assert (private.fault, private.agrees) == (FetchFault.PRIVATE_ADDRESS, False)
        address = await compare_did(fetcher, "did:web:127.0.0.1", NEW)
        assert (address.fault, address.agrees) == (DidFault.DID_MALFORMED, False)
    assert server.requests == []


def test_only_the_members_own_names_of_the_web_that_have_not_ended_are_asked_for() -> None:
    ledger = Ledger()
    registered(ledger)
    registered(ledger, "did:web:law.example")
    names = own_web_names(ledger.view().reader, UNIVERSITY)
    assert [did for did, _ in names] == [UNIVERSITY, "did:web:law.example"]
    assert list(own_web_names(ledger.view().reader, "did:web:nobody.example")) == []


async def test_a_round_is_told_in_log_and_metrics() -> None:
    ledger, lines, metrics = Ledger(), LogLines(), DocumentMetrics(CollectorRegistry())
    documents: dict[str, bytes] = {}
    async with serving(hosts=["localhost"], paths=documents) as server:
        did = registered(ledger, f"did:web:localhost%3A{server.port}")
        fetcher = server.fetcher(server.origin("localhost"), names=LOCAL)
        watch = DidWatch(UNIVERSITY, ledger.view, fetcher, asyncio.sleep, metrics, lines.log)
        await watch.look()
        assert (metrics.did_mismatches._value.get(), metrics.dids_not_compared._value.get()) == (0, 2)
        assert [line["event"] for line in lines.take()] == ["a did:web document could not be compared"] * 2
        documents["/.well-known/did.json"] = response(did_document_bytes(did, OLD))
        await watch.look()
    assert (metrics.did_mismatches._value.get(), metrics.dids_not_compared._value.get()) == (1, 1)
    told = [(line["event"], line["key"]) for line in lines.take() if "key" in line]
    assert told == [("did-mismatch", f"{did}#credentials-1"), ("did-mismatch", f"{did}#old")]


async def test_it_looks_once_a_day_and_not_at_once() -> None:
    ledger, lines, metrics = Ledger(), LogLines(), DocumentMetrics(CollectorRegistry())
    pauses = Pauses(2)
    watch = DidWatch(UNIVERSITY, ledger.view, NoWeb(), pauses, metrics, lines.log)
    with pytest.raises(Stopped):
        await watch.run()
    assert pauses.seconds == [FIRST_S, EVERY_S, EVERY_S]
    assert metrics.dids_not_compared._value.get() == 1
    assert newest_body(ledger.view().reader, DID_RECORD, UNIVERSITY) is not None
