"""Schemas at addresses of their own, in both drafts."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from api.documents.schema_rendition import SchemaDraft
from api.problems import ProblemError, RequestFault
from api.routes.schemas.handlers import KeptRenditions
from registry.kinds.schema.record import ReleaseState
from tests.api.conftest import Served
from tests.api.routes.recorded import published, with_schema_state
from tests.api.routes.v1.test_transactions import problem
from tests.registry.network import UNIVERSITY

NEW, OLD = (f"https://json-schema.org/draft/{draft}/schema" for draft in ("2020-12", "2019-09"))
CONTENT = json.dumps({"$id": "urn:x:s", "$schema": NEW, "prefixItems": [True]}, indent=2).encode()
PATH = f"/schemas/{UNIVERSITY}/degree/1.0.0"


async def test_the_exact_bytes(served: Served) -> None:
    published(served.ledger, CONTENT)
    for path in (PATH, f"{PATH}?draft=2020-12", f"/schemas/{quote(UNIVERSITY, safe='')}/degree/1.0.0"):
        reply = await served.get_exactly(path)
        assert (reply.status, reply.body) == (200, CONTENT)
        assert reply.header("content-type") == "application/json"
        assert reply.header("cache-control") == "public, max-age=86400"
        assert (reply.header("link") or "").startswith(f"</v1/records/schema/{UNIVERSITY}/schemas/degree>;")


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("?draft=2019-09", "*/*"),
        ("", f'application/schema+json;profile="{OLD}"'),
        ("", f"application/schema+json; profile={OLD}"),
        ("?draft=2019-09", f'application/schema+json;profile="{NEW}"'),
    ],
)
async def test_the_other_draft(served: Served, query: str, accept: str) -> None:
    published(served.ledger, CONTENT)
    reply = await served.get_exactly(PATH + query, accept=accept)
    assert (reply.status, reply.header("vary")) == (200, "Accept")
    assert reply.json == {"$id": "urn:x:s", "$schema": OLD, "items": [True]}
    assert reply.header("etag") != (await served.get_exactly(PATH)).header("etag")
    tag = reply.header("etag") or ""
    assert (await served.get_exactly(PATH + query, accept=accept, if_none_match=tag)).status == 304


async def test_its_own_media_type_for_those_who_ask(served: Served) -> None:
    published(served.ledger, CONTENT)
    reply = await served.get_exactly(PATH, accept="application/schema+json")
    assert (reply.header("content-type"), reply.body) == ("application/schema+json", CONTENT)
    assert (await served.get_exactly(PATH, accept="text/html")).header("content-type") == "application/json"


async def test_a_schema_that_has_no_faithful_form_in_the_other_draft(served: Served) -> None:
    held: Any = {"$id": "urn:x:s", "$schema": NEW, "$dynamicRef": "#a"}
    published(served.ledger, json.dumps(held).encode())
    assert problem(await served.get_exactly(f"{PATH}?draft=2019-09")) == (406, "no-rendition", "")
    assert (await served.get_exactly(PATH)).json == held


async def test_a_rendition_is_made_once_and_so_is_a_refusal(served: Served) -> None:
    published(served.ledger, CONTENT)
    first, second = [await served.get_exactly(f"{PATH}?draft=2019-09") for _ in range(2)]
    assert (first.status, first.body) == (200, second.body)
    contents = [
        json.dumps({"$id": "urn:x:s", "$schema": NEW, "$anchor": f"_{n}"}).encode() for n in range(40)
    ]
    kept = KeptRenditions(None)  # type: ignore[arg-type]  # it needs nothing of the service
    for _ in range(2):
        for number, content in enumerate(contents):
            with pytest.raises(ProblemError) as caught:
                kept.in_draft(bytes([number]), content, SchemaDraft.D2019_09)
            assert caught.value.problem.reason is RequestFault.NO_RENDITION
    assert kept.in_draft(b"", CONTENT, None) is CONTENT


async def test_a_deprecated_version_is_served_and_a_withdrawn_one_is_not(served: Served) -> None:
    published(served.ledger, CONTENT)
    with_schema_state(served.ledger, ReleaseState.DEPRECATED)
    assert (await served.get_exactly(PATH)).status == 200
    with_schema_state(served.ledger, ReleaseState.WITHDRAWN)
    assert problem(await served.get_exactly(PATH)) == (410, "ended", "path.version")


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        (f"/schemas/{UNIVERSITY}/degree/2.0.0", 404, "not-recorded"),
        (f"/schemas/{UNIVERSITY}/other/1.0.0", 404, "not-recorded"),
        ("/schemas/did:web:nobody.example/degree/1.0.0", 404, "not-recorded"),
        (f"/schemas/{UNIVERSITY}/degree/%00", 404, "not-recorded"),
        (f"/schemas/{UNIVERSITY}/Degree/1.0.0", 400, "impossible-id"),
        (f"/schemas/{UNIVERSITY}/%2e%2e/1.0.0", 400, "impossible-id"),
        (f"/schemas/{UNIVERSITY}/{'a' * 65}/1.0.0", 400, "impossible-id"),
        ("/schemas/did:web:univer%D1%95ity.example/degree/1.0.0", 400, "impossible-id"),
        ("/schemas/%ff/degree/1.0.0", 400, "malformed-path"),
        (f"{PATH}?draft=07", 400, "malformed-query"),
        (f"{PATH}?draft=2019-09&draft=2020-12", 400, "malformed-query"),
        (f"{PATH}?version=1", 400, "malformed-query"),
        (f"/schemas/{UNIVERSITY}/degree", 404, "no-such-resource"),
        (f"{PATH}/more", 404, "no-such-resource"),
    ],
)
async def test_what_is_not_there(served: Served, path: str, status: int, reason: str) -> None:
    published(served.ledger, CONTENT)
    assert problem(await served.get_exactly(path))[:2] == (status, reason)


async def test_head_and_options(served: Served) -> None:
    published(served.ledger, CONTENT)
    assert (await served.ask("HEAD", PATH)).header("etag") == (await served.get_exactly(PATH)).header("etag")
    assert (await served.ask("OPTIONS", PATH)).status == 204
    assert (await served.ask("PUT", PATH)).status == 405
