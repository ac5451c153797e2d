"""did:web documents, for members' web servers to redirect to and at a node that is one."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest

from api.documents.did_document import did_document_bytes
from api.proving.records import newest_body
from api.routes.did_web.group import own_host
from api.server import GROUPS
from registry.kinds.did.record import DID_RECORD
from tests.api.conftest import Served, serve
from tests.api.ledger import Ledger
from tests.api.routes.recorded import FACULTY, ended, registered, with_key
from tests.api.routes.v1.test_transactions import problem
from tests.registry.network import UNIVERSITY


def recorded(ledger: Ledger, did: str) -> bytes:
    return did_document_bytes(did, newest_body(ledger.view().reader, DID_RECORD, did))


@pytest.fixture
async def at_home() -> AsyncIterator[Served]:
    """A node that is the web host of one of its names."""
    async for server in serve(Ledger(), groups=(*GROUPS, own_host("university.example:8443"))):
        yield server


async def test_the_document_of_a_member(served: Served) -> None:
    with_key(served.ledger)
    reply = await served.get_exactly(f"/did/{UNIVERSITY}/did.json")
    assert (reply.status, reply.header("content-type")) == (200, "application/json")
    assert reply.body == recorded(served.ledger, UNIVERSITY)
    assert reply.header("cache-control") == "public, max-age=60"
    assert reply.header("access-control-allow-origin") == "*"
    assert reply.header("x-content-type-options") == "nosniff"
    assert reply.header(
        "link",
    ) == (
        f'</v1/records/did/{UNIVERSITY}>; rel="alternate"; type="application/cbor"; '
        'title="the record, with its proof"'
    )


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("application/did+json", "application/did+json"),
        ("application/did+ld+json, application/json;q=0.9", "application/did+ld+json"),
        ("application/did", "application/did"),
        ("*/*", "application/json"),
        ("application/ld+json, application/json", "application/json"),
        ("text/html", "application/json"),
        ("", "application/json"),
    ],
)
async def test_its_type_is_one_that_clients_read_as_json(served: Served, accept: str, given: str) -> None:
    reply = await served.get_exactly(f"/did/{UNIVERSITY}/did.json", accept=accept)
    assert (reply.status, reply.header("content-type")) == (200, given)


async def test_every_did_of_the_registry_has_one(served: Served) -> None:
    for did in (registered(served.ledger), registered(served.ledger, FACULTY)):
        for written in (did, quote(did, safe=""), quote(did, safe=":")):
            reply = await served.get_exactly(f"/did/{written}/did.json")
            assert (reply.status, reply.body) == (200, recorded(served.ledger, did))


async def test_tag_head_and_options(served: Served) -> None:
    path = f"/did/{UNIVERSITY}/did.json"
    tag = (await served.get_exactly(path)).header("etag") or ""
    assert (await served.get_exactly(path, if_none_match=tag)).status == 304
    assert (await served.ask("HEAD", path)).header("etag") == tag
    assert (await served.ask("OPTIONS", path)).status == 204
    assert (await served.ask("DELETE", path)).status == 405


async def test_a_stolen_key_is_gone_and_a_retired_one_stays(served: Served) -> None:
    with_key(served.ledger)
    with_key(served.ledger, fragment="degrees-2")
    builder = served.ledger.builder()
    builder.retire_key(UNIVERSITY, "degrees-1")
    builder.report_compromised(UNIVERSITY, "degrees-2", served.ledger.now_ms)
    served.ledger.commit(served.ledger.sign(builder))
    document = (await served.get_exactly(f"/did/{UNIVERSITY}/did.json")).json
    assert document["assertionMethod"] == [f"{UNIVERSITY}#degrees-1"]
    assert f"{UNIVERSITY}#degrees-2" not in str(document)


@pytest.mark.parametrize(
    ("did", "status", "reason"),
    [
        ("did:web:nobody.example", 404, "not-recorded"),
        ("did:web:University.example", 400, "impossible-id"),
        ("did:key:z6Mk", 400, "impossible-id"),
        ("did:web:university.example%00", 400, "impossible-id"),
        ("did:web:univer%D1%95ity.example", 400, "impossible-id"),
        ("%ff", 400, "malformed-path"),
        ("..%2f..%2fetc", 400, "impossible-id"),
        ("did:web:" + "a" * 3000, 400, "impossible-id"),
    ],
)
async def test_what_has_no_document(served: Served, did: str, status: int, reason: str) -> None:
    assert problem(await served.get_exactly(f"/did/{did}/did.json"))[:2] == (status, reason)


async def test_what_has_ended_has_no_document_any_more(served: Served) -> None:
    did = ended(served.ledger)
    assert problem(await served.get_exactly(f"/did/{did}/did.json")) == (410, "ended", "path.did")


@pytest.mark.parametrize("path", ["/did", "/did/", f"/did/{UNIVERSITY}", f"/did/{UNIVERSITY}/other.json"])
async def test_nothing_else_is_there(served: Served, path: str) -> None:
    assert problem(await served.get_exactly(path))[:2] == (404, "no-such-resource")


async def test_a_node_that_is_a_host_serves_its_names_where_clients_look(at_home: Served) -> None:
    names = {"did:web:university.example%3A8443": "/.well-known", FACULTY: "/faculty"}
    for did, folder in names.items():
        registered(at_home.ledger, did)
        reply = await at_home.get_exactly(f"{folder}/did.json")
        assert (reply.status, reply.header("content-type")) == (200, "application/json")
        assert reply.body == recorded(at_home.ledger, did)
        assert (await at_home.ask("HEAD", f"{folder}/did.json")).header("etag") == reply.header("etag")


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/.well-known/did.json", 404, "not-recorded"),
        ("/nobody/did.json", 404, "not-recorded"),
        ("/a/b/c/did.json", 404, "not-recorded"),
        ("/did.json", 404, "no-such-resource"),
        ("//did.json", 404, "no-such-resource"),
        ("/a//did.json", 404, "no-such-resource"),
        ("/%2e%2e/did.json", 404, "no-such-resource"),
        ("/a/%2e%2e/faculty/did.json", 404, "no-such-resource"),
        ("/fac%00/did.json", 404, "no-such-resource"),
        ("/%ff/did.json", 400, "malformed-path"),
        ("/" + "a/" * 20 + "did.json", 404, "no-such-resource"),
        ("/faculty/other.json", 404, "no-such-resource"),
        ("/nothing", 404, "no-such-resource"),
    ],
)
async def test_nothing_else_is_at_home(at_home: Served, path: str, status: int, reason: str) -> None:
    registered(at_home.ledger, FACULTY)
    assert problem(await at_home.get_exactly(path))[:2] == (status, reason)


async def test_a_node_that_is_no_host_serves_none_at_its_root(served: Served) -> None:
    assert problem(await served.get_exactly("/.well-known/did.json")) == (404, "no-such-resource", "path")
