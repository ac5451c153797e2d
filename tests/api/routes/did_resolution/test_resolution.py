"""DID Resolution over HTTP: every status and header that the binding names."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from api.documents.did_document import did_document_bytes
from api.proving.records import newest_body
from registry.kinds.did.record import DID_RECORD
from tests.api.conftest import Reply, Served, serve
from tests.api.ledger import Ledger
from tests.api.routes.recorded import FACULTY, ended, registered, with_key
from tests.registry.network import AGENCY, UNIVERSITY

PATH = "/1.0/identifiers/"
RESULT = "application/did-resolution"
OLD_RESULT = 'application/ld+json;profile="https://w3id.org/did-resolution"'
DOCUMENT_TYPES = ("application/did", "application/did+json", "application/did+ld+json", "application/json")


def error(reply: Reply) -> tuple[int, str]:
    """Status and type of an error, which is told alike in the result and as a problem."""
    told: Any = reply.json
    if "didResolutionMetadata" in told:
        assert (told["didDocument"], told["didDocumentMetadata"]) == (None, {})
        assert reply.header("content-type") == RESULT
        told = told["didResolutionMetadata"]["error"]
    else:
        assert reply.header("content-type") == "application/problem+json"
    assert told["status"] == reply.status
    assert told["title"]
    assert told["remedy"]
    assert reply.header("cache-control") == "no-store"
    return reply.status, told["type"].removeprefix("https://www.w3.org/ns/did#")


def recorded_document(ledger: Ledger, did: str) -> bytes:
    return did_document_bytes(did, newest_body(ledger.view().reader, DID_RECORD, did))


@pytest.mark.parametrize("accept", [RESULT, "*/*", "application/*", f"text/html, {RESULT};q=0.5"])
async def test_the_whole_result(served: Served, accept: str) -> None:
    with_key(served.ledger)
    reply = await served.get_exactly(PATH + UNIVERSITY, accept=accept)
    assert (reply.status, reply.header("content-type")) == (200, RESULT)
    assert reply.json == {
        "didDocument": json.loads(recorded_document(served.ledger, UNIVERSITY)),
        "didResolutionMetadata": {"contentType": "application/did"},
        "didDocumentMetadata": {
            "created": "2027-01-15T08:00:00Z",
            "updated": "2027-01-15T08:00:01Z",
            "versionId": "1",
        },
    }
    assert reply.header("cache-control") == "public, max-age=60"
    assert reply.header("vary") == "Accept"
    assert reply.header("access-control-allow-origin") == "*"
    assert "Link" in (reply.header("access-control-expose-headers") or "")
    assert reply.header("matricula-age") == "0"


async def test_the_whole_result_as_older_clients_ask_for_it(served: Served) -> None:
    reply = await served.get_exactly(PATH + UNIVERSITY, accept=OLD_RESULT)
    assert (reply.status, reply.header("content-type")) == (200, OLD_RESULT)
    assert reply.json["didDocument"]["id"] == UNIVERSITY


@pytest.mark.parametrize("accept", DOCUMENT_TYPES)
async def test_the_document_alone(served: Served, accept: str) -> None:
    reply = await served.get_exactly(PATH + UNIVERSITY, accept=accept)
    assert (reply.status, reply.header("content-type")) == (200, accept)
    assert reply.body == recorded_document(served.ledger, UNIVERSITY)


@pytest.mark.parametrize("did", ["own", "did:web:localhost%3A8443:x"])
async def test_a_did_as_it_is_and_percent_encoded_whole(served: Served, did: str) -> None:
    if did == "own":
        did = registered(served.ledger)
    else:
        registered(served.ledger, did)
    for written in (did, quote(did, safe=""), quote(did, safe=":")):
        reply = await served.get_exactly(PATH + written, accept=RESULT)
        if did.startswith("did:matricula"):
            assert (reply.status, reply.json["didDocument"]["id"]) == (200, did)
        else:
            assert "attested" in reply.json["didResolutionMetadata"]["error"]["detail"]


async def test_the_proof_is_named(served: Served) -> None:
    link = (await served.get_exactly(PATH + UNIVERSITY)).header("link") or ""
    target, _, rest = link.partition(">")
    assert 'rel="alternate"' in rest
    proved = await served.get_exactly(target.removeprefix("<"), accept="application/cbor")
    assert (proved.status, proved.header("content-type")) == (200, "application/cbor")


async def test_it_is_asked_again_by_its_tag(served: Served) -> None:
    first = await served.get_exactly(PATH + UNIVERSITY, accept=RESULT)
    tag = first.header("etag") or ""
    with_key(served.ledger, fragment="other")
    assert (await served.get_exactly(PATH + AGENCY, accept=RESULT)).header("etag") != tag
    changed = await served.get_exactly(PATH + UNIVERSITY, accept=RESULT, if_none_match=tag)
    assert changed.status == 200
    tag = changed.header("etag") or ""
    for asked in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        reply = await served.get_exactly(PATH + UNIVERSITY, accept=RESULT, if_none_match=asked)
        assert (reply.status, reply.body, reply.header("etag")) == (304, b"", tag)
        assert reply.header("cache-control") == "public, max-age=60"
    assert (
        await served.get_exactly(PATH + UNIVERSITY, accept="application/did", if_none_match=tag)
    ).status == 200


async def test_head_and_options(served: Served) -> None:
    got = await served.get_exactly(PATH + UNIVERSITY)
    head = await served.ask("HEAD", PATH + UNIVERSITY)
    assert (head.status, head.body, head.header("etag")) == (200, b"", got.header("etag"))
    preflight = await served.ask("OPTIONS", PATH + UNIVERSITY)
    assert (preflight.status, preflight.header("access-control-allow-methods")) == (204, "GET, HEAD, OPTIONS")
    posted = await served.ask("POST", PATH + UNIVERSITY)
    assert (posted.status, posted.header("allow")) == (405, "GET, HEAD, OPTIONS")


async def test_versions(served: Served) -> None:
    with_key(served.ledger)
    path = PATH + quote(UNIVERSITY, safe="")
    for options in (
        "versionId=0",
        "versionTime=2027-01-15T08:00:00Z",
        "versionTime=2027-01-15T10%3A00%3A00%2B02:00",
    ):
        reply = await served.get_exactly(f"{path}?{options}", accept=RESULT)
        assert reply.json["didDocument"]["assertionMethod"] == []
        assert reply.json["didDocumentMetadata"]["nextVersionId"] == "1"
    newest = await served.get_exactly(f"{path}?versionTime=2099-01-01T00:00:00Z&expandRelativeUrls=true")
    assert newest.json["didDocumentMetadata"]["versionId"] == "1"
    assert newest.json["didDocument"]["assertionMethod"] == [f"{UNIVERSITY}#degrees-1"]


@pytest.mark.parametrize(
    ("options", "status", "kind"),
    [
        ("versionTime=2027-01-15T07:59:59Z", 404, "NOT_FOUND"),
        ("versionId=7", 404, "NOT_FOUND"),
        ("versionId=-1", 400, "INVALID_OPTIONS"),
        ("versionId=", 400, "INVALID_OPTIONS"),
        ("versionId=0&versionId=0", 400, "INVALID_OPTIONS"),
        ("versionId=0&versionTime=2027-01-15T08:00:00Z", 400, "INVALID_OPTIONS"),
        ("versionTime=yesterday", 400, "INVALID_OPTIONS"),
        ("versionTime=2027-01-15T10:00:00+02:00", 400, "INVALID_OPTIONS"),
        ("versionTime=2027-01-15T24:00:01Z", 400, "INVALID_OPTIONS"),
        ("versionTime=%00", 400, "INVALID_OPTIONS"),
        ("versionTime=%ff", 400, "INVALID_OPTIONS"),
        ("expandRelativeUrls=maybe", 400, "INVALID_OPTIONS"),
        ("versionId", 400, "INVALID_OPTIONS"),
        ("service=files", 501, "FEATURE_NOT_SUPPORTED"),
        ("versionid=0", 501, "FEATURE_NOT_SUPPORTED"),
        ("noCache=true&versionId=0", 501, "FEATURE_NOT_SUPPORTED"),
    ],
)
@pytest.mark.parametrize("accept", [RESULT, "application/did+json"])
async def test_options_that_lead_nowhere(
    served: Served, options: str, status: int, kind: str, accept: str
) -> None:
    reply = await served.get_exactly(f"{PATH}{UNIVERSITY}?{options}", accept=accept)
    assert error(reply) == (status, kind)


@pytest.mark.parametrize(
    ("did", "status", "kind"),
    [
        ("did:web:nobody.example", 404, "NOT_FOUND"),
        ("did:matricula:" + "a" * 52, 404, "NOT_FOUND"),
        ("did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH", 501, "METHOD_NOT_SUPPORTED"),
        ("did:jwk:eyJhIjoxfQ", 501, "METHOD_NOT_SUPPORTED"),
        (f"{UNIVERSITY}%23key-1", 501, "FEATURE_NOT_SUPPORTED"),
        (f"{UNIVERSITY}/whois", 501, "FEATURE_NOT_SUPPORTED"),
        ("did:web:UNIVERSITY.example", 400, "INVALID_DID"),
        ("did:web:university.example%00", 400, "INVALID_DID"),
        ("did:web:university.example%2500", 400, "INVALID_DID"),
        ("did:web:univer%D1%95ity.example", 400, "INVALID_DID"),
        ("did:web:university.example%0a", 400, "INVALID_DID"),
        ("did:web:university.example%20", 400, "INVALID_DID"),
        ("did:web:university.example%2F..%2F..", 501, "FEATURE_NOT_SUPPORTED"),
        ("did:web:university.example:%2e%2e%5c", 400, "INVALID_DID"),
        ("%FF", 400, "INVALID_DID"),
        ("did", 400, "INVALID_DID"),
        ("%20", 400, "INVALID_DID"),
        ("did:web:" + "a" * 3000, 400, "INVALID_DID"),
    ],
)
async def test_a_did_that_is_not_resolved(served: Served, did: str, status: int, kind: str) -> None:
    assert error(await served.get_exactly(PATH + did, accept="application/did")) == (status, kind)


async def test_an_overlong_path_is_refused_before_it_is_read(served: Served) -> None:
    reply = await served.get_exactly(PATH + "did:web:" + "a" * 5000)
    assert reply.status == 400


async def test_an_error_in_the_form_of_a_result(served: Served) -> None:
    reply = await served.get_exactly(PATH + "did:web:nobody.example", accept=RESULT)
    assert error(reply) == (404, "NOT_FOUND")


@pytest.mark.parametrize("accept", ["text/html", "application/did+cbor", "application/did;q=0", "x" * 2000])
async def test_a_form_that_there_is_not(served: Served, accept: str) -> None:
    reply = await served.get_exactly(PATH + UNIVERSITY, accept=accept)
    assert error(reply) == (406, "REPRESENTATION_NOT_SUPPORTED")


async def test_what_has_ended_is_gone_and_told_with_its_metadata(served: Served) -> None:
    did = ended(served.ledger)
    reply = await served.get_exactly(PATH + did, accept=RESULT)
    assert (reply.status, reply.header("cache-control"), reply.header("etag")) == (410, "no-store", None)
    assert reply.json["didDocument"] is None
    assert reply.json["didDocumentMetadata"]["deactivated"] is True
    older = await served.get_exactly(f"{PATH}{did}?versionId=0", accept=RESULT)
    assert (older.status, older.json["didDocument"]["id"]) == (410, did)
    assert older.json["didDocumentMetadata"]["deactivated"] is True


@pytest.mark.parametrize("options", ["", "?versionId=0"])
async def test_no_document_is_given_of_what_has_ended(served: Served, options: str) -> None:
    did = ended(served.ledger)
    reply = await served.get_exactly(PATH + did + options, accept="application/did+json")
    assert (reply.status, reply.json["type"]) == (410, "/problems/ended")


async def test_a_name_of_the_web_that_nobody_has_attested_is_not_resolved(served: Served) -> None:
    registered(served.ledger, FACULTY)
    for accept in (RESULT, "application/did"):
        assert error(await served.get_exactly(PATH + FACULTY, accept=accept)) == (404, "NOT_FOUND")


async def test_a_path_that_leads_nowhere_is_refused_in_the_words_of_the_protocol(served: Served) -> None:
    reply = await served.get_exactly("/1.0/identifiers/")
    assert error(reply) == (400, "INVALID_DID")


async def test_a_mistake_of_ours_is_told_in_the_words_of_the_protocol() -> None:
    async for served in serve(Ledger()):
        served.ledger.break_reads()
        assert error(await served.get_exactly(PATH + UNIVERSITY)) == (500, "INTERNAL_ERROR")
