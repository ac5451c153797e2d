"""POST /v1/verify (rules V1 to V4)."""

import asyncio
import json
import logging
import threading
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from api.credentials.formats.data_integrity import signed_bytes
from api.credentials.formats.data_integrity.suites import suite_named
from api.credentials.formats.table import read_credential
from api.credentials.linked_data.canonical_form import canonical_form
from api.credentials.wrappers.table import bake
from api.limits import ServerLimits
from api.lookup.fetching import Download, NoWeb, WebSource
from api.lookup.gathering import gather
from api.lookup.kept import KeptWeb
from api.lookup.wanted import Wanted
from api.server import groups_with
from api.verifier.credential.policy import SHIPPED, shipped_policy
from api.verifier.credential.report import report_of
from registry.attachments import Attachment
from registry.primitives import codec
from tests.api.conftest import Reply, Served, serve
from tests.api.ledger import Ledger
from tests.api.lookup.asking import web_issuer
from tests.api.lookup.loopback import response
from tests.api.lookup.published import credential_bytes, did_key
from tests.api.verifier.credential.test_every_format import by_suite, credential
from tests.registry.network import UNIVERSITY

VC = "application/vc"
DID_KEY = did_key()


def of_did_key(**changed: Any) -> bytes:
    return credential_bytes(DID_KEY, DID_KEY.removeprefix("did:key:"), **changed)


@asynccontextmanager
async def node(web: WebSource | None = None, limits: ServerLimits | None = None) -> AsyncIterator[Served]:
    ledger = Ledger()
    ledger.commit()
    async for served in serve(ledger, limits, groups_with(web or NoWeb())):
        yield served


async def verify(
    served: Served, body: bytes | AsyncIterator[bytes], query: str = "", content_type: str = VC
) -> Reply:
    return await served.ask("POST", f"/v1/verify{query}", body, Content_Type=content_type)


@pytest.mark.parametrize("policy", SHIPPED)
async def test_a_report_is_that_of_the_verifier(policy: str) -> None:
    body = of_did_key()
    async with node() as served:
        reply = await verify(served, body, f"?policy={policy}")
        now_ms = served.ledger.now_ms
    credential = read_credential(body)
    [gathered] = await gather([credential], Unasked(), KeptWeb(()), now_ms=lambda: now_ms)
    expected = report_of(credential, gathered.facts, shipped_policy(policy), now_ms=now_ms)
    assert reply.status == 200
    assert reply.json["credentials"] == [expected.document()]
    assert {name: found for name, found in reply.json.items() if name != "credentials"} == {
        "outcome": expected.outcome.value,
        "policy": policy,
        "wrapper": None,
        "remark": "",
        "judgedMs": now_ms,
        "height": 1,
    }


class Unasked:
    """A registry that nobody has to ask about a did:key."""

    async def ask(self, question: Any) -> Any:
        """See `RegistrySource`."""
        raise AssertionError(question)

    async def anchor(self, issuer: str, root: bytes) -> Any:
        """See `RegistrySource`."""
        raise AssertionError(issuer)

    async def attachment(self, address: bytes) -> Any:
        """See `RegistrySource`."""
        raise AssertionError(address)


async def test_v2_the_registry_is_the_nodes_own_state() -> None:
    async with node() as served:
        [found] = (await verify(served, credential_bytes(UNIVERSITY))).json["credentials"]
    assert found["asOfMs"] == served.ledger.now_ms
    assert [(each["what"], each["source"], each["height"]) for each in found["evidence"]] == [
        ("did-record", UNIVERSITY, 1),
        ("member-record", UNIVERSITY, 1),
    ]
    assert all(len(each["sha256"]) == 64 for each in found["evidence"])


async def test_v2_nothing_is_fetched_unless_the_operator_permits_it() -> None:
    async with web_issuer() as (server, did), node() as served:
        reply = await verify(served, credential_bytes(did))
    [found] = reply.json["credentials"]
    assert "did-unreachable" in {check["reason"] for check in found["checks"]}
    assert [each["found"] for each in found["evidence"]] == [None, "not-fetched"]
    assert (found["outcome"], server.requests) == ("indeterminate", [])


async def test_v2_and_is_where_they_do() -> None:
    async with web_issuer() as (server, did), node(server.fetcher()) as served:
        reply = await verify(served, credential_bytes(did))
    [found] = reply.json["credentials"]
    reasons = {check["aspect"]: check["reason"] for check in found["checks"]}
    assert (reasons["signature"], reasons["issuer"]) == (None, "unregistered")
    assert len(server.requests) == 1


async def test_several_in_a_presentation_and_what_is_none() -> None:
    presentation = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [json.loads(of_did_key()), 5],
    }
    async with node() as served:
        alone = await verify(served, of_did_key())
        reply = await verify(served, json.dumps(presentation).encode(), content_type="application/vp")
        presentation["verifiableCredential"] = [5] * 100
        many = await verify(served, json.dumps(presentation).encode(), content_type="application/vp")
        presentation["verifiableCredential"] = []
        nothing = await verify(served, json.dumps(presentation).encode(), content_type="application/vp")
    [first, second] = reply.json["credentials"]
    assert [first] == alone.json["credentials"]
    assert (second["checks"][0]["reason"], second["names"], reply.json["outcome"]) == (
        "member",
        None,
        "invalid",
    )
    assert len(many.json["credentials"]) == 17
    assert "holds no credential" in nothing.json["credentials"][0]["checks"][0]["detail"]
    assert nothing.json["outcome"] == "indeterminate"


def _chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


PNG = b"".join(
    (
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])),
        _chunk(b"IDAT", zlib.compress(bytes(2))),
        _chunk(b"IEND", b""),
    )
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>'


@pytest.mark.parametrize(("picture", "content_type"), [(SVG, "image/svg+xml"), (PNG, "image/png")])
async def test_a_credential_in_a_picture(picture: bytes, content_type: str) -> None:
    async with node() as served:
        plain = await verify(served, of_did_key())
        for named in (content_type, "application/octet-stream"):
            baked = await verify(served, bake(picture, of_did_key()), content_type=named)
            assert baked.json["credentials"] == plain.json["credentials"]
            assert baked.json["wrapper"] is not None


@pytest.mark.parametrize("body", [b"", b"{", b"no credential", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"[]"])
async def test_what_is_no_credential_is_a_report_and_never_valid(body: bytes) -> None:
    async with node() as served:
        reply = await verify(served, body, content_type="application/octet-stream")
    assert reply.status == 200
    assert reply.json["outcome"] in ("invalid", "indeterminate")
    [found] = reply.json["credentials"]
    assert found["checks"][0]["reason"] and found["checks"][0]["remedy"] and found["names"] is None


async def test_v1_nothing_is_kept_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with node() as served:
        reply = await verify(served, of_did_key(id="https://secret.example/credential"))
    assert reply.header("Cache-Control") == "no-store"
    assert "secret" not in caplog.text and "did:key" not in caplog.text
    assert [route for route, _, _ in served.observed] == ["/v1/verify"]


async def test_foreign_text_is_inert() -> None:
    async with node() as served:
        reply = await verify(served, of_did_key(id="https://a.example/\u202eb"))
    assert "\u202e" not in reply.body.decode()


@pytest.mark.parametrize(
    ("query", "content_type", "size", "status", "problem"),
    [
        ("?policy=anybody", VC, 2, 400, "malformed-query"),
        ("?why=1", VC, 2, 400, "malformed-query"),
        ("", "text/html", 2, 415, "unsupported-media-type"),
        ("", VC, 101, 413, "too-large"),
    ],
)
async def test_what_is_wrong_with_a_request_is_a_problem(
    query: str, content_type: str, size: int, status: int, problem: str
) -> None:
    async with node(limits=ServerLimits(verify_bytes=100)) as served:
        reply = await verify(served, b"{" * size, query, content_type)
    assert (reply.status, reply.json["type"]) == (status, f"/problems/{problem}")


async def test_the_answer_exists_as_cbor() -> None:
    async with node() as served:
        reply = await served.ask(
            "POST", "/v1/verify", of_did_key(), Content_Type=VC, Accept="application/cbor"
        )
        as_json = await verify(served, of_did_key())
    assert codec.decode(reply.body, limit=1 << 20) == as_json.json


class Stuck:
    """Answers nobody until it is told to."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def fetch(self, url: str, wanted: Wanted) -> Download:
        """See `WebSource`."""
        self.asked.set()
        await self.go_on.wait()
        return await NoWeb().fetch(url, wanted)


async def test_v3_places_are_few_and_given_back() -> None:
    stuck = Stuck()
    limits = ServerLimits(verify_at_once=8, verify_at_once_per_client=1)
    body = credential_bytes("did:web:slow.example")
    async with node(stuck, limits) as served:
        first = asyncio.ensure_future(verify(served, body))
        await stuck.asked.wait()
        second = await verify(served, body)
        stuck.go_on.set()
        assert ((await first).status, second.status) == (200, 503)
        assert second.json["type"] == "/problems/too-many-waiting"
        assert second.header("Retry-After") == "2"
        assert (await verify(served, body)).status == 200


async def test_v3_a_body_that_arrives_slowly_keeps_nobody_else_waiting() -> None:
    body = of_did_key()
    arrives, asked = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield body[:1]
        asked.set()
        await arrives.wait()
        yield body[1:]

    limits = ServerLimits(verify_at_once=1, verify_at_once_per_client=2)
    async with node(limits=limits) as served:
        slow = asyncio.ensure_future(verify(served, slowly()))
        await asked.wait()
        quick = await verify(served, body)
        arrives.set()
        assert (quick.status, (await slow).status) == (200, 200)


async def test_v3_few_are_judged_at_one_time() -> None:
    stuck = Stuck()
    body = credential_bytes("did:web:slow.example")
    async with node(stuck, ServerLimits(verify_at_once=1)) as served:
        first = asyncio.ensure_future(verify(served, body))
        await stuck.asked.wait()
        second = await verify(served, body)
        stuck.go_on.set()
        assert ((await first).status, second.status) == (200, 503)


async def test_v3_a_verification_costs_its_sender() -> None:
    limits = ServerLimits(requests_per_second=1, request_burst=64)
    async with node(limits=limits) as served:
        statuses = [(await verify(served, of_did_key())).status for _ in range(2)]
    assert statuses == [200, 429]


async def test_v3_what_is_fetched_for_one_takes_bounded_time() -> None:
    limits = ServerLimits(verify_fetch_s=0.01)
    async with node(Stuck(), limits) as served:
        reply = await verify(served, credential_bytes("did:web:slow.example"))
    [found] = reply.json["credentials"]
    assert [each["found"] for each in found["evidence"]] == [None, "too-slow"]


async def test_a_schema_of_the_registry_is_read_from_the_state() -> None:
    ledger = Ledger()
    builder = ledger.builder()
    schema = (
        b'{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:example:diploma", '
        b'"type": "object", "required": ["grade"]}'
    )
    builder.publish_schema(UNIVERSITY, "diploma", "1.0.0", Attachment(bytes(16), schema))
    ledger.commit(ledger.sign(builder))
    url = f"https://gone.example/schemas/{UNIVERSITY}/diploma/1.0.0"
    body = of_did_key(credentialSchema={"id": url, "type": "JsonSchema"})
    async for served in serve(ledger):
        [found] = (await verify(served, body)).json["credentials"]
    assert [each["reason"] for each in found["checks"] if each["aspect"] == "schema"] == ["schema-violated"]


async def test_a_list_of_the_registry_is_read_from_the_state() -> None:
    listed = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "5",
        "statusListCredential": f"https://any.example/v1/status-lists/{UNIVERSITY}/status-lists/none",
    }
    async with node() as served:
        reply = await verify(served, credential_bytes(UNIVERSITY, credentialStatus=listed))
    [found] = reply.json["credentials"]
    assert "status-list" in {each["what"] for each in found["evidence"]}


async def test_a_server_of_lists_gets_no_word_of_the_credential() -> None:
    listed = response(b"{}", content_type=VC)
    async with web_issuer(list=listed) as (server, did), node(server.fetcher()) as served:
        status = {
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "5",
            "statusListCredential": server.url("/list"),
        }
        await verify(served, credential_bytes(did, credentialStatus=status, id="https://secret.example/1"))
    heads = b"".join(server.requests)
    assert b"secret" not in heads and b"GET /list HTTP/1.1" in heads


async def test_canonical_forms_are_not_worked_out_on_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each may take a quarter of a second, and a presentation has sixteen: all else that the node does would
    stand still.
    """
    suite = suite_named("eddsa-rdfc-2022")
    body = by_suite(suite)(credential(validFrom="2026-01-31T12:00:00Z"))
    threads: list[str] = []

    def noted(*arguments: Any) -> bytes:
        threads.append(threading.current_thread().name)
        return canonical_form(*arguments)

    monkeypatch.setattr(signed_bytes, "canonical_form", noted)
    async with node() as served:
        assert (await verify(served, body)).status == 200
    assert threads and all(name.startswith("answers") for name in threads)
